// Deleted columns and tables, and changed types, come back (PUT restore-operations/): however many rows there are, with links.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase();
});
after(() => server.stop());

const restore = (id) => base.call("PUT", `restore-operations/${id}/`);
const tables = async () => (await base.call("GET", "metadata/")).metadata.tables;
const tableOf = async (name) => (await tables()).find((table) => table.name === name);
const columnNames = async (table) => (await tableOf(table)).columns.map(({ name }) => name);
const cells = async (table, ...names) => (await base.rows(table)).map((row) => names.map((name) => row[name] ?? null));
/** A change whose operation the answer's header names; the answer itself is SeaTable's. */
async function change(method, path, json) {
	const reply = await base.request(method, path, { json });
	assert.equal(reply.status, 200, reply.text);
	assert.equal("op_id" in reply.json, false);
	return { op_id: reply.headers["atoll-operation"] };
}
const remove = (table_name, column) => change("DELETE", "columns/", { table_name, column });
const removeTable = (table_name) => change("DELETE", "tables/", { table_name });

test("a deleted column comes back at its place, with its cells and settings, and what was computed of it", async () => {
	await base.createTable("Parts", [["Name", "text"], ["Stock", "number", { format: "euro" }], ["State", "single-select", { options: [{ id: "7", name: "ok" }] }],
		["No", "auto-number", { format: "0000", digits: 4 }], ["Double", "formula", { formula: "{Stock}*2" }]]);
	for (let page = 0; page < 20; page++)
		await base.append("Parts", Array.from({ length: 1000 }, (_, i) => ({ Name: `n${page * 1000 + i}`, Stock: page * 1000 + i, State: "ok" })));
	const before = await tableOf("Parts");
	const rows = await cells("Parts", "Name", "Stock", "State", "No", "Double");
	for (const column of ["Stock", "State", "No"]) {
		const { op_id } = await remove("Parts", column);
		assert.equal((await columnNames("Parts")).includes(column), false);
		assert.deepEqual(await restore(op_id), { success: true });
		assert.deepEqual(await tableOf("Parts"), before);
		assert.equal((await base.refused("PUT", `restore-operations/${op_id}/`)).status, 400, "only once");
	}
	assert.deepEqual(await cells("Parts", "Name", "Stock", "State", "No", "Double"), rows);
	assert.equal((await base.rows("Parts", { start: 19_999 }))[0].Stock, 19_999);
	// Numbers go on where they were; rows that came meanwhile have empty cells.
	const { op_id } = await remove("Parts", "Stock");
	await base.append("Parts", [{ Name: "later" }]);
	await restore(op_id);
	assert.deepEqual((await base.rows("Parts", { start: 20_000 })).map(({ Name, Stock, No }) => [Name, Stock ?? null, No]), [["later", null, "20001"]]);
});

test("names that were taken meanwhile are not taken away; nothing changes then", async () => {
	await base.createTable("Taken", [["Name", "text"], ["Stock", "number"]]);
	await base.append("Taken", [{ Name: "a", Stock: 1 }]);
	const column = await remove("Taken", "Stock");
	await base.call("POST", "columns/", { table_name: "Taken", column_name: "Stock", column_type: "text" });
	assert.match((await base.refused("PUT", `restore-operations/${column.op_id}/`)).message, /Stock exists/);
	assert.deepEqual(await columnNames("Taken"), ["Name", "Stock"]);
	await remove("Taken", "Stock");
	await restore(column.op_id);
	assert.deepEqual(await cells("Taken", "Stock"), [[1]]);
	const table = await removeTable("Taken");
	await base.createTable("Taken", [["Name", "text"]]);
	assert.match((await base.refused("PUT", `restore-operations/${table.op_id}/`)).message, /Taken exists/);
	await base.call("PUT", "tables/", { table_name: "Taken", new_table_name: "Other" });
	await restore(table.op_id);
	assert.deepEqual(await cells("Taken", "Name", "Stock"), [["a", 1]]);
	// A column of a table that is gone.
	const gone = await remove("Taken", "Stock");
	await removeTable("Taken");
	assert.equal((await base.refused("PUT", `restore-operations/${gone.op_id}/`)).status, 404);
});

async function linked(one, other) {
	await base.createTable(one, [["Name", "text"]]);
	await base.createTable(other, [["Title", "text"]]);
	const { data: { link_id } } = await base.call("POST", "columns/", { table_name: one, column_name: "Link", column_type: "link", column_data: { table: one, other_table: other } });
	const ids = (await base.append(one, [{ Name: "a" }, { Name: "b" }])).row_ids.map(({ _id }) => _id);
	const others = (await base.append(other, [{ Title: "x" }, { Title: "y" }])).row_ids.map(({ _id }) => _id);
	await base.call("POST", "links/", { table_name: one, other_table_name: other, link_id, other_rows_ids_map: { [ids[0]]: [others[1], others[0]], [ids[1]]: [others[0]] } });
	return { link_id, ids, others };
}
const shown = async (table, column) => (await base.rows(table)).map((row) => (row[column] ?? []).map(({ display_value }) => display_value));

test("a deleted link column comes back with its pairs and its partner, from either side", async () => {
	const { ids, others, link_id } = await linked("Left", "Right");
	const before = [await tableOf("Left"), await tableOf("Right")];
	for (const [table, column] of [["Left", "Link"], ["Right", "Left"]]) {
		const { op_id } = await remove(table, column);
		assert.deepEqual([await columnNames("Left"), await columnNames("Right")], [["Name"], ["Title"]]);
		await restore(op_id);
		assert.deepEqual([await tableOf("Left"), await tableOf("Right")], before);
		assert.deepEqual([await shown("Left", "Link"), await shown("Right", "Left")], [[["y", "x"], ["x"]], [["a", "b"], ["a"]]]);
	}
	// Pairs whose rows went meanwhile stay away; new ones can be made.
	const { op_id } = await remove("Left", "Link");
	await base.call("DELETE", "rows/", { table_name: "Right", row_ids: [others[0]] });
	await restore(op_id);
	assert.deepEqual([await shown("Left", "Link"), await shown("Right", "Left")], [[["y"], []], [["a"]]]);
	await base.call("POST", "links/", { table_name: "Left", other_table_name: "Right", link_id, other_rows_ids_map: { [ids[1]]: [others[1]] } });
	assert.deepEqual(await shown("Right", "Left"), [["a", "b"]]);
});

test("a deleted table comes back with rows, views, comments, numbers and its links in other tables", async () => {
	const { ids } = await linked("Here", "There");
	await base.call("POST", "columns/", { table_name: "Here", column_name: "No", column_type: "auto-number", column_data: { format: "0000", digits: 4 } });
	await base.call("POST", "views/?table_name=Here", { name: "Second", filters: [{ column_name: "Name", filter_predicate: "is", filter_term: "a" }] });
	await base.call("POST", `comments/?row_id=${ids[0]}`, { comment: "kept" });
	await base.call("PUT", "lock-rows/", { table_name: "Here", row_ids: [ids[1]] });
	const before = [await tables(), await base.rows("Here"), await base.rows("There")];
	const { op_id } = await removeTable("Here");
	assert.equal(await tableOf("Here"), undefined);
	assert.deepEqual(await columnNames("There"), ["Title"]);
	await server.kill();
	await server.restart();
	await restore(op_id);
	assert.deepEqual([await tables(), await base.rows("Here"), await base.rows("There")], before);
	assert.deepEqual((await base.call("GET", `comments/?row_id=${ids[0]}`)).map(({ comment }) => comment), ["kept"]);
	await base.append("Here", [{ Name: "c" }]);
	assert.equal((await base.rows("Here")).at(-1).No, "0003");
	assert.deepEqual((await base.rows("Here", { view_name: "Second" })).map(({ Name }) => Name), ["a"]);
});

test("a changed type goes back, with the old cells and settings", async () => {
	await base.createTable("Typed", [["Name", "text"], ["Value", "text"], ["Choice", "single-select", { options: [{ id: "7", name: "ok", color: "#123456" }] }]]);
	await base.append("Typed", [{ Name: "a", Value: "seven", Choice: "ok" }, { Name: "b", Value: "8" }]);
	const before = await tableOf("Typed");
	for (const [column, type, data] of [["Value", "number"], ["Value", "auto-number"], ["Value", "formula", { formula: "{Name}" }], ["Value", "email"], ["Choice", "text"], ["Choice", "multiple-select"], ["Choice", "checkbox"]]) {
		const { op_id } = await change("PUT", "columns/", { table_name: "Typed", op_type: "modify_column_type", column, new_column_type: type, column_data: data });
		assert.match(op_id, /^\d+$/);
		await restore(op_id);
		assert.deepEqual(await tableOf("Typed"), before, type);
		assert.deepEqual(await cells("Typed", "Name", "Value", "Choice"), [["a", "seven", "ok"], ["b", "8", null]], type);
	}
	// Options that are left out take cells with them.
	const fewer = await change("PUT", "columns/", { table_name: "Typed", op_type: "modify_column_type", column: "Choice", new_column_type: "single-select", column_data: { options: [{ id: "8", name: "new" }] } });
	assert.deepEqual(await cells("Typed", "Choice"), [[null], [null]]);
	await restore(fewer.op_id);
	assert.deepEqual([await tableOf("Typed"), await cells("Typed", "Choice")], [before, [["ok"], [null]]]);
	const { op_id } = await change("PUT", "columns/", { table_name: "Typed", op_type: "modify_column_type", column: "Value", new_column_type: "number" });
	await remove("Typed", "Value");
	assert.equal((await base.refused("PUT", `restore-operations/${op_id}/`)).status, 404);
});

test("who may not change the base can't bring anything back; other bases neither", async () => {
	await base.createTable("Guarded", [["Name", "text"], ["Stock", "number"]]);
	const { op_id } = await remove("Guarded", "Stock");
	const reader = await base.baseToken("r");
	assert.equal((await base.request("PUT", `restore-operations/${op_id}/`, { token: reader })).status, 403);
	const other = await server.createBase();
	assert.equal((await base.request("PUT", `restore-operations/${op_id}/`, { token: other.token })).status, 403);
	assert.deepEqual(await columnNames("Guarded"), ["Name"]);
	await restore(op_id);
});

test("what is set aside is kept within bounds, and the base stays sound", async () => {
	await base.createTable("Bounded", [["Name", "text"]]);
	const ops = [];
	for (let n = 0; n < 103; n++) {
		await base.call("POST", "columns/", { table_name: "Bounded", column_name: `c${n}`, column_type: "text" });
		await base.append("Bounded", [{ Name: `r${n}`, [`c${n}`]: "x" }]);
		ops.push((await remove("Bounded", `c${n}`)).op_id);
	}
	assert.equal((await base.refused("PUT", `restore-operations/${ops[0]}/`)).status, 400);
	await restore(ops.at(-1));
	assert.deepEqual((await cells("Bounded", "c102")).at(-1), ["x"]);
	const { operations: listed } = await base.call("GET", "db-operations/?per_page=5");
	assert.ok(listed.some(({ op_type }) => op_type === "delete_column"));
	await server.stop({ keep: true });
	assert.match(await atollOk(["check", base.uuid, "--data", server.dir]), /sound$/);
	await server.restart();
	assert.equal((await base.rows("Bounded")).length, 103);
});
