// A base file that is damaged, missing or from a newer version: a clear answer, and the other bases are left alone.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { startServer } from "../api/server.mjs";

const cases = [
	["garbage instead of a database", 500, /damaged/, (file) => writeFileSync(file, "this is no database ".repeat(500))],
	["an empty file", 500, /damaged/, (file) => writeFileSync(file, "")],
	["a missing file", 500, /missing/, (file) => rmSync(file)],
	["a newer version", 409, /newer version/, (file) => execFileSync("sqlite3", [file, "PRAGMA user_version = 9999"])],
	["another program's database", 500, /damaged/, (file) => execFileSync("sqlite3", [file, "PRAGMA application_id = 7"])],
	["a broken page in the middle", 500, /damaged/, (file) => {
		const bytes = readFileSync(file);
		bytes.fill(0xa5, 4096, bytes.length - 4096);
		writeFileSync(file, bytes);
	}],
];

for (const [what, status, text, damage] of cases) {
	test(`${what}: ${status}, and the neighbour works`, async () => {
		const server = await startServer();
		const broken = await server.createBase("Broken");
		const sound = await server.createBase("Sound");
		await server.stop({ keep: true }); // closes the files, so that nothing is left in a WAL
		damage(join(server.dir, "bases", `${broken.uuid}.db`));
		await server.restart();
		try {
			for (const path of ["metadata/", "rows/?table_name=Table1"]) {
				const reply = await broken.request("GET", path);
				assert.equal(reply.status, status, `${path}: ${reply.text}`);
				assert.match(reply.json.error_message, text);
				assert.equal(reply.json.error_msg, reply.json.error_message);
				assert.ok(!reply.text.includes(server.dir), "the answer names no file");
			}
			assert.equal((await sound.rows("Table1")).length, 3);
		} finally {
			await server.stop();
		}
	});
}
