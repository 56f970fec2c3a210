// Far more bases than may be open: they are opened on demand and closed to make room, and nobody notices.
import assert from "node:assert/strict";
import { test } from "node:test";

import { startServer } from "./server.mjs";

const BASES = 300, OPEN = 20, CLIENTS = 8, CALLS = 150;

const figure = async (server, name) => {
	const { text } = await server.request("GET", "/metrics");
	return Number(text.match(new RegExp(`^atoll_${name} (\\d+)$`, "m"))[1]);
};

test("300 bases with 20 open at most, used at random by 8 clients", { timeout: 240_000 }, async (t) => {
	const server = await startServer({ args: ["--log-level", "warn", "--max-open-bases", String(OPEN)] });
	t.after(() => server.ended ?? server.kill());
	const clients = (work) => Promise.all(Array.from({ length: CLIENTS }, (_, client) => work(client)));
	const bases = [];
	await clients(async () => {
		while (bases.length < BASES) {
			const place = bases.push(null) - 1;
			const base = await server.createBase(`Base ${place}`);
			await base.append("Table1", [{ Name: `first of ${place}` }]);
			bases[place] = { base, written: new Set([`first of ${place}`]) };
		}
	});

	/* The gauge is read all the time: a moment with more than 20 would be seen. */
	let working = true;
	const watch = (async () => {
		let most = 0;
		for (; working; await new Promise((resolve) => setImmediate(resolve))) most = Math.max(most, await figure(server, "bases_open"));
		return most;
	})();
	const openedBefore = await figure(server, "bases_opened_total");
	await clients(async (client) => {
		for (let call = 0; call < CALLS; call++) {
			const { base, written } = bases[Math.floor(Math.random() * BASES)];
			const before = [...written];
			if (call % 3 === 0) {
				await base.append("Table1", [{ Name: `${client} ${call}` }]); // fails the test unless it answers 200
				written.add(`${client} ${call}`);
			} else {
				const found = new Set((await base.rows("Table1")).map((row) => row.Name));
				for (const name of before) assert.ok(found.has(name), `${base.base.name} lost "${name}"`);
			}
		}
	});
	working = false;
	const most = await watch;
	assert.ok(most > OPEN / 2 && most <= OPEN, `${most} bases were open`);
	const opened = (await figure(server, "bases_opened_total")) - openedBefore;
	assert.ok(opened > CLIENTS * CALLS / 2, `${opened} bases were opened: too few were closed to test anything`);
	assert.equal(await figure(server, "http_server_errors_total"), 0);

	await clients(async (client) => {
		for (let place = client; place < BASES; place += CLIENTS) {
			const { base, written } = bases[place];
			const names = (await base.rows("Table1")).map((row) => row.Name).filter((name) => name);
			assert.deepEqual(new Set(names), written, base.base.name);
			assert.equal(names.length, written.size);
		}
	});
	assert.ok((await figure(server, "bases_open")) <= OPEN);
	await server.stop();
});
