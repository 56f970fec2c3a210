// What SQL can here beyond SeaTable's (docs/sql.md): joins, SELECTs within others, UNION, CASE and the like, expressions that
// are written, counts of changed rows, groups of list elements.
import assert from "node:assert/strict";
import { before, after, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer({ args: ["--time-zone", "Europe/Berlin"] });
	base = await freshBase();
});
after(() => server.stop());

const options = (...names) => ({ options: names.map((name, i) => ({ id: `${names.length}${i}`, name })) });

/** Three parts and four makers; a Pin has neither cells nor a maker, Xi no part. */
async function freshBase() {
	const made = await server.createBase();
	await made.createTable("Parts", [
		["Name", "text"], ["Stock", "number"], ["State", "single-select", options("ok", "low")], ["Tags", "multiple-select", options("a", "b")],
		["Seen", "date", { format: "YYYY-MM-DD HH:mm" }], ["Done", "checkbox"], ["End", "text"], ["Paper", "file"], ["Who", "collaborator"],
	]);
	await made.createTable("Makers", [["Name", "text"], ["Part", "text"], ["Rank", "number"], ["Kind", "single-select", options("far", "near", "ok")]]);
	const column = (table_name, column_name, column_type, column_data) => made.call("POST", "columns/", { table_name, column_name, column_type, column_data });
	await column("Makers", "Next", "formula", { formula: "{Rank} + 1" });
	const { data } = await column("Makers", "Made", "link", { table: "Makers", other_table: "Parts" });
	const makers = (await made.append("Makers", [
		{ Name: "Zeta", Part: "Bolt", Rank: 1, Kind: "ok" }, { Name: "Yota", Part: "Nut", Rank: 2 }, { Name: "Xi", Rank: 3, Kind: "far" }, { Name: "Zed", Part: "Bolt", Rank: 4 },
	])).row_ids;
	const parts = (await made.append("Parts", [
		{ Name: "Bolt", Stock: 120, State: "ok", Tags: ["b", "a"], Seen: "2026-03-01 14:30", Done: true, End: "flat" }, { Name: "Nut", Stock: 5, Tags: ["a"], State: "low" }, { Name: "Pin" },
	])).row_ids;
	await made.call("POST", "links/", { link_id: data.link_id, table_name: "Makers", other_table_name: "Parts", other_rows_ids_map: { [makers[0]._id]: [parts[0]._id] } });
	return made;
}

const sql = (text, { on = base, ...more } = {}) => on.request("POST", "sql/", { json: { sql: text, convert_keys: true, ...more } });

/** The rows as lists of values, in the order that was selected. */
async function rows(text, more) {
	const reply = await sql(text, more);
	assert.equal(reply.status, 200, `${text}: ${reply.text}`);
	const { is_join_stmt, metadata, results } = reply.json;
	return results.map((row) => metadata.map((one) => row[is_join_stmt ? one.id : one.name]));
}

async function refused(cases) {
	for (const [text, message] of cases) {
		const reply = await sql(text);
		assert.equal(reply.status, 400, `${text}: ${reply.text}`);
		assert.match(reply.json.error_message, message, text);
	}
}

test("JOIN: rows that match, by any condition", async () => {
	const both = "FROM Parts p JOIN Makers m ON p.Name = m.Part";
	assert.deepEqual(await rows(`SELECT p.Name, m.Name ${both}`), [["Bolt", "Zeta"], ["Bolt", "Zed"], ["Nut", "Yota"]]);
	assert.deepEqual(await rows("SELECT p.Name, m.Name FROM Parts AS p INNER JOIN Makers AS m ON p.Name = m.Part AND m.Rank > 1"), [["Bolt", "Zed"], ["Nut", "Yota"]]);
	assert.deepEqual(await rows(`SELECT m.Name, COUNT(*) ${both} JOIN Makers other ON other.Rank > m.Rank GROUP BY m.Name ORDER BY m.Name`), [["Yota", 2], ["Zeta", 3]]);
	assert.deepEqual(await rows(`SELECT p.State, m.Next, m.Made ${both} WHERE m.Rank = 1`), [["ok", 2, [{ row_id: (await base.rows("Parts"))[0]._id, display_value: "Bolt" }]]]);
	const { json } = await sql(`SELECT p.Name, m.* ${both}`);
	assert.equal(json.is_join_stmt, true);
	assert.ok(json.metadata.every(({ id }) => id in json.results[0]));
});

test("LEFT JOIN: what has no match is null, in every kind of column", async () => {
	const left = "FROM Parts p LEFT JOIN Makers m ON p.Name = m.Part";
	assert.deepEqual(await rows(`SELECT p.Name, m.Name, m.Next, m.Kind, m.Made, m._id, m._ctime ${left} WHERE p.Stock IS NULL`), [["Pin", null, null, null, null, null, null]]);
	assert.deepEqual(await rows(`SELECT p.Name ${left} WHERE m.Next IS NULL`), [["Pin"]]);
	assert.deepEqual(await rows(`SELECT p.Name, COUNT(m._id) AS n ${left} GROUP BY p.Name ORDER BY n`), [["Pin", 0], ["Nut", 1], ["Bolt", 2]]);
	assert.deepEqual(await rows("SELECT p.Name, m.Name FROM Parts p LEFT OUTER JOIN Makers m ON p.Name = m.Part AND m.Rank > 3"), [["Bolt", "Zed"], ["Nut", null], ["Pin", null]]);
});

test("LEFT JOIN without the archive keeps rows whose match is archived", async () => {
	const own = await freshBase();
	await own.call("POST", "views/?table_name=Makers", { name: "Old" });
	await own.call("PUT", "views/Old/?table_name=Makers", { filters: [{ column_name: "Rank", filter_predicate: "equal", filter_term: 2 }] });
	await own.call("POST", "archive-view/", { table_name: "Makers", view_name: "Old" });
	const left = "SELECT p.Name, m.Name FROM Parts p LEFT JOIN Makers m ON p.Name = m.Part WHERE p.Name = 'Nut'";
	assert.deepEqual(await rows(left, { on: own }), [["Nut", "Yota"]]);
	assert.deepEqual(await rows(left, { on: own, server_only: true }), [["Nut", null]]);
});

test("a table twice: told apart by its names in the statement", async () => {
	const pairs = "FROM Makers a JOIN Makers b ON a.Part = b.Part AND a.Rank < b.Rank";
	const { json } = await sql(`SELECT a.Name, b.Name ${pairs}`);
	assert.deepEqual(json.results, [{ "a.0000": "Zeta", "b.0000": "Zed" }]);
	assert.deepEqual(await rows("SELECT a.Name, b.Name FROM Makers a, Makers b WHERE a.Part = b.Part AND a.Rank < b.Rank"), [["Zeta", "Zed"]]);
});

test("CASE, COALESCE, CAST, IS FALSE, ||, %", async () => {
	assert.deepEqual(await rows("SELECT Name, CASE WHEN Stock > 100 THEN 'many' WHEN Stock > 1 THEN 'few' ELSE 'none' END AS c FROM Parts"), [["Bolt", "many"], ["Nut", "few"], ["Pin", "none"]]);
	assert.deepEqual(await rows("SELECT CASE State WHEN 'ok' THEN 1 WHEN 'low' THEN 2 END AS c FROM Parts"), [[1], [2], [null]]);
	assert.deepEqual(await rows("SELECT CASE WHEN Stock > 100 THEN Stock ELSE Name END AS c FROM Parts"), [["120"], ["Nut"], ["Pin"]]);
	assert.deepEqual(await rows("SELECT CASE WHEN Done THEN Seen END AS c FROM Parts"), [["2026-03-01T14:30:00+01:00"], [null], [null]]);
	assert.deepEqual(await rows("SELECT COALESCE(Stock, 0) AS a, COALESCE(End, Name) AS b, COALESCE(Tags, Tags) AS c FROM Parts"), [[120, "flat", ["b", "a"]], [5, "Nut", ["a"]], [0, "Pin", null]]);
	assert.deepEqual(await rows("SELECT CAST('12.5' AS number) AS a, CAST(Stock AS text) AS b, CAST('2026-07-04' AS date) AS c, CAST(Done AS text) AS d, CAST('x' AS number) AS e, CAST(NULL AS text) AS f FROM Parts LIMIT 1"),
		[[12.5, "120", "2026-07-04T00:00:00+02:00", "true", null, null]]);
	assert.deepEqual(await rows("SELECT Name FROM Parts WHERE Done IS FALSE"), []);
	assert.deepEqual(await rows("SELECT Name FROM Parts WHERE Done IS NOT FALSE AND NOT Done"), [["Nut"], ["Pin"]]);
	assert.deepEqual(await rows("SELECT Name || '-' || Stock AS a, Stock % 50 AS b, Stock % 0 AS c FROM Parts"), [["Bolt-120", 20, null], ["Nut-5", 5, null], [null, null, null]]);
	assert.deepEqual((await sql("SELECT CASE WHEN Done THEN Seen END AS a, COALESCE(Stock, 1) AS b, Name || 'x' AS c, CAST(Stock AS bool) AS d FROM Parts")).json.metadata.map(({ type }) => type), ["date", "number", "text", "checkbox"]);
});

test("words that are new keep being names where they were", async () => {
	const own = await server.createBase();
	await own.createTable("Left", [["Case", "text"], ["When", "text"], ["End", "text"], ["On", "text"], ["Join", "text"], ["Exists", "text"], ["Union", "text"], ["Cast", "text"]]);
	await own.append("Left", [{ Case: "a", When: "b", End: "c", On: "d", Join: "e", Exists: "f", Union: "g", Cast: "h" }]);
	assert.deepEqual(await rows("SELECT Case, When, End, On, Join, Exists, Union, Cast FROM Left WHERE Case = 'a' AND End = 'c' ORDER BY On", { on: own }), [["a", "b", "c", "d", "e", "f", "g", "h"]]);
	assert.deepEqual(await rows("SELECT Left.Case, CASE WHEN Case = 'a' THEN End ELSE When END AS c FROM Left", { on: own }), [["a", "c"]]);
});

test("a SELECT as a list, a value, a condition", async () => {
	const cases = [
		["Name IN (SELECT Part FROM Makers WHERE Rank < 3)", ["Bolt", "Nut"]], ["Name IN (SELECT Part FROM Makers WHERE Rank > 9)", []],
		["Name NOT IN (SELECT Part FROM Makers)", ["Pin"]], ["Stock NOT IN (SELECT 5)", ["Bolt", "Pin"]], ["State IN (SELECT Kind FROM Makers)", ["Bolt"]],
		["Tags IN (SELECT 'b')", ["Bolt"]], ["Tags HAS ALL OF (SELECT Tags FROM Parts WHERE Name = 'x')", ["Bolt", "Nut"]], ["Seen IN (SELECT Seen FROM Parts)", ["Bolt"]],
		["Stock = (SELECT MAX(Stock) FROM Parts)", ["Bolt"]], ["Stock > (SELECT AVG(Rank) FROM Makers)", ["Bolt", "Nut"]], ["Stock = (SELECT Rank FROM Makers WHERE Rank > 9)", []],
		["EXISTS (SELECT 1 FROM Makers WHERE Part = Parts.Name AND Rank = 4)", ["Bolt"]], ["NOT EXISTS (SELECT 1 FROM Makers WHERE Part = Parts.Name)", ["Pin"]],
	];
	for (const [where, names] of cases) assert.deepEqual((await rows(`SELECT Name FROM Parts WHERE ${where}`)).flat(), names, where);
	assert.deepEqual(await rows("SELECT Name, (SELECT COUNT(*) FROM Makers m WHERE m.Part = Parts.Name) AS n FROM Parts"), [["Bolt", 2], ["Nut", 1], ["Pin", 0]]);
	assert.deepEqual(await rows("SELECT (SELECT Name FROM Makers ORDER BY Rank DESC) AS last, (SELECT COUNT(*) FROM Parts) AS n"), [["Zed", 3]]);
});

test("a SELECT in FROM: its columns stay what they are", async () => {
	const from = "FROM (SELECT Name AS n, State, Tags, Seen, Paper, Who, Stock + 1 AS more FROM Parts WHERE Stock > 1) AS t";
	assert.deepEqual(await rows(`SELECT n, State, Tags, Seen, more ${from} WHERE State = 'ok' AND Tags HAS ANY OF ('b') AND more > 100`), [["Bolt", "ok", ["b", "a"], "2026-03-01T14:30:00+01:00", 121]]);
	const { json } = await sql(`SELECT * ${from} ORDER BY State DESC`);
	assert.deepEqual(json.results.map(({ n }) => n), ["Nut", "Bolt"]);
	assert.deepEqual(json.metadata.map(({ type }) => type), ["text", "single-select", "multiple-select", "date", "file", "collaborator", "number"]);
	assert.equal((await sql(`SELECT State ${from} WHERE n = 'Bolt'`, { convert_keys: false })).json.results[0].State, "20", "option ids without convert_keys");
	assert.deepEqual(await rows("SELECT m.Name, t.n FROM Makers m LEFT JOIN (SELECT Part AS p, COUNT(*) AS n FROM Makers GROUP BY Part) AS t ON t.p = m.Name OR t.p = m.Part ORDER BY m.Rank"), [["Zeta", 2], ["Yota", 1], ["Xi", null], ["Zed", 2]]);
	assert.deepEqual(await rows("SELECT AVG(n) FROM (SELECT COUNT(*) AS n FROM Makers GROUP BY Part LIMIT 2) AS t"), [[1.5]]);
});

test("UNION: one list of several, without or with duplicates", async () => {
	assert.deepEqual(await rows("SELECT Name FROM Parts UNION SELECT Part FROM Makers ORDER BY Name DESC"), [["Pin"], ["Nut"], ["Bolt"], [null]]);
	assert.deepEqual(await rows("SELECT Name, 1 AS n FROM Parts UNION ALL SELECT Name, Rank FROM Makers UNION ALL SELECT 'x', NULL ORDER BY n DESC, Name LIMIT 2 OFFSET 1"), [["Xi", 3], ["Yota", 2]]);
	assert.deepEqual((await rows("SELECT State FROM Parts UNION ALL SELECT Kind FROM Makers")).flat(), ["ok", "low", null, "ok", null, "far", null]);
	const same = (await sql("SELECT State FROM Parts UNION SELECT State FROM Parts ORDER BY State")).json;
	assert.deepEqual(same.results.map(({ State }) => State), [null, "ok", "low"]);
	assert.equal(same.metadata[0].type, "single-select");
	assert.deepEqual((await rows("SELECT Name FROM Makers WHERE Part IN (SELECT 'Nut' UNION SELECT Name FROM Parts WHERE Stock > 99) ORDER BY Rank")).flat(), ["Zeta", "Yota", "Zed"]);
});

test("a number orders and groups by a selected column; SELECT without FROM", async () => {
	assert.deepEqual((await rows("SELECT Name, Stock FROM Parts ORDER BY 2 DESC, 1")).map(([name]) => name), ["Bolt", "Nut", "Pin"]);
	assert.deepEqual(await rows("SELECT State, COUNT(*) FROM Parts GROUP BY 1 ORDER BY 1"), [[null, 1], ["ok", 1], ["low", 1]]);
	assert.deepEqual(await rows("SELECT 1 + 1 AS two, 'x' AS x, upper('a') AS a, NULL AS n"), [[2, "x", "A", null]]);
});

test("a list is grouped by element", async () => {
	assert.deepEqual(await rows("SELECT Tags, COUNT(*) AS n FROM Parts GROUP BY Tags ORDER BY n DESC, Tags"), [[["a"], 2], [null, 1], [["b"], 1]]);
	assert.deepEqual(await rows("SELECT Tags FROM Parts GROUP BY Tags HAVING Tags HAS ANY OF ('b')"), [[["b"]]]);
	assert.deepEqual((await sql("SELECT Tags, SUM(Stock) AS s FROM Parts WHERE Tags IS NOT NULL GROUP BY Tags ORDER BY s", { convert_keys: false })).json.results.map((row) => Object.values(row)), [[["21"], 120], [["20"], 125]]);
	assert.deepEqual(await rows("SELECT Made, COUNT(*) AS n FROM Makers GROUP BY Made ORDER BY n"), [[["Bolt"], 1], [null, 3]]);
});

test("UPDATE sets expressions of the row as it was, and says how many rows changed", async () => {
	const own = await freshBase();
	const run = async (text, count) => {
		const reply = await sql(text, { on: own });
		assert.deepEqual(reply.json, { success: true, error_message: "", metadata: null, results: null }, text);
		assert.equal(reply.headers["atoll-changed-rows"], String(count), text);
	};
	const now = () => rows("SELECT Name, Stock, State, Tags FROM Parts", { on: own });
	await run("UPDATE Parts SET Stock = Stock * 2 + 1, Name = concatenate(Name, '/', Stock) WHERE Stock IS NOT NULL", 2);
	assert.deepEqual((await now()).slice(0, 2), [["Bolt/120", 241, "ok", ["b", "a"]], ["Nut/5", 11, "low", ["a"]]]);
	await run("UPDATE Parts SET State = CASE WHEN Stock > 100 THEN 'low' ELSE 'ok' END, Tags = Tags", 3);
	assert.deepEqual((await now()).map(([, , state, tags]) => [state, tags]), [["low", ["b", "a"]], ["ok", ["a"]], ["ok", null]]);
	await run("UPDATE Parts SET Stock = (SELECT MAX(Rank) FROM Makers), End = Name, Seen = dateAdd('2026-01-31', 1, 'months') WHERE Name = 'Pin'", 1);
	assert.deepEqual(await rows("SELECT Stock, End, Seen FROM Parts WHERE Name = 'Pin'", { on: own }), [[4, "Pin", "2026-02-28T00:00:00+01:00"]]);
	await run("UPDATE Parts SET Stock = 4 WHERE Name = 'Pin'", 0);
	await run("UPDATE Parts SET Tags = ('a'), Stock = NULL WHERE Name = 'Pin'", 1);
	await run("DELETE FROM Parts WHERE Name IN (SELECT 'Pin')", 1);
	await run("DELETE FROM Parts WHERE Name = 'nobody'", 0);
	await run("INSERT INTO Parts (Name, Stock) VALUES (concatenate('a', 'b'), 2 * 3), ('c', (SELECT COUNT(*) FROM Makers)), ('d', NULL)", 3);
	assert.deepEqual((await now()).slice(2).map(([name, stock]) => [name, stock]), [["ab", 6], ["c", 4], ["d", null]]);
	assert.equal((await sql("SELECT Name FROM Parts", { on: own })).headers["atoll-changed-rows"], undefined);
	const bolt = (await own.rows("Parts"))[0];
	const { activities } = await own.call("GET", `activities/?${new URLSearchParams({ table_name: "Parts", row_id: bolt._id })}`);
	assert.ok(activities.some(({ op_type }) => op_type === "modify_row"), "written as other changes are");
});

test("an expression that fits no cell changes nothing", async () => {
	const own = await freshBase();
	const before = await own.rows("Parts");
	for (const [text, message] of [
		["UPDATE Parts SET State = Name", /no such option "Bolt" in column State/], ["UPDATE Parts SET Tags = concatenate(Name, '')", /no such option/], ["UPDATE Parts SET Name = COUNT(*)", /misuse of the aggregate/],
		["UPDATE Parts SET Name = Nobody", /no such column: Nobody/], ["UPDATE Parts SET Name = Paper", /Paper can only be asked for NULL/], ["INSERT INTO Parts (Name) VALUES (Name)", /no such column: Name/],
		["UPDATE Parts SET Stock = Name + 1", /arithmetic takes numbers/],
	]) {
		const reply = await sql(text, { on: own });
		assert.equal(reply.status, 400, `${text}: ${reply.text}`);
		assert.match(reply.json.error_message, message);
	}
	assert.deepEqual(await own.rows("Parts"), before);
	const reader = await own.request("POST", "sql/", { json: { sql: "UPDATE Parts SET Stock = Stock + 1" }, token: await own.baseToken("r") });
	assert.equal(reader.status, 403);
	assert.deepEqual(await own.rows("Parts"), before);
});

test("what makes no sense is told in words", async () => {
	await refused([
		["SELECT x.Name FROM Parts LEFT JOIN Makers ON Parts.Name = Makers.Part", /no such table: x/], ["SELECT Name FROM Parts p JOIN Makers p ON p.Name = p.Part", /p stands for two tables/],
		["SELECT p.Name FROM Parts p JOIN Makers m", /syntax error at position 41/], ["SELECT p.Name FROM Parts p JOIN Makers m ON m.Part = z.Name JOIN Parts z ON z.Name = p.Name", /no such table: z/],
		["SELECT Name FROM Parts WHERE Name IN (SELECT Name, Part FROM Makers)", /has one column/], ["SELECT Name FROM Parts WHERE Stock IN (SELECT Name FROM Makers)", /different kinds/],
		["SELECT Name FROM Parts UNION SELECT Name, Part FROM Makers", /different numbers of columns/], ["SELECT Name FROM Parts UNION SELECT 3", /column 1 of UNION has values of different kinds/],
		["SELECT Paper FROM Parts UNION SELECT Name FROM Makers", /can't be compared/], ["SELECT * FROM (SELECT p.Name, m.Name FROM Parts p JOIN Makers m ON p.Name = m.Part) AS t", /two columns are named Name/],
		["SELECT Name FROM (SELECT Name FROM Parts)", /syntax error/], ["SELECT (SELECT COUNT(p.Name) FROM Makers) AS x FROM Parts p", /its own SELECT/], ["SELECT *", /needs a FROM/],
		["SELECT Name FROM Parts ORDER BY 2", /no selected column 2/], ["SELECT COUNT(*) FROM Parts GROUP BY 1", /grouped by/], ["SELECT CASE WHEN Stock THEN 1 FROM Parts", /syntax error/],
		["SELECT CAST(Stock AS blob) FROM Parts", /syntax error/], ["SELECT Name, (SELECT Rank FROM Makers WHERE Part = Parts.End) FROM Parts GROUP BY Name", /End must appear in the GROUP BY/],
		[`SELECT Name FROM Parts WHERE Stock IN ${"(SELECT Stock FROM Parts WHERE Stock IN ".repeat(12)}(1)${")".repeat(12)}`, /nested too deeply/],
		[`SELECT 1 FROM ${Array.from({ length: 9 }, (_, i) => `Parts p${i}`).join(", ")}`, /too many tables/],
	]);
});

test("EXPLAIN gives SQLite's plan in the statement's names", async () => {
	const { json } = await sql("EXPLAIN SELECT p.Name FROM Parts p LEFT JOIN Makers m ON p.Name = m.Part WHERE p.Stock > 3");
	assert.deepEqual(json.metadata.map(({ key, type }) => [key, type]), [["id", "number"], ["parent", "number"], ["detail", "text"]]);
	assert.match(json.results[0].detail, /^(SCAN|SEARCH) p/);
	assert.match(json.results[1].detail, /\bm\b/);
	assert.match(json.compiled, /^SELECT r0\."0000".* LIMIT \?\d OFFSET \?\d$/);
	assert.ok(!json.compiled.includes("3)"), "constants are bound");
	await refused([["EXPLAIN UPDATE Parts SET Stock = 1", /syntax error at position 9 near 'UPDATE'/], ["EXPLAIN SELECT Nope FROM Parts", /no such column: Nope/], ["EXPLAIN", /syntax error/]]);
});

test("errors point at their place, in characters", async () => {
	const place = async (text) => (await sql(text)).json.error_place;
	assert.deepEqual(await place("SELECT 'ä🧮', Nope FROM Parts"), { from: 13, to: 17 });
	assert.deepEqual(await place("SELECT Name FROM Partz"), { from: 17, to: 22 });
	assert.deepEqual(await place("SELECT Name FROM Parts WHERE"), { from: 28, to: 29 });
	assert.deepEqual(await place("UPDATE Parts SET Nope = 1"), { from: 17, to: 21 });
	const formula = await base.request("POST", "columns/", { json: { table_name: "Parts", column_name: "F", column_type: "formula", column_data: { formula: '"ä" & {Nope}' } } });
	assert.deepEqual([formula.status, formula.json.error_place], [400, { from: 6, to: 12 }]);
});
