// A whole table in one answer: lines of JSON at one snapshot, complete or known to be broken off.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import http from "node:http";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase();
	await base.createTable("Big", [["Name", "text"], ["No", "number"], ["State", "single-select", { options: [{ name: "ok" }] }]]);
	for (let i = 0; i < 30; i++)
		await base.append("Big", Array.from({ length: 1000 }, (_, n) => ({ Name: "x".repeat(400), No: 1000 * i + n, State: n % 2 ? "ok" : null })));
});
after(() => server.stop());

const get = (query, options) => base.request("GET", `stream-rows/?${new URLSearchParams({ table_name: "Big", ...query })}`, options);
const lines = (text) => text.split("\n").filter(Boolean).map((line) => JSON.parse(line));

/** The raw answer, not read until `read` is called. */
async function open(query = {}) {
	const token = await base.baseToken("r");
	return new Promise((resolve, reject) => {
		const path = `/api-gateway/api/v2/dtables/${base.uuid}/stream-rows/?${new URLSearchParams({ table_name: "Big", ...query })}`;
		http.get(server.url + path, { headers: { authorization: `Token ${token}` }, agent: false }, resolve).on("error", reject);
	});
}
async function read(response) {
	let text = "";
	for await (const piece of response)
		text += piece;
	return text;
}

test("every row, each a line as in list rows, and at last their number", async () => {
	const reply = await get({ convert_keys: true });
	assert.equal(reply.status, 200);
	assert.equal(reply.headers["content-type"], "application/x-ndjson");
	const rows = lines(reply.text);
	assert.deepEqual(rows.pop(), { _end: 30000 });
	assert.deepEqual(rows.map(({ No }) => No), Array.from({ length: 30000 }, (_, i) => i));
	assert.deepEqual(rows.slice(0, 1000), await base.rows("Big"));
	const keys = lines((await get()).text);
	assert.equal(keys[5]["0000"], "x".repeat(400));
});

test("through a view: filters, sorts, hidden columns; an order of its own", async () => {
	await base.call("POST", "views/?table_name=Big", { name: "Few" });
	await base.call("PUT", "views/Few/?table_name=Big", {
		filters: [{ column_name: "No", filter_predicate: "less", filter_term: 10 }], sorts: [{ column_name: "No", sort_type: "down" }],
		hidden_columns: [(await base.call("GET", "columns/?table_name=Big")).columns[0].key],
	});
	const rows = lines((await get({ view_name: "Few", convert_keys: true })).text);
	assert.deepEqual(rows.pop(), { _end: 10 });
	assert.deepEqual(rows.map(({ No, Name }) => [No, Name]), Array.from({ length: 10 }, (_, i) => [9 - i, undefined]));
	assert.equal(lines((await get({ order_by: "No", direction: "desc", convert_keys: true })).text)[0].No, 29999);
});

test("what is written while the client reads is not in the answer", async () => {
	const response = await open({ convert_keys: true });
	await base.append("Big", [{ Name: "late", No: -1 }]);
	const { rows } = await base.call("GET", "rows/?table_name=Big&limit=1");
	await base.call("DELETE", "rows/", { table_name: "Big", row_ids: [rows[0]._id] });
	const seen = lines(await read(response));
	assert.deepEqual(seen.pop(), { _end: 30000 });
	assert.equal(seen[0].No, 0);
	assert.ok(!seen.some(({ No }) => No === -1));
	const after = lines((await get({ convert_keys: true })).text);
	assert.equal(after[0].No, 1);
	assert.equal(after.at(-2).No, -1);
});

test("clients that don't read hold up nobody; too many of them are refused", async () => {
	const memory = () => Number(readFileSync(`/proc/${server.child.pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]);
	const before = memory();
	const responses = [];
	for (let i = 0; i < 8; i++)
		responses.push(await open());
	const ninth = await get();
	assert.equal(ninth.status, 503);
	assert.ok(Number(ninth.headers["retry-after"]) > 0);
	assert.equal((await base.request("GET", "rows/?table_name=Big")).status, 200, "other reads of the base go on");
	const shadowed = readFileSync(`/proc/${server.child.pid}/maps`, "utf8").includes("libtsan"); // its shadow tells nothing of ours
	if (!shadowed) assert.ok(memory() - before < 64 * 1024, "no more than pieces are held");
	responses.slice(1).forEach((response) => response.destroy());
	assert.equal(lines(await read(responses[0])).at(-1)._end, 30000);
	for (let i = 0; i < 100 && (await get()).status !== 200; i++)
		await new Promise((resolve) => setTimeout(resolve, 50));
	assert.equal((await get()).status, 200, "places are given back");
});

test("wrong input is refused before anything is sent", async () => {
	const refused = async (query, status) => {
		const reply = await get(query);
		assert.equal(reply.status, status);
		assert.equal(typeof reply.json.error_message, "string");
	};
	await refused({ table_name: "Nowhere" }, 404);
	await refused({ view_name: "Nowhere" }, 404);
	await refused({ order_by: "Nothing" }, 404);
	const other = await server.createBase();
	assert.equal((await other.request("GET", "stream-rows/?table_name=Big")).status, 404);
	assert.equal((await get({}, { token: await other.baseToken("rw") })).status, 403);
});

test("a server that stops in the middle leaves an answer without its end", async () => {
	const response = await open();
	const text = read(response).catch(() => "");
	const stopped = server.stop({ keep: true });
	const whole = await text;
	await stopped;
	const last = whole.trimEnd().split("\n").at(-1);
	assert.ok(!whole.endsWith("\n") || !last.includes("_end") || JSON.parse(last)._end >= 30000);
	await server.restart();
	assert.equal((await get()).status, 200);
});
