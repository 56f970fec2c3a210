// Rows told apart by key columns: appended or changed in one call (upsert-rows).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase();
	await base.createTable("Stock", [
		["Code", "text"], ["Shelf", "number"], ["Count", "number"], ["State", "single-select", { options: [{ name: "ok" }] }],
		["No", "auto-number"], ["Tags", "multiple-select", { options: [{ name: "a" }] }], ["Day", "date"],
	]);
});
after(() => server.stop());

const upsert = (rows, key_columns = ["Code"], more = {}) => base.call("POST", "upsert-rows/", { table_name: "Stock", rows, key_columns, ...more });
const refused = (json) => base.refused("POST", "upsert-rows/", { table_name: "Stock", ...json });
const all = () => base.rows("Stock");
const counts = ({ inserted_row_count, updated_row_count, unchanged_row_count }) => [inserted_row_count, updated_row_count, unchanged_row_count];

test("new rows are appended, others changed, those that are so already stay untouched", async () => {
	assert.deepEqual(counts(await upsert([{ Code: "A", Count: 1 }, { Code: "B", Count: 2, State: "ok" }])), [2, 0, 0]);
	const before = await all();
	const answer = await upsert([{ Code: "C", Count: 3 }, { Code: "B", Count: 20 }, { Code: "A", Count: 1 }]);
	assert.deepEqual(counts(answer), [1, 1, 1]);
	const rows = await all();
	assert.deepEqual(rows.map(({ Code, Count, State }) => [Code, Count, State]), [["A", 1, null], ["B", 20, "ok"], ["C", 3, null]]);
	assert.deepEqual(answer.row_ids.map(({ _id }) => _id), [rows[2]._id, rows[1]._id, rows[0]._id]);
	assert.equal(rows[0]._mtime, before[0]._mtime, "an unchanged row keeps its time");
	assert.ok(rows[1]._mtime > before[1]._mtime);
	assert.deepEqual(rows.map(({ No }) => No), ["0001", "0002", "0003"]);
	const version = (await base.call("GET", "metadata/")).metadata.version;
	assert.deepEqual(counts(await upsert([{ Code: "A", Count: 1 }])), [0, 0, 1]);
	assert.equal((await base.call("GET", "metadata/")).metadata.version, version, "nothing changed, nothing is logged");
});

test("several key columns, keys by name or key, other types", async () => {
	const key = (await base.call("GET", "columns/?table_name=Stock")).columns[1].key;
	assert.deepEqual(counts(await upsert([{ Code: "D", Shelf: 1 }, { Code: "D", Shelf: 2 }], ["Code", key])), [2, 0, 0]);
	assert.deepEqual(counts(await upsert([{ Code: "D", Shelf: 2, Count: 5 }, { Code: "D", Shelf: 3 }], ["Code", "Shelf"])), [1, 1, 0]);
	assert.deepEqual((await all()).filter(({ Code }) => Code === "D").map(({ Shelf, Count }) => [Shelf, Count]), [[1, null], [2, 5], [3, null]]);
	assert.deepEqual(counts(await upsert([{ Day: "2026-03-01", Count: 1 }], ["Day"])), [1, 0, 0]);
	assert.deepEqual(counts(await upsert([{ Day: "2026-3-1", Count: 2 }], ["Day"])), [0, 1, 0]);
	assert.deepEqual(counts(await upsert([{ Shelf: "0.1", Code: "E" }], ["Shelf"])), [1, 0, 0]);
	assert.deepEqual(counts(await upsert([{ Shelf: 0.1, Code: "E" }], ["Shelf"])), [0, 0, 1]);
	assert.deepEqual(counts(await upsert([{ State: "fresh", Code: "F" }], ["State"])), [1, 0, 0], "an option that is made on the way");
	assert.deepEqual(counts(await upsert([{ State: "fresh", Code: "F2" }, { State: "other", Code: "O" }], ["State"])), [1, 1, 0]);
});

test("a thousand rows at once, half of them new", async () => {
	await base.createTable("Big", [["Code", "text"], ["Count", "number"]]);
	const rows = (from, Count) => Array.from({ length: 1000 }, (_, i) => ({ Code: `c${from + i}`, Count }));
	const call = (list) => base.call("POST", "upsert-rows/", { table_name: "Big", key_columns: ["Code"], rows: list });
	assert.deepEqual(counts(await call(rows(0, 1))), [1000, 0, 0]);
	assert.deepEqual(counts(await call(rows(500, 2))), [500, 500, 0]);
	assert.equal((await base.rows("Big", { start: 1000 })).length, 500);
	assert.equal((await base.refused("POST", "upsert-rows/", { table_name: "Big", key_columns: ["Code"], rows: [...rows(0, 1), { Code: "x" }] })).status, 400);
});

test("what can't be told apart is refused, and nothing changes", async () => {
	const before = await all();
	await base.append("Stock", [{ Code: "twice" }, { Code: "twice" }]);
	const cases = [
		[{ rows: [{ Code: "twice", Count: 1 }, { Code: "new" }], key_columns: ["Code"] }, 409, /twice/],
		[{ rows: [{ Code: "n", Count: 1 }, { Code: "n" }], key_columns: ["Code"] }, 400, /"n"/],
		[{ rows: [{ Code: "ok" }, { Count: 1 }], key_columns: ["Code"] }, 400, /Code/],
		[{ rows: [{ Code: "" }], key_columns: ["Code"] }, 400, /Code/],
		[{ rows: [{ Tags: ["a"] }], key_columns: ["Tags"] }, 400, /Tags/],
		[{ rows: [{ Code: "x" }], key_columns: ["No"] }, 400, /No/],
		[{ rows: [{ Code: "x" }], key_columns: ["Nothing"] }, 404, /Nothing|column/],
		[{ rows: [{ Code: "x" }], key_columns: [] }, 400, /key_columns/],
		[{ rows: [{ Code: "x" }] }, 400, /key_columns/],
		[{ rows: [{ Code: "x" }], key_columns: ["Code", "Shelf", "Count", "Day", "State", "Code"] }, 400, /key_columns/],
		[{ key_columns: ["Code"] }, 400, /rows/],
		[{ rows: ["x"], key_columns: ["Code"] }, 400, /rows/],
		[{ table_name: "Nowhere", rows: [{ Code: "x" }], key_columns: ["Code"] }, 404, /table/],
	];
	for (const [json, status, message] of cases) {
		const refusal = await refused(json);
		assert.equal(refusal.status, status, JSON.stringify(json));
		assert.match(refusal.message, message, JSON.stringify(json));
	}
	assert.equal((await base.refused("POST", "upsert-rows/", { table_name: "Stock", rows: [{ Code: "x" }], key_columns: ["Code"] }, { token: await base.baseToken("r") })).status, 403);
	assert.equal((await all()).length, before.length + 2);
});
