// A full disk: writes are refused with 507 and nothing of them stays, reads go on.
// The data folder lies on a small file system in memory, inside a mount namespace of its own.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { startServer } from "../api/server.mjs";

const namespace = process.getuid() === 0 ? ["-m"] : ["-r", "-m"];
const canMount = spawnSync("unshare", [...namespace, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]).status === 0;

test("a full disk refuses writes and loses nothing", { skip: canMount ? false : "no mount namespace on this machine" }, async () => {
	const dir = mkdtempSync(join(tmpdir(), "atoll-full-"));
	const mountAndRun = 'mount -t tmpfs -o size=6m tmpfs "$0" && exec "$@"';
	const server = await startServer({ dir, wrap: ["unshare", ...namespace, "sh", "-c", mountAndRun, dir] });
	try {
		const base = await server.createBase("Full");
		const rows = Array.from({ length: 200 }, (_, i) => ({ Name: `${i} `.padEnd(900, "x") }));
		const append = () => base.request("POST", "rows/", { json: { table_name: "Table1", rows } });
		const readAll = async () => {
			const all = [];
			for (let start = 0; ; start += 1000) {
				const page = await base.rows("Table1", { start });
				all.push(...page);
				if (page.length < 1000) return all;
			}
		};
		let acknowledged = 3;
		let refused = null;
		for (let i = 0; i < 100 && !refused; i++) {
			const reply = await append();
			if (reply.status === 200) acknowledged += rows.length;
			else refused = reply;
		}
		assert.equal(refused?.status, 507);
		assert.match(refused.json.error_message, /disk is full/);
		const left = await readAll();
		assert.equal(left.length, acknowledged);
		assert.equal((await server.request("GET", "/api2/ping/")).status, 200);
		assert.equal((await append()).status, 507);
		assert.equal((await readAll()).length, acknowledged);
		assert.equal((await base.request("POST", "snapshot/", { json: { dtable_name: "Full" } })).status, 507);
		assert.equal((await readAll()).length, acknowledged);
	} finally {
		await server.stop();
	}
});
