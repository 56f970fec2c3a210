// If-Match: a row is changed or deleted only as long as it is what the caller has seen.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase();
	await base.createTable("Parts", [["Name", "text"], ["Stock", "number"]]);
});
after(() => server.stop());

const add = async () => (await base.append("Parts", [{ Name: "Bolt", Stock: 1 }])).first_row._id;
const get = (id) => base.request("GET", `rows/${id}/?table_name=Parts`);
const put = (id, row, match) => base.request("PUT", "rows/", { json: { table_name: "Parts", row_id: id, row }, headers: { "if-match": match } });

test("an update with the version that was read goes through once", async () => {
	const id = await add();
	const { etag } = (await get(id)).headers;
	assert.match(etag, /^"[0-9a-f]{32}"$/);
	assert.equal((await get(id)).headers.etag, etag);
	assert.equal((await put(id, { Stock: 2 }, etag)).status, 200);
	const late = await put(id, { Stock: 3 }, etag);
	assert.equal(late.status, 412);
	assert.match(late.json.error_message, new RegExp(id));
	assert.equal((await base.rows("Parts")).find(({ _id }) => _id === id).Stock, 2);
	assert.equal((await put(id, { Stock: 4 }, (await get(id)).headers.etag)).status, 200);
});

test("of ten at once with the same version one goes through", async () => {
	const id = await add();
	const { etag } = (await get(id)).headers;
	const replies = await Promise.all(Array.from({ length: 10 }, (_, i) => put(id, { Stock: 100 + i }, etag)));
	assert.deepEqual(replies.map(({ status }) => status).sort(), [200, ...Array(9).fill(412)]);
});

test("a lock changes the version, a new column, a neighbour and a comment don't", async () => {
	const id = await add();
	const first = (await get(id)).headers.etag;
	await base.call("POST", "columns/", { table_name: "Parts", column_name: `Extra ${id}` });
	await base.append("Parts", [{ Name: "above" }], { anchor_row_id: id, row_insert_position: "insert_above" });
	await base.call("POST", `comments/?row_id=${id}`, { comment: "seen" });
	assert.equal((await get(id)).headers.etag, first);
	await base.call("PUT", "lock-rows/", { table_name: "Parts", row_ids: [id] });
	assert.notEqual((await get(id)).headers.etag, first);
});

test("deleting with a version; * asks that the row be there", async () => {
	const id = await add();
	const { etag } = (await get(id)).headers;
	await put(id, { Stock: 9 }, "*");
	const remove = (match) => base.request("DELETE", "rows/", { json: { table_name: "Parts", row_ids: [id] }, headers: { "if-match": match } });
	assert.equal((await remove(etag)).status, 412);
	assert.equal((await remove("*")).status, 200);
	assert.equal((await remove("*")).status, 412);
	assert.equal((await put(id, { Stock: 9 }, "*")).status, 412);
});

test("what is no version, or several rows with one, is refused", async () => {
	const id = await add();
	for (const bad of ["", "abc", "W/\"x\"", "\"short\"", "'".repeat(34)]) {
		const reply = await put(id, { Stock: 7 }, bad);
		assert.equal(reply.status, 400, bad);
		assert.match(reply.json.error_message, /If-Match/);
	}
	const updates = [{ row_id: id, row: { Stock: 7 } }, { row_id: await add(), row: { Stock: 7 } }];
	const many = await base.request("PUT", "rows/", { json: { table_name: "Parts", updates }, headers: { "if-match": "*" } });
	assert.equal(many.status, 400);
	assert.match(many.json.error_message, /If-Match/);
	assert.equal((await base.rows("Parts")).filter(({ Stock }) => Stock === 7).length, 0);
});
