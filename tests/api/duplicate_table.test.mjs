// Copying a table (base-operations.md 3.4-20): columns, views, rows under new ids, links of its own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server;

before(async () => {
	server = await startServer();
});
after(() => server.stop());

const ids = (answer) => answer.row_ids.map(({ _id }) => _id);
const duplicate = (base, name, more = { is_duplicate_records: true }) => base.call("POST", "tables/duplicate-table/", { table_name: name, ...more });

async function parts() {
	const base = await server.createBase();
	await base.createTable("Makers", [["Name", "text"]]);
	await base.createTable("Parts", [
		["Name", "text"], ["No", "auto-number"], ["State", "single-select", { options: [{ name: "ok" }, { name: "low" }] }],
		["Stock", "number"],
	]);
	await base.call("POST", "columns/", { table_name: "Parts", column_name: "Twice", column_type: "formula", column_data: { formula: "{Stock} * 2" } });
	const maker = await base.call("POST", "columns/", {
		table_name: "Parts", column_name: "Maker", column_type: "link", column_data: { table: "Parts", other_table: "Makers" },
	});
	const spare = await base.call("POST", "columns/", {
		table_name: "Parts", column_name: "Spare", column_type: "link", column_data: { table: "Parts", other_table: "Parts" },
	});
	await base.call("POST", "views/?table_name=Parts", { name: "Low" });
	await base.call("PUT", "views/Low/?table_name=Parts", { filters: [{ column_name: "Stock", filter_predicate: "less", filter_term: 5 }] });
	const [zeta] = ids(await base.append("Makers", [{ Name: "Zeta" }]));
	const rows = ids(await base.append("Parts", [
		{ Name: "Bolt", State: "ok", Stock: 7 }, { Name: "Nut", State: "low", Stock: 2 }, { Name: "Washer" },
	]));
	await base.call("POST", "links/", { link_id: maker.data.link_id, table_name: "Parts", other_table_name: "Makers",
		other_rows_ids_map: { [rows[0]]: [zeta], [rows[1]]: [zeta] } });
	await base.call("POST", "links/", { link_id: spare.data.link_id, table_name: "Parts", other_table_name: "Parts",
		other_rows_ids_map: { [rows[0]]: [rows[2], rows[1]] } });
	return { base, rows, zeta };
}

test("the copy has the columns, views and rows of the table, and a new author", async () => {
	const { base, rows } = await parts();
	const reader = await base.apiToken("rw", "copier");
	const token = await base.baseToken("rw", reader);
	const copy = (await base.request("POST", "tables/duplicate-table/", { token, json: { table_name: "Parts", is_duplicate_records: true } })).json;
	const tables = (await base.call("GET", "metadata/")).metadata.tables;
	const original = tables.find(({ name }) => name === "Parts");
	assert.equal(copy.name, "Parts(copy)");
	assert.notEqual(copy._id, original._id);
	assert.deepEqual(copy.columns.map(({ key, name, type }) => [key, name, type]), original.columns.map(({ key, name, type }) => [key, name, type]));
	assert.deepEqual(copy.views.map(({ _id, name, filters }) => [_id, name, filters]), original.views.map(({ _id, name, filters }) => [_id, name, filters]));
	assert.equal(copy.rows.length, 3);
	assert.equal(copy.rows[0]["0000"], "Bolt");
	assert.equal(copy.rows[0]._creator, "copier");
	assert.ok(copy.rows.every(({ _id, _ctime, _mtime }) => !rows.includes(_id) && _ctime === _mtime));
	assert.deepEqual(Object.values(copy.id_row_map), copy.rows);
	assert.equal(copy.rows_cut, undefined);
	const seen = (list) => list.map(({ Name, No, State, Stock, Twice }) => [Name, No, State, Stock, Twice]);
	assert.deepEqual(seen(await base.rows("Parts(copy)")), seen(await base.rows("Parts")));
	assert.deepEqual((await base.rows("Parts(copy)", { view_name: "Low" })).map(({ Name }) => Name), ["Nut"]);
	await base.append("Parts(copy)", [{ Name: "New" }]);
	assert.equal((await base.rows("Parts(copy)")).at(-1).No, "0004", "numbers go on");
	assert.equal((await base.rows("Parts")).length, 3);
});

test("links of the copy are its own, also those within the table", async () => {
	const { base, rows, zeta } = await parts();
	await duplicate(base, "Parts");
	const copies = await base.rows("Parts(copy)");
	const byName = Object.fromEntries(copies.map((row) => [row.Name, row]));
	assert.deepEqual(byName.Bolt.Maker.map(({ row_id }) => row_id), [zeta]);
	assert.deepEqual(byName.Bolt.Spare.map(({ row_id }) => row_id), [byName.Washer._id, byName.Nut._id], "in the same order, and to copied rows");
	const makers = await base.rows("Makers");
	const back = Object.entries(makers[0]).filter(([, value]) => Array.isArray(value));
	assert.deepEqual(back.map(([name, cell]) => [name, cell.length]), [["Parts", 2], ["Parts(copy)", 2]]);
	await base.call("DELETE", "rows/", { table_name: "Parts(copy)", row_ids: [byName.Bolt._id] });
	assert.deepEqual((await base.rows("Parts"))[0].Maker.length, 1);
	assert.equal((await base.rows("Makers"))[0].Parts.length, 2);
	const linkIds = (await base.call("GET", "metadata/")).metadata.tables.filter(({ name }) => name.startsWith("Parts"))
		.flatMap(({ columns }) => columns.filter(({ type }) => type === "link").map(({ data }) => data.link_id));
	assert.equal(new Set(linkIds).size, 4);
	assert.deepEqual(ids({ row_ids: await base.rows("Parts") }), rows);
});

test("without records the copy is empty, and numbers begin anew", async () => {
	const { base } = await parts();
	const copy = await duplicate(base, "Parts", {});
	assert.deepEqual([copy.rows, copy.id_row_map], [[], {}]);
	await base.append("Parts(copy)", [{ Name: "First" }]);
	assert.deepEqual((await base.rows("Parts(copy)")).map(({ No }) => No), ["0001"]);
	assert.equal((await duplicate(base, "Parts")).name, "Parts(copy1)");
});

test("more rows than the answer holds are copied, and the answer says so", async () => {
	const base = await server.createBase();
	await base.createTable("Long", [["Name", "text"]]);
	for (let i = 0; i < 3; i++)
		await base.append("Long", Array.from({ length: 1000 }, (_, n) => ({ Name: `row ${1000 * i + n}` })));
	const copy = await duplicate(base, "Long");
	assert.equal(copy.rows.length, 1000);
	assert.equal(copy.rows_cut, true);
	const last = await base.rows("Long(copy)", { start: 2000 });
	assert.equal(last.length, 1000);
	assert.equal(last.at(-1).Name, "row 2999");
	const operations = (await base.call("GET", "operations/?page=1")).operations.map(({ operation }) => JSON.parse(operation));
	const copied = operations.filter(({ op_type, table_id }) => op_type === "append_rows" && table_id === copy._id);
	assert.equal(copied.reduce((sum, { row_datas }) => sum + row_datas.length, 0), 3000, "the log holds every copied row");
});

test("what is refused changes nothing", async () => {
	const { base } = await parts();
	const before = (await base.call("GET", "metadata/")).metadata.tables.length;
	assert.equal((await base.refused("POST", "tables/duplicate-table/", { table_name: "Nowhere" })).status, 404);
	const token = await base.baseToken("r");
	assert.equal((await base.refused("POST", "tables/duplicate-table/", { table_name: "Parts" }, { token })).status, 403);
	await base.createTable("x".repeat(250), [["Name", "text"]]);
	const refused = await base.refused("POST", "tables/duplicate-table/", { table_name: "x".repeat(250) });
	assert.equal(refused.status, 400);
	assert.match(refused.message, /table_name/);
	assert.equal((await base.call("GET", "metadata/")).metadata.tables.length, before + 1);
	await atollOk(["check", "--data", server.dir]);
});
