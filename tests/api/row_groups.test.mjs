// Groups and sums of a view's rows (views.md 5), and the colours of rows (views.md 7): what the base's page is drawn from.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer({ args: ["--time-zone", "UTC", "--log-level", "warn"] });
	base = await server.createBase();
});

after(() => server.stop());

const setView = (table, change, view = "Default View") => base.call("PUT", `views/${encodeURIComponent(view)}/?table_name=${table}`, change);
const summarize = (table, body = {}) => base.call("POST", "summarize-rows/", { table_name: table, view_name: "Default View", ...body });
const keyOf = async (table, name) => {
	const { tables } = (await base.call("GET", "metadata/")).metadata;
	return tables.find((one) => one.name === table).columns.find((column) => column.name === name).key;
};
const shape = (groups) => groups.map(({ value, count, groups: within }) => (within ? [value, count, shape(within)] : [value, count]));

const options = (...names) => ({ options: names.map((name, i) => ({ id: String(100 + i), name, color: `#00000${i}` })) });

/* [type, settings, count_type, cells, groups in ascending order as [value, count]]: the empty group is last. */
const cases = [
	["text", null, "", ["b", "File 10", "File 2", "b", "", null], [["b", 2], ["File 2", 1], ["File 10", 1], [null, 2]]],
	["number", null, "", [10, 2, null, 2, 0], [[0, 1], [2, 2], [10, 1], [null, 1]]],
	["rate", null, "", [3, 1, 3], [[1, 1], [3, 2]]],
	["checkbox", null, "", [true, false, null, true], [[false, 2], [true, 2]]],
	["date", { format: "YYYY-MM-DD" }, "", ["2024-05-09", "2024-05-31", "2023-12-31", null], [["2023-12", 1], ["2024-05", 2], [null, 1]]],
	["date", { format: "YYYY-MM-DD HH:mm" }, "day", ["2024-05-09 10:00", "2024-05-09 23:59", "2024-05-10 00:00"], [["2024-05-09", 2], ["2024-05-10", 1]]],
	["date", { format: "YYYY-MM-DD" }, "week", ["2024-05-05", "2024-05-09", "2024-05-11", "2024-05-12"], [["2024-05-05", 3], ["2024-05-12", 1]]],
	["date", { format: "YYYY-MM-DD" }, "quartar", ["2024-01-01", "2024-03-31", "2024-04-01", "2024-12-31"], [["2024-Q1", 2], ["2024-Q2", 1], ["2024-Q4", 1]]],
	["date", { format: "YYYY-MM-DD" }, "quarter", ["2024-06-30"], [["2024-Q2", 1]]],
	["date", { format: "YYYY-MM-DD" }, "year", ["2024-01-01", "2023-06-06"], [["2023", 1], ["2024", 1]]],
	["single-select", options("high", "low"), "", ["low", "high", null, "low"], [["100", 1], ["101", 2], [null, 1]]],
	["multiple-select", options("a", "b"), "", [["b", "a"], ["a", "b"], ["b"], []], [[["100", "101"], 2], [["101"], 1], [null, 1]]],
	["email", null, "", ["a10@x.org", "a2@x.org"], [["a2@x.org", 1], ["a10@x.org", 1]]],
	["geolocation", { geo_format: "province_city" }, "", [{ province: "B", city: "x" }, { province: "A", city: "y" }, { province: "B", city: "z" }, null], [["A", 1], ["B", 2], [null, 1]]],
	["geolocation", { geo_format: "province_city" }, "city", [{ province: "B", city: "x" }, { province: "A", city: "x" }], [["x", 2]]],
	["formula", { formula: "left({Name}, 1)" }, "", [null, null], [["r", 2]]],
];

for (const [i, [type, data, count_type, cells, expected]] of cases.entries()) {
	test(`groups by ${type}${count_type ? ` and ${count_type}` : ""}, case ${i}`, async () => {
		const table = `G${i}`;
		await base.createTable(table, [["Name", "text"], ["Value", type, data ?? undefined]]);
		await base.append(table, cells.map((Value, n) => ({ Name: `r${n}`, ...(Value !== null && { Value }) })));
		for (const sort_type of ["up", "down"]) {
			await setView(table, { groupbys: [{ column_name: "Value", sort_type, count_type }] });
			const { count, groups } = await summarize(table, { grouped: true });
			assert.equal(count, cells.length);
			const filled = expected.filter(([value]) => value !== null);
			const empty = expected.filter(([value]) => value === null);
			assert.deepEqual(shape(groups), [...(sort_type === "up" ? filled : filled.toReversed()), ...empty]);
		}
	});
}

test("three levels; rows come group by group, in the view's order within each", async () => {
	await base.createTable("Deep", [["Name", "text"], ["A", "single-select", options("x", "y")], ["B", "checkbox"], ["C", "number"], ["D", "text"]]);
	const rows = Array.from({ length: 200 }, (_, n) => ({ Name: `r${n}`, A: ["y", "x", null][n % 3], B: n % 2 === 0, C: [3, 1, null, 2, 3][n % 5], D: "same" }));
	await base.append("Deep", rows);
	await setView("Deep", {
		groupbys: [{ column_name: "A", sort_type: "down" }, { column_name: "B" }, { column_name: "C" }, { column_name: "D" }],
		sorts: [{ column_name: "Name", sort_type: "down" }],
		filters: [{ column_name: "Name", filter_predicate: "contains", filter_term: "1" }],
	});
	const answer = await summarize("Deep", { grouped: true, summaries: [{ column_name: "C", method: "sum" }, { column_name: "Name", method: "unique" }] });
	const listed = await base.rows("Deep", { view_name: "Default View", grouped: true });
	const kept = rows.filter(({ Name }) => Name.includes("1"));
	assert.equal(answer.count, kept.length);
	assert.deepEqual(answer.summaries, [kept.reduce((sum, { C }) => sum + (C ?? 0), 0), kept.length]);
	const places = [];
	const walk = (groups, path) => {
		for (const group of groups) {
			const at = [...path, group.value];
			if (group.groups) {
				assert.equal(group.groups.reduce((sum, { count }) => sum + count, 0), group.count);
				walk(group.groups, at);
			} else for (let n = 0; n < group.count; n++) places.push(at);
		}
	};
	walk(answer.groups, []);
	const ids = { x: "100", y: "101" };
	assert.deepEqual(listed.map((row) => [ids[row.A] ?? null, row.B, row.C ?? null]), places);
	const within = new Map();
	for (const row of listed) within.set(`${row.A} ${row.B} ${row.C}`, [...(within.get(`${row.A} ${row.B} ${row.C}`) ?? []), row.Name]);
	for (const names of within.values())
		assert.deepEqual(names, names.toSorted((a, b) => b.localeCompare(a, "en", { numeric: true })));
	// Without being asked for, groups change nothing: the order is the view's.
	const plain = await base.rows("Deep", { view_name: "Default View" });
	assert.deepEqual(plain.map((row) => row.Name), kept.map((row) => row.Name).sort((a, b) => b.localeCompare(a, "en", { numeric: true })));
	// Page by page, by cursor too.
	const paged = [];
	for (let cursor; ; ) {
		const search = new URLSearchParams({ table_name: "Deep", view_name: "Default View", grouped: true, limit: 7, convert_keys: true, ...(cursor && { cursor }) });
		const page = await base.call("GET", `rows/?${search}`);
		paged.push(...page.rows.map((row) => row.Name));
		cursor = page.next_cursor;
		if (!cursor) break;
	}
	assert.deepEqual(paged, listed.map((row) => row.Name));
});

test("a call may ask for groups of its own, of a view's rows or of all", async () => {
	const groupbys = [{ column_name: "B", sort_type: "down" }];
	const ofView = await summarize("Deep", { groupbys });
	assert.equal(ofView.groups.length, 2);
	assert.equal(ofView.groups[0].value, true);
	assert.equal(ofView.groups[0].count + ofView.groups[1].count, ofView.count);
	const all = await summarize("Deep", { view_name: undefined, groupbys });
	assert.deepEqual(shape(all.groups), [[true, 100], [false, 100]]);
	assert.match((await base.refused("POST", "summarize-rows/", { table_name: "Deep", groupbys: "B" })).message, /groupbys/);
	assert.deepEqual((await summarize("Deep", { groupbys: [{ column_name: "None" }] })).groups, undefined);
});

test("links and people group as whole sets", async () => {
	await base.createTable("Other", [["Name", "text"]]);
	const { row_ids: others } = await base.append("Other", [{ Name: "n2" }, { Name: "n10" }]);
	await base.createTable("Linked", [["Name", "text"], ["Who", "collaborator"]]);
	await base.call("POST", "columns/", { table_name: "Linked", column_name: "Link", column_type: "link", column_data: { table: "Linked", other_table: "Other" } });
	const { row_ids: ids } = await base.append("Linked", [{ Name: "a" }, { Name: "b" }, { Name: "c" }]);
	const { link_id } = (await base.call("GET", "columns/?table_name=Linked")).columns.find(({ name }) => name === "Link").data;
	await base.call("POST", "links/", { table_name: "Linked", other_table_name: "Other", link_id, other_rows_ids_map: { [ids[0]._id]: [others[1]._id], [ids[1]._id]: [others[0]._id] } });
	await setView("Linked", { groupbys: [{ column_name: "Link" }] });
	assert.deepEqual(shape((await summarize("Linked", { grouped: true })).groups), [["n2", 1], ["n10", 1], [null, 1]]);
	await setView("Linked", { groupbys: [{ column_name: "Who" }] });
	assert.deepEqual(shape((await summarize("Linked", { grouped: true })).groups), [[null, 3]]);
});

test("sums of each kind", async () => {
	await base.createTable("Sums", [["Name", "text"], ["N", "number"], ["D", "date", { format: "YYYY-MM-DD" }], ["B", "checkbox"], ["L", "long-text"], ["F", "formula", { formula: "{N}*2" }]]);
	await base.append("Sums", [{ Name: "a", N: 4, D: "2024-02-01", B: true, L: "x" }, { Name: "a", N: 1, D: "2024-01-01" }, { Name: "", N: 2.5, B: true }, { Name: "b" }]);
	const asked = [
		["N", "sum", 7.5], ["N", "average", 2.5], ["N", "median", 2.5], ["N", "min", 1], ["N", "max", 4], ["N", "filled", 3], ["N", "empty", 1], ["N", "unique", 3],
		["D", "min", "2024-01-01"], ["D", "max", "2024-02-01"], ["B", "checked", 2], ["B", "unchecked", 2], ["Name", "filled", 3], ["Name", "unique", 2],
		["L", "filled", 1], ["L", "empty", 3], ["F", "sum", 15], ["F", "median", 3.5],
	];
	const { summaries } = await summarize("Sums", { summaries: asked.map(([column_name, method]) => ({ column_name, method })) });
	assert.deepEqual(summaries.map((value, i) => [asked[i][0], asked[i][1], value]), asked);
	const key = await keyOf("Sums", "N");
	assert.deepEqual((await summarize("Sums", { summaries: [{ column_key: key, method: "sum" }] })).summaries, [7.5]);
	await setView("Sums", { filters: [{ column_name: "Name", filter_predicate: "is", filter_term: "nothing" }] });
	assert.deepEqual(await summarize("Sums", { summaries: [{ column_key: key, method: "sum" }, { column_key: key, method: "filled" }] }), { count: 0, summaries: [null, 0] });
});

test("what can't be summed is refused", async () => {
	const refused = async (body, status, text) => {
		const reply = await base.refused("POST", "summarize-rows/", { table_name: "Sums", ...body });
		assert.equal(reply.status, status);
		assert.match(reply.message, text);
	};
	await refused({ summaries: [{ column_name: "Name", method: "sum" }] }, 400, /method/);
	await refused({ summaries: [{ column_name: "N", method: "product" }] }, 400, /method/);
	await refused({ summaries: [{ column_name: "N" }] }, 400, /method/);
	await refused({ summaries: [{ column_name: "None", method: "sum" }] }, 404, /None/);
	await refused({ summaries: "sum" }, 400, /summaries/);
	await refused({ summaries: Array.from({ length: 201 }, () => ({ column_name: "N", method: "sum" })) }, 400, /summaries/);
	await refused({ table_name: "None" }, 404, /table not found/);
	await refused({ view_name: "None" }, 404, /None/);
});

test("more than 10,000 groups are refused, and told", async () => {
	await base.createTable("Many", [["Name", "text"]]);
	for (let page = 0; page < 11; page++) await base.append("Many", Array.from({ length: 1000 }, (_, n) => ({ Name: `${page} ${n}` })));
	await setView("Many", { groupbys: [{ column_name: "Name" }] });
	const { status, message } = await base.refused("POST", "summarize-rows/", { table_name: "Many", view_name: "Default View", grouped: true });
	assert.equal(status, 400);
	assert.match(message, /10000/);
});

test("a filter that makes no sense leaves nothing, and says so", async () => {
	await base.createTable("Wrong", [["Name", "text"]]);
	await base.append("Wrong", [{ Name: "a" }]);
	await setView("Wrong", { filters: [{ column_key: "zzzz", filter_predicate: "is", filter_term: "a" }], groupbys: [{ column_name: "Name" }] });
	assert.deepEqual(await summarize("Wrong", { grouped: true }), { count: 0, summaries: [], groups: [], error_message: "the column to filter does not exist" });
});

test("archived rows are neither counted nor grouped", async () => {
	await base.createTable("Old", [["Name", "text"]]);
	await base.append("Old", [{ Name: "a" }, { Name: "b" }]);
	await base.call("POST", "archive-view/", { table_name: "Old", where: "Name = 'a'" });
	await setView("Old", { groupbys: [{ column_name: "Name" }] });
	assert.deepEqual(shape((await summarize("Old", { grouped: true })).groups), [["b", 1]]);
});

/* ---- colours ---- */

async function colored(table, row_ids) {
	const { colors } = await base.call("POST", "color-rows/", { table_name: table, view_name: "Default View", row_ids });
	return row_ids.map((id) => colors[id] ?? null);
}

test("rows are coloured by a column, by rules, by values that repeat", async () => {
	await base.createTable("Colors", [["Name", "text"], ["State", "single-select", options("open", "done")], ["N", "number"]]);
	const { row_ids } = await base.append("Colors", [{ Name: "a", State: "open", N: 1 }, { Name: "b", State: "done", N: 5 }, { Name: "a", N: 9 }, { N: 9 }, { Name: "" }]);
	const ids = row_ids.map(({ _id }) => _id);
	assert.deepEqual(await colored("Colors", ids), [null, null, null, null, null]);
	const State = await keyOf("Colors", "State");
	const [Name, N] = [await keyOf("Colors", "Name"), await keyOf("Colors", "N")];
	await setView("Colors", { colorbys: { type: "by_column", color_by_column: State } });
	assert.deepEqual(await colored("Colors", ids), ["#000000", "#000001", null, null, null]);
	const rule = (color, filters, filter_conjunction = "And") => ({ color, filters, filter_conjunction });
	await setView("Colors", { colorbys: { type: "by_rules", color_by_rules: [
		rule("#111111", []),
		rule("#222222", [{ column_key: "zzzz", filter_predicate: "is", filter_term: "a" }]),
		rule("#333333", [{ column_key: N, filter_predicate: "greater", filter_term: 4 }, { column_key: Name, filter_predicate: "is", filter_term: "b" }]),
		rule("#444444", [{ column_key: N, filter_predicate: "greater", filter_term: 4 }, { column_key: Name, filter_predicate: "is", filter_term: "a" }], "Or"),
	] } });
	assert.deepEqual(await colored("Colors", ids), ["#444444", "#333333", "#444444", "#444444", null]);
	await setView("Colors", { colorbys: { type: "by_duplicate_values", color_by_duplicate_column_keys: [Name] } });
	assert.deepEqual(await colored("Colors", ids), ["#F4667C", null, "#F4667C", null, null]);
	await setView("Colors", { colorbys: { type: "by_duplicate_values", color_by_duplicate_column_keys: [Name, N] } });
	assert.deepEqual(await colored("Colors", ids), [null, null, null, null, null]);
	// With a filter of the view, only its rows repeat.
	await setView("Colors", { colorbys: { type: "by_duplicate_values", color_by_duplicate_column_keys: [Name] }, filters: [{ column_key: N, filter_predicate: "less", filter_term: 6 }] });
	assert.deepEqual(await colored("Colors", ids.slice(0, 2)), [null, null]);
});

test("colours: what is asked wrong", async () => {
	const refused = async (body, status, text) => {
		const reply = await base.refused("POST", "color-rows/", { table_name: "Colors", view_name: "Default View", ...body });
		assert.equal(reply.status, status);
		assert.match(reply.message, text);
	};
	await refused({}, 400, /row_ids/);
	await refused({ row_ids: [1] }, 400, /row_ids/);
	await refused({ row_ids: Array.from({ length: 1001 }, () => "x") }, 400, /1000/);
	await refused({ row_ids: ["x"], view_name: "None" }, 404, /None/);
	assert.deepEqual(await colored("Colors", ["unknown"]), [null]);
	await setView("Colors", { colorbys: { type: "by_column", color_by_column: "zzzz" }, filters: [] });
	const [row] = await base.rows("Colors");
	assert.deepEqual(await colored("Colors", [row._id]), [null]);
	await setView("Colors", { colorbys: { type: "something" } });
	assert.deepEqual(await colored("Colors", [row._id]), [null]);
});

test("views move to another place", async () => {
	await base.createTable("Placed", [["Name", "text"]]);
	for (const name of ["B", "C", "D"]) await base.call("POST", "views/?table_name=Placed", { name });
	const order = async () => (await base.call("GET", "views/?table_name=Placed")).views.map(({ name }) => name);
	await setView("Placed", { position: 0 }, "C");
	assert.deepEqual(await order(), ["C", "Default View", "B", "D"]);
	await setView("Placed", { position: 2 }, "C");
	assert.deepEqual(await order(), ["Default View", "B", "C", "D"]);
	await setView("Placed", { position: 99 }, "Default View");
	assert.deepEqual(await order(), ["B", "C", "D", "Default View"]);
	await setView("Placed", { position: 3 }, "Default View");
	assert.deepEqual(await order(), ["B", "C", "D", "Default View"]);
	for (const position of [-1, 0.5, "1", null]) {
		const { status, message } = await base.refused("PUT", "views/B/?table_name=Placed", { position });
		assert.equal(status, 400);
		assert.match(message, /position/);
	}
	await base.call("DELETE", "views/C/?table_name=Placed");
	await setView("Placed", { position: 0 }, "D");
	assert.deepEqual(await order(), ["D", "B", "Default View"]);
	const view = (await base.call("GET", "views/D/?table_name=Placed"));
	assert.equal("position" in view, false);
});
