// What SQL gives on the tables of tests/api/vectors.json: statements of every kind, and functions as SQL expressions.
// expect: rows = the selected columns in order, columns = their keys; {starts} = how a date begins; then = what a write led to.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";
import { clocked, fillFixture, fixture, vectors } from "./vectors.mjs";

let server, base;

before(async () => {
	server = await startServer(clocked);
	base = await server.createBase();
	await fillFixture(base);
});
after(() => server.stop());

const isWrite = (sql) => !/^\s*select/i.test(sql);
const run = (on, sql, convert_keys = true, parameters = undefined) => on.request("POST", "sql/", { json: { sql, convert_keys, parameters } });

function same(actual, expected) {
	if (expected?.starts !== undefined) return typeof actual === "string" && actual.startsWith(expected.starts);
	if (typeof expected === "number" && typeof actual === "number") return Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
	if (Array.isArray(expected)) return Array.isArray(actual) && actual.length === expected.length && expected.every((one, i) => same(actual[i], one));
	return actual === expected || (expected === "" && actual === null);
}

function sameRows(actual, expected, ordered) {
	if (actual.length !== expected.length) return false;
	if (ordered) return same(actual, expected);
	const rest = [...actual];
	return expected.every((row) => {
		const at = rest.findIndex((one) => same(one, row));
		return at >= 0 && rest.splice(at, 1).length === 1;
	});
}

/** Columns have keys of their own here. */
async function ownKeys() {
	const { tables } = (await base.call("GET", "metadata/")).metadata;
	const keys = {};
	for (const table of fixture.tables) {
		const own = tables.find(({ name }) => name === table.name);
		for (const { key, name } of table.columns) keys[key] = own.columns.find((column) => column.name === name).key;
	}
	return keys;
}

function rowsOf({ results, metadata, is_join_stmt }, columns) {
	const keys = columns ?? metadata.map((one) => (is_join_stmt ? one.id : one.name));
	return results.map((row) => keys.map((key) => row[key]));
}

async function checkThen(on, then) {
	const reply = await run(on, then.sql);
	assert.equal(reply.status, 200, reply.text);
	const rows = rowsOf(reply.json);
	assert.ok(sameRows(rows, then.rows, then.ordered), `${then.sql} gave ${JSON.stringify(rows)}, not ${JSON.stringify(then.rows)}`);
}

test("statements", async (t) => {
	const keys = await ownKeys();
	for (const { id, input, expect } of vectors.filter(({ kind }) => kind === "sql")) {
		await t.test(`${id} ${input.sql}`, async () => {
			const on = isWrite(input.sql) && expect.success ? await server.createBase() : base;
			if (on !== base) await fillFixture(on);
			const reply = await run(on, input.sql, input.convert_keys, input.parameters);
			if (expect.error || expect.error_contains) {
				assert.equal(reply.status, 400, reply.text);
				assert.ok(reply.json.error_message.length > 0);
				assert.ok(reply.json.error_message.includes(expect.error_contains ?? ""), reply.text);
				return;
			}
			assert.equal(reply.status, 200, reply.text);
			if (expect.success) {
				assert.deepEqual(reply.json, { success: true, error_message: "", metadata: null, results: null });
				if (expect.then) await checkThen(on, expect.then);
				return;
			}
			if ("row_count" in expect) {
				assert.equal(reply.json.results.length, expect.row_count);
				return;
			}
			assert.equal(reply.json.is_join_stmt, Boolean(expect.join));
			const columns = expect.columns?.map((key) => (input.convert_keys ? key : (keys[key] ?? key)));
			if (columns) for (const row of reply.json.results) for (const key of columns) assert.ok(key in row, `${key} in ${JSON.stringify(row)}`);
			const rows = rowsOf(reply.json, columns);
			assert.ok(sameRows(rows, expect.rows, expect.ordered), `gave ${JSON.stringify(rows)}, not ${JSON.stringify(expect.rows)}`);
		});
	}
});

test("functions as expressions", async (t) => {
	for (const { id, input, expect } of vectors.filter(({ kind, input }) => kind === "function" && input.sql)) {
		const table = fixture.tables.find(({ name }) => name === (input.table ?? fixture.tables[0].name));
		const first = table.columns[0].name, row = input.row ?? table.rows[0][first];
		await t.test(`${id} ${input.sql}`, async () => {
			const reply = await run(base, `SELECT ${input.sql} AS v FROM ${table.name} WHERE \`${first}\` = ?`, true, [row]);
			assert.equal(reply.status, 200, reply.text);
			const { v } = reply.json.results[0];
			if ("date" in expect) assert.equal(v?.slice(0, 10), expect.date);
			else if ("datetime" in expect) assert.equal(v?.slice(0, 16).replace("T", " "), expect.datetime);
			else if ("error" in expect) assert.equal(v, null);
			else assert.ok(same(v, expect.value), `gave ${JSON.stringify(v)}, not ${JSON.stringify(expect.value)}`);
		});
	}
});
