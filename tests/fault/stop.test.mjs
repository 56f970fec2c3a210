// SIGTERM while clients write: what runs is finished, what was acknowledged is in the file, and no WAL is left.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { test } from "node:test";

import { startServer } from "../api/server.mjs";

const ROUNDS = 3, WRITERS = 16;

/** Appends until the server takes no more; nothing but 200, 503 and a closed connection may come. */
async function append(base, mark, acknowledged) {
	for (let i = 0; ; i++) {
		const rows = Array.from({ length: i % 4 === 3 ? 25 : 1 }, (_, n) => ({ Name: `${mark}-${i}-${n}` }));
		const request = base.request("POST", "rows/", { json: { table_name: "Table1", rows } });
		const reply = await request.catch((error) => error);
		if (reply instanceof Error) {
			assert.ok(["ECONNRESET", "ECONNREFUSED", "EPIPE"].includes(reply.code), String(reply));
			return;
		}
		if (reply.status !== 200) {
			assert.equal(reply.status, 503, reply.text);
			return;
		}
		assert.equal(reply.json.inserted_row_count, rows.length);
		reply.json.row_ids.forEach((row, n) => acknowledged.set(row._id, rows[n].Name));
	}
}

async function readAll(base) {
	const found = new Map();
	for (let start = 0; ; start += 1000) {
		const rows = await base.rows("Table1", { start });
		for (const row of rows) found.set(row._id, row.Name);
		if (rows.length < 1000) return found;
	}
}

test("a graceful stop under load loses nothing", { timeout: 240_000 }, async (t) => {
	const server = await startServer({ args: ["--log-level", "warn"] });
	t.after(() => server.ended ?? server.kill());
	const base = await server.createBase();
	const acknowledged = new Map();
	for (let round = 0; round < ROUNDS; round++) {
		const writers = Array.from({ length: WRITERS }, (_, w) => append(base, `${round}-${w}`, acknowledged));
		const wanted = acknowledged.size + 500;
		while (acknowledged.size < wanted) await Promise.race([new Promise((resolve) => setImmediate(resolve)), ...writers]);
		const ended = once(server.child, "close"); // not stop(), which would take the clients' connections away
		server.child.kill("SIGTERM");
		const [code, signal] = await ended;
		assert.deepEqual([code, signal], [0, null], server.stderr.slice(-4000));
		await Promise.all(writers);
		assert.deepEqual(readdirSync(server.dir, { recursive: true }).filter((name) => /-(wal|shm|journal)$/.test(name)), []);
		process.off("exit", server.onExit);
		await server.restart();
		const found = await readAll(base);
		for (const [id, name] of acknowledged) assert.equal(found.get(id), name, `row ${id}, round ${round}`);
	}
	await server.stop();
});
