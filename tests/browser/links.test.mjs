// Links in the grid and in a row's details: chips, choosing, new rows, undo, copies, the linked row's own details, and the columns
// that are made of links. What the page does is checked through the API.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { cell, choose, openGrid, shows, stored } from "./grid.mjs";
import { assertAccessible, openWeb, until } from "./page.mjs";

let web, server;

before(async () => {
	web = await openWeb();
	({ server } = web);
});
afterEach(() => web.closePages());
after(() => web.close());

const ids = (answer) => answer.row_ids.map(({ _id }) => _id);

/** A base with Orders and Customers, linked from Orders. */
async function shop({ settings = {}, customers = ["Ana", "Ben", "Cleo"], orders = [1, 2, 3] } = {}) {
	const base = await server.createBase();
	await base.createTable("Customers", [["Name", "text"], ["City", "single-select", { options: [{ id: "7", name: "Oslo", color: "#59CB74", textColor: "#FFFFFF" }] }], ["Age", "number"]]);
	await base.createTable("Orders", [["No", "number"], ["Note", "text"]]);
	const { data, key } = await base.call("POST", "columns/", {
		table_name: "Orders", column_name: "Customer", column_type: "link", column_data: { table: "Orders", other_table: "Customers", ...settings },
	});
	const people = ids(await base.append("Customers", customers.map((Name, i) => ({ Name, City: "Oslo", Age: 30 + i }))));
	const rows = ids(await base.append("Orders", orders.map((No) => ({ No }))));
	const link = (map) => base.call("PUT", "links/", { link_id: data.link_id, table_name: "Orders", other_table_name: "Customers", other_rows_ids_map: map });
	return { base, key, people, rows, link };
}

/** Waits until the cell's linked rows are these, as query-links tells them. */
async function links(base, row, wanted, { table = "Orders", column = "Customer" } = {}) {
	let last;
	await until(async () => {
		const answer = await base.call("POST", "query-links/", { table_name: table, link_column: column, rows: [{ row_id: row, limit: 100 }] });
		last = answer[row].map(({ display_value }) => display_value).join();
		return last === wanted;
	}, { what: `the links “${wanted}”` }).catch((error) => {
		throw new Error(`${error.message}: they are “${last}”`);
	});
}

const chips = async (page, row, column = "Customer") => (await cell(page, row, column)).locator(".chip").allTextContents();
const shown = (page, row, wanted, column) => until(async () => (await chips(page, row, column)).join() === wanted, { what: `chips “${wanted}” in row ${row}` });
const search = (page) => page.getByRole("combobox", { name: "Find in Customers…" });
const choice = (page, name) => page.getByRole("option", { name });

test("cells show what they are linked to; keys link, unlink and take back", async () => {
	const { base, people: [ana, , cleo], rows: [one, two], link } = await shop({ customers: ["Ana", "Ben", "Cleo", ""] });
	await link({ [one]: [ana] });
	const page = await openGrid(web, base, "Orders");
	await shown(page, 1, "Ana");
	await choose(page, 1, "Customer");
	await page.keyboard.press("Enter");
	await search(page).waitFor();
	await choice(page, "Cleo").waitFor();
	await page.getByRole("option", { name: "Ana Oslo 30", exact: true, selected: true }).waitFor();
	await assertAccessible(page);
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter");
	await links(base, one, "Ana,Ben");
	await shown(page, 1, "Ana,Ben");
	await page.keyboard.press("ArrowUp");
	await page.keyboard.press("Enter");
	await links(base, one, "Ben");
	await page.keyboard.press("Escape");
	await search(page).waitFor({ state: "detached" });
	await page.keyboard.press("Control+z");
	await links(base, one, "Ana,Ben");
	await page.keyboard.press("Control+z");
	await links(base, one, "Ana");
	await shown(page, 1, "Ana");
	await page.keyboard.press("Control+y");
	await links(base, one, "Ana,Ben");
	// A letter searches for it; what has no name has a word for that.
	await choose(page, 2, "Customer");
	await page.keyboard.type("cle");
	await choice(page, "Ana").waitFor({ state: "detached" });
	await choice(page, "Cleo").click();
	await links(base, two, "Cleo");
	await search(page).fill("");
	await choice(page, "Unnamed").click();
	await shown(page, 2, "Cleo,Unnamed");
	await page.getByRole("button", { name: "Unlink Unnamed" }).click();
	await links(base, two, "Cleo");
	await links(base, cleo, "2", { table: "Customers", column: "Orders" });
	await page.keyboard.press("Escape");
	await page.keyboard.press("Delete");
	await links(base, two, "");
	await shown(page, 2, "");
	await page.keyboard.press("Control+z");
	await links(base, two, "Cleo");
});

test("a new row of the other table is made and linked as one step", async () => {
	const { base, rows: [one] } = await shop();
	const page = await openGrid(web, base, "Orders");
	await choose(page, 1, "Customer");
	await page.keyboard.press("F2");
	await page.keyboard.type("Zoe");
	await choice(page, "Ana").waitFor({ state: "detached" });
	await choice(page, "New row “Zoe”").waitFor();
	await page.keyboard.press("Enter");
	await links(base, one, "Zoe");
	await stored(base, "Customers", (all) => all.length === 4 && all[3].Name === "Zoe");
	await page.keyboard.press("Escape");
	await page.keyboard.press("Control+z");
	await links(base, one, "");
	await stored(base, "Customers", (all) => all.length === 3);
	await page.keyboard.press("Control+Shift+Z");
	await links(base, one, "Zoe");
	await stored(base, "Customers", (all) => all.length === 4);
	await shown(page, 1, "Zoe");
});

test("a cell that takes one row; what the server refuses goes back", async () => {
	const { base, people, rows: [one, two], key } = await shop({ settings: { is_multiple: false } });
	const page = await openGrid(web, base, "Orders", { expected: ["400"] });
	await choose(page, 1, "Customer");
	await page.keyboard.press("Enter");
	await choice(page, "Ana").click();
	await search(page).waitFor({ state: "detached" });
	await links(base, one, "Ana");
	await page.keyboard.press("Enter");
	await choice(page, "Ben").click();
	await links(base, one, "Ben");
	await page.keyboard.press("Control+z");
	await links(base, one, "Ana");
	await shown(page, 1, "Ana");
	// The other side shall hold one row, too: Ana has hers.
	await base.call("PUT", "columns/", { table_name: "Customers", op_type: "modify_column_type", column: "Orders", new_column_type: "link", column_data: { is_multiple: false } });
	await choose(page, 2, "Customer");
	await page.keyboard.press("Enter");
	await choice(page, "Ana").click();
	await page.getByText("takes one row only").first().waitFor();
	await shown(page, 2, "");
	await links(base, two, "");
	assert.ok(people.length === 3 && key);
});

test("row details: linked rows open in place, with a way back, and can be changed there", async () => {
	const { base, people: [ana, ben], rows: [one], link } = await shop();
	await link({ [one]: [ana, ben] });
	const page = await openGrid(web, base, "Orders");
	await shown(page, 1, "Ana,Ben");
	const panel = page.getByRole("complementary");
	await (await cell(page, 1, "Customer")).locator(".chip", { hasText: "Ben" }).click({ modifiers: ["Control"] });
	await panel.getByRole("heading", { name: "Ben" }).waitFor();
	await assertAccessible(page);
	await panel.getByLabel("Age").fill("41");
	await panel.getByLabel("Age").press("Enter");
	await stored(base, "Customers", (all) => all[1].Age === 41);
	await panel.getByRole("button", { name: "Open 1" }).click();
	await panel.getByRole("heading", { name: "1", exact: true }).waitFor();
	await panel.getByRole("button", { name: "Unlink Ben" }).click();
	await links(base, one, "Ana");
	await panel.getByRole("button", { name: "Back" }).click();
	await panel.getByRole("heading", { name: "Ben" }).waitFor();
	await page.keyboard.press("Escape");
	await panel.getByRole("heading", { name: "1", exact: true }).waitFor();
	await panel.getByRole("button", { name: "Customer: Link a row…" }).click();
	await page.keyboard.type("Cleo");
	await choice(page, "Ana").waitFor({ state: "detached" });
	await page.keyboard.press("Enter");
	await links(base, one, "Ana,Cleo");
	await panel.getByRole("button", { name: "Open Cleo" }).first().waitFor();
	await page.keyboard.press("Escape");
	await search(page).waitFor({ state: "detached" });
	await panel.getByRole("heading", { name: "1", exact: true }).waitFor();
	await page.getByRole("button", { name: "Undo (Ctrl+Z)" }).click();
	await links(base, one, "Ana");
	await page.getByRole("button", { name: "Undo (Ctrl+Z)" }).click();
	await links(base, one, "Ana,Ben");
	await page.getByRole("button", { name: "Undo (Ctrl+Z)" }).click();
	await stored(base, "Customers", (all) => all[1].Age === 31);
});

test("a deleted row comes back with its links", async () => {
	const { base, people: [ana, ben], rows: [one, two], link } = await shop();
	await link({ [one]: [ben, ana], [two]: [ana] });
	const page = await openGrid(web, base, "Orders");
	await shown(page, 1, "Ben,Ana");
	await (await cell(page, 1, "No")).click({ button: "right" });
	await page.getByRole("menuitem", { name: "Delete row" }).click();
	await stored(base, "Orders", (all) => all.length === 2);
	await links(base, ben, "", { table: "Customers", column: "Orders" });
	await choose(page, 1, "No");
	await page.keyboard.press("Control+z");
	await links(base, one, "Ben,Ana");
	await links(base, ben, "1", { table: "Customers", column: "Orders" });
	await shown(page, 1, "Ben,Ana");
});
