// Links between rows: columns, both directions, every form in which clients send them, order, and what must not be left
// behind (base-operations.md 3.3; columns.md 2.1).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Base } from "seatable-api";

import { atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server;

before(async () => {
	server = await startServer();
});
after(() => server.stop());

const ids = (answer) => answer.row_ids.map(({ _id }) => _id);

/** A base with Orders and Customers, linked from Orders. */
async function shop(settings = {}) {
	const base = await server.createBase();
	await base.createTable("Customers", [["Name", "text"], ["City", "single-select", { options: [{ id: "7", name: "Oslo" }] }], ["Age", "number"]]);
	await base.createTable("Orders", [["No", "number"], ["Buyer", "text"]]);
	const column = await base.call("POST", "columns/", {
		table_name: "Orders", column_name: "Customer", column_type: "link",
		column_data: { table: "Orders", other_table: "Customers", ...settings },
	});
	const customers = ids(await base.append("Customers", ["Ana", "Ben", "Cleo"].map((Name, i) => ({ Name, City: "Oslo", Age: 30 + i }))));
	const orders = ids(await base.append("Orders", [1, 2, 3].map((No) => ({ No, Buyer: ["Ana", "Ben", "Ana"][No - 1] }))));
	const edit = (method, map, more = {}) => base.call(method, "links/", {
		link_id: column.data.link_id, table_name: "Orders", other_table_name: "Customers", other_rows_ids_map: map, ...more,
	});
	const cells = async (table, name) => (await base.rows(table)).map((row) => row[name]);
	return { base, column, customers, orders, edit, cells, linkId: column.data.link_id };
}

const metadataOf = async (base, table) => (await base.call("GET", "metadata/")).metadata.tables.find(({ name }) => name === table);
const names = (cell) => cell.map(({ display_value }) => display_value);
const file = (base) => join(server.dir, "bases", `${base.uuid}.db`);
const sqlite = (base, sql) => execFileSync("sqlite3", [file(base), sql], { encoding: "utf8" }).trim();

test("a link column: its settings, and its partner in the other table", async () => {
	const { base, column } = await shop();
	const orders = await metadataOf(base, "Orders"), customers = await metadataOf(base, "Customers");
	const partner = customers.columns.find(({ type }) => type === "link");
	assert.equal(partner.name, "Orders");
	assert.deepEqual(column.data, {
		display_column_key: "0000", table_id: orders._id, other_table_id: customers._id, is_internal_link: true, is_multiple: true,
		is_row_from_view: false, other_view_id: "", link_id: column.data.link_id, array_type: "text", array_data: null, result_type: "array",
	});
	assert.match(column.data.link_id, /^[0-9A-Za-z]{4}$/);
	assert.deepEqual(partner.data, { ...column.data, array_type: "number", array_data: orders.columns[0].data });
	const second = await base.call("POST", "columns/", {
		table_id: orders._id, column_name: "Payer", column_type: "link", column_data: { other_table_id: customers._id, display_column_key: "City" },
	});
	assert.equal(second.data.array_type, "single-select");
	assert.equal(second.data.array_data.options[0].name, "Oslo");
	assert.notEqual(second.data.link_id, column.data.link_id);
	assert.deepEqual((await metadataOf(base, "Customers")).columns.filter(({ type }) => type === "link").map(({ name }) => name), ["Orders", "Orders1"]);
});

test("links show on both sides, in the order in which they were made, typed as their column", async () => {
	const { edit, cells, customers, orders } = await shop();
	assert.deepEqual(await edit("POST", { [orders[0]]: [customers[2], customers[0]], [orders[1]]: [customers[0]] }), { success: true });
	const [first, second, third] = await cells("Orders", "Customer");
	assert.deepEqual(first, [{ row_id: customers[2], display_value: "Cleo" }, { row_id: customers[0], display_value: "Ana" }]);
	assert.deepEqual(names(second), ["Ana"]);
	assert.deepEqual(third, []);
	assert.deepEqual((await cells("Customers", "Orders")).map(names), [[1, 2], [], [1]]);
});

test("adding again changes nothing; replacing takes the list's order; removing counts what was there", async () => {
	const { base, edit, cells, customers: [ana, ben, cleo], orders: [one, two] } = await shop();
	await edit("POST", { [one]: [ana, ben] });
	const { version } = (await base.call("GET", "metadata/")).metadata;
	await edit("POST", { [one]: [ben, ana] });
	assert.equal((await base.call("GET", "metadata/")).metadata.version, version, "no change, no operation");
	assert.deepEqual(names((await cells("Orders", "Customer"))[0]), ["Ana", "Ben"]);
	await edit("PUT", { [one]: [cleo, ana], [two]: [] });
	assert.deepEqual((await cells("Orders", "Customer")).map(names), [["Cleo", "Ana"], [], []]);
	await edit("PUT", { [one]: [ana, cleo] });
	assert.deepEqual(names((await cells("Orders", "Customer"))[0]), ["Ana", "Cleo"]);
	assert.deepEqual(await edit("DELETE", { [one]: [ana, ben], [two]: [cleo] }), { deleted_links_count: 1, success: true });
	assert.deepEqual((await cells("Customers", "Orders")).map(names), [[], [], [1]]);
});

test("the side is told by the rows, whatever the tables are called in the request", async () => {
	const { base, edit, cells, customers, orders, linkId } = await shop();
	await edit("POST", { [customers[1]]: [orders[0], orders[2]] });
	assert.deepEqual((await cells("Customers", "Orders")).map(names), [[], [1, 3], []]);
	await base.call("POST", "links/", { link_id: linkId, other_rows_ids_map: { [orders[1]]: [customers[1]] } });
	assert.deepEqual((await cells("Orders", "Customer")).map(names), [["Ben"], ["Ben"], ["Ben"]]);
	await edit("PUT", { [customers[1]]: [orders[2], orders[0]] });
	assert.deepEqual((await cells("Customers", "Orders")).map(names), [[], [3, 1], []]);
});

test("the forms for a single row, and older paths", async () => {
	const { base, cells, customers, orders, linkId } = await shop();
	const one = { link_id: linkId, table_name: "Orders", other_table_name: "Customers", table_row_id: orders[0], other_table_row_id: customers[0] };
	await base.call("POST", "links/", one);
	await base.call("PUT", "links/", { link_id: linkId, table_name: "Orders", row_id: orders[1], other_rows_ids: [customers[1], customers[2]] });
	assert.deepEqual((await cells("Orders", "Customer")).map(names), [["Ana"], ["Ben", "Cleo"], []]);
	assert.deepEqual(await base.call("DELETE", "links/", one), { deleted_links_count: 1, success: true });
	const old = (method, path, json) => server.call(method, path, { token: base.token, json });
	await old("POST", `/dtable-db/api/v1/base/${base.uuid}/links/`, one);
	const column = (await metadataOf(base, "Orders")).columns.find(({ type }) => type === "link");
	const table = await metadataOf(base, "Orders");
	assert.deepEqual(await old("POST", `/dtable-db/api/v1/linked-records/${base.uuid}`, { table_id: table._id, link_column: column.key, rows: [{ row_id: orders[0] }] }),
		{ [orders[0]]: [{ row_id: customers[0], display_value: "Ana" }] });
	assert.deepEqual(await old("DELETE", `/dtable-db/api/v1/base/${base.uuid}/links/`, one), { deleted_links_count: 1, success: true });
});

test("query-links pages through a cell", async () => {
	const { base, edit, orders: [order, empty] } = await shop();
	const many = ids(await base.append("Customers", Array.from({ length: 120 }, (_, i) => ({ Name: `c${i}` }))));
	await edit("POST", { [order]: many });
	const query = (rows) => base.call("POST", "query-links/", { table_name: "Orders", link_column_name: "Customer", rows });
	const answer = await query([{ row_id: order }, { row_id: empty, offset: 0, limit: 5 }]);
	assert.deepEqual(Object.keys(answer), [order, empty]);
	assert.deepEqual([names(answer[order]).length, names(answer[order])[9], answer[empty]], [10, "c9", []]);
	assert.deepEqual(names((await query([{ row_id: order, offset: 115, limit: 100 }]))[order]), ["c115", "c116", "c117", "c118", "c119"]);
	assert.equal((await query([{ row_id: order, limit: 5000 }]))[order].length, 100);
});

test("the official client", async () => {
	const { base, customers, orders, linkId } = await shop();
	const client = new Base({ server: server.url, APIToken: await base.apiToken() });
	await client.auth();
	await client.addLink(linkId, "Orders", "Customers", orders[0], customers[0]);
	await client.addLink(linkId, "Orders", "Customers", orders[0], customers[1]);
	const table = await client.getTableByName("Orders");
	const column = table.columns.find(({ type }) => type === "link");
	const linked = await client.getLinkedRecords(table._id, column.key, [{ row_id: orders[0], limit: 10, offset: 0 }]);
	assert.deepEqual(names(linked[orders[0]]), ["Ana", "Ben"]);
	await client.updateLink(linkId, "Orders", "Customers", orders[0], [customers[2]]);
	assert.deepEqual((await client.listRows("Orders"))[0].Customer, [{ row_id: customers[2], display_value: "Cleo" }]);
	await client.removeLink(linkId, "Orders", "Customers", orders[0], customers[2]);
	assert.deepEqual((await client.listRows("Orders"))[0].Customer, []);
});

test("a link within one table", async () => {
	const base = await server.createBase();
	const { data: { link_id } } = await base.call("POST", "columns/", {
		table_name: "Table1", column_name: "Parts", column_type: "link", column_data: { table: "Table1", other_table: "Table1" },
	});
	const [car, wheel, rim] = ids(await base.append("Table1", [{ Name: "car" }, { Name: "wheel" }, { Name: "rim" }]));
	assert.equal((await metadataOf(base, "Table1")).columns.filter(({ type }) => type === "link").length, 1);
	await base.call("POST", "links/", { link_id, table_name: "Table1", other_table_name: "Table1", other_rows_ids_map: { [car]: [wheel], [wheel]: [rim] } });
	const shown = async () => (await base.rows("Table1")).slice(-3).map((row) => names(row.Parts));
	assert.deepEqual(await shown(), [["wheel"], ["rim"], []]);
	await base.call("DELETE", "rows/", { table_name: "Table1", row_ids: [rim] });
	assert.deepEqual((await base.rows("Table1")).at(-1).Parts, []);
	assert.equal(sqlite(base, `SELECT count(*) FROM links_${link_id}`), "1");
});

test("deleting rows, columns and tables leaves nothing of their links", async () => {
	const { base, edit, customers, orders, linkId } = await shop();
	const other = await shop();
	await edit("POST", { [orders[0]]: customers, [orders[1]]: customers });
	await base.call("DELETE", "rows/", { table_name: "Customers", row_ids: [customers[0]] });
	await base.call("DELETE", "rows/", { table_name: "Orders", row_ids: [orders[1]] });
	assert.equal(sqlite(base, `SELECT count(*) FROM links_${linkId}`), "2");
	assert.equal(await atollOk(["check", "--data", server.dir, base.uuid]).then((text) => /leads nowhere/.test(text)), false);
	await base.call("DELETE", "columns/", { table_name: "Customers", column: "Orders" });
	assert.equal((await metadataOf(base, "Orders")).columns.some(({ type }) => type === "link"), false);
	assert.equal(sqlite(base, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'links_%'"), "0");
	await base.call("POST", "columns/", { table_name: "Orders", column_name: "New", column_type: "text" });
	await other.base.call("DELETE", "tables/", { table_name: "Customers" });
	assert.equal((await metadataOf(other.base, "Orders")).columns.some(({ type }) => type === "link"), false);
	assert.equal(sqlite(other.base, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'links_%'"), "0");
});

test("renaming keeps links; the shown column can be changed and follows its own column's settings", async () => {
	const { base, edit, cells, customers, orders } = await shop();
	await edit("POST", { [orders[0]]: [customers[0]] });
	await base.call("PUT", "tables/", { table_name: "Customers", new_table_name: "People" });
	await base.call("PUT", "columns/", { table_name: "Orders", op_type: "modify_column_type", column: "Customer", new_column_type: "link", column_data: { display_column_key: "City" } });
	assert.deepEqual(names((await cells("Orders", "Customer"))[0]), ["Oslo"]);
	await base.call("POST", "column-options/", { table_name: "People", column: "City", options: [{ name: "Rome" }] });
	const column = (await metadataOf(base, "Orders")).columns.find(({ type }) => type === "link");
	assert.deepEqual(column.data.array_data.options.map(({ name }) => name), ["Oslo", "Rome"]);
	await base.call("DELETE", "columns/", { table_name: "People", column: "City" });
	assert.deepEqual(names((await cells("Orders", "Customer"))[0]), ["Ana"]);
});

test("a table made with its links, also to itself", async () => {
	const { base } = await shop();
	await base.createTable("Visits", [["Day", "date"], ["Who", "link", { other_table: "Customers" }], ["Follows", "link", { other_table: "Visits" }]]);
	const links = (await metadataOf(base, "Visits")).columns.filter(({ type }) => type === "link");
	assert.deepEqual(links.map(({ name }) => name), ["Who", "Follows"]);
	assert.equal(links[1].data.table_id, links[1].data.other_table_id);
	assert.ok((await metadataOf(base, "Customers")).columns.some(({ name }) => name === "Visits"));
});

test("auto-links: every pair of rows with equal cells", async () => {
	const { base, cells, linkId } = await shop();
	const orders = await metadataOf(base, "Orders"), customers = await metadataOf(base, "Customers");
	const key = (table, name) => table.columns.find((column) => column.name === name).key;
	const match = (table1_key, table2_key) => base.request("POST", "auto-links/", { json: { link_id: linkId, matching_keys: [{ table1_key, table2_key }] } });
	const { task_id } = (await match(key(orders, "Buyer"), "0000")).json;
	assert.match(task_id, /^[0-9a-f-]{36}$/);
	assert.deepEqual((await cells("Orders", "Customer")).map(names), [["Ana"], ["Ben"], ["Ana"]]);
	assert.deepEqual((await base.call("GET", `auto-link-task/?task_id=${task_id}`)), { status: "success" });
	const asBody = await base.request("GET", "auto-link-task/", { json: task_id });
	assert.deepEqual(asBody.json, { status: "success" });
	assert.equal((await base.request("GET", "auto-link-task/?task_id=00000000-0000-4000-8000-000000000000")).status, 404);
	for (const [one, two] of [[key(orders, "Buyer"), key(customers, "City")], ["0000", "0000"], [key(orders, "Buyer"), "none"]]) {
		const reply = await match(one, two);
		assert.ok([400, 404].includes(reply.status), reply.text);
	}
});

test("what is wrong is refused whole, naming it", async () => {
	const { base, edit, cells, customers, orders, linkId } = await shop();
	const other = await shop();
	const refused = (method, body) => base.refused(method, "links/", body);
	const map = { [orders[0]]: [customers[0]] };
	assert.deepEqual(await refused("POST", { link_id: other.linkId, other_rows_ids_map: map }), { status: 404, message: `link ${other.linkId} not found`, type: undefined });
	assert.match((await refused("POST", { other_rows_ids_map: map })).message, /link_id/);
	assert.match((await refused("POST", { link_id: linkId })).message, /other_rows_ids_map/);
	for (const bad of [[], "x", { a: 1 }, { [orders[0]]: [1] }, { [orders[0]]: "x" }]) {
		assert.equal((await refused("PUT", { link_id: linkId, other_rows_ids_map: bad })).status, 400, JSON.stringify(bad));
	}
	const unknown = { ...map, [orders[1]]: [other.customers[0]] };
	assert.equal((await refused("POST", { link_id: linkId, other_rows_ids_map: unknown })).status, 404);
	assert.deepEqual((await cells("Orders", "Customer")).map(names), [[], [], []], "nothing of it stays");
	const reader = await base.baseToken("r");
	for (const method of ["POST", "PUT", "DELETE"]) {
		assert.equal((await base.request(method, "links/", { token: reader, json: { link_id: linkId, other_rows_ids_map: map } })).status, 403);
	}
	assert.equal((await base.request("POST", "auto-links/", { token: reader, json: {} })).status, 403);
	const column = (column_data) => base.refused("POST", "columns/", { table_name: "Orders", column_name: "Bad", column_type: "link", column_data });
	assert.equal((await column({})).status, 400);
	assert.equal((await column({ table: "Customers", other_table: "Customers" })).type, "column_data_error");
	assert.equal((await column({ other_table: "Nowhere" })).status, 404);
	assert.equal((await base.refused("PUT", "columns/", { table_name: "Orders", op_type: "modify_column_type", column: "Buyer", new_column_type: "link", column_data: { other_table: "Customers" } })).status, 400);
	await edit("POST", map);
	assert.equal((await base.refused("POST", "query-links/", { table_name: "Orders", link_column: "Buyer", rows: [{ row_id: orders[0] }] })).status, 404);
});

test("what only user interfaces follow is kept as it is given", async () => {
	const { base, column } = await shop({ is_row_from_view: true, other_view_id: "0000", only_adding_new_record: true });
	const { is_row_from_view, other_view_id, only_adding_new_record } = column.data;
	assert.deepEqual([is_row_from_view, other_view_id, only_adding_new_record], [true, "0000", true]);
	const changed = await base.call("PUT", "columns/", { table_name: "Orders", op_type: "modify_column_type", column: "Customer", new_column_type: "link", column_data: { only_adding_new_record: false } });
	assert.equal(changed.data.only_adding_new_record, false);
});

test("a column that takes one row", async () => {
	const { base, edit, cells, customers, orders, linkId } = await shop({ is_multiple: false });
	await edit("POST", { [orders[0]]: [customers[0]] });
	assert.equal((await base.refused("POST", "links/", { link_id: linkId, other_rows_ids_map: { [orders[0]]: [customers[1]] } })).status, 400);
	assert.equal((await base.refused("POST", "links/", { link_id: linkId, other_rows_ids_map: { [customers[1]]: [orders[0]] } })).status, 400);
	await edit("PUT", { [orders[0]]: [customers[1]] });
	assert.deepEqual((await cells("Orders", "Customer")).map(names), [["Ben"], [], []]);
});

test("auto-links give no cell more than its column takes, and page numbers of any size are fine", async () => {
	const { base, edit, cells, orders, linkId } = await shop({ is_multiple: false });
	const table = await metadataOf(base, "Orders");
	await base.append("Customers", [{ Name: "Ana" }]);
	const error = await base.refused("POST", "auto-links/", {
		link_id: linkId, matching_keys: [{ table1_key: table.columns.find(({ name }) => name === "Buyer").key, table2_key: "0000" }],
	});
	assert.match(error.message, /one row/);
	assert.deepEqual((await cells("Orders", "Customer")).map(names), [[], [], []]);
	await edit("POST", {});
	for (const huge of [1e300, -1e300, 9007199254740993, 0.5]) {
		const answer = await base.call("POST", "query-links/", { table_name: "Orders", link_column: "Customer", rows: [{ row_id: orders[0], offset: huge, limit: huge }] }, { odd: true });
		assert.deepEqual(answer, { [orders[0]]: [] });
	}
});

test("ten thousand pairs in one call", async () => {
	const { base, edit, orders } = await shop();
	const many = [];
	for (let i = 0; i < 10; i++) many.push(...ids(await base.append("Customers", Array.from({ length: 1000 }, (_, n) => ({ Name: `c${i}-${n}` })))));
	await edit("POST", { [orders[0]]: many });
	assert.equal((await base.rows("Orders"))[0].Customer.length, 1000, "a cell shows its first thousand");
	assert.equal((await base.call("GET", "rows/?table_name=Orders")).links_cut, true, "and says so");
	assert.equal((await base.call("GET", "rows/?table_name=Customers")).links_cut, undefined);
	const selected = await base.call("POST", "sql/", { sql: "SELECT Customer FROM Orders WHERE No = 1", convert_keys: true });
	assert.deepEqual([selected.results[0].Customer.length, selected.links_cut], [50, true]);
	assert.deepEqual(await edit("DELETE", { [orders[0]]: many }), { deleted_links_count: 10000, success: true });
});

test("a computed display column: what it gives stands in the cells, in every form", async () => {
	const own = await server.createBase();
	await own.createTable("Makers", [["Maker", "text"], ["Rank", "number"]]);
	await own.createTable("Parts", [["Part", "text"]]);
	const label = await own.call("POST", "columns/", { table_name: "Makers", column_name: "Label", column_type: "formula", column_data: { formula: "{Maker} & \" \" & ({Rank} * 2)" } });
	const twice = await own.call("POST", "columns/", { table_name: "Makers", column_name: "Twice", column_type: "formula", column_data: { formula: "12 / {Rank}" } });
	const link = async (name, display_column_key) => (await own.call("POST", "columns/", {
		table_name: "Parts", column_name: name, column_type: "link", column_data: { table: "Parts", other_table: "Makers", display_column_key },
	})).data;
	const makers = (await own.append("Makers", [{ Maker: "Zeta", Rank: 3 }, { Maker: "Yota", Rank: 0 }])).row_ids.map(({ _id }) => _id);
	const [part] = (await own.append("Parts", [{ Part: "Bolt" }])).row_ids.map(({ _id }) => _id);
	for (const [name, key, values] of [["By label", label.key, ["Zeta 6", "Yota 0"]], ["By number", twice.key, [4, null]]]) {
		const data = await link(name, key);
		assert.equal(data.display_column_key, key);
		await own.call("POST", "links/", { link_id: data.link_id, table_name: "Parts", other_table_name: "Makers", other_rows_ids_map: { [part]: makers } });
		const wanted = makers.map((row_id, i) => ({ row_id, display_value: values[i] }));
		assert.deepEqual((await own.rows("Parts"))[0][name], wanted, name);
		assert.deepEqual((await own.call("POST", "sql/", { sql: `SELECT \`${name}\` AS x FROM Parts`, convert_keys: true })).results[0].x, wanted);
		const asked = await own.call("POST", "query-links/", { table_name: "Parts", link_column_name: name, rows: [{ row_id: part, limit: 5 }] });
		assert.deepEqual(asked[part], wanted);
	}
});
