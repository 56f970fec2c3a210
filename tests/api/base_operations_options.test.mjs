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

test("a change keeps what else an option holds", async () => {
	const first = { id: "k1", name: "one", color: "#111111", textColor: "#222222", borderColor: "#333333", note: { by: "a client" } };
	await base.createTable("Kept", [["Name", "text"], ["State", "single-select", { options: [first] }]]);
	const { options: [changed] } = await base.call("PUT", "column-options/",
		{ table_name: "Kept", column: "State", options: [{ id: "k1", name: "uno", color: "#444444" }], return_options: true });
	assert.deepEqual(changed, { ...first, name: "uno", color: "#444444" });
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

test("beside a new option, cells with options that were there show them, whoever read the table first", async () => {
	await base.createTable("Fresh", [["Name", "text"], ["State", "single-select", { options: [{ name: "ok" }] }], ["Tags", "multiple-select"]]);
	const { columns } = await base.call("GET", "columns/?table_name=Fresh");
	const ok = columns[1].data.options[0].id;
	await server.stop({ keep: true });
	await server.restart();
	/* The writer opens the base, then a reader: each reads the table's description for itself. */
	await base.append("Fresh", [{ Name: "first" }]);
	await base.rows("Fresh");
	const reply = await base.append("Fresh", [{ Name: "second", State: "ok", Tags: ["new"] }], { return_rows: true });
	assert.equal(reply.first_row[columns[1].key], ok);
	assert.equal(reply.rows[0][columns[1].key], ok);
	await base.append("Fresh", [{ Name: "third" }]);
	assert.deepEqual((await base.rows("Fresh")).map((row) => [row.State, row.Tags]), [[null, null], ["ok", ["new"]], [null, null]]);
});

test("at most 5,000 options: a row that would need one more is refused, not emptied", async () => {
	const count = 5000;
	const options = Array.from({ length: count - 1 }, (_, i) => ({ name: `option ${i}` }));
	await base.createTable("Full", [["Name", "text"], ["State", "single-select", { options }], ["Other", "text"]]);
	const { row_ids } = await base.append("Full", [{ Name: "last", State: "the last one" }]);
	const more = { Name: "more", State: "one too many" };
	assert.equal((await base.refused("POST", "rows/", { table_name: "Full", rows: [{ Name: "fine" }, more] })).status, 400);
	const update = { table_name: "Full", updates: [{ row_id: row_ids[0]._id, row: more }] };
	assert.equal((await base.refused("PUT", "rows/", update)).message, "At most 5000 options a column.");
	assert.deepEqual((await base.rows("Full")).map((row) => [row.Name, row.State]), [["last", "the last one"]]);

	for (let from = 0; from <= count; from += 1000)
		await base.append("Full", Array.from({ length: 1000 }, (_, i) => ({ Other: `text ${from + i}` })));
	const retype = { table_name: "Full", op_type: "modify_column_type", column: "Other", new_column_type: "single-select" };
	assert.equal((await base.refused("PUT", "columns/", retype)).status, 400);
	assert.equal((await base.rows("Full", { start: 1 }))[0].Other, "text 0");
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
