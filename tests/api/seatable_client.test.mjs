// The official npm client, doing all that it can do with the operations of today.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Base } from "seatable-api";

import { startServer } from "./server.mjs";

let server, base, client;

/** The client, with a note of which of its methods were called. */
const called = new Set();
const noting = (object) => new Proxy(object, {
	get(target, name) {
		const value = target[name];
		if (typeof value !== "function" || name === "constructor") return value;
		called.add(name);
		return value.bind(target);
	},
});

before(async () => {
	server = await startServer();
	base = await server.createBase();
	client = noting(new Base({ server: server.url, APIToken: await base.apiToken("rw", "client") }));
	await client.auth();
});

after(() => server.stop());

test("auth", () => {
	assert.equal(client.appName, "client");
	assert.equal(client.dtableUuid, base.uuid);
	assert.ok(client.apiGateway, "the client uses the gateway");
});

test("metadata and tables", async () => {
	const metadata = await client.getMetadata();
	assert.deepEqual(metadata.tables.map((table) => table.name), ["Table1"]);
	const table = await client.addTable("Parts", "en", [
		{ column_name: "Name", column_type: "text" }, { column_name: "Stock", column_type: "number" },
	]);
	assert.equal(table.name, "Parts");
	assert.equal((await client.addTable("Plain")).columns.length, 1);
	assert.deepEqual(await client.renameTable("Plain", "Renamed"), { success: true });
	assert.deepEqual((await client.getTables()).map((one) => one.name), ["Table1", "Parts", "Renamed"]);
	assert.equal((await client.getTableByName("Parts"))._id, table._id);
	assert.deepEqual(await client.deleteTable("Renamed"), { success: true });
});

test("views", async () => {
	const view = await client.addView("Parts", "Second");
	assert.equal(view.name, "Second");
	assert.deepEqual((await client.listViews("Parts")).map((one) => one.name), ["Default View", "Second"]);
	assert.equal((await client.getViewByName("Parts", "Second"))._id, view._id);
	assert.equal((await client.renameView("Parts", "Second", "Other view")).name, "Other view");
	assert.equal((await client.getViewByName("Parts", "Other view"))._id, view._id);
	assert.deepEqual(await client.deleteView("Parts", "Other view"), { success: true });
	assert.equal((await client.listViews("Parts")).length, 1);
});

test("columns and options", async () => {
	const state = await client.insertColumn("Parts", "State", "single-select", "", { options: [{ id: "1", name: "ok" }] });
	assert.deepEqual(state.data.options.map((option) => option.id), ["1"]);
	const anchored = await client.insertColumn("Parts", "Maker", "text", "0000");
	assert.deepEqual((await client.listColumns("Parts")).map((column) => column.name), ["Name", "Maker", "Stock", "State"]);
	assert.equal((await client.renameColumn("Parts", anchored.key, "Made by")).name, "Made by");
	assert.equal((await client.resizeColumn("Parts", anchored.key, 120)).width, 120);
	assert.equal((await client.freezeColumn("Parts", anchored.key, true)).frozen, true);
	assert.equal((await client.moveColumn("Parts", anchored.key, state.key)).key, anchored.key);
	assert.deepEqual((await client.listColumns("Parts", "Default View")).map((column) => column.name),
		["Name", "Stock", "State", "Made by"]);
	assert.equal((await client.modifyColumnType("Parts", anchored.key, "multiple-select")).type, "multiple-select");
	const options = [{ name: "low", color: "#aaa", textColor: "#000000" }, { name: "gone", color: "#bbb", textColor: "#000000" }];
	assert.deepEqual(await client.addColumnOptions("Parts", "State", options), { success: true });
	const column = (await client.listColumns("Parts")).find((one) => one.name === "State");
	assert.deepEqual(column.data.options.map((option) => option.name), ["ok", "low", "gone"]);
	await client.insertColumn("Parts", "Detail", "single-select", "", { options: [{ id: "9", name: "d" }] });
	assert.deepEqual(await client.addColumnCascadeSettings("Parts", "Detail", "State", { ok: ["d"] }), { success: true });
	assert.deepEqual(await client.deleteColumn("Parts", "Detail"), { success: true });
	await assert.rejects(client.insertColumn("Parts", "State", "text"), (error) => error.response.status === 400);
});

test("rows", async () => {
	const first = await client.appendRow("Parts", { Name: "Bolt", Stock: 120, State: "ok" });
	assert.ok(first._id, "appendRow answers the new row");
	assert.ok((await client.insertRow("Parts", { Name: "Nut" }, first._id))._id);
	assert.equal(await client.batchAppendRows("Parts", [{ Name: "a", Stock: 1 }, { Name: "b", Stock: 2 }]).then((reply) =>
		reply.inserted_row_count ?? reply), 2);
	let rows = await client.listRows("Parts");
	assert.deepEqual(rows.map((row) => row.Name), ["Bolt", "Nut", "a", "b"]);
	assert.equal(rows[0].State, "ok");
	assert.deepEqual((await client.listRows("Parts", "Default View", "Stock", true, 0, 2)).map((row) => row.Stock).includes(120), true);
	assert.equal((await client.getRow("Parts", first._id)).Stock, 120);
	assert.deepEqual(await client.updateRow("Parts", first._id, { Stock: 119 }), { success: true });
	const updates = rows.slice(2).map((row) => ({ row_id: row._id, row: { State: "low" } }));
	assert.deepEqual(await client.batchUpdateRows("Parts", updates), { success: true });
	rows = await client.listRows("Parts");
	assert.deepEqual(rows.map((row) => [row.Stock, row.State]), [[119, "ok"], [null, null], [1, "low"], [2, "low"]]);
	assert.equal((await client.deleteRow("Parts", first._id)).success, true);
	assert.equal((await client.batchDeleteRows("Parts", rows.slice(1).map((row) => row._id))).deleted_rows, 3);
	assert.deepEqual(await client.listRows("Parts"), []);
});

test("a read-only client reads, and is refused on a write", async () => {
	const reader = new Base({ server: server.url, APIToken: await base.apiToken("r", "reader") });
	await reader.auth();
	assert.equal((await reader.listRows("Table1")).length, 3);
	await assert.rejects(reader.appendRow("Table1", { Name: "x" }), (error) => error.response.status === 403);
});

test("a wrong API token", async () => {
	const stranger = new Base({ server: server.url, APIToken: "0".repeat(40) });
	await assert.rejects(stranger.auth(), (error) => error.response.status === 403);
});

test("links, the whole base, columns by name and type, SQL", async () => {
	const table = await client.getTableByName("Parts");
	await client.addTable("Makers");
	await client.insertColumn("Parts", "Maker", "link", "", { table: "Parts", other_table: "Makers" });
	const link = await client.getColumnLinkId("Parts", "Maker");
	assert.equal(link, (await client.getColumnByName("Parts", "Maker")).data.link_id);
	assert.deepEqual((await client.getColumnsByType("Parts", "link")).map(({ name }) => name), ["Maker"]);
	const part = await client.appendRow("Parts", { Name: "Bolt", Stock: 7, State: "ok" });
	const [zeta, yota] = [await client.appendRow("Makers", { Name: "Zeta" }), await client.appendRow("Makers", { Name: "Yota" })];
	const linked = async () => (await client.getRow("Parts", part._id)).Maker.map(({ display_value }) => display_value);
	await client.addLink(link, "Parts", "Makers", part._id, zeta._id);
	assert.deepEqual(await linked(), ["Zeta"]);
	await client.updateLink(link, "Parts", "Makers", part._id, [yota._id, zeta._id]);
	assert.deepEqual(await linked(), ["Yota", "Zeta"]);
	await client.removeLink(link, "Parts", "Makers", part._id, yota._id);
	assert.deepEqual(await linked(), ["Zeta"]);
	const makers = (await client.getTableByName("Makers"))._id;
	await client.batchUpdateLinks(link, table._id, makers, [part._id], { [part._id]: [yota._id] });
	assert.deepEqual(await linked(), ["Yota"]);
	const records = await client.getLinkedRecords(table._id, (await client.getColumnByName("Parts", "Maker")).key, [{ row_id: part._id }]);
	assert.deepEqual(records[part._id].map(({ display_value }) => display_value), ["Yota"]);
	const whole = await client.getDTable();
	assert.deepEqual(whole.tables.map(({ name, rows }) => [name, rows.length]), [["Table1", 3], ["Parts", 1], ["Makers", 2]]);
	assert.equal(whole.links.length, 1);
	const [row] = await client.query("SELECT Name, Stock, State, Maker FROM Parts WHERE Stock > 5");
	assert.deepEqual([row.Name, row.Stock, row.State], ["Bolt", 7, "ok"]);
	assert.deepEqual(row.Maker, ["Yota"], "the client shows what links show");
	await assert.rejects(client.query("SELECT Nope FROM Parts"), (error) => error.response.status === 400 && /no such column: Nope/.test(error.response.data.error_message));
});

test("nothing of the client was left out", () => {
	const inner = ["constructor", "useApiGatewayWrapper", "apiGatewayWrapper", "getResponseHeaders", "getResult"];
	const methods = Object.getOwnPropertyNames(Base.prototype).filter((name) => !inner.includes(name));
	assert.deepEqual(methods.filter((name) => !called.has(name)), []);
});
