// Queries on a table of a million rows and ten columns, against the same statement written by hand in plain SQLite on the same
// file: same columns, same indexes.
import { execFileSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { floor, median, options, reportValue, rounds, Server, work } from "./server.mjs";

const ROWS = Number(options.rows);
const MAKERS = 1000;
const columns = [
	["Name", "text"], ["Maker", "text"], ["Note", "text"], ["Mail", "email"], ["Price", "number"], ["Stock", "number"],
	["Weight", "number"], ["Arrived", "date"], ["Checked", "checkbox"], ["State", "single-select"],
];
const states = ["ok", "recount", "sold", "ordered"];

/** Row number i; the numbers are scattered so that neighbours differ. */
function makeRow(i) {
	const n = (i * 2654435761) % 4294967296;
	return {
		Name: `Bolt M${n % 24} number ${i}`,
		Maker: `Nordmetall ${n % MAKERS}`,
		Note: `counted on the shelf ${n % 9973}, left side, second box from above`,
		Mail: `maker${n % 5000}@example.org`,
		Price: (n % 100000) / 4,
		Stock: n % 500,
		Weight: (n % 800) / 8,
		Arrived: new Date(Date.UTC(2020, 0, 1 + (n % 2500))).toISOString().slice(0, 10),
		Checked: n % 2 === 0,
		State: states[n % 4],
	};
}

/** The base, its tables' names for plain SQLite, and what is called by which key. */
async function fill(server) {
	const base = await server.makeBase("queries");
	const call = (method, path, json) => server.call(method, `${base.root}/${path}`, { token: base.token, json });
	const items = await server.makeTable(base, "Items", columns);
	const makers = await server.makeTable(base, "Makers", [["Name", "text"], ["City", "text"]]);
	await call("POST", "rows/", { table_name: "Makers",
		rows: Array.from({ length: MAKERS }, (_, i) => ({ Name: `Nordmetall ${i}`, City: `City ${i % 40}` })) });
	for (let from = 0; from < ROWS; from += 1000)
		await call("POST", "rows/", { table_name: "Items", rows: Array.from({ length: 1000 }, (_, i) => makeRow(from + i)) });
	const { metadata } = await call("GET", "metadata/");
	const table = metadata.tables.find(({ _id }) => _id === items._id);
	const options = table.columns.find(({ name }) => name === "State").data.options;
	return { base, call, file: join(server.dir, "bases", `${base.uuid}.db`), option: (name) => options.find((o) => o.name === name).id,
		view: table.views[0]._id, items: { table: `"rows_${items._id}"`, ...keys(items) }, makers: { table: `"rows_${makers._id}"`, ...keys(makers) } };
}

const keys = ({ columns }) => Object.fromEntries(columns.map(({ name, key }) => [name, `"${key}"`]));

/** What is asked in our SQL, and what somebody who knows SQLite would write on the same file. */
function statements({ items: i, makers: m, option }) {
	const all = (alias) => columns.map(([name]) => alias + i[name]).join(", ");
	return [
		["count and sum by a select column",
			"SELECT State, COUNT(*), SUM(Price) FROM Items GROUP BY State",
			`SELECT ${i.State}, count(*), sum(${i.Price}) FROM ${i.table} GROUP BY ${i.State}`],
		["filter and sort, limit 100",
			"SELECT * FROM Items WHERE State = 'sold' AND Stock >= 250 ORDER BY Price DESC LIMIT 100",
			`SELECT _id, _ctime, _mtime, ${all("")} FROM ${i.table} WHERE ${i.State} = '${option("sold")}' AND ${i.Stock} >= 250 ORDER BY ${i.Price} DESC LIMIT 100`],
		["LIKE",
			"SELECT COUNT(*) FROM Items WHERE Note LIKE '%shelf 77%'",
			`SELECT count(*) FROM ${i.table} WHERE ${i.Note} LIKE '%shelf 77%'`],
		["a formula in WHERE",
			"SELECT COUNT(*), MAX(Price) FROM Items WHERE round(Price * 1.19, 2) - Stock > 12000 AND upper(Maker) = 'NORDMETALL 77'",
			`SELECT count(*), max(${i.Price}) FROM ${i.table} WHERE round(${i.Price} * 1.19, 2) - ${i.Stock} > 12000 AND upper(${i.Maker}) = 'NORDMETALL 77'`],
		["arithmetic in WHERE",
			"SELECT COUNT(*) FROM Items WHERE Price * Stock + Weight > 9000000",
			`SELECT count(*) FROM ${i.table} WHERE ${i.Price} * ${i.Stock} + ${i.Weight} > 9000000`],
		["a join of two tables",
			"SELECT Makers.City, COUNT(*), SUM(Items.Price) FROM Items, Makers WHERE Items.Maker = Makers.Name AND Items.Stock < 100 GROUP BY Makers.City",
			`SELECT m.${m.City}, count(*), sum(i.${i.Price}) FROM ${i.table} i, ${m.table} m WHERE i.${i.Maker} = m.${m.Name} AND i.${i.Stock} < 100 GROUP BY m.${m.City}`],
	];
}

const timed = async (work) => {
	const began = process.hrtime.bigint();
	await work();
	return Number(process.hrtime.bigint() - began) / 1e6;
};

/** Both in turn: each round the best of three of each, since either may be disturbed. */
async function compare(mine, plain) {
	const times = { mine: [], other: [], ratios: [] };
	for (let round = 0; round < rounds; round++) {
		times.other.push(plain());
		const tries = [];
		for (let i = 0; i < 3; i++) tries.push(await timed(mine));
		times.mine.push(Math.min(...tries));
		times.ratios.push(times.mine.at(-1) / times.other.at(-1));
	}
	return { mine: median(times.mine), other: median(times.other), ratio: median(times.ratios) };
}

function reportMs(name, words, { mine, other, ratio }) {
	reportValue(name, words, `${mine.toFixed(1)} ms; plain SQLite: ${other.toFixed(1)} ms; ratio ${ratio.toFixed(2)}`);
}

/** Asks until an index serves the question, which the server makes when it has been asked often enough. */
async function makeIndex(server, ask) {
	for (let tries = 0; ; tries++) {
		const before = await metric(server, "indexes_used_total");
		await ask();
		if ((await metric(server, "indexes_used_total")) > before) return;
		if (tries === 60) throw new Error("no index was made");
		if (tries > 8) await pause(1000);
	}
}

/** What an index helps, when the server has made it: against plain SQLite with an ordinary index on the same column. */
async function measureIndexes(server, { call, file, items: i }) {
	const copy = join(work, "indexed.db");
	const all = columns.map(([name]) => i[name]).join(", ");
	const cases = [
		["Name", "one row by the text in a column", "SELECT * FROM Items WHERE Name = 'Bolt M7 number 77783'", `SELECT _id, _ctime, _mtime, ${all} FROM ${i.table} WHERE ${i.Name} = 'Bolt M7 number 77783'`],
		["Price", "the first 100 by a number", "SELECT * FROM Items ORDER BY Price LIMIT 100", `SELECT _id, _ctime, _mtime, ${all} FROM ${i.table} ORDER BY ${i.Price} LIMIT 100`],
		["Arrived", "rows of three days", "SELECT COUNT(*), SUM(Price) FROM Items WHERE Arrived >= '2026-03-01' AND Arrived < '2026-03-04'", `SELECT count(*), sum(${i.Price}) FROM ${i.table} WHERE ${i.Arrived} >= '2026-03-01' AND ${i.Arrived} < '2026-03-04'`],
	];
	for (const [column, name, sql, plain] of cases) {
		const ask = () => call("POST", "sql/", { sql });
		const before = await timed(ask);
		await makeIndex(server, ask);
		for (const ending of ["", "-wal"]) copyFileSync(file + ending, copy + ending);
		floor("query", copy, `CREATE INDEX plain ON ${i.table}(${i[column]})`, 1);
		const { mine, other } = await compare(ask, () => floor("query", copy, plain, 3));
		reportValue(`query with an index that made itself: ${name}`, sql, `${mine.toFixed(2)} ms, HTTP included (${before.toFixed(0)} ms before); plain SQLite with an index: ${other.toFixed(2)} ms`);
		for (const ending of ["", "-wal", "-shm"]) rmSync(copy + ending, { force: true });
	}
	const upsert = (n) => call("POST", "upsert-rows/", { table_name: "Items", key_columns: ["Name"], rows: [{ Name: "Bolt M7 number 77783", Stock: n }] });
	let n = 0;
	reportValue("upsert into a million rows", "POST upsert-rows/ of one row by Name, which has an index now: median of 50", `${median(await inTurn(50, () => timed(() => upsert(++n)))).toFixed(1)} ms`);
}

async function inTurn(count, measure) {
	const values = [];
	for (let i = 0; i < count; i++) values.push(await measure());
	return values;
}

const metric = async (server, name) => Number((await (await fetch(`${server.url}/metrics`)).text()).match(new RegExp(`^atoll_${name} (\\d+)`, "m"))?.[1]);

/** Microseconds of reading, checking and emitting a statement, and of SQLite's compiling. */
function reportCompile(server, { base }) {
	const sql = "SELECT Maker, State, COUNT(*), SUM(Price * Stock) AS total FROM Items WHERE State IN ('sold', 'ok') AND Arrived >= '2024-01-01' AND (Note LIKE '%shelf%' OR Price > 100) GROUP BY Maker, State HAVING total > 10 ORDER BY total DESC LIMIT 100";
	const [ours, sqlites] = execFileSync(options.compile, [server.dir, base.uuid, sql], { encoding: "utf8" }).split(" ").map(Number);
	reportValue("query: compiling", sql, `${ours.toFixed(0)} µs to SQLite's SQL; ${sqlites.toFixed(0)} µs more for SQLite to compile that, unless the connection has the statement`);
}

export async function measureQueries() {
	const server = await Server.start("queries");
	await server.signIn();
	const filled = await fill(server);
	const { call, file, items, option } = filled;
	for (const [name, sql, plain] of statements(filled))
		reportMs(`query: ${name}`, sql, await compare(() => call("POST", "sql/", { sql, convert_keys: true }), () => floor("query", file, plain, 3)));
	await call("POST", "columns/", { table_name: "Items", column_name: "Margin", column_type: "formula", column_data: { formula: "{Price} * 1.19 - {Stock}" } });
	reportMs("query: a formula column in WHERE", "SELECT COUNT(*) FROM Items WHERE Margin > 28000, Margin being {Price} * 1.19 - {Stock}",
		await compare(() => call("POST", "sql/", { sql: "SELECT COUNT(*) FROM Items WHERE Margin > 28000" }),
			() => floor("query", file, `SELECT count(*) FROM ${items.table} WHERE ${items.Price} * 1.19 - ${items.Stock} > 28000`, 3)));
	await call("PUT", `views/${filled.view}/?table_name=Items`, { filter_conjunction: "And", filters: [
		{ column_key: items.State.slice(1, -1), filter_predicate: "is", filter_term: option("sold") },
		{ column_key: items.Price.slice(1, -1), filter_predicate: "greater", filter_term: 20000 },
		{ column_key: items.Note.slice(1, -1), filter_predicate: "contains", filter_term: "shelf 77" },
	], sorts: [] });
	reportMs("query: a view of three filters", "GET rows/ of a view: State is, Price greater, Note contains (ignoring case); 100 rows",
		await compare(() => call("GET", `rows/?table_name=Items&view_id=${filled.view}&limit=100`),
			() => floor("query", file, `SELECT * FROM ${items.table} WHERE _archived = 0 AND ${items.State} = '${option("sold")}' AND ${items.Price} > 20000 AND ${items.Note} LIKE '%shelf 77%' ORDER BY _n LIMIT 100`, 3)));
	await measureIndexes(server, filled);
	reportCompile(server, filled);
	await server.stop();
}
