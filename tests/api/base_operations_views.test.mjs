// Views as stored objects (base-operations 21 to 25).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base, key;

before(async () => {
	server = await startServer();
	base = await server.createBase();
	const table = await base.createTable("Parts", [["Name", "text"], ["Stock", "number"]]);
	key = Object.fromEntries(table.columns.map((column) => [column.name, column.key]));
});

after(() => server.stop());

const whole = {
	type: "table", private_for: null, is_locked: false, row_height: "default", filter_conjunction: "And", filters: [], sorts: [],
	groupbys: [], groups: [], colorbys: {}, hidden_columns: [], rows: [], formula_rows: {}, link_rows: {}, summaries: {},
	colors: {}, column_colors: {},
};

const create = (body) => base.call("POST", "views/?table_name=Parts", body);
const names = async () => (await base.call("GET", "views/?table_name=Parts")).views.map((view) => view.name);

test("create answers the whole view object", async () => {
	const view = await create({ name: "Low stock" });
	assert.match(view._id, /^[0-9A-Za-z]{4}$/);
	assert.deepEqual(view, { ...whole, _id: view._id, name: "Low stock" });
	const locked = await create({ name: "Locked", type: "table", is_locked: true });
	assert.equal(locked.is_locked, true);
	assert.deepEqual(await names(), ["Default View", "Low stock", "Locked"]);
	const [table] = (await base.call("GET", "metadata/")).metadata.tables.filter((one) => one.name === "Parts");
	assert.deepEqual(table.view_structure.view_ids, table.views.map((one) => one._id));
	const inBody = await base.call("POST", "views/", { table_name: "Parts", name: "Table in the body" });
	assert.equal(inBody.table_name, undefined);
});

test("no name, an empty or a taken one", async () => {
	for (const body of [{}, { name: "" }, { name: null }, { name: 5 }, { name: "Default View" }, []]) {
		const reply = await base.refused("POST", "views/?table_name=Parts", body);
		assert.deepEqual([reply.status, reply.message], [400, "params invalid"], JSON.stringify(body));
	}
});

test("get by name, encoded or raw, and by id", async () => {
	const odd = await create({ name: "Größe 100% & mehr?/#+" });
	const read = (name) => base.call("GET", `views/${name}/?table_name=Parts`);
	assert.deepEqual(await read(encodeURIComponent(odd.name)), odd);
	assert.deepEqual(await read(odd._id), odd);
	assert.deepEqual(await read("Default%20View"), await read("0000"));
	assert.deepEqual((await base.call("GET", `views/${encodeURIComponent(odd.name)}?table_name=Parts`)), odd);
	assert.equal((await base.refused("GET", "views/Nothing/?table_name=Parts")).status, 404);
});

test("update: what is missing stays, an empty list clears, names of columns become keys", async () => {
	await create({ name: "Changing" });
	const put = (body) => base.call("PUT", "views/Changing/?table_name=Parts", body);
	const filters = [{ column_key: key.Stock, filter_predicate: "less", filter_term: "10" }];
	let view = await put({ filters, filter_conjunction: "Or", sorts: [{ column_name: "Stock", sort_type: "up" }] });
	assert.deepEqual(view.filters, filters);
	assert.equal(view.filter_conjunction, "Or");
	assert.equal(view.sorts[0].column_key, key.Stock);
	view = await put({ hidden_columns: [key.Stock], row_height: "double", is_locked: true });
	assert.deepEqual(view.filters, filters);
	assert.deepEqual(view.hidden_columns, [key.Stock]);
	assert.equal(view.row_height, "double");
	assert.equal(view.is_locked, true);
	view = await put({ filters: [{}], sorts: [] });
	assert.deepEqual([view.filters, view.sorts, view.hidden_columns], [[], [], [key.Stock]]);
	assert.deepEqual(await base.call("GET", "views/Changing/?table_name=Parts"), view);
});

test("rename applies at once; a taken name is refused", async () => {
	const { _id } = await create({ name: "Before" });
	const renamed = await base.call("PUT", "views/Before/?table_name=Parts", { name: "After" });
	assert.deepEqual([renamed._id, renamed.name], [_id, "After"]);
	assert.equal((await base.refused("GET", "views/Before/?table_name=Parts")).status, 404);
	const taken = await base.refused("PUT", "views/After/?table_name=Parts", { name: "Default View" });
	assert.deepEqual([taken.status, taken.message], [400, "params invalid"]);
	assert.equal((await base.refused("PUT", "views/Nothing/?table_name=Parts", { name: "x" })).status, 404);
});

test("delete, also what does not exist, but not the last one", async () => {
	await base.createTable("Viewed", [["Name", "text"]]);
	await base.call("POST", "views/?table_name=Viewed", { name: "Second" });
	assert.deepEqual(await base.call("DELETE", "views/Default%20View/?table_name=Viewed"), { success: true });
	assert.deepEqual(await base.call("DELETE", "views/Default%20View/?table_name=Viewed"), { success: true });
	assert.equal((await base.refused("DELETE", "views/Second/", { table_name: "Viewed" })).status, 400);
	assert.deepEqual((await base.call("GET", "views/?table_name=Viewed")).views.map((view) => view.name), ["Second"]);
});
