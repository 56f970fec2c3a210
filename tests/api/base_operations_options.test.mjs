// The options of select columns and their cascades (base-operations 31 to 34).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase();
	await base.createTable("Shelves", [
		["Name", "text"], ["Hall", "single-select", { options: [{ name: "North" }, { name: "South" }] }],
		["Shelf", "single-select", { options: [{ name: "N1" }, { name: "N2" }, { name: "S1" }] }], ["Tags", "multiple-select"],
	]);
});

after(() => server.stop());

async function column(name) {
	return (await base.call("GET", "columns/?table_name=Shelves")).columns.find((one) => one.name === name);
}

const options = async (name) => (await column(name)).data.options;
const optionNames = async (name) => (await options(name)).map((option) => option.name);

test("add; names that exist are skipped, colours kept as sent", async () => {
	const body = { table_name: "Shelves", column: "Hall", options: [{ name: "East", color: "#aaa", textColor: "#000000" }, { name: "North" }] };
	assert.deepEqual(await base.call("POST", "column-options/", body), { success: true });
	assert.deepEqual(await optionNames("Hall"), ["North", "South", "East"]);
	const east = (await options("Hall"))[2];
	assert.deepEqual([east.color, east.textColor], ["#aaa", "#000000"]);
	assert.match(east.id, /^\d+$/);
	assert.equal(new Set((await options("Hall")).map((option) => option.id)).size, 3);
});

test("change: found by id; the cells show the new name", async () => {
	await base.append("Shelves", [{ Name: "a", Hall: "South" }]);
	const south = (await options("Hall")).find((option) => option.name === "South");
	const body = { table_name: "Shelves", column: "Hall", options: [{ id: south.id, name: "Southern", color: "#123456" }] };
	assert.deepEqual(await base.call("PUT", "column-options/", body), { success: true });
	const reply = await base.call("PUT", "column-options/", { ...body, return_options: true });
	assert.deepEqual(reply.options.map((option) => option.name), ["North", "Southern", "East"]);
	assert.equal((await base.rows("Shelves"))[0].Hall, "Southern");
});

test("delete: the cells lose them, in lists too", async () => {
	await base.append("Shelves", [{ Name: "tagged", Tags: ["red", "green", "blue"], Hall: "Southern" }]);
	const remove = (column_name, names) =>
		base.call("DELETE", "column-options/", { table_name: "Shelves", column: column_name, option_names: names });
	assert.deepEqual(await remove("Tags", ["green", "no such"]), { success: true });
	assert.deepEqual(await remove("Hall", ["Southern"]), { success: true });
	assert.deepEqual(await optionNames("Tags"), ["red", "blue"]);
	const row = (await base.rows("Shelves")).find((one) => one.Name === "tagged");
	assert.deepEqual([row.Tags, row.Hall], [["red", "blue"], null]);
});

test("cascade: by names, stored by ids", async () => {
	const reply = await base.call("POST", "column-cascade-settings/", {
		table_name: "Shelves", parent_column: "Hall", child_column: "Shelf", cascade_settings: { North: ["N1", "N2"], East: ["S1"] },
	});
	assert.deepEqual(reply, { success: true });
	const hall = await column("Hall");
	const shelf = await column("Shelf");
	const id = (list, name) => list.find((option) => option.name === name).id;
	assert.equal(shelf.data.cascade_column_key, hall.key);
	assert.deepEqual(shelf.data.cascade_settings[id(hall.data.options, "North")],
		[id(shelf.data.options, "N1"), id(shelf.data.options, "N2")]);
});

test("a value that is no option yet makes one", async () => {
	await base.append("Shelves", [{ Name: "new", Shelf: "Q9", Tags: ["fresh", "fresh"] }]);
	assert.ok((await optionNames("Shelf")).includes("Q9"));
	const row = (await base.rows("Shelves")).find((one) => one.Name === "new");
	assert.deepEqual([row.Shelf, row.Tags], ["Q9", ["fresh"]]);
});

test("what is wrong is refused", async () => {
	const bad = [
		["POST", { column: "Hall" }, 400], ["POST", { column: "Hall", options: [1] }, 400], ["POST", { options: [{ name: "x" }] }, 400],
		["POST", { column: "Nothing", options: [{ name: "x" }] }, 404], ["POST", { column: "Name", options: [{ name: "x" }] }, 400],
		["PUT", { column: "Hall" }, 400], ["DELETE", { column: "Hall", option_names: [1] }, 400], ["DELETE", { column: "Hall" }, 400],
	];
	for (const [method, body, status] of bad) {
		const reply = await base.refused(method, "column-options/", { table_name: "Shelves", ...body });
		assert.equal(reply.status, status, `${method} ${JSON.stringify(body)}: ${reply.message}`);
	}
	const cascade = { table_name: "Shelves", parent_column: "Hall", child_column: "Name", cascade_settings: {} };
	assert.equal((await base.refused("POST", "column-cascade-settings/", cascade)).status, 400);
	assert.equal((await base.refused("POST", "column-cascade-settings/", { ...cascade, cascade_settings: "x" })).status, 400);
});
