// Indexes that make themselves: made where queries ask for them, seen in /metrics, and in answers not at all.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, base, view;

const ROWS = 6000;
const states = ["ok", "low", "sold"];

/** Row i; the cells repeat in different measures, some are empty. */
const row = (i) => ({
	Code: `c${(i * 7919) % ROWS}`, Group: i % 11 === 0 ? null : `group ${i % 700}`, Price: i % 13 === 0 ? null : (i % 2000) / 8,
	Day: i % 17 === 0 ? null : new Date(Date.UTC(2020, 0, 1 + (i % 1500))).toISOString().slice(0, 10),
	Seen: new Date(Date.UTC(2022, 0, 1, 0, i)).toISOString().slice(0, 16).replace("T", " "), State: states[i % 3],
});

before(async () => {
	server = await startServer();
	base = await server.createBase("Indexed");
	const columns = [["Code", "text"], ["Group", "text"], ["Price", "number"], ["Day", "date"], ["Seen", "date", { format: "YYYY-MM-DD HH:mm" }], ["State", "single-select"]];
	await base.createTable("Parts", columns);
	for (let from = 0; from < ROWS; from += 1000) await base.append("Parts", Array.from({ length: 1000 }, (_, i) => row(from + i)));
	await base.createTable("Groups", [["Name", "text"], ["Owner", "text"]]);
	await base.append("Groups", Array.from({ length: 300 }, (_, i) => ({ Name: `group ${i}`, Owner: `owner ${i % 7}` })));
	view = (await base.call("POST", "views/?table_name=Parts", { name: "Filtered", type: "table" }))._id;
});
after(() => server.stop());

const metric = async (name) => Number((await server.request("GET", "/metrics")).text.match(new RegExp(`^atoll_indexes_${name}_total (\\d+)`, "m"))[1]);
const sql = async (text) => (await base.call("POST", "sql/", { sql: text, convert_keys: true })).results;

/** The answer, and whether an index served it. */
async function watched(ask) {
	const before = await metric("used");
	const answer = await ask();
	return { answer, served: (await metric("used")) > before };
}

/** Asks until an index serves the question. */
async function makeIndex(ask) {
	for (let i = 0; i < 9; i++) await ask();
	for (let tries = 0; !(await watched(ask)).served; tries++) {
		assert.ok(tries < 100, "an index is made");
		await pause(100);
	}
	assert.ok((await metric("made")) > 0);
}

const statements = {
	Code: ["WHERE Code = 'c77'", "WHERE Code IN ('c1', 'c2', 'none')", "WHERE Code LIKE 'c599%'", "WHERE Code ILIKE 'C599%'", "WHERE Code = 'nowhere'", "WHERE Code >= 'c99' AND State = 'ok'"],
	Price: ["WHERE Price = 3.125", "WHERE Price > 248.9 ORDER BY Code", "WHERE Price BETWEEN 1 AND 2", "WHERE '3.125' = Price", "ORDER BY Price LIMIT 20", "ORDER BY Price DESC LIMIT 20 OFFSET 10"],
	Day: ["WHERE Day = '2021-03-04'", "WHERE Day >= '2024-01-20'", "WHERE Day < '2020-01-03' AND Price > 3", "WHERE Day BETWEEN '2021-03-04' AND '2021-03-08'", "WHERE Day >= '2021-03-04' AND Day < '2021-03-08'", "ORDER BY Day LIMIT 7"],
	Seen: ["WHERE Seen = '2022-01-02 10:30'", "WHERE Seen > '2022-01-05'", "WHERE Seen <= '2022-01-01 00:10:00'", "WHERE Seen >= '2022-01-05 01:00:30'"],
	Group: ["WHERE `Group` = 'group 5'", "WHERE `Group` = 'group 5' OR `Group` = 'group 6'", "WHERE NOT `Group` = 'group 5' LIMIT 50"],
};
const firsts = { Price: "WHERE Price = 7", Day: "WHERE Day = '2020-05-05'", Seen: "WHERE Seen = '2022-01-02 10:31'", Group: "WHERE `Group` = 'group 9'", Code: "WHERE Code = 'c5'" };
const filters = [
	[["Price", "equal", 3.125]], [["Price", "greater", 249]], [["Price", "less_or_equal", 0.125]], [["Day", "is_after", "2021-03-04", "exact_date"], ["Day", "is_before", "2021-03-08", "exact_date"]], [["Day", "is", "2021-03-04", "exact_date"]],
	[["Day", "is_on_or_after", "2024-02-01", "exact_date"]], [["Code", "is", "c77"]], [["Group", "is", "group 5"], ["State", "is_any_of", ["ok", "low"]]],
	[["Seen", "is", "2022-01-05", "exact_date"], ["Price", "not_equal", 3]], [["Seen", "is", "2022-01-02 10:30", "exact_date_time"]],
];

async function filtered(items) {
	const { columns } = await base.call("GET", "columns/?table_name=Parts");
	const options = columns.find(({ name }) => name === "State").data.options;
	const term = (column, value) => (column === "State" ? value.map((name) => options.find((o) => o.name === name).id) : value);
	await base.call("PUT", `views/${view}/?table_name=Parts`, { filter_conjunction: "And", filters: items.map(([column, filter_predicate, value, filter_term_modifier]) => (
		{ column_key: columns.find(({ name }) => name === column).key, filter_predicate, filter_term: term(column, value), filter_term_modifier })) });
	return (await base.rows("Parts", { view_id: view, limit: 1000 })).map(({ Code }) => Code);
}

test("an index changes no answer", async () => {
	const all = Object.values(statements).flat().map((rest) => `SELECT Code, \`Group\`, Price, Day, Seen FROM Parts ${rest}`);
	const joined = "SELECT Parts.Code, Groups.Owner FROM Parts, Groups WHERE Parts.`Group` = Groups.Name AND Groups.Name = 'group 7' ORDER BY Parts.Code";
	const ends = "SELECT MAX(Price) AS a FROM Parts";
	const before = [], views = [];
	for (const text of [...all, joined, ends]) before.push(await sql(text));
	for (const items of filters) views.push(await filtered(items));
	assert.ok(before.filter((rows) => rows.length > 0).length > all.length - 3 && views.every((rows) => rows.length > 0), "the questions have answers");

	for (const [column, rest] of Object.entries(firsts)) {
		await makeIndex(() => sql(`SELECT Code FROM Parts ${rest}`));
		assert.ok((await watched(() => sql(`SELECT Code FROM Parts ${rest}`))).served, `${column} is found by its index`);
		assert.match(JSON.stringify(await sql(`EXPLAIN SELECT Code FROM Parts ${rest}`)), /USING INDEX auto_/);
	}
	let served = 0;
	for (const [i, text] of [...all, joined, ends].entries()) {
		const seen = await watched(() => sql(text));
		assert.deepEqual(seen.answer, before[i], text);
		served += seen.served;
	}
	assert.ok(served >= 21, `${served} of ${all.length} statements are served by an index`);
	served = 0;
	for (const [i, items] of filters.entries()) {
		const seen = await watched(() => filtered(items));
		assert.deepEqual(seen.answer, views[i], JSON.stringify(items));
		served += seen.served;
	}
	assert.equal(served, filters.length, "views are served, too");
	assert.match(await atollOk(["check", base.uuid, "--data", server.dir]), /sound$/);
});

test("pages of a sorted list go on by the index", async () => {
	const codes = async (query) => {
		const all = [];
		for (let cursor = ""; cursor !== undefined; ) {
			const page = await base.call("GET", `rows/?${new URLSearchParams({ table_name: "Parts", convert_keys: "true", ...query, cursor })}`);
			all.push(...page.rows.map(({ Code }) => Code));
			cursor = page.next_cursor;
		}
		return all;
	};
	for (const direction of ["asc", "desc"]) {
		const before = await metric("used");
		const paged = await codes({ order_by: "Price", direction, limit: 190 });
		assert.ok((await metric("used")) - before >= 31, "every page is found by the index");
		const read = [];
		for (let start = 0; start < ROWS; start += 1000) read.push(...(await base.rows("Parts", { order_by: "Price", direction, start, limit: 1000 })));
		assert.deepEqual(paged, read.map(({ Code }) => Code));
	}
});

test("what finds many rows is read as before", async () => {
	for (const rest of ["WHERE Price > 1", "WHERE Day >= '2020-01-03' LIMIT 5", "WHERE Code LIKE 'c%' LIMIT 5", "WHERE Price IS NULL", "ORDER BY Price LIMIT 5000", "WHERE State = 'ok' ORDER BY Price LIMIT 5"])
		assert.equal((await watched(() => sql(`SELECT Code FROM Parts ${rest}`))).served, false, rest);
});

test("columns that don't tell rows apart get no index", async () => {
	const made = await metric("made");
	for (let i = 0; i < 20; i++) await sql("SELECT COUNT(*) FROM Parts WHERE State = 'ok'");
	await pause(2500);
	assert.equal(await metric("made"), made);
});

test("writes see to the index", async () => {
	await base.append("Parts", [{ Code: "fresh", Price: 77777 }]);
	assert.equal((await sql("SELECT Price FROM Parts WHERE Code = 'fresh'"))[0].Price, 77777);
	const updated = await watched(() => sql("UPDATE Parts SET Code = 'newer' WHERE Code = 'fresh'"));
	assert.ok(updated.served);
	assert.deepEqual([await sql("SELECT Code FROM Parts WHERE Code = 'fresh'"), (await sql("SELECT Code FROM Parts WHERE Price > 70000"))[0].Code], [[], "newer"]);
	const upserted = await watched(() => base.call("POST", "upsert-rows/", { table_name: "Parts", key_columns: ["Code"], rows: [{ Code: "newer", Price: 5 }, { Code: "newest" }] }));
	assert.ok(upserted.served);
	assert.deepEqual([upserted.answer.inserted_row_count, upserted.answer.updated_row_count], [1, 1]);
	await sql("DELETE FROM Parts WHERE Code = 'newer'");
	assert.deepEqual(await sql("SELECT Code FROM Parts WHERE Code LIKE 'newe%'"), [{ Code: "newest" }]);
});

test("upserting by a column asks for an index", async () => {
	await base.createTable("Keyed", [["Key", "text"], ["Count", "number"]]);
	for (let from = 0; from < ROWS; from += 1000) await base.append("Keyed", Array.from({ length: 1000 }, (_, i) => ({ Key: `k${from + i}` })));
	const upsert = (Count) => base.call("POST", "upsert-rows/", { table_name: "Keyed", key_columns: ["Key"], rows: [{ Key: "k4711", Count }] });
	let n = 0;
	await makeIndex(() => upsert(++n));
	const seen = await watched(() => upsert(100));
	assert.ok(seen.served);
	assert.equal(seen.answer.updated_row_count, 1);
});

test("an index goes with its column, its type and its table", async () => {
	const copy = await base.call("POST", "tables/duplicate-table/", { table_name: "Keyed", is_duplicate_records: true });
	assert.equal((await sql(`SELECT Count FROM \`${copy.name}\` WHERE Key = 'k4711'`))[0].Count, 100);
	await base.call("DELETE", "tables/", { table_name: "Keyed" });
	await base.call("PUT", "columns/", { table_name: "Parts", column: "Price", op_type: "modify_column_type", new_column_type: "text" });
	assert.equal((await sql("SELECT Code FROM Parts WHERE Price = '3.125'")).length > 0, true);
	assert.ok(!(await watched(() => sql("SELECT Code FROM Parts WHERE Price = '3.125'"))).served);
	await base.call("DELETE", "columns/", { table_name: "Parts", column: "Day" });
	assert.equal((await base.refused("POST", "sql/", { sql: "SELECT Code FROM Parts WHERE Day = '2021-03-04'" })).status, 400);
	await base.call("PUT", "columns/", { table_name: "Parts", column: "Code", op_type: "rename_column", new_column_name: "Number" });
	assert.ok((await watched(() => sql("SELECT Number FROM Parts WHERE Number = 'c77'"))).served, "a new name changes nothing");
	assert.match(await atollOk(["check", base.uuid, "--data", server.dir]), /sound$/);
});

test("an index outlives the server", async () => {
	await server.stop({ keep: true });
	await server.restart();
	assert.ok((await watched(() => sql("SELECT Number FROM Parts WHERE Number = 'c77'"))).served);
});
