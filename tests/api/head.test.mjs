// HEAD: whatever answers GET answers HEAD with the same status and headers and no body (RFC 9110 9.3.2).
import assert from "node:assert/strict";
import net from "node:net";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer({ args: ["--log-level", "warn"] });
	base = await server.createBase();
});

after(() => server.stop());

/* Every call has a request id of its own, a date, and some tell how often they were called. */
const same = ({ date, "x-request-id": id, "content-length": length, ...headers }) => headers;

test("every GET route answers HEAD alike", async () => {
	const { paths } = (await server.request("GET", "/openapi.json")).json;
	const values = { base_uuid: base.uuid, workspace_id: base.workspaceId, base_name: base.base.name, view_name: "0000" };
	const apiToken = await base.apiToken("r");
	const statuses = new Set();
	for (const [pattern, operations] of Object.entries(paths)) {
		if (!operations.get || ["text/event-stream", "application/x-ndjson"].some((type) => operations.get.responses[200]?.content?.[type])) continue;
		const path = pattern.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? "1"));
		const kind = Object.keys(operations.get.security[0] ?? {})[0];
		const token = { baseToken: base.token, apiToken, accountToken: server.admin.token }[kind];
		const [get, head] = [await server.request("GET", `${path}?table_name=Table1`, { token }), await server.request("HEAD", `${path}?table_name=Table1`, { token })];
		assert.equal(head.status, get.status, `${path}: ${get.text}`);
		assert.equal(head.text, "", path);
		assert.deepEqual(same(head.headers), same(get.headers), path);
		statuses.add(get.status);
	}
	assert.ok(statuses.has(200));
});

test("the length is that of the body that GET sends, and the connection goes on", async () => {
	const path = `${base.gateway}/metadata/`;
	const get = await base.request("GET", "metadata/");
	const { hostname, port } = new URL(server.url);
	const seen = await new Promise((resolve, reject) => {
		const socket = net.connect(port, hostname);
		let text = "";
		socket.setEncoding("utf8");
		socket.on("data", (more) => (text += more));
		socket.on("error", reject);
		socket.on("close", () => resolve(text));
		const head = `HEAD ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Token ${base.token}\r\n\r\n`;
		socket.write(`${head}GET /api2/ping/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
	});
	const [first, second, body] = seen.split("\r\n\r\n");
	assert.match(first, /^HTTP\/1\.1 200 /);
	assert.match(first, new RegExp(`\\r\\ncontent-length: ${Buffer.byteLength(get.text)}(\\r\\n|$)`, "i"));
	assert.match(second, /^HTTP\/1\.1 200 /);
	assert.equal(body, '"pong"');
});

test("errors too, and what has no GET answers 405", async () => {
	for (const [path, token, status] of [["/api2/nothing/", undefined, 404], [`${base.gateway}/rows/?table_name=Nothing`, base.token, 404],
		[`${base.gateway}/rows/?table_name=Table1`, "wrong", 403], ["/api2/auth-token/", undefined, 405]]) {
		const reply = await server.request("HEAD", path, { token });
		assert.deepEqual([reply.status, reply.text], [status, ""], path);
	}
});
