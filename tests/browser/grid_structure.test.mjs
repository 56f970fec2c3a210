// Tables, views and columns of a base's page, and who may do what.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { addPerson } from "../api/command.mjs";
import { cell, choose, columnMenu, openGrid, shows } from "./grid.mjs";
import { assertAccessible, openWeb, until } from "./page.mjs";

let web, server, base;

before(async () => {
	web = await openWeb();
	({ server } = web);
	base = await server.createBase("Warehouse");
});
afterEach(() => web.closePages());
after(() => web.close());

const metadata = async () => (await base.call("GET", "metadata/")).metadata;
const tableNamed = async (name) => (await metadata()).tables.find((table) => table.name === name);
const columnsOf = async (name) => (await tableNamed(name)).columns;
const shownColumns = (page) => page.locator(".slick-header-column:not(.gutter) .name").allTextContents();

async function makeTable(name) {
	await base.createTable(name, [["Name", "text"], ["Stock", "number"], ["Note", "text"]]);
	await base.append(name, [{ Name: "Bolt", Stock: 120, Note: "7" }, { Name: "Nut", Stock: 12, Note: "many" }]);
}

test("tables: add, rename, delete", async () => {
	await makeTable("Parts");
	const page = await openGrid(web, base, "Parts");
	await page.getByRole("button", { name: "New table" }).click();
	await page.getByRole("dialog", { name: "New table" }).getByLabel("Table name").fill("Orders");
	await page.getByRole("button", { name: "Create" }).click();
	await page.getByRole("tab", { name: "Orders", selected: true }).waitFor();
	await page.getByRole("button", { name: "Options of the table Orders" }).click();
	await page.getByRole("menuitem", { name: "Rename table" }).click();
	await page.getByLabel("Table name").fill("Sales");
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByRole("tab", { name: "Sales" }).waitFor();
	assert.ok(await tableNamed("Sales"));
	await page.getByRole("button", { name: "Options of the table Sales" }).click();
	await page.getByRole("menuitem", { name: "Delete table" }).click();
	await page.getByRole("dialog").getByRole("button", { name: "Delete table" }).click();
	await page.getByRole("tab", { name: "Sales" }).waitFor({ state: "detached" });
	assert.equal(await tableNamed("Sales"), undefined);
});

test("views: add, hide a column in one, switch, rename, delete", async () => {
	await makeTable("Viewed");
	const page = await openGrid(web, base, "Viewed");
	const menu = (name, item, role = "menuitem") => page.getByRole("button", { name: `View: ${name}` }).click()
		.then(() => page.getByRole(role, { name: item }).click());
	await menu("Default View", "New view");
	await page.getByLabel("View name").fill("Short");
	await page.getByRole("button", { name: "Create" }).click();
	await page.getByRole("button", { name: "View: Short" }).waitFor();
	await page.getByRole("button", { name: "Hide columns" }).click();
	await page.getByRole("dialog", { name: "Columns of this view" }).getByLabel("Stock").uncheck();
	await page.keyboard.press("Escape");
	await until(async () => (await shownColumns(page)).join() === "Name,Note");
	await menu("Short", "Default View", "menuitemradio");
	await until(async () => (await shownColumns(page)).join() === "Name,Stock,Note");
	await menu("Default View", "Short", "menuitemradio");
	await menu("Short", "Rename view");
	await page.getByLabel("View name").fill("Brief");
	await page.getByRole("button", { name: "Save" }).click();
	await menu("Brief", "Delete view");
	await page.getByRole("dialog").getByRole("button", { name: "Delete view" }).click();
	await page.getByRole("button", { name: "View: Default View" }).waitFor();
	assert.deepEqual((await tableNamed("Viewed")).views.map(({ name }) => name), ["Default View"]);
});

test("columns: add with settings, rename, retype, move, freeze, hide, delete", async () => {
	await makeTable("Shaped");
	const page = await openGrid(web, base, "Shaped");
	await columnMenu(page, "Stock", "Insert on the right");
	const dialog = page.getByRole("dialog", { name: "New column" });
	await dialog.getByLabel("Name").fill("State");
	await dialog.getByLabel("Type").selectOption("Single select");
	await dialog.getByRole("button", { name: "Add option" }).click();
	await page.keyboard.type("ok");
	await page.keyboard.press("Enter");
	await page.keyboard.type("recount");
	await dialog.getByRole("button", { name: "Create" }).click();
	await until(async () => (await shownColumns(page)).join() === "Name,Stock,State,Note");
	const state = (await columnsOf("Shaped")).find(({ name }) => name === "State");
	assert.deepEqual([state.type, state.data.options.map(({ name }) => name).join()], ["single-select", "ok,recount"]);

	await columnMenu(page, "Note", "Edit column");
	const edit = page.getByRole("dialog", { name: "Edit column" });
	await edit.getByLabel("Name").fill("Shelf");
	await edit.getByLabel("Type").selectOption("Number");
	await edit.getByText("Values that don't fit the new type are lost, unless you undo this.").waitFor();
	await edit.getByRole("button", { name: "Save" }).click();
	await shows(page, 1, "Shelf", "7");
	await shows(page, 2, "Shelf", "");
	await columnMenu(page, "Shelf", "Move left");
	await until(async () => (await shownColumns(page)).join() === "Name,Stock,Shelf,State");
	await columnMenu(page, "Stock", "Freeze");
	await until(async () => (await columnsOf("Shaped")).find(({ name }) => name === "Stock").frozen === true);
	await columnMenu(page, "Shelf", "Hide");
	await until(async () => (await shownColumns(page)).length === 3);
	await page.getByRole("button", { name: "1 hidden column" }).click();
	await page.getByRole("button", { name: "Show all" }).click();
	await page.keyboard.press("Escape");
	await until(async () => (await shownColumns(page)).length === 4);
	await columnMenu(page, "Shelf", "Delete column");
	await page.getByRole("dialog").getByRole("button", { name: "Delete column" }).click();
	await until(async () => !(await columnsOf("Shaped")).some(({ name }) => name === "Shelf"));
});

test("a column is resized by its edge and moved by its header", async () => {
	await makeTable("Dragged");
	const page = await openGrid(web, base, "Dragged");
	const header = (name) => page.locator(".slick-header-column", { hasText: name });
	/** The grid is drawn anew after a change: a header may be gone for a moment. */
	const boxOf = async (name) => {
		let box;
		await until(async () => (box = await header(name).boundingBox()) !== null);
		return box;
	};
	const stock = await boxOf("Stock");
	const edge = { x: stock.x + stock.width - 3, y: stock.y + 15 };
	await page.mouse.move(edge.x, edge.y);
	await page.mouse.down();
	await page.mouse.move(edge.x + 90, edge.y, { steps: 5 });
	await page.mouse.up();
	await until(async () => (await columnsOf("Dragged"))[1].width > 260, { what: "the new width" });
	const [from, to] = [await boxOf("Note"), await boxOf("Stock")];
	await page.mouse.move(from.x + 60, from.y + 15);
	await page.mouse.down();
	await page.mouse.move(to.x + 40, to.y + 15, { steps: 12 });
	await page.mouse.up();
	await until(async () => (await columnsOf("Dragged")).map(({ name }) => name).join() === "Name,Note,Stock", { what: "the new order" });
	await page.keyboard.press("Escape");
	await choose(page, 1, "Name");
	await page.keyboard.press("Control+z");
	await until(async () => (await columnsOf("Dragged")).map(({ name }) => name).join() === "Name,Stock,Note", { what: "the old order" });
});

test("a base shared for reading offers nothing that writes", async () => {
	await makeTable("Read");
	const person = await addPerson(server, "reader@example.org");
	await server.call("POST", `/api/v2.1/workspace/${base.workspaceId}/dtable/Warehouse/share/`, {
		token: server.admin.token, json: { email: person.username, permission: "r" },
	});
	const page = await openGrid(web, base, "Read", { person });
	await page.getByText("Read only").waitFor();
	assert.equal(await page.getByRole("button", { name: /New row|New column|New table|Options of the column/ }).count(), 0);
	await choose(page, 1, "Name");
	await page.keyboard.type("x");
	await page.keyboard.press("Delete");
	await shows(page, 1, "Name", "Bolt");
	assert.equal(await page.locator(".cell-input").count(), 0);
	assert.equal((await base.rows("Read"))[0].Name, "Bolt");
});

test("axe finds nothing: the grid, an editor, a menu, a dialog, a row's details; light and dark", async () => {
	await makeTable("Accessible");
	for (const dark of [false, true]) {
		const page = await openGrid(web, base, "Accessible", { dark });
		await assertAccessible(page);
		await choose(page, 1, "Name");
		await page.keyboard.press("Enter");
		await assertAccessible(page);
		await page.keyboard.press("Escape");
		await page.getByRole("button", { name: "Options of the column Stock" }).click();
		await assertAccessible(page);
		await page.getByRole("menuitem", { name: "Edit column" }).click();
		await assertAccessible(page);
		await page.keyboard.press("Escape");
		await (await cell(page, 1, "Name")).click();
		await page.keyboard.press("Space");
		await page.getByRole("complementary").waitFor();
		await assertAccessible(page);
	}
});

for (const [locale, row, menu] of [["fr-FR", "Nouvelle ligne", "Options de la colonne Stock"], ["de-DE", "Neue Zeile", "Optionen der Spalte Stock"]]) {
	test(`the base's page in ${locale}`, async () => {
		const page = await openGrid(web, base, "Parts", { locale });
		await page.getByRole("button", { name: row }).waitFor();
		await page.getByRole("button", { name: menu }).waitFor();
	});
}
