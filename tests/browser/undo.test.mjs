// Everything that a person does to a base's tables and columns is taken back by Ctrl+Z, and done again by Ctrl+Shift+Z.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { choose, columnMenu, openGrid, shows, stored } from "./grid.mjs";
import { openWeb, until } from "./page.mjs";

let web, base;

before(async () => {
	web = await openWeb();
	base = await web.server.createBase("Warehouse");
});
afterEach(() => web.closePages());
after(() => web.close());

const tables = async () => (await base.call("GET", "metadata/")).metadata.tables;
const tableOf = async (name) => (await tables()).find((table) => table.name === name);
const names = async (table) => (await tableOf(table)).columns.map(({ name }) => name).join();
const shown = (page) => page.locator(".slick-header-column:not(.gutter) .name").allTextContents();
const columns = (page, wanted) => until(async () => (await shown(page)).join() === wanted, { what: `the columns ${wanted}` });

async function makeTable(name) {
	await base.createTable(name, [["Name", "text"], ["Stock", "number"], ["State", "single-select", { options: [{ id: "1", name: "ok" }, { id: "2", name: "low" }] }]]);
	await base.append(name, [{ Name: "Bolt", Stock: 120, State: "ok" }, { Name: "Nut", Stock: 12, State: "low" }]);
}

/** The keys reach the grid, wherever the focus was. */
async function press(page, keys) {
	await choose(page, 1, "Name");
	await page.keyboard.press(keys);
}

test("a deleted column comes back with its cells, by Ctrl+Z and by the message; redone", async () => {
	await makeTable("Columns");
	const page = await openGrid(web, base, "Columns");
	const remove = async () => {
		await columnMenu(page, "Stock", "Delete column");
		await page.getByRole("dialog").getByRole("button", { name: "Delete column" }).click();
		await columns(page, "Name,State");
	};
	await remove();
	await press(page, "Control+z");
	await columns(page, "Name,Stock,State");
	await shows(page, 1, "Stock", "120");
	await press(page, "Control+Shift+z");
	await columns(page, "Name,State");
	assert.equal(await names("Columns"), "Name,State");
	await press(page, "Control+z");
	await columns(page, "Name,Stock,State");
	await remove();
	await page.getByText("The column “Stock” is deleted.").last().waitFor();
	await page.getByRole("button", { name: "Undo", exact: true }).last().click();
	await columns(page, "Name,Stock,State");
	await shows(page, 2, "Stock", "12");
});

test("a column that was made, renamed and given another type goes back step by step, with what was typed into it", async () => {
	await makeTable("Made");
	const page = await openGrid(web, base, "Made");
	await page.getByRole("button", { name: "New column" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Name").fill("Shelf");
	await dialog.getByRole("button", { name: "Create" }).click();
	await columns(page, "Name,Stock,State,Shelf");
	await choose(page, 1, "Shelf");
	await page.keyboard.type("A7");
	await page.keyboard.press("Enter");
	await stored(base, "Made", ([row]) => row.Shelf === "A7");
	await columnMenu(page, "Shelf", "Edit column");
	await dialog.getByLabel("Name").fill("Place");
	await dialog.getByLabel("Type").selectOption("Number");
	await dialog.getByRole("button", { name: "Save" }).click();
	await columns(page, "Name,Stock,State,Place");
	await shows(page, 1, "Place", "7");
	await press(page, "Control+z");
	await columns(page, "Name,Stock,State,Shelf");
	await shows(page, 1, "Shelf", "A7");
	await press(page, "Control+z");
	await shows(page, 1, "Shelf", "");
	await press(page, "Control+z");
	await columns(page, "Name,Stock,State");
	for (const step of ["Name,Stock,State,Shelf", "Name,Stock,State,Shelf", "Name,Stock,State,Place"]) {
		await press(page, "Control+Shift+z");
		await columns(page, step);
		await until(async () => (await page.locator(".bar .state").textContent()) === "");
	}
	await shows(page, 1, "Place", "7");
});

test("an option that was deleted comes back into the cells", async () => {
	await makeTable("Options");
	const page = await openGrid(web, base, "Options");
	await columnMenu(page, "State", "Edit column");
	const dialog = page.getByRole("dialog");
	await dialog.getByRole("button", { name: "Delete option low" }).click();
	await dialog.getByRole("button", { name: "Save" }).click();
	await shows(page, 2, "State", "");
	await press(page, "Control+z");
	await shows(page, 2, "State", "low");
	await stored(base, "Options", (rows) => rows[1].State === "low");
});

test("a deleted table comes back with its rows and links, and is shown; made, renamed and deleted again", async () => {
	await makeTable("Orders");
	await base.createTable("Customers", [["Name", "text"]]);
	const link = await base.call("POST", "columns/", { table_name: "Orders", column_name: "By", column_type: "link", column_data: { table: "Orders", other_table: "Customers" } });
	const [order] = await base.rows("Orders");
	const { first_row: customer } = await base.append("Customers", [{ Name: "Ana" }]);
	await base.call("POST", "links/", { table_name: "Orders", other_table_name: "Customers", link_id: link.data.link_id, other_rows_ids_map: { [order._id]: [customer._id] } });
	const page = await openGrid(web, base, "Customers");
	await columns(page, "Name,Orders");
	await page.getByRole("tab", { name: "Orders" }).click();
	await page.getByRole("button", { name: "Options of the table Orders" }).click();
	await page.getByRole("menuitem", { name: "Delete table" }).click();
	await page.getByRole("dialog").getByRole("button", { name: "Delete table" }).click();
	await page.getByRole("tab", { name: "Orders" }).waitFor({ state: "detached" });
	assert.equal(await names("Customers"), "Name");
	await page.getByRole("button", { name: "Undo", exact: true }).last().click();
	await page.getByRole("tab", { name: "Orders", selected: true }).waitFor();
	await shows(page, 1, "Stock", "120");
	await shows(page, 1, "By", "Ana");
	assert.equal(await names("Customers"), "Name,Orders");
	await page.getByRole("button", { name: "New table" }).click();
	await page.getByLabel("Table name").fill("Extra");
	await page.getByRole("button", { name: "Create" }).click();
	await page.getByRole("tab", { name: "Extra", selected: true }).waitFor();
	await page.getByRole("button", { name: "Options of the table Extra" }).click();
	await page.getByRole("menuitem", { name: "Rename table" }).click();
	await page.getByLabel("Table name").fill("More");
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByRole("tab", { name: "More" }).waitFor();
	const toolbar = (name) => page.getByRole("button", { name }).first();
	await toolbar("Undo (Ctrl+Z)").click();
	await page.getByRole("tab", { name: "Extra" }).waitFor();
	await toolbar("Undo (Ctrl+Z)").click();
	await page.getByRole("tab", { name: "Extra" }).waitFor({ state: "detached" });
	await toolbar("Redo (Ctrl+Shift+Z)").click();
	await page.getByRole("tab", { name: "Extra", selected: true }).waitFor();
	await toolbar("Redo (Ctrl+Shift+Z)").click();
	await page.getByRole("tab", { name: "More" }).waitFor();
});
