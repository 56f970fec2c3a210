// Connections that only wait, and clients that ask and never read: the others are served as if those were not there.
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";

import { startServer } from "./server.mjs";

const IDLE = 2000, SLOW = 50, WITHIN_MS = 1000;

const figure = async (server, name) => {
	const { text } = await server.request("GET", "/metrics");
	return Number(text.match(new RegExp(`^atoll_${name} (\\d+)$`, "m"))[1]);
};

async function until(holds, what) {
	const end = Date.now() + 120_000;
	while (!(await holds())) {
		assert.ok(Date.now() < end, `${what} did not come`);
		await new Promise((resolve) => setImmediate(resolve));
	}
}

/** A connection that has sent `text`; what comes back is read by who wants it. */
async function connect(server, text) {
	const { hostname, port } = new URL(server.url);
	const socket = net.connect(port, hostname);
	socket.on("error", () => {});
	socket.pause();
	await once(socket, "connect");
	socket.write(text);
	return socket;
}

test("2,000 idle connections and 50 clients that never read", { timeout: 240_000 }, async (t) => {
	const server = await startServer({ args: ["--log-level", "warn"] });
	const sockets = [];
	t.after(() => {
		sockets.forEach((socket) => socket.destroy());
		return server.ended ?? server.kill();
	});
	const base = await server.createBase();
	await base.createTable("Wide", [["Name", "text"], ["Note", "long-text"]]);
	const rows = Array.from({ length: 100 }, (_, i) => ({ Name: `${i}`, Note: "x".repeat(100_000) }));
	await base.append("Wide", rows);

	/* Idle: each has had an answer and keeps its connection, as pools of clients do. */
	while (sockets.length < IDLE) {
		const some = await Promise.all(Array.from({ length: 100 }, () => connect(server, "GET /api2/ping/ HTTP/1.1\r\nHost: x\r\n\r\n")));
		for (const socket of some) assert.match(String((await once(socket.resume(), "data"))[0]), /^HTTP\/1\.1 200 /);
		sockets.push(...some);
	}
	const answered = await figure(server, "http_requests_total");
	const ask = `GET ${base.gateway}/rows/?table_name=Wide HTTP/1.1\r\nHost: x\r\nAuthorization: Token ${base.token}\r\n\r\n`;
	const slow = await Promise.all(Array.from({ length: SLOW }, () => connect(server, ask)));
	sockets.push(...slow);
	await until(async () => (await figure(server, "http_requests_total")) >= answered + SLOW, "the answers to the slow clients");

	for (let i = 0; i < 20; i++) {
		for (const call of [
			() => server.request("GET", "/api2/ping/"),
			() => base.request("POST", "rows/", { json: { table_name: "Table1", rows: [{ Name: `${i}` }] } }),
		]) {
			const begun = Date.now();
			const { status, text } = await call();
			assert.equal(status, 200, text);
			assert.ok(Date.now() - begun < WITHIN_MS, `${Date.now() - begun} ms`);
		}
	}
	assert.ok((await figure(server, "http_connections")) >= IDLE + SLOW);
	assert.equal((await base.rows("Table1")).length, 23);

	/* A slow client that reads after all gets the whole answer. */
	let got = 0, ended = "";
	slow[0].on("data", (bytes) => ((got += bytes.length), (ended = bytes.toString("latin1").slice(-2))));
	slow[0].resume();
	await until(() => got > 100 * 100_000 && ended === "]}", "the whole answer");

	sockets.forEach((socket) => socket.destroy());
	await until(async () => (await figure(server, "http_connections")) < 20, "the end of the connections");
	await server.stop();
});
