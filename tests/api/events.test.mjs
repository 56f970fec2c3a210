// Change events: what one client changes, others are told of at once, in the order of the journal, until their token ends.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, test } from "node:test";

import { openBrowser } from "./browser.mjs";
import { addPerson } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, quiet;

before(async () => {
	server = await startServer();
	quiet = await follow(await server.createBase("Quiet"));
});

after(() => server.stop());

/** An open stream: next() waits for the next event, ended for its end. */
class Stream {
	constructor(reply) {
		this.reply = reply;
		this.events = [];
		this.waiting = [];
		this.ended = new Promise((resolve) => reply.on("close", resolve));
		let rest = "";
		reply.setEncoding("utf8");
		reply.on("error", () => {});
		reply.on("data", (text) => {
			const blocks = (rest + text).split("\n\n");
			rest = blocks.pop();
			for (const block of blocks) this.take(block);
		});
	}

	take(block) {
		const fields = Object.fromEntries(block.split("\n").map((line) => line.match(/^([^:]*): ?(.*)$/s).slice(1)));
		if ("" in fields) this.reply.emit("comment");
		if (!("data" in fields)) return;
		const event = { id: Number(fields.id), ...JSON.parse(fields.data) };
		const waiting = this.waiting.shift();
		if (waiting) waiting(event);
		else this.events.push(event);
	}

	next() {
		if (this.events.length > 0) return Promise.resolve(this.events.shift());
		return new Promise((resolve) => this.waiting.push(resolve));
	}

	close() {
		this.reply.destroy();
	}
}

/** The reply's head: a Stream when it is one. */
async function follow(base, { after, token = base.token, headers = {} } = {}) {
	const query = after === undefined ? "" : `?after=${after}`;
	const { hostname, port } = new URL(base.server.url);
	const request = http.get({ hostname, port, path: `${base.gateway}/events/${query}`, agent: false, headers: { Authorization: `Token ${token}`, ...headers } });
	const [reply] = await once(request, "response");
	if (reply.statusCode === 200) return new Stream(reply);
	reply.resume();
	return reply;
}

const version = async (base) => (await base.call("GET", "metadata/")).metadata.version;

test("a change is told, as the journal has it", async () => {
	const base = await server.createBase();
	const stream = await follow(base);
	assert.equal(stream.reply.headers["content-type"], "text/event-stream");
	assert.equal(stream.reply.headers["cache-control"], "no-store");
	assert.equal(stream.reply.headers["content-length"], undefined);
	const from = Date.now();
	const { first_row } = await base.append("Table1", [{ Name: "Grüße,\n\"1\"" }]);
	const event = await stream.next();
	assert.ok(Date.now() - from < 2000);
	assert.equal(event.id, await version(base));
	assert.deepEqual(Object.keys(event), ["id", "op_id", "author", "app", "op_time", "operation"]);
	assert.equal(event.op_id, event.id);
	assert.deepEqual([event.author, event.app], ["app 1", "app 1"]);
	assert.ok(Math.abs(event.op_time - Date.now()) < 60_000);
	const operation = JSON.parse(event.operation);
	assert.equal(operation.table_id, "0000");
	assert.ok(event.operation.includes(first_row._id));
	assert.ok(event.operation.includes(JSON.stringify("Grüße,\n\"1\"").slice(1, -1)));
	stream.close();
});

test("every change once and in order, from the version that was asked for", async () => {
	const base = await server.createBase();
	const start = await version(base);
	const late = 40;
	for (let i = 0; i < late; i++) await base.append("Table1", [{ Name: `before ${i}` }]);
	const all = await follow(base, { after: start });
	const middle = await follow(base, { after: start + 10 });
	const back = await follow(base, { after: 0, headers: { "Last-Event-ID": `${start + 30}` } });
	const now = await follow(base);
	const writes = Array.from({ length: 100 }, (_, i) => base.append("Table1", [{ Name: `after ${i}` }]));
	await Promise.all(writes);
	for (const [stream, first] of [[all, start + 1], [middle, start + 11], [back, start + 31], [now, start + late + 1]]) {
		for (let id = first; id <= start + late + 100; id++) assert.equal((await stream.next()).id, id);
		assert.equal(stream.events.length, 0);
		stream.close();
	}
});

test("schema changes and people are told too, other bases are not", async () => {
	const base = await server.createBase();
	const other = await server.createBase();
	const stream = await follow(base);
	const person = await server.call("GET", `${base.tokensPath.replace("api-tokens", "access-token")}`, { token: base.account });
	await other.append("Table1", [{ Name: "elsewhere" }]);
	await base.call("PUT", "tables/", { table_name: "Table1", new_table_name: "T" }, { token: person.access_token });
	const event = await stream.next();
	assert.match(event.author, /@auth\.local$/);
	assert.equal(event.app, null);
	assert.equal(JSON.parse(event.operation).op_type, "rename_table");
	stream.close();
});

test("an operation beyond measure is named, and the stream goes on", async () => {
	const base = await server.createBase();
	await base.call("POST", "columns/", { table_name: "Table1", column_name: "Long", column_type: "long-text" });
	const stream = await follow(base);
	await base.append("Table1", Array.from({ length: 20 }, () => ({ Long: "x\n".repeat(45_000) })));
	await base.append("Table1", [{ Name: "small" }]);
	const large = JSON.parse((await stream.next()).operation);
	assert.deepEqual(Object.keys(large), ["op_type", "table_id", "is_cut"]);
	assert.equal(large.table_id, "0000");
	assert.equal(large.is_cut, true);
	assert.match((await stream.next()).operation, /small/);
	stream.close();
});

test("a client far behind gets all of it, one that does not read disturbs nobody", async () => {
	const base = await server.createBase();
	await base.call("POST", "columns/", { table_name: "Table1", column_name: "Long", column_type: "long-text" });
	const start = await version(base);
	const stuck = await follow(base);
	stuck.reply.pause();
	const lively = await follow(base);
	const count = 30;
	for (let i = 0; i < count; i++) {
		await base.append("Table1", Array.from({ length: 5 }, () => ({ Long: `${i} `.repeat(30_000) })));
		assert.equal((await lively.next()).id, start + i + 1);
	}
	const late = await follow(base, { after: start });
	for (let i = 0; i < count; i++) assert.equal((await late.next()).id, start + i + 1);
	stuck.reply.resume();
	for (let i = 0; i < count; i++) assert.equal((await stuck.next()).id, start + i + 1);
	for (const stream of [stuck, lively, late]) stream.close();
});

test("places that a base does not have", async () => {
	const base = await server.createBase();
	for (const after of [-1, "x", await version(base) + 1, "9".repeat(30)]) assert.equal((await follow(base, { after })).statusCode, 400, after);
	for (const id of ["x", "-1", "99999"]) assert.equal((await follow(base, { headers: { "Last-Event-ID": id } })).statusCode, 400, id);
	assert.equal((await follow(base, { token: "x" })).statusCode, 403);
	const head = await base.request("HEAD", "events/");
	assert.equal(head.status, 200);
	assert.equal(head.headers["content-type"], "text/event-stream");
});

test("a stream ends with its token", async () => {
	const base = await server.createBase("Ending");
	const api = await base.apiToken("rw", "goes");
	const tokens = { deleted: await base.baseToken("rw", api), lowered: await base.baseToken("rw", await base.apiToken("rw", "lower")) };
	const deleted = await follow(base, { token: tokens.deleted });
	const lowered = await follow(base, { token: tokens.lowered });
	const stays = await follow(base);
	await server.call("DELETE", `${base.tokensPath}goes/`, { token: base.account });
	await deleted.ended;
	await server.call("PUT", `${base.tokensPath}lower/`, { token: base.account, json: { permission: "r" } });
	await lowered.ended;
	await base.append("Table1", [{ Name: "x" }]);
	assert.match((await stays.next()).operation, /"x"/);
	await server.call("DELETE", `/api/v2.1/workspace/${base.workspaceId}/dtable/`, { token: base.account, json: { name: "Ending" } });
	await stays.ended;
	for (const stream of [deleted, lowered]) assert.equal(stream.events.length, 0);
});

test("a stream ends with the password of whom it belongs to", async () => {
	const ana = await addPerson(server, "ana@example.org");
	const browser = await openBrowser(server, ana);
	const base = await server.createBase("Hers", { token: ana.token });
	const access = `/api/v2.1/workspace/${base.workspaceId}/dtable/Hers/access-token/`;
	const stream = await follow(base, { token: (await browser.call("GET", access)).access_token });
	const app = await follow(base);
	await browser.call("PUT", "/api/v2.1/user/password/", { json: { old_password: ana.password, new_password: "another one" } });
	await stream.ended;
	const again = await follow(base, { token: (await browser.call("GET", access)).access_token });
	await base.append("Table1", [{ Name: "x" }]);
	for (const open of [again, app]) {
		assert.match((await open.next()).operation, /"x"/);
		open.close();
	}
});

test("at most 200 streams a base, and places come free", async () => {
	const base = await server.createBase();
	const streams = [];
	for (let i = 0; i < 200; i++) streams.push(await follow(base));
	const refused = await follow(base);
	assert.equal(refused.statusCode, 429);
	assert.ok(Number(refused.headers["retry-after"]) > 0);
	const other = await follow(await server.createBase());
	assert.ok(other instanceof Stream);
	other.close();
	await base.append("Table1", [{ Name: "to all" }]);
	for (const stream of streams) assert.match((await stream.next()).operation, /to all/);
	streams.pop().close();
	let again = await follow(base);
	while (again.statusCode === 429) again = await follow(base);
	for (const stream of [...streams, again]) stream.close();
	/* Nothing of them is left. */
	let open;
	do open = (await server.request("GET", "/metrics")).text.match(/^atoll_http_streams (\d+)$/m)[1];
	while (open !== "1");
});

test("where nothing changes, a comment tells each 15 seconds that the server lives", async () => {
	await once(quiet.reply, "comment");
	quiet.close();
});

test("streams hold no worker and no base, and a stop does not wait for them", async () => {
	const own = await startServer({ args: ["--max-workers", "2", "--max-open-bases", "2", "--loops", "2"] });
	const bases = [];
	for (let i = 0; i < 6; i++) bases.push(await own.createBase());
	const streams = [];
	for (const base of bases) for (let i = 0; i < 5; i++) streams.push([base, await follow(base)]);
	for (const base of bases) await base.append("Table1", [{ Name: "x" }]);
	for (const [, stream] of streams) await stream.next();
	const from = Date.now();
	const stopped = own.stop();
	await Promise.all(streams.map(([, stream]) => stream.ended));
	await stopped;
	assert.ok(Date.now() - from < 8000);
});
