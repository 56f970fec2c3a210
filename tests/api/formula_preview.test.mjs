// What a formula would give before it is saved: the values that its column would show, and the errors that saving it would
// meet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer({ args: ["--time-zone", "Europe/Berlin"] });
	base = await server.createBase();
	await base.createTable("Items", [
		["Name", "text"], ["Price", "number", { format: "euro" }], ["Day", "date"], ["Done", "checkbox"],
		["Tags", "multiple-select", { options: [{ id: "1", name: "new" }, { id: "2", name: "old" }] }],
	]);
	await base.append("Items", [
		{ Name: "Lamp", Price: 12.5, Day: "2024-03-07", Done: true, Tags: ["old", "new"] }, { Name: "Desk", Price: 0 }, { Name: "Chair" },
	]);
});
after(() => server.stop());

const body = (formula, more) => ({ table_name: "Items", formula, ...more });
const preview = (formula, more) => base.call("POST", "preview-formula/", body(formula, more));
const values = ({ rows }) => rows.map(({ value }) => value);
const makeColumn = (column_name, formula) =>
	base.request("POST", "columns/", { json: { table_name: "Items", column_name, column_type: "formula", column_data: { formula } } });
const metadata = async () => JSON.stringify(await base.call("GET", "metadata/"));

test("values and settings are those of the column that saving makes, and nothing is stored", async () => {
	for (const [i, formula] of [
		"{Price}*2", "{Price}", "upper({Name})", "{Price}>10", "{Day}+1", "100/{Price}", "{Tags}", "if({Done}, 'yes', 1)", "now()", "year({Day})", "''",
	].entries()) {
		const before = await metadata();
		const { column_data, rows } = await preview(formula);
		assert.equal(await metadata(), before);
		const reply = await makeColumn(`C${i}`, formula);
		assert.deepEqual(column_data, reply.json.data, formula);
		const listed = (await base.call("GET", "rows/?table_name=Items")).rows;
		const expected = listed.map((row) => ({ _id: row._id, value: row[reply.json.key] }));
		if (formula === "now()") assert.ok(rows.every(({ value }) => value.startsWith("20")));
		else assert.deepEqual(rows, expected, formula);
		await base.call("DELETE", "columns/", { table_name: "Items", column: `C${i}` });
	}
});

test("linked columns and lists", async () => {
	await base.createTable("Orders", [["No", "text"], ["Amount", "number"]]);
	const { row_ids: orders } = await base.append("Orders", [{ No: "a", Amount: 5 }, { No: "b", Amount: 7 }]);
	const link = await base.call("POST", "columns/", { table_name: "Items", column_name: "Orders", column_type: "link", column_data: { table: "Items", other_table: "Orders" } });
	const [{ _id }] = await base.rows("Items");
	const tables = (await base.call("GET", "metadata/")).metadata.tables;
	const id = (name) => tables.find((table) => table.name === name)._id;
	await base.call("POST", "links/", {
		table_id: id("Items"), other_table_id: id("Orders"), link_id: link.data.link_id, other_rows_ids_map: { [_id]: orders.map((row) => row._id) },
	});
	const list = await preview("{Orders.Amount}");
	assert.deepEqual([list.column_data.result_type, list.column_data.array_type, list.rows[0].value], ["array", "number", [5, 7]]);
	assert.deepEqual(values(await preview("rollup('Orders', 'Amount', 'sum')", { limit: 1 })), [12]);
});

test("the rows are the first ones of the view, in its order, without the archive", async () => {
	await base.createTable("Seen", [["Name", "text"], ["N", "number"]]);
	const { row_ids } = await base.append("Seen", Array.from({ length: 30 }, (_, N) => ({ Name: `r${N}`, N })));
	const names = async (more) => values(await base.call("POST", "preview-formula/", { table_name: "Seen", formula: "{Name}", ...more }));
	assert.deepEqual(await names(), ["r0", "r1", "r2", "r3", "r4"], "five unless asked for more");
	assert.equal((await names({ limit: 20 })).length, 20);
	await base.call("PUT", "views/Default%20View/?table_name=Seen", {
		sorts: [{ column_name: "N", sort_type: "down" }], filters: [{ column_name: "N", filter_predicate: "less", filter_term: 10 }],
	});
	assert.deepEqual(await names({ view_name: "Default View", limit: 3 }), ["r9", "r8", "r7"]);
	await base.call("POST", "archive-view/", { table_name: "Seen", view_name: "Default View" });
	assert.deepEqual(await names({ view_name: "Default View" }), [], "all that it shows are archived");
	assert.equal(row_ids.length, 30);
	await base.createTable("Empty", [["Name", "text"]]);
	assert.deepEqual((await base.call("POST", "preview-formula/", { table_name: "Empty", formula: "1+1" })).rows, []);
});

test("errors are those of making the column, at the same place", async () => {
	for (const formula of ["", " ", "{Nobody}+1", "'ä🧮' & {Nope}", "foo(1)", "round()", "5>'4'", "1+", "(1", "{Name", "x".repeat(10_001)]) {
		const made = await makeColumn("Bad", formula);
		const seen = await base.request("POST", "preview-formula/", { json: body(formula) });
		assert.equal(seen.status, 400, formula);
		assert.deepEqual(seen.json, made.json);
	}
	const { error_place } = (await base.request("POST", "preview-formula/", { json: body("'ä🧮' & {Nope}") })).json;
	assert.deepEqual(error_place, { from: 7, to: 13 });
	const word = (await base.request("POST", "preview-formula/", { json: body("1 + price") })).json.error_place;
	assert.deepEqual(word, { from: 4, to: 9 }, "the whole word");
});

test("a column's formula may not come back to itself", async () => {
	const { key } = (await makeColumn("A", "{Price}")).json;
	await makeColumn("B", "{A}+1");
	for (const formula of ["{A}", "{B}*2"])
		for (const column_key of [key, "A"]) {
			const { status, message } = await base.refused("POST", "preview-formula/", body(formula, { column_key }));
			assert.equal(status, 400);
			assert.match(message, /circle/);
		}
	assert.deepEqual(values(await preview("{B}+1")), [14.5, 2, 2], "of a new column it is no circle");
	assert.deepEqual(values(await preview("{Price}+1", { column_key: key })), [13.5, 1, 1]);
});

test("what is asked for must make sense", async () => {
	for (const [json, status] of [
		[{ table_name: "Items" }, 400], [body(null), 400], [body("1", { limit: 0 }), 400], [body("1", { limit: 21 }), 400], [body("1", { limit: "x" }), 400],
		[body("1", { column_key: "nope" }), 404], [body("1", { view_name: "Nope" }), 404], [body("1", { table_name: "Nope" }), 404], [[], 400],
	])
		assert.equal((await base.refused("POST", "preview-formula/", json)).status, status, JSON.stringify(json));
});

test("a token that reads is enough; another base's, or none, is not", async () => {
	const reader = await base.baseToken("r");
	const path = "preview-formula/";
	assert.equal((await base.request("POST", path, { token: reader, json: body("1+1") })).status, 200);
	const other = await server.createBase();
	assert.equal((await base.request("POST", path, { token: other.token, json: body("1+1") })).status, 403);
	assert.ok([401, 403].includes((await base.request("POST", path, { token: undefined, json: body("1+1") })).status));
});

test("a formula that would run for long is ended, and others go on meanwhile", async () => {
	await base.createTable("Many", [["Name", "text"], ["N", "number"]]);
	await base.createTable("One", [["Name", "text"]]);
	const ids = [];
	for (let i = 0; i < 5; i++) ids.push(...(await base.append("Many", Array.from({ length: 1000 }, (_, n) => ({ Name: `n${i}${n}`, N: n })))).row_ids.map((row) => row._id));
	const { row_ids: [one] } = await base.append("One", [{ Name: "one" }]);
	const link = await base.call("POST", "columns/", { table_name: "One", column_name: "All", column_type: "link", column_data: { table: "One", other_table: "Many" } });
	const tables = (await base.call("GET", "metadata/")).metadata.tables;
	const id = (name) => tables.find((table) => table.name === name)._id;
	await base.call("POST", "links/", { table_id: id("One"), other_table_id: id("Many"), link_id: link.data.link_id, other_rows_ids_map: { [one._id]: ids } });
	const heavy = `len(${Array.from({ length: 40 }, (_, i) => `substitute(rept({Name}, 20000), '${i}', 'xy')`).join("&")})>0`;
	const formula = Array.from({ length: 8 }, () => `countlinks('All', "${heavy}")`).join("+");
	const started = Date.now();
	const slow = base.request("POST", "preview-formula/", { json: { table_name: "One", formula } });
	assert.equal((await base.request("GET", "rows/?table_name=Items")).status, 200);
	const reply = await slow;
	assert.equal(reply.status, 400, reply.text);
	assert.equal(reply.json.error_message, "query exceeds the execution limit");
	assert.ok(Date.now() - started < 30_000, `${Date.now() - started} ms`);
	assert.deepEqual(values(await preview("1+1", { limit: 1 })), [2], "its connection is good again");
});
