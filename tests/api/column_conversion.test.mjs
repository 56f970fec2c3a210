// Changing a column's type (columns.md 6): every writable type to every other and back, with cells that are known.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base, admin;

before(async () => {
	server = await startServer({ args: ["--time-zone", "UTC", "--log-level", "warn"] });
	base = await server.createBase();
	admin = (await base.call("GET", "related-users/")).user_list[0].email;
});

after(() => server.stop());

const file = { name: "a.txt", size: 3, type: "file", url: "https://example.org/a.txt" };
const sign = { username: "x@auth.local", sign_image_url: "/sign.png", sign_time: "2026-03-01T10:00:00+00:00" };

/* A cell of each type that people write: what goes in, and what comes out when that is something else. */
const samples = {
	text: ["12.5"], "long-text": ["**bold**\n2026-03-01"], email: ["ana@example.org"], url: ["https://example.org/a.png"], default: ["old"],
	number: [12.5], rate: [4], duration: ["1:30", 5400], checkbox: [true], date: ["2026-03-01", "2026-03-01T00:00:00+00:00"],
	"single-select": ["ok"], "multiple-select": [["ok", "low"]], collaborator: [["x@auth.local"]], "department-single-select": [7],
	image: [["https://example.org/a.png"]], file: [[file]], geolocation: [{ province: "P", city: "C" }], "digital-sign": [sign],
};
const types = Object.keys(samples);
const out = (type) => samples[type].at(-1);

const retype = (table, column, new_column_type, column_data) =>
	base.request("PUT", "columns/", { json: { table_name: table, op_type: "modify_column_type", column, new_column_type, column_data } });

test("the table of this test has every type that is writable", () => {
	const text = readFileSync(new URL("../../src/defs/column_types.def", import.meta.url), "utf8");
	const writable = [...text.matchAll(/^COLUMN_TYPE\(\w+, "([^"]+)", \w+, "\w+", true,/gm)].map((match) => match[1]);
	assert.deepEqual([...writable].sort(), [...types].sort());
});

/** Writes the type's sample into a new row's cell and into that of an old row; it comes out as its type says. */
async function checkWritable(table, rowId, column, type, what) {
	const row = { Name: "after", [column]: samples[type][0] };
	const { row_ids } = await base.append(table, [row]);
	await base.call("PUT", "rows/", { table_name: table, updates: [{ row_id: rowId, row }] });
	const rows = await base.rows(table);
	for (const id of [row_ids[0]._id, rowId]) assert.deepEqual(rows.find((one) => one._id === id)[column], out(type), what);
	await base.call("DELETE", "rows/", { table_name: table, row_ids: row_ids.map((one) => one._id) });
}

for (const from of types) {
	test(`${from} to every other type and back`, async () => {
		const others = types.filter((type) => type !== from);
		const table = `From ${from}`;
		await base.createTable(table, [["Name", "text"], ...others.map((type) => [`to ${type}`, from])]);
		const filled = Object.fromEntries(others.map((type) => [`to ${type}`, samples[from][0]]));
		const { row_ids } = await base.append(table, [{ Name: "kept", ...filled }, { Name: "empty" }, { Name: "written", ...filled }]);
		for (const to of others) {
			const column = `to ${to}`, what = `${from} to ${to}`;
			const before = (await base.rows(table))[0];
			const reply = await retype(table, column, to);
			assert.equal(reply.status, 200, `${what}: ${reply.text}`);
			assert.deepEqual([reply.json.type, reply.json.name], [to, column]);
			const rows = await base.rows(table);
			assert.deepEqual({ ...rows[0], [column]: 0, _mtime: 0 }, { ...before, [column]: 0, _mtime: 0 }, `${what}: other cells`);
			assert.ok([null, false].includes(rows[1][column]), `${what}: an empty cell became ${JSON.stringify(rows[1][column])}`);
			await checkWritable(table, row_ids[2]._id, column, to, what);
			const back = await retype(table, column, from);
			assert.equal(back.status, 200, `${what} and back: ${back.text}`);
			await checkWritable(table, row_ids[2]._id, column, from, `${what} and back`);
		}
		const last = await base.rows(table);
		assert.deepEqual(last.map((row) => row.Name), ["kept", "empty", "after"]);
	});
}

test("the first column takes only types that may stand there, others are refused and change nothing", async () => {
	await base.createTable("First", [["Name", "text"], ["Other", "text"]]);
	await base.append("First", [{ Name: "12" }]);
	const allowed = ["number", "date", "single-select"];
	for (const type of types.filter((one) => one !== "text")) {
		const reply = await retype("First", "Name", type);
		assert.equal(reply.status, allowed.includes(type) ? 200 : 400, `${type}: ${reply.text}`);
		if (reply.status === 400) assert.equal((await base.rows("First"))[0].Name, "12", type);
		else await retype("First", "Name", "text");
		await base.call("PUT", "rows/", { table_name: "First", updates: [{ row_id: (await base.rows("First"))[0]._id, row: { Name: "12" } }] });
	}
});

const euro = { format: "euro", decimal: "comma", thousands: "dot", enable_precision: true, precision: 2 };
const day = "2026-03-01T00:00:00+00:00";

/* [from, its settings, cell, to, its settings, the cell then, and after the way back]. Cells go over by the text that they show;
 * where that is no text, what comes of it is left open (undefined). */
const pairs = [
	["text", null, "12.5", "number", null, 12.5, "12.5"],
	["text", null, "many", "number", null, null, null],
	["text", null, "1,234.5", "number", null, 1234.5, "1234.5"],
	["text", null, "5%", "number", { format: "percent" }, 0.05, "5%"],
	["text", null, "2026-03-01", "date", null, day, "2026-03-01"],
	["text", null, "2026-02-30", "date", null, null, null],
	["text", null, "01.03.2026 14:30", "date", { format: "DD.MM.YYYY HH:mm" }, "2026-03-01T14:30:00+00:00", "01.03.2026 14:30"],
	["text", null, "1:30", "duration", null, 5400, "1:30"],
	["text", null, "true", "checkbox", null, true, "true"],
	["text", null, "yes", "checkbox", null, false, "false"],
	["text", null, "red", "single-select", null, "red", "red"],
	["text", null, "red green", "multiple-select", null, ["red", "green"], "red, green"],
	["text", null, "a\nb", "long-text", null, "a\nb", "a\nb"],
	["text", null, "ana@example.org", "email", null, "ana@example.org", "ana@example.org"],
	["long-text", null, "**bold**", "text", null, "**bold**", "**bold**"],
	["number", null, 12.5, "text", null, "12.5", 12.5],
	["number", euro, 1234.5, "text", null, "€1.234,50", 1234.5],
	["number", null, 3, "rate", null, 3, 3],
	["number", null, 90, "duration", { duration_format: "h:mm:ss" }, 90, 90],
	["number", null, 1, "checkbox", null, true, null],
	["number", null, 7, "department-single-select", null, 7, 7],
	["number", null, 7, "single-select", null, "7", 7],
	["duration", null, 5400, "text", null, "1:30", 5400],
	["duration", null, 5400, "number", null, 5400, 5400],
	["date", { format: "DD/MM/YYYY" }, "2026-03-01", "text", null, "01/03/2026", day],
	["date", { format: "M/D/YYYY" }, "2026-03-01", "single-select", null, "3/1/2026", day],
	["checkbox", null, true, "text", null, "true", true],
	["checkbox", null, false, "single-select", null, "false", false],
	["single-select", null, "ok", "multiple-select", null, ["ok"], "ok"],
	["single-select", null, "two words", "multiple-select", null, ["two words"], "two words"],
	["single-select", null, "2026-03-01", "date", null, day, "2026-03-01"],
	["multiple-select", null, ["b", "a"], "text", null, "b, a", ["b", "a"]],
	["multiple-select", null, ["only"], "single-select", null, "only", ["only"]],
	["url", null, "https://example.org/a.png", "image", null, ["https://example.org/a.png"], undefined],
	["geolocation", { geo_format: "lng_lat" }, { lng: 10.75, lat: 59.91 }, "text", null, "N59°54′36″, E10°45′0″", { lng: 10.75, lat: 59.91 }],
	["file", null, [file], "number", null, null, null],
];

test("cells of known pairs, there and back", async () => {
	const table = "Pairs";
	await base.createTable(table, [["Name", "text"], ...pairs.map(([from, data], i) => [`c${i}`, from, data ?? undefined])]);
	await base.append(table, [Object.fromEntries([["Name", "a"], ...pairs.map(([, , cell], i) => [`c${i}`, cell])])]);
	for (const [i, [from, data, cell, to, settings, then, back]] of pairs.entries()) {
		const what = `${from} ${JSON.stringify(cell)} to ${to}`;
		for (const [type, its, expected] of [[to, settings, then], [from, data, back]]) {
			const reply = await retype(table, `c${i}`, type, its ?? undefined);
			assert.equal(reply.status, 200, `${what}: ${reply.text}`);
			if (expected !== undefined) assert.deepEqual((await base.rows(table))[0][`c${i}`], expected, type === to ? what : `${what} and back`);
		}
	}
});

test("a person's name or address becomes a collaborator, and shows as a text", async () => {
	await base.createTable("Persons", [["Name", "text"], ["Who", "text"]]);
	await base.append("Persons", [{ Name: "a", Who: server.admin.email }, { Name: "b", Who: "nobody" }]);
	assert.equal((await retype("Persons", "Who", "collaborator")).status, 200);
	assert.deepEqual((await base.rows("Persons"))[0].Who, [admin]);
	assert.equal((await retype("Persons", "Who", "text")).status, 200);
	assert.notEqual((await base.rows("Persons"))[0].Who, null);
});

test("to a column that is computed the cells go, and back it is empty and writable", async () => {
	await base.createTable("Computed", [["Name", "text"], ["No", "text"], ["Press", "number"]]);
	await base.append("Computed", [{ Name: "a", No: "x", Press: 1 }, { Name: "b", No: "y", Press: 2 }]);
	assert.equal((await retype("Computed", "No", "auto-number", { format: "000", digits: 3 })).status, 200);
	assert.equal((await retype("Computed", "Press", "button")).status, 200);
	assert.deepEqual((await base.rows("Computed")).map((row) => [row.No, row.Press]), [["001", null], ["002", null]]);
	assert.equal((await retype("Computed", "No", "number")).status, 200);
	assert.equal((await retype("Computed", "Press", "text")).status, 200);
	await base.append("Computed", [{ Name: "c", No: 5, Press: "z" }]);
	assert.deepEqual((await base.rows("Computed")).map((row) => [row.No, row.Press]), [[1, null], [2, null], [5, "z"]]);
	for (const type of ["creator", "ctime", "last-modifier", "mtime", "link", "formula", "link-formula"]) {
		assert.equal((await retype("Computed", "No", type)).status, 400, type);
	}
});

test("the answer counts the cells that became empty", async () => {
	await base.createTable("Lost", [["Name", "text"], ["Value", "text"]]);
	await base.append("Lost", ["12", "x", "3.5", "y", ""].map((Value) => ({ Name: "n", Value })));
	assert.equal((await retype("Lost", "Value", "number")).json.lost_cells, 2);
	assert.equal((await retype("Lost", "Value", "text")).json.lost_cells, 0);
	assert.equal((await retype("Lost", "Value", "auto-number")).json.lost_cells, 2, "a computed type has no use for what was there");
	await base.call("POST", "columns/", { table_name: "Lost", column_name: "Computed", column_type: "formula", column_data: { formula: "1 + 1" } });
	assert.equal((await retype("Lost", "Computed", "number")).json.lost_cells, 5, "what a formula gave goes with it");
	assert.equal("lost_cells" in (await retype("Lost", "Value", "auto-number")).json, false, "settings alone lose nothing");
});
