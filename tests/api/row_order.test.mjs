// Sorting (views.md 4): each type in its own order, in both directions, by order_by and by a view's sorts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer({ args: ["--time-zone", "UTC", "--log-level", "warn"] });
	base = await server.createBase();
});

after(() => server.stop());

const options = (...names) => ({ options: names.map((name) => ({ name })) });
const twelve = options("o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9", "o10", "o11");

/* [what, type, settings, cells in ascending order]. Cells of one inner list are equal: they keep the table's order. */
const orders = [
	["letters before case, digits as numbers", "text", null, [["10 apples"], ["apple"], ["Apple"], ["Banana"], ["cherry"], ["File 2"],
		["File 10"], ["file 11"], ["R9"], ["R10"], ["v1.2"], ["v1.10"], ["Zürich"], ["\u05d0"]]],
	["a before A, equal texts", "text", null, [["a", "a"], ["A"], ["á"], ["b"]]],
	["number", "number", null, [[-1e10], [-2], [-1.5], [0, 0], [0.1], [2], [10], [1e300]]],
	["rate", "rate", null, [[1], [2, 2], [10]]],
	["duration", "duration", { duration_format: "h:mm:ss" }, [["-1:00:00"], [0], ["0:00:59"], ["0:59:00"], ["9:00:00"], ["10:00:00"]]],
	["date", "date", { format: "DD.MM.YYYY" }, [["0099-12-31"], ["1999-12-31"], ["2026-01-02", "2026-01-02"], ["2026-02-01"], ["2026-10-01"]]],
	["date and time", "date", { format: "M/D/YYYY HH:mm" }, [["2026-01-02 00:00"], ["2026-01-02 09:59"], ["2026-01-02 10:00"], ["2026-10-01 00:00"]]],
	["single-select by place, not by name", "single-select", options("high", "low", "middle", "2", "10"), [["high"], ["low", "low"], ["middle"], ["2"], ["10"]]],
	["multiple-select by places, a prefix first", "multiple-select", twelve, [[["o0"]], [["o0", "o2"], ["o2", "o0"]], [["o9", "o0"]], [["o10", "o0"]],
		[["o2"]], [["o2", "o10"]], [["o9"]], [["o10"]], [["o11"]]]],
	["email", "email", null, [["a2@x.org"], ["a10@x.org"], ["B@x.org"]]],
	["url", "url", null, [["https://x.org/2"], ["https://x.org/10"], ["https://Y.org/"]]],
	["text under its old name", "default", null, [["File 2"], ["File 10"]]],
	["department", "department-single-select", null, [[2], [10], [11]]],
];

/** Appends cells in an order that is none, some of them empty: {names in ascending order, names of the empty ones}. */
async function fill(table, type, data, ascending) {
	await base.createTable(table, [["Name", "text"], ["Value", type, data ?? undefined]]);
	const cells = ascending.flatMap((equal, rank) => equal.map((Value, i) => ({ Name: `${rank}.${i}`, Value })));
	const half = Math.ceil(cells.length / 2);
	const rows = [{ Name: "empty 0" }];
	/* Equal cells stay in order, the rest is torn apart: from the end of one half to the end of the other. */
	const keys = ascending.map((_, rank) => (rank * 7 + 3) % ascending.length);
	const torn = cells.map((row, i) => [keys[Number(row.Name.split(".")[0])] ?? i, row]);
	torn.sort((a, b) => b[0] - a[0] || a[1].Name.localeCompare(b[1].Name));
	rows.push(...torn.map(([, row]) => row));
	rows.splice(half, 0, { Name: "empty 1", Value: null });
	rows.push({ Name: "empty 2", Value: "" });
	await base.append(table, rows);
	const down = ascending.map((equal, rank) => equal.map((_, i) => `${rank}.${i}`)).reverse().flat();
	return { up: cells.map((row) => row.Name), down, empty: ["empty 0", "empty 1", "empty 2"] };
}

const names = async (table, query) => (await base.rows(table, query)).map((row) => row.Name);

for (const [i, [what, type, data, ascending]] of orders.entries()) {
	test(`by ${what}`, async () => {
		const table = `Order ${i}`;
		const { up, down, empty } = await fill(table, type, data, ascending);
		assert.deepEqual(await names(table, { order_by: "Value" }), [...up, ...empty]);
		assert.deepEqual(await names(table, { order_by: "Value", direction: "asc" }), [...up, ...empty]);
		assert.deepEqual(await names(table, { order_by: "Value", direction: "desc" }), [...down, ...empty]);
		assert.deepEqual(await names(table, { order_by: "Value", direction: "DESC", start: 1, limit: 2 }), [...down, ...empty].slice(1, 3));
		const view = (sort_type) => base.call("PUT", `views/0000/?table_name=${encodeURIComponent(table)}`, {
			sorts: [{ column_name: "Value", sort_type }],
		});
		await view("up");
		assert.deepEqual(await names(table, { view_id: "0000" }), [...up, ...empty]);
		await view("down");
		assert.deepEqual(await names(table, { view_id: "0000" }), [...down, ...empty]);
		assert.deepEqual(await names(table, { view_id: "0000", order_by: "Value" }), [...up, ...empty]);
	});
}

test("a checkbox is never empty: unticked and never set come before ticked, and last in reverse", async () => {
	await base.createTable("Ticks", [["Name", "text"], ["Value", "checkbox"]]);
	await base.append("Ticks", [{ Name: "t1", Value: true }, { Name: "f1", Value: false }, { Name: "n" }, { Name: "t2", Value: true }, { Name: "f2", Value: false }]);
	assert.deepEqual(await names("Ticks", { order_by: "Value" }), ["f1", "n", "f2", "t1", "t2"]);
	assert.deepEqual(await names("Ticks", { order_by: "Value", direction: "desc" }), ["t1", "t2", "f1", "n", "f2"]);
});

test("an option that was deleted is empty", async () => {
	await base.createTable("Gone", [["Name", "text"], ["One", "single-select"], ["Many", "multiple-select"]]);
	await base.append("Gone", [{ Name: "a", One: "x", Many: ["x", "y"] }, { Name: "b", One: "y", Many: ["y"] }]);
	for (const column of ["One", "Many"]) {
		await base.call("DELETE", "column-options/", { table_name: "Gone", column, option_names: ["x"] });
		assert.deepEqual(await names("Gone", { order_by: column }), column === "One" ? ["b", "a"] : ["a", "b"]);
		assert.deepEqual(await names("Gone", { order_by: column, direction: "desc" }), column === "One" ? ["b", "a"] : ["a", "b"]);
	}
});

test("by auto-number, creation and change", async () => {
	await base.createTable("System", [["Name", "text"], ["No", "auto-number", { format: "0", digits: 1 }], ["Made", "ctime"], ["Changed", "mtime"]]);
	const ids = [];
	for (let i = 0; i < 12; i++) ids.push((await base.append("System", [{ Name: `n${i}` }])).row_ids[0]._id);
	const made = ids.map((_, i) => `n${i}`);
	const reversed = [...made].reverse();
	assert.deepEqual(await names("System", { order_by: "No" }), made);
	assert.deepEqual(await names("System", { order_by: "No", direction: "desc" }), reversed);
	const times = async (query) => (await base.rows("System", query)).map((row) => [row.Made, row.Changed]);
	for (const id of [...ids].reverse()) await base.call("PUT", "rows/", { table_name: "System", row_id: id, row: { Name: `n${ids.indexOf(id)}` } });
	for (const [column, place] of [["Made", 0], ["Changed", 1]]) {
		const up = (await times({ order_by: column })).map((pair) => pair[place]);
		assert.deepEqual(up, [...up].sort());
		const down = (await times({ order_by: column, direction: "desc" })).map((pair) => pair[place]);
		assert.deepEqual(down, [...down].sort().reverse());
		assert.equal(new Set(up).size > 1, true);
	}
	assert.equal((await names("System", { order_by: "Changed", direction: "desc", limit: 1 })).length, 1);
});

test("what has no order is left in the table's", async () => {
	const types = ["long-text", "image", "file", "geolocation", "digital-sign", "button", "creator", "last-modifier"];
	await base.createTable("Unsorted", [["Name", "text"], ...types.map((type) => [type, type])]);
	await base.append("Unsorted", ["b", "c", "a"].map((Name) => ({ Name, "long-text": Name, image: [`https://example.org/${Name}.png`] })));
	for (const type of types) {
		for (const direction of ["asc", "desc"]) {
			assert.deepEqual(await names("Unsorted", { order_by: type, direction }), ["b", "c", "a"], type);
		}
	}
});

test("by the names of the persons", async () => {
	const persons = [["Zoe 10", "zoe@example.org"], ["Zoe 9", "nine@example.org"], ["adam", "yves@example.org"]];
	for (const [name, email] of persons) {
		await server.call("POST", "/api/v2.1/org/1/admin/users/", { token: server.admin.token, json: { email, name, password: "a long password" } });
		await server.call("POST", `/api/v2.1/workspace/${base.workspaceId}/dtable/${encodeURIComponent(base.base.name)}/share/`, {
			token: server.admin.token, form: { email, permission: "rw" },
		});
	}
	await base.createTable("Persons", [["Name", "text"], ["Who", "collaborator"]]);
	const rows = [["ten", ["Zoe 10"]], ["nobody", []], ["both", ["adam", "Zoe 9"]], ["nine", ["Zoe 9"]], ["adam", ["adam"]]];
	await base.append("Persons", rows.map(([Name, Who]) => ({ Name, Who })));
	assert.deepEqual(await names("Persons", { order_by: "Who" }), ["adam", "both", "nine", "ten", "nobody"]);
	assert.deepEqual(await names("Persons", { order_by: "Who", direction: "desc" }), ["ten", "nine", "both", "adam", "nobody"]);
});

test("a view's sorts: the first counts, ties fall to the next, then to the table's order; what can't be sorted is passed over", async () => {
	await base.createTable("Two keys", [["Name", "text"], ["State", "single-select", options("todo", "done")], ["Stock", "number"], ["Note", "long-text"]]);
	const rows = [["a", "done", 2], ["b", "todo", 1], ["c", null, 5], ["d", "todo", 10], ["e", "done", 2], ["f", "done", null], ["g", "todo", 1], ["h", null, 9]];
	await base.append("Two keys", rows.map(([Name, State, Stock]) => ({ Name, State, Stock, Note: Name })));
	const sorted = async (...sorts) => {
		const list = sorts.map(([column_name, sort_type]) => ({ column_name, sort_type }));
		await base.call("PUT", "views/0000/?table_name=Two%20keys", { sorts: list });
		return (await names("Two keys", { view_name: "Default View" })).join("");
	};
	assert.equal(await sorted(["State", "up"], ["Stock", "up"]), "bgdaefch");
	assert.equal(await sorted(["State", "up"], ["Stock", "down"]), "dbgaefhc");
	assert.equal(await sorted(["State", "down"], ["Stock", "up"]), "aefbgdch");
	assert.equal(await sorted(["Stock", "up"], ["State", "down"]), "bgaechdf");
	assert.equal(await sorted(["State", "down"], ["Name", "down"]), "feagdbhc");
	assert.equal(await sorted(["Note", "up"], ["State", "up"], ["Name", "up"]), "bdgaefch");
	assert.equal(await sorted(), "abcdefgh");
	await sorted(["Stock", "up"], ["Name", "down"]);
	await base.call("DELETE", "columns/", { table_name: "Two keys", column: "Stock" });
	assert.equal((await names("Two keys", { view_id: "0000" })).join(""), "hgfedcba");
});

test("computed columns sort by what they give: numbers, dates, texts, boxes, linked values; empty ones and errors last", async () => {
	const own = await server.createBase();
	const option = (id, name) => ({ id, name });
	await own.createTable("Makers", [["Maker", "text"], ["Rank", "number"], ["Kind", "single-select", { options: [option("1", "zinc"), option("2", "alu")] }], ["Fit", "checkbox"]]);
	await own.createTable("Parts", [["Part", "text"], ["Stock", "number"], ["Day", "date", { format: "YYYY-MM-DD" }]]);
	const add = (column_name, column_type, column_data) => own.call("POST", "columns/", { table_name: "Parts", column_name, column_type, column_data });
	await add("Negative", "formula", { formula: "0 - {Stock}" });
	await add("Share", "formula", { formula: "12 / {Stock}" });
	await add("Word", "formula", { formula: "if({Stock} > 0, concatenate(\"no \", {Stock}), \"\")" });
	await add("Later", "formula", { formula: "dateAdd({Day}, 1, \"days\")" });
	await add("Many", "formula", { formula: "{Stock} > 2" });
	const { data } = await add("Maker", "link", { table: "Parts", other_table: "Makers" });
	await add("Ranks", "link-formula", { formula: "lookup", link_column: "Maker", level1_linked_column: "Rank" });
	await add("Kinds", "link-formula", { formula: "lookup", link_column: "Maker", level1_linked_column: "Kind" });
	await add("Top", "link-formula", { formula: "rollup", link_column: "Maker", summary_column: "Rank", summary_method: "max" });
	const makers = (await own.append("Makers", [{ Maker: "M10", Rank: 1, Kind: "alu" }, { Maker: "M9", Rank: 3, Kind: "zinc", Fit: true }, { Maker: "a", Rank: 2 }])).row_ids.map(({ _id }) => _id);
	const parts = (await own.append("Parts", [
		{ Part: "a", Stock: 2, Day: "2026-03-01" }, { Part: "b", Stock: 10, Day: "2026-01-01" }, { Part: "c" }, { Part: "d", Stock: 3, Day: "2026-02-01" },
	])).row_ids.map(({ _id }) => _id);
	await own.call("POST", "links/", { link_id: data.link_id, table_name: "Parts", other_table_name: "Makers", other_rows_ids_map: { [parts[0]]: [makers[0]], [parts[1]]: [makers[1]], [parts[3]]: [makers[2], makers[0]] } });
	const sorted = async (column_name, sort_type) => {
		const { columns } = await own.call("GET", "columns/?table_name=Parts");
		await own.call("PUT", "views/Default%20View/?table_name=Parts", { sorts: [{ column_key: columns.find(({ name }) => name === column_name).key, sort_type }] });
		const whole = (await own.call("GET", "rows/?convert_keys=true&table_name=Parts&view_name=Default%20View")).rows.map(({ Part }) => Part).join("");
		let paged = "", cursor = "";
		do {
			const page = await own.call("GET", `rows/?convert_keys=true&table_name=Parts&view_name=Default%20View&limit=1${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
			paged += page.rows.map(({ Part }) => Part).join("");
			cursor = page.next_cursor ?? "";
		} while (cursor);
		assert.equal(paged, whole, `${column_name} by cursor`);
		return whole;
	};
	for (const [column, up, down] of [
		["Negative", "bdac", "cadb"], ["Share", "bdac", "adbc"], ["Word", "adbc", "bdac"], ["Later", "bdac", "adbc"], ["Many", "acbd", "bdac"],
		["Maker", "dbac", "abdc"], ["Ranks", "adbc", "bdac"], ["Kinds", "badc", "adbc"], ["Top", "adbc", "bdac"],
	]) {
		assert.equal(await sorted(column, "up"), up, column);
		assert.equal(await sorted(column, "down"), down, column);
	}
});

