// SQL through the endpoint (sql.md 10; base-operations.md 4): its envelope and metadata, values as clients read them, rights,
// limits, and what is refused. What the language means is in sql_vectors.test.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Base } from "seatable-api";

import { startServer } from "./server.mjs";

let server, base, keys;

before(async () => {
	server = await startServer({ args: ["--time-zone", "Europe/Berlin"] });
	base = await server.createBase();
	await base.createTable("Parts", [
		["Name", "text"], ["Stock", "number", { format: "number" }], ["State", "single-select", { options: [{ id: "11", name: "ok" }, { id: "12", name: "low" }] }],
		["Tags", "multiple-select", { options: [{ id: "21", name: "a" }, { id: "22", name: "b" }] }], ["Seen", "date", { format: "YYYY-MM-DD HH:mm" }],
		["Done", "checkbox"], ["Note", "long-text"], ["Photo", "image"], ["Paper", "file"], ["Place", "geolocation", { geo_format: "lng_lat" }], ["Made", "ctime"],
		["Odd `name`. 'x'", "text"],
	]);
	await base.createTable("Makers", [["Name", "text"], ["Part", "text"]]);
	await base.call("POST", "columns/", { table_name: "Parts", column_name: "Twice", column_type: "formula", column_data: { formula: "{Stock} * 2" } });
	await base.call("POST", "columns/", { table_name: "Parts", column_name: "Broken", column_type: "formula", column_data: { formula: "1 / ({Stock} - {Stock})" } });
	const { data } = await base.call("POST", "columns/", { table_name: "Parts", column_name: "Maker", column_type: "link", column_data: { table: "Parts", other_table: "Makers" } });
	const [zeta] = (await base.append("Makers", [{ Name: "Zeta", Part: "Bolt" }, { Name: "Yota", Part: "Nut" }])).row_ids;
	const [bolt] = (await base.append("Parts", [
		{ Name: "Bolt", Stock: 120, State: "ok", Tags: ["b", "a"], Seen: "2026-03-01 14:30", Done: true, Note: "# n", Photo: ["https://example.org/a.png"], "Odd `name`. 'x'": "odd", Place: { lng: 1, lat: 2 } },
		{ Name: "Nut", Stock: 5 },
	])).row_ids;
	await base.call("POST", "links/", { link_id: data.link_id, table_name: "Parts", other_table_name: "Makers", other_rows_ids_map: { [bolt._id]: [zeta._id] } });
	keys = Object.fromEntries((await base.call("GET", "columns/?table_name=Parts")).columns.map(({ name, key }) => [name, key]));
});
after(() => server.stop());

const sql = (text, more = {}) => base.call("POST", "sql/", { sql: text, convert_keys: true, ...more });
const refused = (text, more = {}, options = {}) => base.refused("POST", "sql/", { sql: text, ...more }, options);

test("SELECT *: every column and field, in both forms, as list rows gives them", async () => {
	const named = (await sql("SELECT * FROM Parts WHERE Name = 'Bolt'")).results[0];
	const listed = (await base.rows("Parts"))[0];
	for (const [name, value] of Object.entries(listed)) {
		if (["Made", "_mtime"].includes(name)) assert.equal(Date.parse(named[name]), Date.parse(value), name);
		else assert.deepEqual(named[name], value, name);
	}
	assert.match(named.Made, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0[12]:00$/);
	assert.equal(named.Seen, "2026-03-01T14:30:00+01:00");
	const answer = await sql("SELECT * FROM Parts WHERE Name = 'Bolt'", { convert_keys: false });
	const row = answer.results[0];
	assert.deepEqual([row[keys.State], row[keys.Tags], row[keys.Stock], row[keys.Twice], row[keys.Broken]], ["11", ["22", "21"], 120, 240, "#DIV/0!"]);
	assert.equal(row[keys.Maker][0].display_value, "Zeta");
	assert.deepEqual(answer.metadata.map(({ key }) => key).sort(), Object.keys(row).sort());
	const state = answer.metadata.find(({ name }) => name === "State");
	assert.deepEqual([state.key, state.type, state.data.options.map(({ id }) => id)], [keys.State, "single-select", ["11", "12"]]);
	assert.ok(answer.metadata.some(({ key }) => key === "_id"));
	assert.ok(answer.metadata.filter(({ type }) => ["link", "date"].includes(type)).every(({ data }) => data !== null));
	assert.equal(answer.is_join_stmt, false);
});

test("the official client selects, with names and with parameters", async () => {
	const client = new Base({ server: server.url, APIToken: await base.apiToken("rw") });
	await client.auth();
	const rows = await client.query("SELECT Name, State, Tags FROM Parts WHERE Stock > 100");
	assert.deepEqual(rows.map(({ Name, State, Tags }) => [Name, State, Tags]), [["Bolt", "ok", ["b", "a"]]]);
});

test("names of results: aliases, expressions as typed, joins by table and key", async () => {
	const { metadata, results } = await sql("SELECT Name AS what, count(*) AS n, sum( Stock ) FROM Parts GROUP BY Name ORDER BY n, what");
	assert.deepEqual(metadata.map(({ key, name, type }) => [key, name, type]), [["what", "what", "text"], ["n", "n", "number"], ["SUM( Stock )", "SUM( Stock )", "number"]]);
	assert.deepEqual(results, [{ what: "Bolt", n: 1, "SUM( Stock )": 120 }, { what: "Nut", n: 1, "SUM( Stock )": 5 }]);
	const join = await sql("SELECT p.Name, m.Name AS maker, p.Stock FROM Parts AS p, Makers m WHERE p.Name = m.Part ORDER BY p.Name");
	assert.equal(join.is_join_stmt, true);
	assert.deepEqual(join.results.map((row) => join.metadata.map(({ id }) => row[id])), [["Bolt", "Zeta", 120], ["Nut", "Yota", 5]]);
	assert.ok(join.metadata.every(({ id, table_id, table_name }) => id && table_id && table_name));
	assert.deepEqual((await sql("SELECT `Odd ``name``. 'x'` FROM Parts WHERE Name = \"Bolt\"")).results, [{ "Odd `name`. 'x'": "odd" }]);
	const whole = await sql("SELECT m.* FROM Parts p, Makers m WHERE p.Name = m.Part AND p.Name = 'Nut'");
	assert.deepEqual(whole.metadata.map(({ name }) => name).filter((name) => !name.startsWith("_")).slice(0, 2), ["Name", "Part"]);
	assert.match((await refused("SELECT q.* FROM Parts")).message, /no such table: q/);
	assert.deepEqual((await sql("select stock + 1, Stock*2 from PARTS where name = 'Nut'")).results, [{ "stock + 1": 6, "Stock*2": 10 }]);
});

test("columns that are only asked whether they are there", async () => {
	assert.deepEqual((await sql("SELECT Name FROM Parts WHERE Place IS NOT NULL")).results.map(({ Name }) => Name), ["Bolt"]);
	assert.deepEqual((await sql("SELECT Name FROM Parts WHERE Paper IS NULL AND Photo IS NULL")).results.map(({ Name }) => Name), ["Nut"]);
	assert.match((await refused("SELECT Name FROM Parts WHERE Place = 'x'")).message, /Place/);
	assert.equal((await sql("SELECT Name FROM Parts WHERE Broken IS NULL")).results.length, 2);
	assert.equal((await sql("SELECT Name FROM Parts WHERE Twice > 100")).results[0].Name, "Bolt");
	assert.equal((await sql("SELECT Name FROM Parts WHERE _id = ?", { parameters: [(await base.rows("Parts"))[1]._id] })).results[0].Name, "Nut");
	assert.equal((await sql("SELECT Name FROM Parts WHERE _ctime > '2020-01-01' AND _locked IS NOT TRUE")).results.length, 2);
});

test("what every row has, and columns of the second table, as arguments of functions", async () => {
	const one = async (text) => Object.values((await sql(text)).results[0])[0];
	assert.match(await one("SELECT concatenate(_id, ' ', _ctime) FROM Parts WHERE Name = 'Bolt'"), /^\S+ 20\d\d-/);
	assert.equal(await one("SELECT countItems(p.Tags) FROM Makers m, Parts p WHERE p.Name = m.Part AND p.Name = 'Bolt'"), 2);
	assert.equal((await base.request("POST", "sql/", { json: { sql: "SELECT countItems(p._id), isempty(p._locked_by), isempty(p.Place) FROM Makers m, Parts p WHERE p.Name = m.Part" } })).status, 200);
	assert.equal((await refused("SELECT Name AS n, COUNT(*) AS c FROM Parts GROUP BY c")).status, 400);
	assert.equal((await refused("SELECT COUNT(DISTINCT *) FROM Parts")).status, 400);
});

test("the default limit, the most, and how an answer says that it was cut", async () => {
	await base.createTable("Many", [["No", "number"]]);
	for (let i = 0; i < 11; i++) await base.append("Many", Array.from({ length: 1000 }, (_, n) => ({ No: i * 1000 + n })));
	const first = await sql("SELECT No FROM Many");
	assert.deepEqual([first.results.length, first.is_cut], [100, true]);
	const all = await sql("SELECT No FROM Many LIMIT 20000");
	assert.deepEqual([all.results.length, all.is_cut], [10000, true]);
	assert.deepEqual(all.results.slice(0, 3).map(({ No }) => No), [0, 1, 2], "in the table's order");
	const rest = await sql("SELECT No FROM Many LIMIT 20000", { cursor: all.next_cursor });
	assert.deepEqual([rest.results.length, rest.results[0].No, rest.is_cut, rest.next_cursor], [1000, 10000, undefined, undefined]);
	const filtered = [];
	for (let cursor; ;) {
		const page = await sql("SELECT No FROM Many WHERE No > 10750", cursor && { cursor });
		filtered.push(...page.results);
		await base.call("POST", "sql/", { sql: "DELETE FROM Many WHERE No = ?", parameters: [page.results.at(-1).No] });
		await base.append("Many", [{ No: page.results.at(-1).No }], { anchor_row_id: (await base.rows("Many", { limit: 1 }))[0]._id, row_insert_position: "insert_above" });
		if (!(cursor = page.next_cursor)) break;
	}
	assert.deepEqual(filtered.map(({ No }) => No), Array.from({ length: 249 }, (_, i) => 10751 + i), "whatever is written meanwhile");
	for (const more of [{ cursor: "x" }, { cursor: 5 }]) assert.equal((await refused("SELECT No FROM Many", more, { odd: true })).status, 400);
	assert.equal((await refused("SELECT No FROM Many ORDER BY No", { cursor: all.next_cursor })).status, 400);
	assert.equal((await refused("SELECT Name FROM Parts", { cursor: all.next_cursor })).status, 400, "another table's");
	assert.equal((await sql("SELECT No FROM Many ORDER BY No")).next_cursor, undefined);
	const asked = await sql("SELECT No FROM Many LIMIT 10000, 500");
	assert.deepEqual([asked.results.length, asked.is_cut], [500, undefined]);
	assert.deepEqual((await sql("SELECT count(*) FROM Many")).results, [{ "COUNT(*)": 11000 }]);
	assert.deepEqual((await sql("SELECT No FROM Many LIMIT 0")).results, []);
	assert.equal((await sql("SELECT No FROM Many WHERE No < 50")).is_cut, undefined);
	assert.equal((await sql("SELECT No FROM Many ORDER BY No LIMIT ? OFFSET ?", { parameters: [2, 3] })).results[0].No, 3);
});

test("the archive is in, unless left out", async () => {
	await base.createTable("Aged", [["Name", "text"]]);
	await base.append("Aged", [{ Name: "live" }]);
	await base.call("POST", "add-archived-rows/", { table_name: "Aged", rows: [{ Name: "old" }] });
	assert.equal((await sql("SELECT Name FROM Aged")).results.length, 2);
	assert.deepEqual((await sql("SELECT Name FROM Aged", { server_only: true })).results, [{ Name: "live" }]);
	assert.deepEqual((await sql("SELECT Name, _archived FROM Aged WHERE _archived = true")).results, [{ Name: "old", _archived: true }]);
});

test("writes count as edits: author, times, journal, activities", async () => {
	const token = await base.baseToken("rw", await base.apiToken("rw", "by sql"));
	const run = (text, parameters) => base.request("POST", "sql/", { token, json: { sql: text, parameters } });
	assert.deepEqual((await run("INSERT INTO Parts (Name, Stock, State, Done) VALUES ('Rod', 1, 'ok', true), (?, ?, NULL, false)", ["Pin", 2])).json,
		{ success: true, error_message: "", metadata: null, results: null });
	const rod = (await base.rows("Parts")).find(({ Name }) => Name === "Rod");
	assert.deepEqual([rod._creator, rod.Stock, rod.State, rod.Done], ["by sql", 1, "ok", true]);
	await run("UPDATE Parts SET Stock = 9, State = 'low' WHERE Name = 'Rod'");
	const { activities } = await base.call("GET", `activities/?row_id=${rod._id}`);
	assert.deepEqual(activities.map(({ op_type, op_user }) => [op_type, op_user]), [["modify_row", "by sql"], ["insert_row", "by sql"]].map((one, i) => (i ? [activities[1].op_type, "by sql"] : one)));
	await run("DELETE FROM Parts WHERE Name IN ('Rod', 'Pin')");
	assert.deepEqual((await base.rows("Parts")).map(({ Name }) => Name), ["Bolt", "Nut"]);
	await run("UPDATE Many SET No = 7");
	assert.deepEqual((await sql("SELECT COUNT(DISTINCT No) AS n, COUNT(*) AS m FROM Many")).results, [{ n: 1, m: 11000 }]);
	await run("DELETE FROM Many");
	assert.deepEqual((await sql("SELECT No FROM Many")).results, []);
});

test("a statement with an Idempotency-Key is carried out once", async () => {
	const once = () => base.request("POST", "sql/", { json: { sql: "INSERT INTO Makers (Name) VALUES ('Once')" }, headers: { "idempotency-key": "sql 1" } });
	assert.equal((await once()).status, 200);
	assert.equal((await once()).headers["idempotency-replayed"], "true");
	assert.deepEqual((await sql("SELECT COUNT(*) AS n FROM Makers WHERE Name = 'Once'")).results, [{ n: 1 }]);
});

test("who may only read only reads; other bases' tokens are refused", async () => {
	const token = await base.baseToken("r");
	assert.equal((await base.request("POST", "sql/", { token, json: { sql: "SELECT Name FROM Parts" } })).status, 200);
	for (const text of ["UPDATE Parts SET Stock = 0", "DELETE FROM Parts", "INSERT INTO Parts (Name) VALUES ('x')", "  -- a comment\n/* another */ delete from Parts"])
		assert.equal((await refused(text, {}, { token })).status, 403, text);
	const other = await server.createBase();
	assert.equal((await base.request("POST", "sql/", { token: await other.baseToken("rw"), json: { sql: "SELECT 1" } })).status, 403);
	assert.equal((await sql("SELECT COUNT(*) AS n FROM Parts")).results[0].n, 2);
});

test("what is wrong is told with its place or name, and changes nothing", async () => {
	const cases = [
		["SELECT Name, FROM Parts", /position 14 near 'FROM'/], ["SELECT Name FROM Parts WHERE", /the statement ends/], ["SELECT", /position/],
		["SELECT Name FROM Parts; SELECT 1", /position 25/], ["SELECT Name FROM Parts WHERE Name = 'x", /position 37/], ["SELECT (Name FROM Parts", /near 'FROM'/],
		["SELECT Name FROM Partz", /no such table: Partz/], ["SELECT Nam FROM Parts", /no such column: Nam/], ["SELECT q.Name FROM Parts", /no such table: q/],
		["SELECT foo(Name) FROM Parts", /no such function: foo/], ["SELECT round() FROM Parts", /wrong number of arguments to round/],
		["SELECT Name, COUNT(*) FROM Parts GROUP BY State", /column Name must appear in the GROUP BY clause/], ["SELECT Name FROM Parts WHERE COUNT(*) > 1", /aggregate/],
		["SELECT SUM(SUM(Stock)) FROM Parts", /aggregate/], ["SELECT SUM(Name) FROM Parts", /numbers/], ["SELECT Name + 1 FROM Parts", /arithmetic/],
		["SELECT Parts.Name FROM Parts, Makers", /Makers needs a condition/], ["SELECT Name FROM Parts, Makers WHERE Parts.Name = Makers.Part", /ambiguous/],
		["SELECT Parts.Name FROM Parts, Parts WHERE Parts.Name = Parts.Name", /Parts stands for two tables/],
		["UPDATE Parts SET Twice = 1", /column Twice is not writable/], ["UPDATE Parts SET _id = 'x'", /not writable/], ["UPDATE Parts SET State = 'Rome'", /no such option "Rome" in column State/],
		["UPDATE Parts SET Stock = Stock +", /position/], ["UPDATE Parts SET Stock = 1 LIMIT 1", /position/], ["INSERT INTO Parts (Name, Stock) VALUES ('x')", /number of values/],
		["INSERT INTO Parts (Nope) VALUES (1)", /no such column: Nope/], ["DROP TABLE Parts", /position 1 near 'DROP'/], ["PRAGMA user_version", /position 1/],
		["SELECT Name FROM sqlite_master", /no such table: sqlite_master/], ["SELECT Name FROM rows_0000", /no such table: rows_0000/], ["SELECT rowid FROM Parts", /no such column: rowid/],
		["SELECT load_extension('x') FROM Parts", /no such function/], ["SELECT Name FROM Parts LIMIT 1.5", /whole/], ["", /sql/],
		[`SELECT Name FROM Parts WHERE ${"(".repeat(500)}1=1${")".repeat(500)}`, /position/], [`SELECT Name FROM Parts WHERE ${"NOT ".repeat(500)} true`, /position/],
		[`SELECT ${"- ".repeat(500)}1 FROM Parts`, /position/], [`SELECT Name FROM Parts WHERE Name = '${"x".repeat(500_000)}'`, /too long/],
	];
	for (const [text, message] of cases) {
		const refusal = await refused(text);
		assert.equal(refusal.status, 400, text.slice(0, 100));
		assert.match(refusal.message, message, text.slice(0, 100));
	}
	for (const [text, parameters, message] of [
		["SELECT Name FROM Parts WHERE Name = ?", [], /parameters/], ["SELECT Name FROM Parts", ["x"], /expected 0 parameters, got 1/],
		["SELECT Name FROM Parts WHERE Name = ?", [{}], /parameter/], ["SELECT Name FROM Parts WHERE Name = ?", "x", /parameters/],
	]) {
		const refusal = await refused(text, { parameters });
		assert.equal(refusal.status, 400, text);
		assert.match(refusal.message, message);
	}
	assert.deepEqual((await base.rows("Parts")).map(({ Name, Stock }) => [Name, Stock]), [["Bolt", 120], ["Nut", 5]]);
});

test("whatever nests is taken or refused, never a crash or a failure", async () => {
	const cases = {
		"1 + 1 + …": (n) => `SELECT Name FROM Parts WHERE Stock = ${Array(n).fill("1").join("+")}`,
		"OR …": (n) => `SELECT Name FROM Parts WHERE ${Array.from({ length: n }, (_, i) => `Stock = ${i}`).join(" OR ")}`,
		"NOT NOT …": (n) => `SELECT Name FROM Parts WHERE ${"NOT ".repeat(n)}Stock = 1`,
		"abs(abs(…": (n) => `SELECT ${"abs(".repeat(n)}Stock${")".repeat(n)} FROM Parts`,
		"if(…if(…": (n) => `SELECT ${"if(Stock = 2, 0, ".repeat(n)}Stock${")".repeat(n)} FROM Parts`,
		"(… OR (…": (n) => `SELECT Name FROM Parts WHERE ${"(Stock = 2 OR (Stock = 3 AND ".repeat(n)}Stock = 1${"))".repeat(n)}`,
	};
	for (const [what, make] of Object.entries(cases)) {
		assert.equal((await base.request("POST", "sql/", { json: { sql: make(10) } })).status, 200, what);
		for (const n of [15, 20, 25, 30, 40, 60, 100, 900, 20_000]) {
			const reply = await base.request("POST", "sql/", { json: { sql: make(n) } });
			assert.ok([200, 400].includes(reply.status), `${what} ${n}: ${reply.status} ${reply.text}`);
		}
	}
	assert.equal((await base.request("POST", "sql/", { json: { sql: cases["OR …"](2000) } })).status, 200, "conditions side by side are no depth");
	assert.equal((await base.request("POST", "sql/", { json: { sql: cases["1 + 1 + …"](150_000) } })).status, 400);
});

test("constants are values, never SQL", async () => {
	for (const evil of ["'; DROP TABLE rows_0000; --", "\" OR 1=1 --", "`", "\\", "%_", "🧮 \u0301", "x\ny", ")"]) {
		assert.deepEqual((await sql("SELECT Name FROM Parts WHERE Name = ?", { parameters: [evil] })).results, []);
		assert.deepEqual((await sql(`SELECT Name FROM Parts WHERE Name = '${evil.replaceAll("'", "''")}'`)).results, []);
		await base.call("POST", "sql/", { sql: "INSERT INTO Makers (Name) VALUES (?)", parameters: [evil] });
		assert.deepEqual((await sql("SELECT Name FROM Makers WHERE Name = ?", { parameters: [evil] })).results, [{ Name: evil }]);
	}
	assert.equal((await sql("SELECT Name FROM Parts WHERE Name LIKE '%' ")).results.length, 2);
	assert.equal((await sql("SELECT Name FROM Parts WHERE Name LIKE '_ut' ")).results.length, 0, "_ is an ordinary character");
});

test("a runaway statement is ended with a clear error, and others go on meanwhile", async () => {
	await base.createTable("Left", [["A", "text"], ["B", "text"]]);
	await base.createTable("Right", [["A", "text"], ["B", "text"]]);
	for (const table of ["Left", "Right"])
		for (let i = 0; i < 10; i++) await base.append(table, Array.from({ length: 1000 }, (_, n) => ({ A: "same", B: `${i * 1000 + n}` })));
	const started = Date.now();
	const runaway = base.request("POST", "sql/", { json: { sql: "SELECT COUNT(*) FROM Left, Right WHERE Left.A = Right.A AND lower(Left.B) LIKE concatenate('%', Right.B, '%x%', Left.B)" } });
	let reads = 0;
	for (let done = false; !done; reads++) {
		assert.equal((await base.request("GET", "rows/?table_name=Parts")).status, 200);
		done = await Promise.race([runaway.then(() => true), new Promise((resolve) => setTimeout(resolve, 50, false))]);
	}
	const reply = await runaway;
	assert.equal(reply.status, 400, reply.text);
	assert.equal(reply.json.error_message, "query exceeds the execution limit");
	assert.ok(Date.now() - started < 30_000);
	assert.ok(reads > 20, `${reads} reads meanwhile`);
	assert.equal((await sql("SELECT Name FROM Parts")).results.length, 2, "its connection is good again");
});

test("older programs ask elsewhere", async () => {
	const older = await server.request("POST", `/dtable-db/api/v1/query/${base.uuid}/`, { token: base.token, json: { sql: "SELECT Name FROM Parts WHERE Stock = 5" } });
	assert.deepEqual(older.json.results, [{ [keys.Name]: "Nut" }]);
	const bare = await server.request("POST", `/api-gateway/api/v2/dtables/${base.uuid}/sql`, { token: base.token, json: { sql: "SELECT Name FROM Parts WHERE Stock = 5" } });
	assert.equal(bare.status, 200);
});

test("dates compare as times, whatever their precision and that of the constant", async () => {
	const days = [null, "2024-04-30", "2024-05-01", "2024-05-02"], times = [...days, "2024-05-01 00:00", "2024-05-01 10:30", "2024-05-01 23:59"];
	const constants = ["2024-05-01", "2024-05-01 00:00", "2024-05-01 10:30", "2024-05-01 10:30:30", "2030-01-01"];
	await base.createTable("Dates", [["Name", "text"], ["Time", "date", { format: "YYYY-MM-DD HH:mm" }], ["Day", "date"]]);
	await base.append("Dates", times.map((Time, i) => ({ Name: `t${i}`, Time, Day: days[i % days.length] })));
	const stored = (await sql("SELECT Name, Time, Day FROM Dates")).results;
	const at = (text) => (text === null ? null : Date.parse(`${text.slice(0, 19).replace(" ", "T").padEnd(19, "T00:00:00".slice(text.length - 10))}Z`));
	const compare = { "=": (a, b) => a === b, "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b };
	const names = async (where) => (await sql(`SELECT Name FROM Dates WHERE ${where}`)).results.map(({ Name }) => Name);
	for (const column of ["Time", "Day"]) {
		const wanted = (holds) => stored.filter((row) => holds(at(row[column]))).map(({ Name }) => Name);
		for (const constant of constants) {
			for (const [op, fits] of Object.entries(compare)) {
				const holds = (value) => value !== null && fits(value, at(constant));
				assert.deepEqual(await names(`${column} ${op} '${constant}'`), wanted(holds), `${column} ${op} ${constant}`);
				assert.deepEqual(await names(`NOT (${column} ${op} '${constant}')`), wanted((value) => !holds(value)), `NOT ${column} ${op} ${constant}`);
				const mirrored = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=" }[op];
				assert.deepEqual(await names(`'${constant}' ${mirrored} ${column}`), wanted(holds), `${constant} ${mirrored} ${column}`);
			}
			const within = (value) => value !== null && value >= at("2024-05-01") && value <= at(constant);
			assert.deepEqual(await names(`${column} BETWEEN '2024-05-01' AND '${constant}'`), wanted(within), `${column} up to ${constant}`);
			assert.deepEqual(await names(`${column} NOT BETWEEN '2024-05-01' AND '${constant}'`), wanted((value) => !within(value)), `${column} not up to ${constant}`);
		}
		assert.deepEqual(await names(`${column} > '1850-01-01'`), wanted((value) => value !== null));
		assert.deepEqual(await names(`${column} < 'nonsense'`), []);
	}
});
