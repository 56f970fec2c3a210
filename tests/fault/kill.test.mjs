// kill -9 while many clients write: every row that was acknowledged is there after the restart, and the files are sound.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { startServer } from "../api/server.mjs";

const ROUNDS = 8;
const WRITERS = 12;

/** Appends, and now and then updates, until the server is gone; notes what was acknowledged. */
async function write(base, writer, round, acknowledged) {
	for (let i = 0; ; i++) {
		const mark = `${round}-${writer}-${i}`;
		const count = i % 5 === 4 ? 50 : 1;
		const rows = Array.from({ length: count }, (_, n) => ({ Name: `${mark}-${n}` }));
		try {
			const appended = await base.request("POST", "rows/", { json: { table_name: "Table1", rows } });
			assert.equal(appended.status, 200, appended.text);
			const ids = appended.json.row_ids.map((row) => row._id);
			ids.forEach((id, n) => acknowledged.set(id, rows[n].Name));
			if (i % 3 !== 2) continue;
			acknowledged.delete(ids[0]); // either value may stand until the change is acknowledged
			const updates = [{ row_id: ids[0], row: { Name: `${mark}-changed` } }];
			const changed = await base.request("PUT", "rows/", { json: { table_name: "Table1", updates } });
			assert.equal(changed.status, 200, changed.text);
			acknowledged.set(ids[0], `${mark}-changed`);
		} catch (error) {
			if (error.code === "ERR_ASSERTION") throw error;
			return; // the connection broke: nothing was acknowledged
		}
	}
}

async function readAll(base) {
	const found = new Map();
	for (let start = 0; ; start += 1000) {
		const rows = await base.rows("Table1", { start, limit: 1000 });
		for (const row of rows) found.set(row._id, row.Name);
		if (rows.length < 1000) return found;
	}
}

function integrity(file) {
	return execFileSync("sqlite3", [file, "PRAGMA integrity_check"], { encoding: "utf8" }).trim();
}

test("what was acknowledged survives kill -9 under load", { timeout: 240_000 }, async () => {
	const server = await startServer();
	const base = await server.createBase("Ledger");
	const acknowledged = new Map();
	for (let round = 0; round < ROUNDS; round++) {
		const writers = Array.from({ length: WRITERS }, (_, w) => write(base, w, round, acknowledged));
		const wanted = acknowledged.size + 200 + Math.floor(Math.random() * 800);
		while (acknowledged.size < wanted) await new Promise((resolve) => setImmediate(resolve));
		await server.kill();
		await Promise.all(writers);
		await server.restart();
		const found = await readAll(base);
		for (const [id, name] of acknowledged) assert.equal(found.get(id), name, `row ${id}, round ${round}`);
	}
	await server.stop({ keep: true });
	assert.equal(integrity(join(server.dir, "bases", `${base.uuid}.db`)), "ok");
	assert.equal(integrity(join(server.dir, "catalog.db")), "ok");
	rmSync(server.dir, { recursive: true });
});
