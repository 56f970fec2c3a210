// Vectors of the language, tests/api/vectors.json: two tables and what formulas on their rows give, each formula as a column
// of its own, read through the API. Element 0 holds the tables: selects by option name, links by the linked row's first column.
// expect: value = the JSON value ("" may be null); date and datetime = the beginning of a date; error = the cell's error.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

const [fixture, ...vectors] = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));

let server, base;

/** The fixture's tables, filled and linked. */
async function fill() {
	const rowIds = {};
	for (const table of fixture.tables) {
		const columns = table.columns.filter(({ type }) => type !== "link");
		await base.createTable(table.name, columns.map(({ name, type, data }) => [name, type, data]));
		const added = await base.append(table.name, table.rows.map((row) =>
			Object.fromEntries(columns.filter(({ name }) => name in row).map(({ name }) => [name, row[name]]))));
		rowIds[table.name] = Object.fromEntries(table.rows.map((row, i) => [row[table.columns[0].name], added.row_ids[i]._id]));
	}
	for (const table of fixture.tables) {
		for (const { name, data } of table.columns.filter(({ type }) => type === "link")) {
			const column = await base.call("POST", "columns/", {
				table_name: table.name, column_name: name, column_type: "link", column_data: { table: table.name, other_table: data.other_table },
			});
			const map = table.rows.filter((row) => row[name]).map((row) =>
				[rowIds[table.name][row[table.columns[0].name]], row[name].map((other) => rowIds[data.other_table][other])]);
			await base.call("POST", "links/", {
				link_id: column.data.link_id, table_name: table.name, other_table_name: data.other_table, other_rows_ids_map: Object.fromEntries(map),
			});
		}
	}
}

before(async () => {
	server = await startServer({ args: ["--time-zone", fixture.timezone] });
	base = await server.createBase();
	await fill();
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

/** Those that an invented clock would be needed for are left out. */
const formulas = vectors.filter(({ kind, input, clock }) => kind === "function" && (input.formula || input.link_formula) && !clock);

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
