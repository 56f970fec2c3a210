// Comments on rows, and the log of operations (base-operations.md 3.8 and 3.10).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base, rows;

before(async () => {
	server = await startServer();
	base = await server.createBase();
	rows = (await base.rows("Table1")).map(({ _id }) => _id);
});
after(() => server.stop());

const list = (row) => base.call("GET", `comments/?row_id=${row}`);

test("a comment's life", async () => {
	const { _id: table_id } = (await base.call("GET", "metadata/")).metadata.tables[0];
	const made = await base.call("POST", `comments/?table_id=${table_id}&row_id=${rows[0]}`, { comment: "Recount this 🧮" });
	assert.deepEqual(Object.keys(made).sort(), ["id", "success"]);
	const [comment] = await list(rows[0]);
	const { created_at, updated_at, ...rest } = comment;
	assert.deepEqual(rest, { id: made.id, author: "app 1", comment: "Recount this 🧮", dtable_uuid: base.uuid, row_id: rows[0], resolved: 0 });
	assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	assert.equal(updated_at, created_at);
	assert.deepEqual(await base.call("GET", `comments/${made.id}/`), comment);
	assert.deepEqual(await base.call("PUT", `comments/${made.id}/`, { resolved: true }), { success: true });
	assert.equal((await base.call("GET", `comments/${made.id}/`)).resolved, 1);
	assert.deepEqual(await base.call("DELETE", `comments/${made.id}/`), { success: true });
	assert.deepEqual(await list(rows[0]), []);
	assert.equal((await base.refused("GET", `comments/${made.id}/`)).status, 404);
});

test("all arguments in the body, no table named, the other doors", async () => {
	await base.call("POST", "comments/", { row_id: rows[1], comment: "one" });
	const call = (method, path, json) => server.call(method, path, { token: base.token, json });
	assert.equal((await call("POST", `/api/v2.1/dtables/${base.uuid}/comments/`, { row_id: rows[1], comment: "two", table_id: "0000" })).success, true);
	await call("POST", `/dtable-server/api/v1/dtables/${base.uuid}/comments/`, { row_id: rows[1], comment: "three" });
	assert.deepEqual((await list(rows[1])).map(({ comment }) => comment), ["one", "two", "three"]);
	assert.deepEqual(await base.call("GET", `comments-count/?row_id=${rows[1]}`), { count: 3 });
	assert.deepEqual(await call("GET", `/api/v2.1/dtables/${base.uuid}/rows-comments-num/`), { rows_comments_num: { [rows[1]]: 3 } });
	assert.deepEqual((await base.call("GET", "comments-within-days/?days=1")).comments.map(({ comment }) => comment), ["one", "two", "three"]);
});

test("ids are never given out again; comments go with their row and their table", async () => {
	const { id: first } = await base.call("POST", "comments/", { row_id: rows[2], comment: "x" });
	await base.call("DELETE", `comments/${first}/`);
	const { id: second } = await base.call("POST", "comments/", { row_id: rows[2], comment: "y" });
	assert.ok(second > first);
	await base.call("DELETE", "rows/", { table_name: "Table1", row_ids: [rows[2]] });
	assert.equal((await base.refused("GET", `comments/${second}/`)).status, 404);
	await base.createTable("Passing", [["Name", "text"]]);
	const { row_ids: [{ _id }] } = await base.append("Passing", [{ Name: "a" }]);
	const { id } = await base.call("POST", "comments/", { row_id: _id, comment: "z" });
	await base.call("DELETE", "tables/", { table_name: "Passing" });
	assert.equal((await base.refused("GET", `comments/${id}/`)).status, 404);
});

test("what is wrong is refused, naming it", async () => {
	const other = await server.createBase();
	const [{ _id: foreign }] = await other.rows("Table1");
	const before = await list(rows[0]);
	for (const [body, status, message] of [
		[{ comment: "x" }, 400, /row_id/], [{ row_id: rows[0] }, 400, /comment/], [{ row_id: rows[0], comment: "  " }, 400, /comment/],
		[{ row_id: rows[0], comment: "x".repeat(10001) }, 400, /comment/], [{ row_id: foreign, comment: "x" }, 404, /row/],
		[{ row_id: rows[0], comment: "x", table_id: "none" }, 404, /table/],
	]) {
		const error = await base.refused("POST", "comments/", body);
		assert.equal(error.status, status, JSON.stringify(body).slice(0, 100));
		assert.match(error.message, message);
	}
	for (const path of ["comments/abc/", "comments/-1/", "comments/99999999999999999999/"]) assert.equal((await base.refused("GET", path)).status, 404);
	for (const days of ["", "0", "-3", "x", "NaN"]) assert.equal((await base.refused("GET", `comments-within-days/?days=${days}`)).status, 400);
	const reader = await base.baseToken("r");
	assert.equal((await base.request("POST", "comments/", { token: reader, json: { row_id: rows[0], comment: "x" } })).status, 403);
	assert.equal((await base.request("GET", `comments/?row_id=${rows[0]}`, { token: reader })).status, 200);
	assert.deepEqual(await list(rows[0]), before);
});

test("the log of operations, newest first, in pages", async () => {
	await base.append("Table1", [{ Name: "logged" }]);
	const { operations } = await base.call("GET", "operations/");
	const [newest] = operations;
	const { version } = (await base.call("GET", "metadata/")).metadata;
	assert.deepEqual([newest.id, newest.op_id, newest.dtable_uuid, newest.app], [version, version, base.uuid, "app 1"]);
	assert.ok(Math.abs(newest.op_time - Date.now()) < 60_000);
	assert.equal(JSON.parse(newest.operation).op_type, "insert_row");
	const first = (await base.call("GET", "operations/?page=1&per_page=2")).operations, second = (await base.call("GET", "operations/?page=2&per_page=2")).operations;
	assert.deepEqual([...first, ...second].map(({ id }) => id), [version, version - 1, version - 2, version - 3]);
	for (const page of ["0", "-1", "x"]) assert.equal((await base.refused("GET", `operations/?page=${page}`)).status, 400);
});
