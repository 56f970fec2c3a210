// Columns (base-operations 26 to 30).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer({ args: ["--time-zone", "UTC"] });
	base = await server.createBase();
});

after(() => server.stop());

let tables = 0;

async function newTable(columns = [["Name", "text"], ["Stock", "number"], ["State", "single-select"]]) {
	const name = `Table ${++tables + 1}`;
	await base.createTable(name, columns);
	return name;
}

const list = async (table) => (await base.call("GET", `columns/?${new URLSearchParams({ table_name: table })}`)).columns;
const names = async (table) => (await list(table)).map((column) => column.name);
const change = (table, op_type, column, more) => base.call("PUT", "columns/", { table_name: table, op_type, column, ...more });

test("insert: a text column by default, at the end, or right of another", async () => {
	const table = await newTable();
	const plain = await base.call("POST", "columns/", { table_name: table, column_name: "Plain" });
	assert.equal(plain.type, "text");
	assert.match(plain.key, /^[0-9A-Za-z]{4}$/);
	const beside = await base.call("POST", "columns/", {
		table_name: table, column_name: "Beside", column_type: "checkbox", anchor_column: "Name",
	});
	assert.equal(beside.type, "checkbox");
	assert.deepEqual(await names(table), ["Name", "Beside", "Stock", "State", "Plain"]);
	await base.call("POST", "columns/", { table_name: table, column_name: "By key", anchor_column: beside.key });
	assert.deepEqual(await names(table), ["Name", "Beside", "By key", "Stock", "State", "Plain"]);
	assert.equal((await base.rows(table)).length, 0);
});

test("every type that holds data, with the settings that clients need", async () => {
	const table = await newTable();
	const data = {
		"text": null, "long-text": null, "email": null, "url": null, "checkbox": null, "image": null, "file": null,
		"number": { format: "number", decimal: "dot", thousands: "no" }, "date": { format: "YYYY-MM-DD" },
		"single-select": { options: [] }, "multiple-select": { options: [] },
	};
	const more = ["collaborator", "duration", "rate", "geolocation", "creator", "ctime", "last-modifier", "mtime", "auto-number",
		"digital-sign"];
	for (const type of [...Object.keys(data), ...more]) {
		const column = await base.call("POST", "columns/", { table_name: table, column_name: `a ${type}`, column_type: type });
		assert.equal(column.type, type);
		assert.equal(column.editable, true);
		if (type in data) assert.deepEqual(column.data, data[type], type);
	}
	const system = Object.fromEntries((await list(table)).map((column) => [column.type, column.key]));
	assert.equal(system.ctime, "_ctime");
	assert.equal(system.creator, "_creator");
});

test("given settings are kept as sent", async () => {
	const table = await newTable();
	const data = { format: "DD/MM/YYYY HH:mm", odd: { kept: [1, "two"] } };
	const column = await base.call("POST", "columns/", {
		table_name: table, column_name: "When", column_type: "date", column_data: data,
	});
	assert.deepEqual(column.data, data);
});

test("a taken name answers an object, where the original answers a bare text", async () => {
	const table = await newTable();
	const reply = await base.request("POST", "columns/", { json: { table_name: table, column_name: "Stock" } });
	assert.equal(reply.status, 400);
	assert.deepEqual(reply.json, { error_msg: "Column Stock exists.", error_message: "Column Stock exists." });
});

test("what can't be a column is refused, and nothing of it stays", async () => {
	const table = await newTable();
	const bad = [
		{}, { column_name: "" }, { column_name: "x".repeat(300) }, { column_name: "a\tb" },
		{ column_name: "X", column_type: "no-such-type" }, { column_name: "X", column_type: "number", column_data: "x" },
		{ column_name: "X", column_type: "single-select", column_data: { options: "x" } },
		{ column_name: "X", column_type: "link" }, { column_name: "X", anchor_column: "Nothing" },
	];
	for (const body of bad) {
		const reply = await base.refused("POST", "columns/", { table_name: table, ...body });
		assert.ok(reply.status === 400 || reply.status === 404, `${JSON.stringify(body)}: ${reply.status}`);
	}
	assert.deepEqual(await names(table), ["Name", "Stock", "State"]);
});

test("rename, by name and by key", async () => {
	const table = await newTable();
	const renamed = await change(table, "rename_column", "Stock", { new_column_name: "In stock" });
	assert.equal(renamed.name, "In stock");
	await change(table, "rename_column", renamed.key, { new_column_name: "Count" });
	assert.deepEqual(await names(table), ["Name", "Count", "State"]);
	const taken = await base.refused("PUT", "columns/",
		{ table_name: table, op_type: "rename_column", column: "Count", new_column_name: "State" });
	assert.deepEqual(taken, { status: 400, message: "column name already exists", type: "column_already_exists" });
});

test("the column may stand under column_key or column_name as well", async () => {
	const table = await newTable();
	for (const name of ["column_key", "column_name"]) {
		const body = { table_name: table, op_type: "resize_column", [name]: "Stock", new_column_width: 222 };
		assert.equal((await base.call("PUT", "columns/", body)).name, "Stock");
	}
	await base.call("POST", "column-options/", { table_name: table, column_name: "State", options: [{ name: "new" }] });
	await base.call("DELETE", "column-options/", { table_name: table, column_key: "State", option_names: ["new"] });
	await base.call("DELETE", "columns/", { table_name: table, column_key: "Stock" });
	assert.deepEqual(await names(table), ["Name", "State"]);
});

test("what every row has of its own is no name for a column, but for the column that shows it", async () => {
	const table = await newTable();
	for (const name of ["_id", "_ctime", "_mtime", "_creator", "_last_modifier", "_locked", "_locked_by", "_archived"]) {
		const inserted = await base.refused("POST", "columns/", { table_name: table, column_name: name });
		assert.deepEqual([inserted.status, inserted.message], [400, `Column ${name} exists.`]);
		const renamed = await base.refused("PUT", "columns/",
			{ table_name: table, op_type: "rename_column", column: "Stock", new_column_name: name });
		assert.equal(renamed.type, "column_already_exists");
	}
	await base.refused("POST", "tables/", { table_name: "Own names", columns: [{ column_name: "_id" }] });
	await base.call("POST", "columns/", { table_name: table, column_name: "_ctime", column_type: "ctime" });
	await base.append(table, [{ Name: "a" }]);
	const { text } = await base.request("GET", `rows/?table_name=${encodeURIComponent(table)}&convert_keys=true`);
	assert.equal(text.match(/"_ctime":/g).length, 1);
});

test("resize, freeze, move", async () => {
	const table = await newTable();
	assert.equal((await change(table, "resize_column", "Stock", { new_column_width: 333 })).width, 333);
	assert.equal((await change(table, "freeze_column", "Stock", { frozen: true })).frozen, true);
	assert.ok(!("frozen" in (await change(table, "freeze_column", "Stock", { frozen: false }))));
	await change(table, "move_column", "Stock", { target_column: "State" });
	assert.deepEqual(await names(table), ["Name", "State", "Stock"]);
	await change(table, "move_column", "Stock", { target_column: "Name" });
	assert.deepEqual(await names(table), ["Name", "Stock", "State"]);
});

test("a change that is none is refused", async () => {
	const table = await newTable();
	const bad = [
		[{ op_type: "explode_column", column: "Stock" }, 400], [{ column: "Stock" }, 400], [{ op_type: "rename_column" }, 400],
		[{ op_type: "rename_column", column: "Nothing", new_column_name: "x" }, 404],
		[{ op_type: "rename_column", column: "Stock" }, 400], [{ op_type: "resize_column", column: "Stock" }, 400],
		[{ op_type: "resize_column", column: "Stock", new_column_width: "wide" }, 400],
		[{ op_type: "move_column", column: "Stock", target_column: "Nothing" }, 404],
		[{ op_type: "modify_column_type", column: "Stock", new_column_type: "link" }, 400],
		[{ op_type: "modify_column_type", column: "Stock", new_column_type: "no-such-type" }, 400],
	];
	for (const [body, status] of bad) {
		const reply = await base.refused("PUT", "columns/", { table_name: table, ...body });
		assert.equal(reply.status, status, JSON.stringify(body));
	}
});

test("a new type converts the cells", async () => {
	const table = await newTable([["Name", "text"], ["Value", "text"]]);
	await base.append(table, [{ Name: "a", Value: "12.5" }, { Name: "b", Value: "many" }, { Name: "c" }]);
	const values = async () => (await base.rows(table)).map((row) => row.Value);
	const number = await change(table, "modify_column_type", "Value", { new_column_type: "number" });
	assert.equal(number.type, "number");
	assert.deepEqual((await values()).slice(0, 1), [12.5]);
	await change(table, "modify_column_type", "Value", { new_column_type: "text" });
	await base.call("PUT", "rows/", { table_name: table, updates: [{ row_id: (await base.rows(table))[1]._id, row: { Value: "many" } }] });
	const select = await change(table, "modify_column_type", "Value", { new_column_type: "single-select" });
	assert.deepEqual(select.data.options.map((option) => option.name).sort(), ["12.5", "many"]);
	assert.deepEqual(await values(), ["12.5", "many", null]);
	await change(table, "modify_column_type", "Value", { new_column_type: "text" });
	assert.deepEqual(await values(), ["12.5", "many", null]);
});

test("the same type with other settings replaces them", async () => {
	const table = await newTable();
	const column = await change(table, "modify_column_type", "Stock", {
		new_column_type: "number", column_data: { format: "euro", decimal: "comma", thousands: "dot" },
	});
	assert.equal(column.data.format, "euro");
	assert.equal(column.data.decimal, "comma");
});

test("delete, but not the first one; the name is free again", async () => {
	const table = await newTable();
	await base.append(table, [{ Name: "a", Stock: 5 }]);
	assert.deepEqual(await base.call("DELETE", "columns/", { table_name: table, column: "Stock" }), { success: true });
	assert.deepEqual(await names(table), ["Name", "State"]);
	assert.equal((await base.refused("DELETE", "columns/", { table_name: table, column: "Name" })).status, 400);
	assert.equal((await base.refused("DELETE", "columns/", { table_name: table, column: "Stock" })).status, 404);
	await base.call("POST", "columns/", { table_name: table, column_name: "Stock", column_type: "number" });
	assert.equal((await base.rows(table))[0].Stock, null);
});

test("append many, all or none", async () => {
	const table = await newTable();
	const { columns } = await base.call("POST", "batch-append-columns/", {
		table_name: table, columns: [{ column_name: "A" }, { column_name: "B", column_type: "number", column_data: { format: "percent" } }],
	});
	assert.deepEqual(columns.map((column) => [column.name, column.type]), [["A", "text"], ["B", "number"]]);
	await base.refused("POST", "batch-append-columns/", { table_name: table, columns: [{ column_name: "C" }, { column_name: "A" }] });
	assert.deepEqual(await names(table), ["Name", "Stock", "State", "A", "B"]);
	assert.equal((await base.refused("POST", "batch-append-columns/", { table_name: table })).status, 400);
});

test("the columns of a view are its visible ones", async () => {
	const table = await newTable();
	const stock = (await list(table)).find((column) => column.name === "Stock");
	const query = new URLSearchParams({ table_name: table });
	await base.call("PUT", `views/0000/?${query}`, { hidden_columns: [stock.key] });
	const visible = await base.call("GET", `columns/?${query}&view_name=Default%20View`);
	assert.deepEqual(visible.columns.map((column) => column.name), ["Name", "State"]);
	assert.deepEqual(await names(table), ["Name", "Stock", "State"]);
	assert.equal((await base.refused("GET", `columns/?${query}&view_name=Nothing`)).status, 404);
});

test("at most 500 columns", async () => {
	const table = await newTable();
	const columns = (count, from) => Array.from({ length: count }, (_, i) => ({ column_name: `c${from + i}` }));
	await base.call("POST", "batch-append-columns/", { table_name: table, columns: columns(497, 0) });
	const reply = await base.refused("POST", "columns/", { table_name: table, column_name: "one too many" });
	assert.deepEqual([reply.status, reply.type], [400, "exceed_columns_limit"]);
	const wide = Object.fromEntries(columns(497, 0).map(({ column_name }, i) => [column_name, `v${i}`]));
	await base.append(table, [wide]);
	const [row] = await base.rows(table);
	assert.equal(row.c496, "v496");
});
