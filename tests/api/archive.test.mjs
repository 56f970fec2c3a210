// The archive ("big data", base-operations.md 3.7): rows in it are out of normal views and otherwise rows like others.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase();
});
after(() => server.stop());

let tables = 0;
/** A table with ten rows, of which No 0 to 4 are old. */
async function parts() {
	const name = `Parts${++tables}`;
	await base.createTable(name, [["Name", "text"], ["No", "number"]]);
	await base.append(name, Array.from({ length: 10 }, (_, No) => ({ Name: `part ${No}`, No })));
	await base.call("POST", `views/?table_name=${name}`, { name: "Old" });
	await base.call("PUT", `views/Old/?table_name=${name}`, { filters: [{ column_name: "No", filter_predicate: "less", filter_term: 5 }] });
	await base.call("POST", `views/?table_name=${name}`, { name: "Archive", type: "archive" });
	return name;
}
const numbers = async (table_name, query = {}) => (await base.rows(table_name, query)).map(({ No }) => No);
const archived = async (name) => (await base.rows(name)).filter(({ _archived }) => _archived).map(({ No }) => No);
const archive = (json) => base.call("POST", "archive-view/", json);

test("a view's rows go into the archive: out of table views, in the archive view and the plain list", async () => {
	const name = await parts();
	assert.deepEqual(await archive({ table_name: name, view_name: "Old" }), { success: true, error_message: "" });
	assert.deepEqual(await archived(name), [0, 1, 2, 3, 4]);
	assert.deepEqual(await numbers(name), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
	assert.deepEqual(await numbers(name, { view_name: "Default View" }), [5, 6, 7, 8, 9]);
	assert.deepEqual(await numbers(name, { view_name: "Old" }), []);
	assert.deepEqual(await numbers(name, { view_name: "Archive" }), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
	assert.deepEqual(await numbers(name, { view_name: "Default View", order_by: "No", direction: "desc", limit: 2, start: 1 }), [8, 7]);
	assert.deepEqual(await numbers(name, { view_name: "Default View", limit: 2 }), [5, 6]);
	assert.deepEqual(await numbers(name, { view_name: "Default View", limit: 2, start: 2 }), [7, 8]);
	assert.deepEqual(await numbers(name, { limit: 2, start: 2 }), [2, 3], "the place in one list isn't taken for that in another");
	const operations = (await base.call("GET", "operations/")).operations.map(({ operation }) => JSON.parse(operation));
	assert.equal(operations.find(({ op_type }) => op_type === "archive_rows").row_ids.length, 5);
	assert.deepEqual(await archive({ table_name: name, view_name: "Old" }), { success: true, error_message: "" }, "again: nothing to do");
	await archive({ table_name: name });
	assert.deepEqual(await numbers(name, { view_name: "Default View" }), []);
});

test("the rows that a condition means, by today's path and the older one", async () => {
	const name = await parts();
	assert.deepEqual(await archive({ table_name: name, where: "No > 7 OR Name = 'part 0'" }), { success: true, error_message: "" });
	assert.deepEqual(await archived(name), [0, 8, 9]);
	await server.call("POST", `/dtable-server/api/v1/dtables/${base.uuid}/archive-view/`, { token: base.token, json: { table_name: name, where: "`No` = 5" } });
	assert.deepEqual(await archived(name), [0, 5, 8, 9]);
	for (const where of ["No >", "Nope = 1", "No = 1; DELETE FROM Parts", "1=1 LIMIT 1", ") OR (1=1"])
		assert.equal((await base.refused("POST", "archive-view/", { table_name: name, where })).status, 400, where);
	assert.equal((await base.refused("POST", "archive-view/", { table_name: "Nowhere", where: "No = 1" })).status, 404);
	assert.deepEqual(await archived(name), [0, 5, 8, 9]);
	assert.equal((await base.rows(name)).length, 10);
});

test("and back", async () => {
	const name = await parts();
	await archive({ table_name: name });
	const rows = await base.rows(name);
	const answer = await base.call("POST", "unarchive/", { table_name: name, row_ids: [rows[3]._id, rows[7]._id, "unknown"] });
	assert.equal(answer.success, true);
	assert.deepEqual(await base.call("GET", `auto-link-task/?task_id=${answer.task_id}`), { status: "success" });
	assert.deepEqual(await numbers(name, { view_name: "Default View" }), [3, 7]);
	const { _id: table_id } = (await base.call("GET", "metadata/")).metadata.tables.find((table) => table.name === name);
	await base.call("POST", "unarchive/", { table_id, row_ids: [rows[0]._id] });
	assert.deepEqual(await numbers(name, { view_name: "Default View" }), [0, 3, 7]);
});

test("rows are added to the archive, with coercion, options and auto-numbers as ever", async () => {
	await base.createTable("Added", [["Name", "text"], ["No", "auto-number"], ["State", "single-select", { options: [] }]]);
	for (const path of ["add-archived-rows/", "insert-archived-rows/"])
		assert.deepEqual(await base.call("POST", path, { table_name: "Added", rows: [{ Name: 1, State: "new" }, { Name: "b" }, {}] }), { inserted_row_count: 2 });
	assert.deepEqual((await base.rows("Added")).map(({ Name, No, State, _archived }) => [Name, No, State, _archived]),
		[["1", "0001", "new", true], ["b", "0002", null, true], ["1", "0003", "new", true], ["b", "0004", null, true]]);
	assert.deepEqual(await base.rows("Added", { view_name: "Default View" }), []);
	await base.append("Added", [{ Name: "live" }]);
	assert.deepEqual((await base.rows("Added", { view_name: "Default View" })).map(({ Name }) => Name), ["live"]);
});

test("archived rows can be read, changed, deleted, linked and commented on, not locked", async () => {
	const name = await parts();
	const [row, locked] = await base.rows(name);
	await base.call("PUT", "lock-rows/", { table_name: name, row_ids: [locked._id] });
	await archive({ table_name: name, view_name: "Old" });
	assert.equal((await base.rows(name))[1]._locked, null);
	await base.call("PUT", "lock-rows/", { table_name: name, row_ids: [row._id] });
	const get = async () => base.call("GET", `rows/${row._id}/?table_name=${encodeURIComponent(name)}&convert_keys=true`);
	assert.deepEqual([(await get())._archived, (await get())._locked], [true, null]);
	await base.call("PUT", "rows/", { table_name: name, row_id: row._id, row: { Name: "changed" } });
	assert.deepEqual([(await get()).Name, (await get())._archived], ["changed", true]);
	assert.equal((await base.call("POST", `comments/?row_id=${row._id}`, { comment: "old" })).success, true);
	const column = await base.call("POST", "columns/", { table_name: name, column_name: "Next", column_type: "link", column_data: { table: name, other_table: name } });
	await base.call("POST", "links/", { link_id: column.data.link_id, table_name: name, other_table_name: name, other_rows_ids_map: { [row._id]: [locked._id] } });
	assert.equal((await get()).Next[0].row_id, locked._id);
	assert.equal((await base.call("DELETE", "rows/", { table_name: name, row_ids: [row._id] })).deleted_rows, 1);
	await base.call("POST", "tables/duplicate-table/", { table_name: name, is_duplicate_records: true });
	assert.deepEqual(await archived(`${name}(copy)`), [1, 2, 3, 4]);
	await atollOk(["check", "--data", server.dir]);
});

test("more rows than one step takes, and what is read through a view stays quick to find", async () => {
	await base.createTable("Large", [["Name", "text"], ["No", "number"]]);
	for (let i = 0; i < 25; i++)
		await base.append("Large", Array.from({ length: 1000 }, (_, n) => ({ No: 1000 * i + n })));
	await archive({ table_name: "Large" });
	await base.append("Large", [{ Name: "live" }]);
	assert.deepEqual((await base.rows("Large", { view_name: "Default View" })).map(({ Name }) => Name), ["live"]);
	const steps = (await base.call("GET", "operations/")).operations.map(({ operation }) => JSON.parse(operation)).filter(({ op_type }) => op_type === "archive_rows");
	assert.deepEqual(steps.slice(0, 3).map(({ row_ids }) => row_ids.length), [5000, 10000, 10000]);
	const { _id } = (await base.call("GET", "metadata/")).metadata.tables.find(({ name }) => name === "Large");
	const plan = execFileSync("sqlite3", [join(server.dir, "bases", `${base.uuid}.db`),
		`EXPLAIN QUERY PLAN SELECT * FROM "rows_${_id}" WHERE _n > 0 AND _archived = 0 ORDER BY _n LIMIT 100`], { encoding: "utf8" });
	assert.match(plan, new RegExp(`USING INDEX rows_${_id}_live`));
	assert.doesNotMatch(plan, /TEMP B-TREE/);
});

test("wrong input changes nothing", async () => {
	const name = await parts();
	const version = async () => (await base.call("GET", "metadata/")).metadata.version;
	const before = await version();
	const cases = [
		["archive-view/", { table_name: "Nowhere" }, 404], ["archive-view/", { table_name: name, view_name: "Nowhere" }, 404],
		["unarchive/", { table_name: name }, 400], ["unarchive/", { table_name: name, row_ids: [1] }, 400], ["unarchive/", { table_name: "Nowhere", row_ids: [] }, 404],
		["add-archived-rows/", { table_name: name }, 400], ["add-archived-rows/", { table_name: name, rows: "x" }, 400],
		["add-archived-rows/", { table_name: name, rows: Array.from({ length: 1001 }, () => ({ Name: "x" })) }, 400],
	];
	for (const [path, json, status] of cases)
		assert.equal((await base.refused("POST", path, json)).status, status, `${path} ${JSON.stringify(json).slice(0, 80)}`);
	const token = await base.baseToken("r");
	for (const path of ["archive-view/", "unarchive/", "add-archived-rows/"])
		assert.equal((await base.refused("POST", path, { table_name: name, row_ids: [], rows: [] }, { token })).status, 403, path);
	await base.call("PUT", `views/Old/?table_name=${name}`, { filters: [{ column_key: "zzzz", filter_predicate: "is", filter_term: "x" }] });
	assert.equal((await base.refused("POST", "archive-view/", { table_name: name, view_name: "Old" })).status, 400, "a filter that makes no sense");
	assert.equal(await version(), before + 1);
	assert.deepEqual(await archived(name), []);
});
