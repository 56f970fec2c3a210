// What happened to a row (base-operations.md 3.10-53).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase();
	await base.createTable("Parts", [["Name", "text"], ["Stock", "number", { format: "number" }], ["State", "single-select", { options: [{ id: "7", name: "ok" }] }]]);
});
after(() => server.stop());

const activities = (row_id, query = {}) => base.call("GET", `activities/?${new URLSearchParams({ row_id, ...query })}`);
const values = ({ detail }) => Object.fromEntries(detail.row_data.map(({ column_name, value, old_value }) => [column_name, [value, old_value]]));

test("creation, changes and deletion, newest first, by whom and with both values", async () => {
	const token = await base.baseToken("rw", await base.apiToken("rw", "warehouse-sync"));
	const as = (method, path, json) => base.request(method, path, { json, token });
	const { first_row: row } = (await as("POST", "rows/", { table_name: "Parts", rows: [{ Name: "Bolt", Stock: 100 }, { Name: "Nut" }] })).json;
	await as("PUT", "rows/", { table_name: "Parts", row_id: row._id, row: { Stock: 120, State: "ok" } });
	await base.call("PUT", "rows/", { table_name: "Parts", row_id: row._id, row: { Name: "Bolt M8" } });
	const { activities: found, total_count } = await activities(row._id);
	assert.equal(total_count, 3);
	assert.deepEqual(found.map(({ op_type, op_user }) => [op_type, op_user]),
		[["modify_row", found[0].op_user], ["modify_row", "warehouse-sync"], ["insert_row", "warehouse-sync"]]);
	assert.match(found[0].op_user, /@auth\.local$|app/);
	assert.deepEqual(found.map(values), [{ Name: ["Bolt M8", "Bolt"] }, { Stock: [120, 100], State: ["7", null] }, { Name: ["Bolt", null], Stock: [100, null] }]);
	for (const activity of found) {
		assert.equal(activity.row_id, row._id);
		assert.equal(activity.dtable_uuid, base.uuid);
		assert.equal(activity.row_count, 1);
		assert.match(activity.op_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
		assert.deepEqual([activity.detail.table_name, activity.detail.row_name], ["Parts", "Bolt M8"]);
	}
	const stock = found[1].detail.row_data[0];
	assert.deepEqual([stock.column_key.length, stock.column_type, stock.column_data.format], [4, "number", "number"]);
	await as("DELETE", "rows/", { table_name: "Parts", row_ids: [row._id] });
	const gone = await activities(row._id);
	assert.deepEqual(gone.activities.map(({ op_type }) => op_type), ["delete_row", "modify_row", "modify_row", "insert_row"]);
	assert.deepEqual(values(gone.activities[0]), { Name: [null, "Bolt M8"], Stock: [null, 120], State: [null, "7"] });
	assert.equal(gone.total_count, 4);
});

test("one row among the many of a batch", async () => {
	const rows = (await base.append("Parts", Array.from({ length: 50 }, (_, i) => ({ Name: `n${i}`, Stock: i })))).row_ids.map(({ _id }) => _id);
	await base.call("PUT", "rows/", { table_name: "Parts", updates: rows.map((row_id, i) => ({ row_id, row: { Stock: i * 10 } })) });
	await base.call("POST", "upsert-rows/", { table_name: "Parts", key_columns: ["Name"], rows: [{ Name: "n7", Stock: 7 }, { Name: "n8", Stock: 80 }] });
	await base.call("DELETE", "rows/", { table_name: "Parts", row_ids: rows.slice(5, 9) });
	assert.deepEqual((await activities(rows[7])).activities.map(values),
		[{ Name: [null, "n7"], Stock: [null, 7] }, { Name: ["n7", "n7"], Stock: [7, 70] }, { Stock: [70, 7] }, { Name: ["n7", null], Stock: [7, null] }]);
	assert.equal((await activities(rows[8])).total_count, 3, "an unchanged row has no activity");
	assert.equal((await activities(rows[0])).total_count, 2);
});

test("pages, and the older path", async () => {
	const { first_row: row } = await base.append("Parts", [{ Name: "paged", Stock: 0 }]);
	for (let Stock = 1; Stock <= 5; Stock++)
		await base.call("PUT", "rows/", { table_name: "Parts", row_id: row._id, row: { Stock } });
	const whole = (await activities(row._id)).activities;
	const pages = [];
	for (let page = 1; page <= 4; page++) {
		const answer = await activities(row._id, { page, per_page: 2 });
		assert.equal(answer.total_count, 6);
		pages.push(...answer.activities);
	}
	assert.deepEqual(pages, whole);
	assert.equal(whole.at(-1).op_type, "insert_row");
	const older = await server.request("GET", `/dtable-server/api/v1/dtables/${base.uuid}/activities/?row_id=${row._id}`, { token: await base.baseToken("r") });
	assert.deepEqual(older.json.activities, whole);
});

test("a column that is gone is left out; unknown rows and wrong input", async () => {
	await base.call("POST", "columns/", { table_name: "Parts", column_name: "Brief" });
	const { first_row: row } = await base.append("Parts", [{ Name: "x", Brief: "y" }]);
	await base.call("DELETE", "columns/", { table_name: "Parts", column: "Brief" });
	assert.deepEqual(values((await activities(row._id)).activities[0]), { Name: ["x", null] });
	assert.deepEqual(await activities("unknown"), { activities: [], total_count: 0 });
	assert.deepEqual(await activities("' OR 1=1 --"), { activities: [], total_count: 0 });
	for (const query of ["", "?row_id=", `?row_id=${row._id}&page=0`, `?row_id=${row._id}&per_page=x`])
		assert.equal((await base.refused("GET", `activities/${query}`)).status, 400);
	const other = await server.createBase();
	assert.deepEqual(await other.call("GET", `activities/?row_id=${row._id}`), { activities: [], total_count: 0 });
});

test("activities survive a restart", async () => {
	const { first_row: row } = await base.append("Parts", [{ Name: "kept" }]);
	await base.call("PUT", "rows/", { table_name: "Parts", row_id: row._id, row: { Stock: 3 } });
	await server.kill();
	await server.restart();
	assert.equal((await activities(row._id)).total_count, 2);
});

test("what was deleted and archived, where older programs look for it", async () => {
	const own = await server.createBase();
	const ids = (await own.append("Table1", [{ Name: "first" }, { Name: "second" }, { Name: "third" }])).row_ids.map(({ _id }) => _id);
	await own.call("DELETE", "rows/", { table_name: "Table1", row_ids: [ids[0]] });
	await own.call("DELETE", "rows/", { table_name: "Table1", row_ids: [ids[1], ids[2]] });
	await own.call("POST", "archive-view/", { table_name: "Table1" });
	const get = async (path, status = 200) => {
		const reply = await server.request("GET", path, { token: own.token });
		assert.equal(reply.status, status, reply.text);
		return reply.json;
	};
	const logs = (await get(`/api/v2.1/dtables/${own.uuid}/delete-operation-logs/?op_type=delete_rows`)).delete_operation_logs;
	assert.deepEqual(logs.map(({ operation }) => JSON.parse(operation).op_type), ["delete_rows", "delete_row"]);
	const archived = (await get(`/api/v2.1/dtables/${own.uuid}/big-data-operation-logs/`)).big_data_operation_logs;
	assert.deepEqual(archived.map(({ operation }) => JSON.parse(operation).op_type), ["archive_rows"]);
	const { deleted_rows: rows } = await get(`/dtable-server/api/v1/dtables/${own.uuid}/deleted-rows/`);
	assert.deepEqual(rows.map((row) => [row._id, row["0000"], row.table_id]), [[ids[1], "second", "0000"], [ids[2], "third", "0000"], [ids[0], "first", "0000"]]);
	assert.equal((await get(`/dtable-server/api/v1/dtables/${own.uuid}/deleted-rows/?page=2&per_page=2`)).deleted_rows.length, 1);
	await get(`/api/v2.1/dtables/${own.uuid}/delete-operation-logs/?page=0`, 400);
	await get(`/dtable-server/api/v1/dtables/${own.uuid}/deleted-rows/?per_page=x`, 400);
	await get(`/api/v2.1/dtables/${base.uuid}/big-data-operation-logs/`, 403);
});
