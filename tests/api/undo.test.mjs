// db-operations and restore-operations: what was done to rows, undone (base-operations.md 3.7).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase();
	await base.createTable("Parts", [
		["Name", "text"], ["No", "auto-number"], ["Stock", "number"], ["State", "single-select", { options: [{ name: "ok" }, { name: "low" }] }],
		["Tags", "multiple-select", { options: [{ name: "a" }, { name: "b" }] }], ["Note", "long-text"], ["Day", "date", { format: "YYYY-MM-DD HH:mm" }],
		["Done", "checkbox"], ["Took", "duration"], ["Where", "geolocation", { geo_format: "lng_lat" }],
	]);
	await base.createTable("Makers", [["Name", "text"]]);
	const { data } = await base.call("POST", "columns/", { table_name: "Parts", column_name: "Maker", column_type: "link", column_data: { table: "Parts", other_table: "Makers" } });
	linkId = data.link_id;
});
after(() => server.stop());

let linkId;
const full = { Name: "Bolt 🔩", Stock: 1.5, State: "low", Tags: ["b", "a"], Note: "# Note", Day: "2026-03-01 14:30", Done: true, Took: 3600, Where: { lng: 10, lat: 20 } };
const rows = () => base.rows("Parts");
const newest = async () => (await base.call("GET", "db-operations/")).operations[0];
const undo = (id) => base.call("PUT", `restore-operations/${id}/`);
const without = ({ _mtime, _last_modifier, ...row }) => row;

test("the list: newest first, in pages, with the documented members", async () => {
	await base.append("Parts", [full]);
	const operation = await newest();
	assert.equal(operation.dtable_uuid, base.uuid.replaceAll("-", ""));
	assert.equal(operation.op_type, "add_row");
	assert.ok(Math.abs(operation.op_time - Date.now() / 1000) < 60);
	assert.equal(JSON.parse(operation.operation).op_type, "insert_row");
	await base.append("Parts", [{ Name: "second" }]);
	assert.equal((await base.call("GET", "db-operations/?per_page=1&page=2")).operations[0].id, operation.id);
});

test("rows that were added go again", async () => {
	const before = await rows();
	await base.append("Parts", [{ Name: "x" }, { Name: "y" }]);
	await undo((await newest()).id);
	assert.deepEqual(await rows(), before);
});

test("changed cells get their old values, of every type; later changes elsewhere stay", async () => {
	const { row_ids: [{ _id }] } = await base.append("Parts", [full]);
	const get = async () => base.call("GET", `rows/${_id}/?table_name=Parts&convert_keys=true`);
	const before = await get();
	await base.call("PUT", "rows/", { table_name: "Parts", row_id: _id, row: {
		Name: "Nut", State: "ok", Tags: [], Note: "", Day: null, Done: false, Took: 1, Where: null,
	} });
	const { id } = await newest();
	await base.call("PUT", "rows/", { table_name: "Parts", row_id: _id, row: { Stock: 9 } });
	await undo(id);
	assert.deepEqual(without(await get()), without({ ...before, Stock: 9 }));
	const two = (await base.append("Parts", [{ Name: "p", Stock: 1 }, { Name: "q", Stock: 2 }])).row_ids.map((row) => row._id);
	await base.call("PUT", "rows/", { table_name: "Parts", updates: two.map((row_id) => ({ row_id, row: { Stock: 0 } })) });
	await undo((await newest()).id);
	assert.deepEqual((await rows()).slice(-2).map(({ Stock }) => Stock), [1, 2]);
});

test("deleted rows come back: id, place, cells, number, times, author and links", async () => {
	const { row_ids: [{ _id: maker }] } = await base.append("Makers", [{ Name: "Zeta" }]);
	const token = await base.baseToken("rw", await base.apiToken("rw", "first author"));
	const made = (await base.request("POST", "rows/", { token, json: { table_name: "Parts", rows: [full, { Name: "middle" }, { Name: "end" }] } })).json.row_ids.map((row) => row._id);
	await base.call("POST", "links/", { link_id: linkId, table_name: "Parts", other_table_name: "Makers", other_rows_ids_map: { [made[0]]: [maker], [made[1]]: [maker] } });
	const before = await rows();
	await base.call("DELETE", "rows/", { table_name: "Parts", row_ids: [made[0]] });
	await undo((await newest()).id);
	assert.deepEqual(await rows(), before);
	await base.call("DELETE", "rows/", { table_name: "Parts", row_ids: made });
	await undo((await newest()).id);
	assert.deepEqual(await rows(), before);
	await base.call("DELETE", "rows/", { table_name: "Parts", row_ids: before.map((row) => row._id) });
	await undo((await newest()).id);
	assert.deepEqual(await rows(), before, "also when the table was empty meanwhile");
	await base.call("DELETE", "rows/", { table_name: "Parts", row_ids: [made[1]] });
	const { id } = await newest();
	await base.call("DELETE", "rows/", { table_name: "Makers", row_ids: [maker] });
	await undo(id);
	assert.deepEqual((await rows()).find((row) => row._id === made[1]).Maker, [], "what it was linked to is gone");
	await atollOk(["check", "--data", server.dir]);
});

test("links and the archive", async () => {
	const { row_ids: makers } = await base.append("Makers", [{ Name: "A" }, { Name: "B" }]);
	const { row_ids: [{ _id }] } = await base.append("Parts", [{ Name: "linked" }]);
	const [a, b] = makers.map((row) => row._id);
	const edit = (method, list) => base.call(method, "links/", { link_id: linkId, table_name: "Parts", other_table_name: "Makers", other_rows_ids_map: { [_id]: list } });
	const linked = async () => (await rows()).at(-1).Maker.map(({ row_id }) => row_id);
	await edit("POST", [b, a]);
	await edit("PUT", [a]);
	assert.equal((await newest()).op_type, "update_links");
	await undo((await newest()).id);
	assert.deepEqual(await linked(), [b, a]);
	await base.call("POST", "archive-view/", { table_name: "Makers" });
	await undo((await newest()).id);
	assert.ok((await base.rows("Makers")).every(({ _archived }) => !_archived));
});

test("what can't be undone is refused", async () => {
	await base.call("POST", "tables/", { table_name: "Temporary" });
	const [{ op_id }] = (await base.call("GET", "operations/")).operations;
	assert.equal((await base.refused("PUT", `restore-operations/${op_id}/`)).status, 400);
	for (const id of ["0", "-1", "x", "99999999", "1e3"])
		assert.equal((await base.refused("PUT", `restore-operations/${id}/`)).status, 404, id);
	await base.append("Temporary", [{ Name: "x" }]);
	const { id } = await newest();
	await base.call("DELETE", "tables/", { table_name: "Temporary" });
	assert.equal((await base.refused("PUT", `restore-operations/${id}/`)).status, 404, "its table is gone");
	assert.equal((await base.refused("PUT", `restore-operations/${id}/`, undefined, { token: await base.baseToken("r") })).status, 403);
	for (const query of ["?page=0", "?per_page=x"])
		assert.equal((await base.refused("GET", `db-operations/${query}`)).status, 400);
});
