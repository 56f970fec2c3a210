// Tables (base-operations 17 to 19).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase();
});

after(() => server.stop());

async function tableNames() {
	return (await base.call("GET", "metadata/")).metadata.tables.map((table) => table.name);
}

test("create without columns: one text column Name, one view, no rows", async () => {
	for (const body of [{ table_name: "Plain" }, { table_name: "Listed", columns: [], lang: "en" }]) {
		const table = await base.call("POST", "tables/", body);
		assert.equal(table.name, body.table_name);
		assert.match(table._id, /^[0-9A-Za-z]{4}$/);
		assert.deepEqual(table.columns.map(({ key, name, type }) => [key, name, type]), [["0000", "Name", "text"]]);
		assert.deepEqual(table.views.map(({ _id, name }) => [_id, name]), [["0000", "Default View"]]);
		assert.deepEqual(table.rows, []);
		assert.deepEqual(table.id_row_map, {});
		assert.deepEqual(table.view_structure, { folders: [], view_ids: ["0000"] });
		assert.equal(table.is_header_locked, false);
		assert.deepEqual(await base.rows(body.table_name), []);
	}
	const chinese = await base.call("POST", "tables/", { table_name: "Zh", lang: "zh-cn" });
	assert.notEqual(chinese.columns[0].name, "Name");
});

test("given columns replace the default one", async () => {
	const table = await base.createTable("Orders", [
		["Number", "number"], ["State", "single-select", { options: [{ name: "open", color: "#aaa" }] }], ["Due", "date"],
	]);
	assert.deepEqual(table.columns.map(({ name, type }) => [name, type]),
		[["Number", "number"], ["State", "single-select"], ["Due", "date"]]);
	assert.equal(table.columns[0].key, "0000");
	assert.equal(table.columns[1].data.options[0].name, "open");
	assert.equal(table.columns[1].data.options[0].color, "#aaa");
	assert.match(table.columns[1].data.options[0].id, /^\d+$/);
	assert.equal(table.columns[2].data.format, "YYYY-MM-DD");
	assert.deepEqual((await base.call("GET", "columns/?table_name=Orders")).columns, table.columns);
});

test("what can't be a table is refused", async () => {
	const bad = [
		{}, { table_name: "" }, { table_name: "   " }, { table_name: null }, { table_name: "Table1" }, { table_name: "x".repeat(300) },
		{ table_name: "a\u0000b" }, { table_name: "a\nb" }, { table_name: "X", columns: "a" },
		{ table_name: "X", columns: [{ column_name: "A", column_type: "no-such-type" }] },
		{ table_name: "X", columns: [{ column_name: "A", column_type: "image" }] },
		{ table_name: "X", columns: [{ column_name: "A" }, { column_name: "A" }] },
		{ table_name: "X", columns: [1] }, { table_name: "X", columns: [{}] },
	];
	for (const body of bad) {
		const reply = await base.refused("POST", "tables/", body);
		assert.equal(reply.status, 400, JSON.stringify(body));
	}
	assert.ok(!(await tableNames()).includes("X"));
});

test("rename", async () => {
	const { _id } = await base.call("POST", "tables/", { table_name: "Old" });
	assert.deepEqual(await base.call("PUT", "tables/", { table_name: "Old", new_table_name: "New" }), { success: true });
	const tables = (await base.call("GET", "metadata/")).metadata.tables;
	assert.equal(tables.find((table) => table._id === _id).name, "New");
	assert.equal((await base.refused("PUT", "tables/", { table_name: "Old", new_table_name: "Newer" })).status, 404);
	assert.equal((await base.refused("PUT", "tables/", { table_name: "New", new_table_name: "Table1" })).status, 400);
	assert.equal((await base.refused("PUT", "tables/", { table_name: "New" })).status, 400);
	assert.deepEqual(await base.call("PUT", "tables/", { table_name: "New", new_table_name: "New" }), { success: true });
});

test("delete, but not the last one", async () => {
	const small = await server.createBase();
	await small.call("POST", "tables/", { table_name: "Second" });
	assert.deepEqual(await small.call("DELETE", "tables/", { table_name: "Table1" }), { success: true });
	assert.equal((await small.refused("DELETE", "tables/", { table_name: "Table1" })).status, 404);
	assert.equal((await small.refused("DELETE", "tables/", { table_name: "Second" })).status, 400);
	assert.equal((await small.refused("GET", "rows/?table_name=Table1")).status, 404);
	const again = await small.call("POST", "tables/", { table_name: "Table1" });
	assert.equal(again.name, "Table1");
	assert.deepEqual(await small.rows("Table1"), []);
});

test("at most 200 tables", async () => {
	const many = await server.createBase();
	for (let i = 1; i < 200; i++) await many.call("POST", "tables/", { table_name: `T${i}` });
	const reply = await many.refused("POST", "tables/", { table_name: "one too many" });
	assert.deepEqual(reply, { status: 400, message: "Number of tables exceeds 200 limit", type: "exceed_tables_limit" });
});

test("unknown tables", async () => {
	const calls = [
		["GET", "rows/?table_name=Nothing"], ["GET", "rows/"], ["GET", "columns/?table_name=Nothing"], ["GET", "views/?table_id=zzzz"],
		["POST", "rows/", { table_name: "Nothing", rows: [{ Name: "x" }] }], ["DELETE", "tables/", { table_name: "Nothing" }],
		["POST", "columns/", { table_name: "Nothing", column_name: "A" }], ["DELETE", "rows/", { row_ids: ["x"] }],
		["PUT", "rows/", { table_name: "table1", updates: [{ row_id: "x", row: {} }] }],
	];
	for (const [method, path, body] of calls) {
		const reply = await base.refused(method, path, body);
		assert.deepEqual([reply.status, reply.message], [404, "table not found"], `${method} ${path}`);
	}
});
