// The journal after kill -9: it stands in the transaction of the change, so replaying it gives the rows of the base, each made
// exactly once, and nothing else. What was refused leaves no trace in it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { startServer } from "../api/server.mjs";

const ROUNDS = 4;
const WRITERS = 12;

/** Rows of an SQL query on a base file that no server has open. */
function query(server, base, sql) {
	const file = join(server.dir, "bases", `${base.uuid}.db`);
	const text = execFileSync("sqlite3", ["-json", file, sql], { encoding: "utf8", maxBuffer: 1 << 28 });
	return text ? JSON.parse(text) : [];
}

/** Appends alone, in batches and beside a row, updates and deletes, until the server is gone. */
async function write(base, writer, round, count) {
	const send = async (method, body) => {
		const reply = await base.request(method, "rows/", { json: { table_name: "Ledger", ...body } });
		assert.equal(reply.status, 200, reply.text);
		count.answers++;
		return reply.json;
	};
	const rows = (mark, many) => Array.from({ length: many }, (_, n) => ({ Name: `${mark}-${n}`, Stock: n, State: `s${n % 7}` }));
	try {
		for (let i = 0; ; i++) {
			const mark = `${round}-${writer}-${i}`;
			const ids = (await send("POST", { rows: rows(mark, i % 5 === 4 ? 40 : 2 + (i % 3)) })).row_ids.map((row) => row._id);
			await send("POST", { rows: rows(`${mark}-one`, 1) });
			await send("POST", { rows: rows(`${mark}-beside`, i % 3), anchor_row_id: ids[0], row_insert_position: "insert_above" });
			await send("PUT", { updates: [{ row_id: ids[0], row: { Name: `${mark}-changed` } }] });
			await send("PUT", { updates: ids.map((row_id) => ({ row_id, row: { Stock: i, State: null } })) });
			if (i % 2) await send("DELETE", { row_ids: ids.slice(1, 9) });
		}
	} catch (error) {
		if (error.code === "ERR_ASSERTION") throw error; // else the connection broke with the server
	}
}

/** The rows that the operations of one table make, as {id: {key: value}}; fails when one of them doesn't fit those before. */
function replay(operations) {
	const rows = new Map();
	const add = ({ _id, ...cells }) => {
		assert.ok(!rows.has(_id), `row ${_id} is made twice`);
		rows.set(_id, cells);
	};
	const set = (id, { _last_modifier, _mtime, ...cells }) => {
		assert.ok(rows.has(id), `row ${id} is changed and was not there`);
		rows.set(id, { ...rows.get(id), ...cells });
	};
	const remove = (id) => assert.ok(rows.delete(id), `row ${id} is deleted and was not there`);
	const apply = {
		insert_row: ({ row_data }) => add(row_data),
		append_rows: ({ row_datas }) => row_datas.forEach(add),
		insert_rows: ({ row_datas }) => row_datas.forEach(add),
		modify_row: ({ row_id, updated }) => set(row_id, updated),
		modify_rows: ({ row_ids, updated }) => row_ids.forEach((id) => set(id, updated[id])),
		delete_row: ({ row_id }) => remove(row_id),
		delete_rows: ({ row_ids }) => row_ids.forEach(remove),
		modify_column_data: () => {}, // options that rows brought
	};
	const seen = new Set();
	for (const { op_type, detail } of operations) {
		seen.add(op_type);
		apply[op_type](JSON.parse(detail));
	}
	for (const type of Object.keys(apply)) assert.ok(seen.has(type), `no ${type} was made`);
	return rows;
}

test("the journal accounts for every row exactly once, also after kill -9", { timeout: 240_000 }, async (t) => {
	const server = await startServer({ args: ["--log-level", "warn"] });
	t.after(() => server.ended ?? server.kill());
	const base = await server.createBase();
	const table = await base.createTable("Ledger", [["Name", "text"], ["Stock", "number"], ["State", "single-select"]]);
	const count = { answers: 0 };
	for (let round = 0; round < ROUNDS; round++) {
		const writers = Array.from({ length: WRITERS }, (_, w) => write(base, w, round, count));
		const wanted = count.answers + 400 + Math.floor(Math.random() * 400);
		while (count.answers < wanted) await Promise.race([new Promise((resolve) => setImmediate(resolve)), ...writers]);
		await server.kill();
		await Promise.all(writers);
		await server.restart();
	}
	await server.stop({ keep: true });

	const operations = query(server, base, `SELECT id, op_type, detail FROM operation WHERE table_id = '${table._id}' ORDER BY id`);
	const replayed = replay(operations);
	const stored = new Map();
	for (const { _id, ...cells } of query(server, base, `SELECT * FROM "rows_${table._id}"`)) stored.set(_id, cells);
	assert.ok(stored.size > 1000, `${stored.size} rows`);
	assert.equal(replayed.size, stored.size);
	const keys = table.columns.map((column) => column.key);
	for (const [id, cells] of replayed) {
		for (const key of keys) assert.equal(cells[key] ?? null, stored.get(id)?.[key], `row ${id}, column ${key}`);
	}
	const [whole] = query(server, base, "SELECT count(*) AS count, min(id) AS first, max(id) AS last FROM operation");
	assert.equal(whole.last - whole.first + 1, whole.count, "an operation is missing");
	rmSync(server.dir, { recursive: true });
});

test("a change that is refused half-way leaves nothing in the base and nothing in the journal", async (t) => {
	const server = await startServer({ args: ["--log-level", "warn"] });
	t.after(() => server.ended ?? server.kill());
	const base = await server.createBase();
	const state = async () => [(await base.call("GET", "metadata/")).metadata, await base.rows("Parts")];
	const version = async () => (await state())[0].version; // the id of the newest operation
	await base.createTable("Parts", [["Name", "text"], ["Tags", "multiple-select"], ["Many", "long-text"]]);
	const tooMany = Array.from({ length: 10_000 }, (_, i) => `o${i}`); // found only when the rows are written
	const { row_ids } = await base.append("Parts", [{ Name: "a", Many: tooMany.join(" ") }]);
	const before = await state();
	const refusals = [
		["POST", "rows/", { rows: [{ Name: "b" }, { Name: "c", Tags: tooMany }] }],
		["POST", "rows/", { rows: [{ Name: "b" }], anchor_row_id: "AAAAAAAAAAAAAAAAAAAAAA" }],
		["PUT", "rows/", { updates: [{ row_id: row_ids[0]._id, row: { Name: "b", Tags: tooMany } }] }],
		["PUT", "columns/", { op_type: "modify_column_type", column: "Many", new_column_type: "multiple-select" }],
		["POST", "batch-append-columns/", { columns: [{ column_name: "A" }, { column_name: "Name" }] }],
	];
	for (const [method, path, body] of refusals) {
		await base.refused(method, path, { table_name: "Parts", ...body });
		assert.deepEqual(await state(), before, `${method} ${path}`);
	}
	await server.stop({ keep: true }); // forgets what it holds of the base in memory
	await server.restart();
	assert.deepEqual(await state(), before);
	await base.append("Parts", [{ Name: "b" }]);
	assert.equal(await version(), before[0].version + 1);
	await server.stop();
});
