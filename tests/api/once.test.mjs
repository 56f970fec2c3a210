// Writes that can be sent again: an Idempotency-Key makes any change of a base happen once and replays its answer.
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

let keys = 0;
const key = (text = `key ${++keys}`) => ({ headers: { "idempotency-key": text } });
const count = async () => (await base.rows("Parts")).length;
const append = (Name, options) => base.request("POST", "rows/", { json: { table_name: "Parts", rows: [{ Name }] }, ...options });

test("a repeated append adds its rows once and gets the first answer", async () => {
	const options = key();
	const before = await count();
	const first = await append("Bolt", options);
	assert.equal(first.status, 200);
	assert.equal(first.headers["idempotency-replayed"], undefined);
	for (let i = 0; i < 3; i++) {
		const again = await append("Bolt", options);
		assert.equal(again.status, 200);
		assert.equal(again.text, first.text);
		assert.equal(again.headers["idempotency-replayed"], "true");
	}
	assert.equal(await count(), before + 1);
	assert.notEqual((await append("Bolt", key())).json.first_row._id, first.json.first_row._id);
});

test("ten at the same time: one is carried out, the others get its answer or are told to wait", async () => {
	const options = key();
	const before = await count();
	const replies = await Promise.all(Array.from({ length: 10 }, () => append("Nut", options)));
	assert.equal(await count(), before + 1);
	const good = replies.filter(({ status }) => status === 200);
	assert.ok(good.length >= 1);
	assert.equal(new Set(good.map(({ text }) => text)).size, 1);
	for (const { status, json } of replies.filter((reply) => !good.includes(reply))) {
		assert.equal(status, 409);
		assert.match(json.error_message, /Idempotency-Key/);
	}
	assert.equal((await append("Nut", options)).text, good[0].text);
});

test("every kind of write: update, delete, table, column, view, link, comment", async () => {
	const { first_row: row } = await base.append("Parts", [{ Name: "Row", Stock: 1 }]);
	const calls = [
		["PUT", "rows/", { table_name: "Parts", row_id: row._id, row: { Stock: 2 } }],
		["POST", "tables/", { table_name: "Once" }],
		["POST", "columns/", { table_name: "Once", column_name: "More" }],
		["POST", "views/?table_name=Once", { name: "Second" }],
		["POST", `comments/?row_id=${row._id}`, { comment: "Hello" }],
		["DELETE", "rows/", { table_name: "Parts", row_ids: [row._id] }],
		["DELETE", "tables/", { table_name: "Once" }],
	];
	for (const [method, path, json] of calls) {
		const options = { json, ...key() };
		const first = await base.request(method, path, options);
		assert.equal(first.status, 200, `${method} ${path}: ${first.text}`);
		const version = (await base.call("GET", "metadata/")).metadata.version;
		const again = await base.request(method, path, options);
		assert.equal(again.text, first.text, `${method} ${path}`);
		assert.equal((await base.call("GET", "metadata/")).metadata.version, version, `${method} ${path} changed something`);
	}
	assert.equal((await base.request("DELETE", "rows/", { json: calls[5][2], ...key() })).json.deleted_rows, 0);
});

test("an answer too large to be kept: the change is made once all the same", async () => {
	const options = key();
	const before = await count();
	const call = () => base.request("POST", "rows/", { ...options, json: { table_name: "Parts", return_rows: true, rows: Array.from({ length: 100 }, () => ({ Name: "x".repeat(4000) })) } });
	assert.equal((await call()).status, 200);
	assert.equal((await call()).status, 409);
	assert.equal(await count(), before + 100);
});

test("another request with the same key is refused, and another caller's key is another key", async () => {
	const options = key();
	await append("Washer", options);
	const before = await count();
	const other = await append("Screw", options);
	assert.equal(other.status, 422);
	assert.match(other.json.error_message, /Idempotency-Key/);
	assert.equal(await count(), before);
	const token = await base.baseToken("rw", await base.apiToken("rw"));
	const foreign = await append("Washer", { ...options, token });
	assert.equal(foreign.status, 200);
	assert.equal(foreign.headers["idempotency-replayed"], undefined);
	assert.equal(await count(), before + 1);
});

test("a refused write is not kept: the corrected one may use the key", async () => {
	const options = key();
	const refused = await base.request("POST", "rows/", { json: { table_name: "Nowhere", rows: [{ Name: "x" }] }, ...options });
	assert.equal(refused.status, 404);
	assert.equal((await append("Corrected", options)).status, 200);
	const reader = await base.baseToken("r");
	assert.equal((await append("x", { ...key(), token: reader })).status, 403);
});

test("keys that are none are refused; reads and calls without a key are as ever", async () => {
	for (const bad of ["", "x".repeat(256), "caf\u00e9"]) {
		const reply = await append("x", { headers: { "idempotency-key": Buffer.from(bad).toString("latin1") } });
		assert.equal(reply.status, 400, bad);
		assert.match(reply.json.error_message, /Idempotency-Key/);
	}
	const options = key("reading");
	const one = await base.request("GET", "rows/?table_name=Parts&limit=1", options);
	await base.append("Parts", [{ Name: "later" }]);
	const two = await base.request("GET", "rows/?table_name=Parts", options);
	assert.notEqual(one.text, two.text);
});

test("a key is kept over kill -9, with the change that it belongs to", async () => {
	const options = key();
	const first = await append("Durable", options);
	const before = await count();
	await server.kill();
	await server.restart();
	const again = await append("Durable", options);
	assert.equal(again.status, 200);
	assert.equal(again.json.first_row._id, first.json.first_row._id);
	assert.equal(await count(), before);
});
