// Rows and row locks (base-operations 4 to 10).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;
const rowId = /^[-_0-9A-Za-z]{22}$/;
const utcTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/;

before(async () => {
	server = await startServer({ args: ["--time-zone", "UTC"] });
	base = await server.createBase();
	await base.createTable("Parts", [
		["Name", "text"], ["Stock", "number"], ["State", "single-select", { options: [{ name: "ok" }, { name: "low" }] }],
		["Tags", "multiple-select"], ["Arrived", "date", { format: "YYYY-MM-DD" }], ["Checked", "checkbox"], ["Note", "long-text"],
	]);
});

after(() => server.stop());

const table = "Parts";

async function keys() {
	const { columns } = await base.call("GET", `columns/?table_name=${table}`);
	return Object.fromEntries(columns.map((column) => [column.name, column.key]));
}

async function fresh(rows) {
	const ids = (await base.rows(table)).map((row) => row._id);
	if (ids.length > 0) await base.call("DELETE", "rows/", { table_name: table, row_ids: ids });
	return rows ? base.append(table, rows) : undefined;
}

test("append answers count, ids in order, and the first row by column keys", async () => {
	await fresh();
	const key = await keys();
	const reply = await base.append(table, [{ Name: "Bolt", Stock: 120, State: "ok", Arrived: "2026-02-27" }, { Name: "Nut" }]);
	assert.equal(reply.inserted_row_count, 2);
	assert.equal(reply.row_ids.length, 2);
	for (const id of reply.row_ids) assert.match(id._id, rowId);
	assert.equal(reply.first_row._id, reply.row_ids[0]._id);
	assert.equal(reply.first_row[key.Name], "Bolt");
	assert.equal(reply.first_row[key.Stock], 120);
	assert.match(reply.first_row[key.State], /^\d+$/);
	assert.equal(reply.first_row[key.Arrived], "2026-02-27");
	assert.match(reply.first_row._ctime, utcTime);
	assert.equal(reply.first_row._creator, "app 1");
	assert.deepEqual((await base.rows(table)).map((row) => row._id), reply.row_ids.map((id) => id._id));
});

test("rows come out with all system keys, empty cells null", async () => {
	await fresh([{ Name: "Bolt", State: "ok", Tags: ["new", "small"], Arrived: "2026-02-27", Checked: true }]);
	const [row] = await base.rows(table);
	assert.deepEqual(Object.keys(row).sort(), ["Arrived", "Checked", "Name", "Note", "State", "Stock", "Tags", "_archived",
		"_creator", "_ctime", "_id", "_last_modifier", "_locked", "_locked_by", "_mtime"].sort());
	assert.deepEqual({ ...row, _id: 0, _ctime: 0, _mtime: 0 }, {
		_id: 0, _ctime: 0, _mtime: 0, _creator: "app 1", _last_modifier: "app 1", _locked: null, _locked_by: null,
		_archived: false, Name: "Bolt", Stock: null, State: "ok", Tags: ["new", "small"],
		Arrived: "2026-02-27T00:00:00+00:00", Checked: true, Note: null,
	});
	assert.match(row._ctime, utcTime);
	assert.match(row._mtime, utcTime);
});

test("without convert_keys: keys and option ids", async () => {
	await fresh([{ Name: "Bolt", State: "low", Tags: ["new"] }]);
	const key = await keys();
	const { columns } = await base.call("GET", `columns/?table_name=${table}`);
	const options = columns.find((column) => column.name === "State").data.options;
	const { rows } = await base.call("GET", `rows/?table_name=${table}`);
	assert.equal(rows[0][key.Name], "Bolt");
	assert.equal(rows[0][key.State], options.find((option) => option.name === "low").id);
	assert.ok(Array.isArray(rows[0][key.Tags]));
	assert.equal(rows[0].Name, undefined);
});

test("get a row: not wrapped, the same as in the list", async () => {
	const { first_row } = await fresh([{ Name: "Bolt", Stock: 1.5 }]);
	const row = await base.call("GET", `rows/${first_row._id}/?table_name=${table}&convert_keys=true`);
	assert.deepEqual(row, (await base.rows(table))[0]);
	const legacy = await base.call("GET", `rows/${first_row._id}/?table_name=${table}&convert=true`);
	assert.deepEqual(legacy, row);
	const missing = await base.refused("GET", `rows/AAAAAAAAAAAAAAAAAAAAAA/?table_name=${table}`);
	assert.deepEqual([missing.status, missing.message], [404, "row _id not exits"]);
});

test("update changes only the given cells, and who and when", async () => {
	const { row_ids } = await fresh([{ Name: "Bolt", Stock: 1 }, { Name: "Nut", Stock: 2 }]);
	const other = await base.baseToken("rw", await base.apiToken("rw", "second app"));
	const reply = await base.call("PUT", "rows/", {
		table_name: table,
		updates: [{ row_id: row_ids[0]._id, row: { Stock: 7 } }, { row_id: "AAAAAAAAAAAAAAAAAAAAAA", row: { Stock: 8 } }],
	}, { token: other });
	assert.deepEqual(reply, { success: true });
	const [bolt, nut] = await base.rows(table);
	assert.equal(bolt.Name, "Bolt");
	assert.equal(bolt.Stock, 7);
	assert.equal(bolt._creator, "app 1");
	assert.equal(bolt._last_modifier, "second app");
	assert.ok(bolt._mtime >= bolt._ctime);
	assert.equal(nut.Stock, 2);
	assert.equal(nut._last_modifier, "app 1");
});

test("null and the empty text clear a cell; a value of a wrong kind does too, without an error", async () => {
	const { row_ids } = await fresh([{ Name: "a", Stock: 1, State: "ok" }, { Name: "b", Stock: 2, State: "ok" }]);
	await base.call("PUT", "rows/", {
		table_name: table,
		updates: [{ row_id: row_ids[0]._id, row: { Stock: null, State: "" } }, { row_id: row_ids[1]._id, row: { Stock: { a: 1 } } }],
	});
	const rows = await base.rows(table);
	assert.deepEqual(rows.map((row) => [row.Stock, row.State]), [[null, null], [null, "ok"]]);
});

test("unknown and read-only names in a row object are ignored", async () => {
	await fresh();
	const reply = await base.append(table, [
		{ Name: "a", Nothing: 1, _ctime: "2001-01-01", _creator: "me", _locked: true }, { Nothing: 1 }, {},
	]);
	assert.equal(reply.inserted_row_count, 1);
	const [row] = await base.rows(table);
	assert.equal(row._creator, "app 1");
	assert.equal(row._locked, null);
	const nothing = await base.append(table, [{}, { Nothing: 2 }]);
	assert.deepEqual(nothing, { inserted_row_count: 0, row_ids: [], first_row: null });
	assert.equal((await base.append(table, [{ Name: "" }])).inserted_row_count, 1);
	assert.equal((await base.rows(table)).length, 2);
});

test("a row may bring its own id, once", async () => {
	await fresh();
	const own = await base.append(table, [{ _id: "recAbCdEfGhIjKlMn", Name: "imported" }]);
	assert.equal(own.first_row._id, "recAbCdEfGhIjKlMn");
	const again = await base.append(table, [{ _id: "recAbCdEfGhIjKlMn", Name: "twice" }]);
	assert.match(again.first_row._id, rowId);
	const bad = await base.append(table, [{ _id: "not an id!", Name: "bad" }]);
	assert.match(bad.first_row._id, rowId);
	assert.equal((await base.call("GET", `rows/recAbCdEfGhIjKlMn/?table_name=${table}&convert_keys=1`)).Name, "imported");
	const ids = (await base.rows(table)).map((row) => row._id);
	assert.equal(new Set(ids).size, 3);
});

test("insert beside a row", async () => {
	const { row_ids } = await fresh([{ Name: "1" }, { Name: "3" }]);
	await base.append(table, [{ Name: "2" }], { anchor_row_id: row_ids[0]._id });
	await base.append(table, [{ Name: "0" }], { anchor_row_id: row_ids[0]._id, row_insert_position: "insert_above" });
	await base.append(table, [{ Name: "4" }]);
	assert.deepEqual((await base.rows(table)).map((row) => row.Name), ["0", "1", "2", "3", "4"]);
});

test("return_rows", async () => {
	await fresh();
	const key = await keys();
	const { rows, row_ids } = await base.append(table, [{ Name: "a" }, { Name: "b" }], { return_rows: true });
	assert.deepEqual(rows.map((row) => row[key.Name]), ["a", "b"]);
	assert.deepEqual(rows.map((row) => row._id), row_ids.map((id) => id._id));
});

test("apply_default fills only absent cells", async () => {
	await base.createTable("Defaults", [
		["Name", "text", { enable_fill_default_value: true, default_value: "unnamed" }],
		["Stock", "number", { format: "number", enable_fill_default_value: true, default_value: 5 }],
	]);
	await base.append("Defaults", [{ Name: "a" }, { Stock: null }], { apply_default: true });
	await base.append("Defaults", [{ Name: "b" }]);
	assert.deepEqual((await base.rows("Defaults")).map((row) => [row.Name, row.Stock]), [["a", 5], ["unnamed", null], ["b", null]]);
});

test("delete, in list form and single form", async () => {
	const { row_ids } = await fresh([{ Name: "a" }, { Name: "b" }, { Name: "c" }]);
	const ids = row_ids.map((id) => id._id);
	const two = await base.call("DELETE", "rows/", { table_name: table, row_ids: [ids[0], ids[2], "AAAAAAAAAAAAAAAAAAAAAA"] });
	assert.deepEqual(two, { success: true, deleted_rows: 2 });
	const one = await base.call("DELETE", "rows/", { table_name: table, row_id: ids[1] });
	assert.deepEqual(one, { success: true, deleted_rows: 1 });
	assert.deepEqual(await base.rows(table), []);
});

test("start, limit, order", async () => {
	await fresh(Array.from({ length: 10 }, (_, i) => ({ Name: `n${i}`, Stock: (i * 7) % 10 })));
	const names = async (query) => (await base.rows(table, query)).map((row) => row.Name);
	assert.deepEqual(await names({ start: 8 }), ["n8", "n9"]);
	assert.deepEqual(await names({ start: 2, limit: 3 }), ["n2", "n3", "n4"]);
	assert.deepEqual(await names({ start: 100 }), []);
	assert.deepEqual(await names({ order_by: "Stock", limit: 3 }), ["n0", "n3", "n6"]);
	assert.deepEqual(await names({ order_by: "Stock", direction: "desc", limit: 2 }), ["n7", "n4"]);
	const key = await keys();
	assert.deepEqual(await names({ order_by: key.Stock, limit: 1 }), ["n0"]);
	assert.equal((await base.refused("GET", `rows/?table_name=${table}&order_by=Nothing`)).status, 404);
	for (const query of ["start=-1", "limit=x", "start=1.5"]) {
		assert.equal((await base.refused("GET", `rows/?table_name=${table}&${query}`)).status, 400);
	}
});

test("1,000 rows a call, in and out", async () => {
	await base.createTable("Many", [["Name", "text"]]);
	const rows = (count) => Array.from({ length: count }, (_, i) => ({ Name: `row ${i}` }));
	assert.equal((await base.append("Many", rows(1000))).inserted_row_count, 1000);
	await base.append("Many", rows(1));
	assert.equal((await base.rows("Many")).length, 1000);
	assert.equal((await base.rows("Many", { limit: "5000" })).length, 1000);
	assert.equal((await base.rows("Many", { start: 1000 })).length, 1);
	const refused = await base.refused("POST", "rows/", { table_name: "Many", rows: rows(1001) });
	assert.equal(refused.status, 400);
	assert.equal((await base.rows("Many", { start: 1000 })).length, 1);
});

test("a view hides columns and sorts", async () => {
	await fresh([{ Name: "b", Stock: 1 }, { Name: "a", Stock: 2 }]);
	const key = await keys();
	await base.call("POST", `views/?table_name=${table}`, { name: "Sorted" });
	await base.call("PUT", `views/Sorted/?table_name=${table}`, {
		sorts: [{ column_key: key.Name, sort_type: "up" }], hidden_columns: [key.Stock],
	});
	const rows = await base.rows(table, { view_name: "Sorted" });
	assert.deepEqual(rows.map((row) => row.Name), ["a", "b"]);
	assert.ok(!("Stock" in rows[0]));
	assert.ok("_mtime" in rows[0]);
	assert.ok("Stock" in (await base.rows(table))[0]);
	assert.equal((await base.rows(table, { view_name: "" })).length, 2);
	assert.equal((await base.refused("GET", `rows/?table_name=${table}&view_name=Nothing`)).status, 404);
});

test("lock and unlock", async () => {
	const { row_ids } = await fresh([{ Name: "a" }, { Name: "b" }]);
	const body = { table_name: table, row_ids: [row_ids[0]._id] };
	assert.deepEqual(await base.call("PUT", "lock-rows/", body), { success: true });
	assert.deepEqual(await base.call("PUT", "lock-rows/", body), { success: true });
	let [first, second] = await base.rows(table);
	assert.deepEqual([first._locked, first._locked_by, second._locked], [true, "app 1", null]);
	assert.deepEqual(await base.call("PUT", "unlock-rows/", { table_name: table, row_id: row_ids[0]._id }), { success: true });
	[first] = await base.rows(table);
	assert.deepEqual([first._locked, first._locked_by], [null, null]);
});

test("an account's changes carry its user name", async () => {
	const { access_token } = await server.call("GET",
		`/api/v2.1/workspace/${base.workspaceId}/dtable/${encodeURIComponent(base.base.name)}/access-token/`,
		{ token: server.admin.token });
	await fresh();
	const { first_row } = await base.call("POST", "rows/", { table_name: table, rows: [{ Name: "mine" }] }, { token: access_token });
	assert.match(first_row._creator, /^[0-9a-f]{32}@auth\.local$/);
});

test("a collaborator may be named by address or name, if the base knows the person", async () => {
	await base.createTable("People", [["Name", "text"], ["Who", "collaborator"]]);
	const [admin] = (await base.call("GET", "related-users/")).user_list;
	await base.append("People", [
		{ Name: "a", Who: [server.admin.email] }, { Name: "b", Who: [admin.email] }, { Name: "c", Who: ["nobody@example.org"] },
	]);
	const rows = await base.rows("People");
	assert.deepEqual(rows[0].Who, [admin.email]);
	assert.deepEqual(rows[1].Who, [admin.email]);
	assert.notDeepEqual(rows[2].Who, [admin.email]);
});

test("what is no list of rows, updates or ids is refused", async () => {
	const bad = [
		["POST", { rows: [1] }], ["POST", { rows: "x" }], ["POST", {}], ["PUT", { updates: [{}] }], ["PUT", { updates: [1] }],
		["PUT", {}], ["PUT", { updates: [{ row_id: "x", row: [] }] }], ["DELETE", { row_ids: [1] }], ["DELETE", {}],
		["DELETE", { row_ids: { a: 1 } }],
	];
	for (const [method, body] of bad) {
		const reply = await base.refused(method, "rows/", { table_name: table, ...body });
		assert.equal(reply.status, 400, `${method} ${JSON.stringify(body)}`);
	}
});
