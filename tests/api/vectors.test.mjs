// What formulas on the rows of tests/api/vectors.json give, each formula as a column of its own, read through the API.
// expect: value = the JSON value ("" may be null); date and datetime = the beginning of a date; error = the cell's error.
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

function same(actual, expected) {
	if (typeof expected === "number" && typeof actual === "number")
		return Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
	if (Array.isArray(expected) && Array.isArray(actual))
		return actual.length === expected.length && expected.every((element, i) => same(actual[i], element));
	return actual === expected || (expected === "" && actual === null);
}

function check(id, formula, cell, expect) {
	const about = `${id}: ${formula} gave ${JSON.stringify(cell)}`;
	if ("date" in expect) assert.equal(cell?.slice(0, 10), expect.date, about);
	else if ("datetime" in expect) assert.equal(cell?.slice(0, 16).replace("T", " "), expect.datetime, about);
	else if ("error" in expect) assert.equal(cell, expect.error, about);
	else assert.ok(same(cell, expect.value), `${about}, not ${JSON.stringify(expect.value)}`);
}

const text = (input) => input.formula ?? JSON.stringify(input.link_formula);

const formulas = vectors.filter(({ kind, input }) => kind === "function" && (input.formula || input.link_formula));

test("formulas as columns", async (t) => {
	const tables = new Set(formulas.map(({ input }) => input.table ?? fixture.tables[0].name));
	const failed = new Map();

	for (const { id, input } of formulas) {
		const reply = await base.request("POST", "columns/", {
			json: {
				table_name: input.table ?? fixture.tables[0].name, column_name: id,
				column_type: input.formula ? "formula" : "link-formula", column_data: input.link_formula ?? { formula: input.formula },
			},
		});
		if (reply.status !== 200) failed.set(id, `${reply.status} ${reply.text}`);
	}
	const rows = Object.fromEntries(await Promise.all([...tables].map(async (name) => [name, await base.rows(name)])));
	for (const { id, input, expect } of formulas) {
		const table = fixture.tables.find(({ name }) => name === (input.table ?? fixture.tables[0].name));
		const first = table.columns[0].name;
		const row = input.row ? rows[table.name].find((one) => one[first] === input.row) : rows[table.name][0];
		await t.test(`${id} ${text(input)}`, () => {
			assert.ok(!failed.has(id), failed.get(id));
			check(id, text(input), row[id], expect);
		});
	}
});
