// Links in the grid and in a row's details: chips, choosing, new rows, undo, copies, the linked row's own details, and the columns
// that are made of links. What the page does is checked through the API.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { addPerson } from "../api/command.mjs";
import { cell, choose, columnMenu, openGrid, shows, stored } from "./grid.mjs";
import { assertAccessible, openWeb, until } from "./page.mjs";

let web, server, shops = 0;

before(async () => {
	web = await openWeb();
	({ server } = web);
});
afterEach(() => web.closePages());
after(() => web.close());

const ids = (answer) => answer.row_ids.map(({ _id }) => _id);

/** A base with Orders and Customers, linked from Orders. */
async function shop({ settings = {}, customers = ["Ana", "Ben", "Cleo"], orders = [1, 2, 3] } = {}) {
	const name = `Shop${++shops}`;
	const base = await server.createBase(name);
	await base.createTable("Customers", [["Name", "text"], ["City", "single-select", { options: [{ id: "7", name: "Oslo", color: "#59CB74", textColor: "#FFFFFF" }] }], ["Age", "number"]]);
	await base.createTable("Orders", [["No", "number"], ["Note", "text"]]);
	const { data, key } = await base.call("POST", "columns/", {
		table_name: "Orders", column_name: "Customer", column_type: "link", column_data: { table: "Orders", other_table: "Customers", ...settings },
	});
	const people = ids(await base.append("Customers", customers.map((Name, i) => ({ Name, City: "Oslo", Age: 30 + i }))));
	const rows = ids(await base.append("Orders", orders.map((No) => ({ No }))));
	const link = (map) => base.call("PUT", "links/", { link_id: data.link_id, table_name: "Orders", other_table_name: "Customers", other_rows_ids_map: map });
	return { base, name, key, people, rows, link };
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
const shown = (page, row, wanted, column) => until(async () => (await chips(page, row, column).catch(() => undefined))?.join() === wanted, { what: `chips “${wanted}” in row ${row}` });
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

test("a double click opens the choice; many cells are emptied at once; keys alone lead to the linked row", async () => {
	const { base, people: [ana, ben], rows: [one, two], link } = await shop();
	await link({ [one]: [ana], [two]: [ana, ben] });
	const page = await openGrid(web, base, "Orders", { expected: ["404"] });
	await shown(page, 2, "Ana,Ben");
	await (await cell(page, 1, "Customer")).dblclick();
	await choice(page, "Cleo").click();
	await links(base, one, "Ana,Cleo");
	await page.mouse.click(700, 600);
	await search(page).waitFor({ state: "detached" });
	await choose(page, 1, "Customer");
	await page.keyboard.press("Shift+ArrowDown");
	await page.keyboard.press("Delete");
	await links(base, one, "");
	await links(base, two, "");
	await page.keyboard.press("Control+z");
	await links(base, one, "Ana,Cleo");
	await links(base, two, "Ana,Ben");
	await page.keyboard.press("Control+Shift+Z");
	await links(base, two, "");
	await page.keyboard.press("Control+z");
	await links(base, two, "Ana,Ben");
	await choose(page, 1, "Customer");
	await page.keyboard.press("Enter");
	await search(page).waitFor();
	await page.keyboard.press("Shift+Tab");
	await page.keyboard.press("Shift+Tab");
	await page.keyboard.press("Enter");
	await page.getByRole("complementary").getByRole("heading", { name: "Cleo" }).waitFor();
	// The open row is deleted by somebody else: the page goes back to the row that led there.
	await base.call("DELETE", "rows/", { table_name: "Customers", row_ids: [(await base.rows("Customers"))[2]._id] });
	await page.getByRole("complementary").getByRole("heading", { name: "1", exact: true }).waitFor();
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

test("copies of link cells link by what they read; what is unknown is told and left out", async () => {
	const { base, rows: [one, two, three], people: [ana, , smith], link } = await shop({ customers: ["Ana", "Ben", "Smith, Jo"] });
	await link({ [one]: [smith, ana] });
	const page = await openGrid(web, base, "Orders");
	await choose(page, 1, "Customer");
	await page.keyboard.press("Control+c");
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "Smith, Jo, Ana");
	await choose(page, 2, "Customer");
	await page.keyboard.press("Control+v");
	await links(base, two, "Smith, Jo,Ana");
	await page.keyboard.press("Control+z");
	await links(base, two, "");
	await page.evaluate(() => navigator.clipboard.writeText("Ben, Nobody\nAna"));
	await choose(page, 2, "Customer");
	await page.keyboard.press("Control+v");
	await page.getByText("Some values don't fit and were left out: Customer").first().waitFor();
	await links(base, two, "Ben");
	await links(base, three, "Ana");
	// Below the last row: new rows come with their links.
	await page.evaluate(() => navigator.clipboard.writeText("Ben\nAna"));
	await choose(page, 3, "Customer");
	await page.keyboard.press("Control+v");
	await stored(base, "Orders", (all) => all.length === 4 && all[3].Customer[0]?.display_value === "Ana" && all[2].Customer[0].display_value === "Ben");
	await page.keyboard.press("Control+z");
	await stored(base, "Orders", (all) => all.length === 3 && all[2].Customer[0].display_value === "Ana");
});

test("two windows stay in step, also in the other table and in what is computed", async () => {
	const { base, rows: [one] } = await shop();
	await base.call("POST", "columns/", { table_name: "Orders", column_name: "Buyers", column_type: "link-formula", column_data: { formula: "count_links", link_column: "Customer" } });
	await base.call("POST", "columns/", { table_name: "Orders", column_name: "Cities", column_type: "link-formula", column_data: { formula: "lookup", link_column: "Customer", level1_linked_column: "City" } });
	const here = await openGrid(web, base, "Orders"), there = await openGrid(web, base, "Orders"), mirror = await openGrid(web, base, "Customers");
	await choose(here, 1, "Customer");
	await here.keyboard.press("Enter");
	await choice(here, "Ben").click();
	await links(base, one, "Ben");
	await shown(there, 1, "Ben");
	await shown(mirror, 2, "1", "Orders");
	for (const page of [here, there]) {
		await shows(page, 1, "Buyers", "1");
		await until(async () => (await (await cell(page, 1, "Cities")).locator(".pill").allTextContents()).join() === "Oslo");
	}
	await choose(mirror, 2, "Orders");
	await mirror.keyboard.press("Delete");
	await shown(here, 1, "");
	await shows(there, 1, "Buyers", "0");
});

test("who may only read sees and opens, and changes nothing", async () => {
	const { base, name, people: [ana], rows: [one], link } = await shop();
	await link({ [one]: [ana] });
	const person = await addPerson(server, "reader@example.org");
	await server.call("POST", `/api/v2.1/workspace/${base.workspaceId}/dtable/${name}/share/`, {
		token: server.admin.token, json: { email: person.username, permission: "r" },
	});
	const page = await openGrid(web, base, "Orders", { person });
	await shown(page, 1, "Ana");
	await choose(page, 1, "Customer");
	await page.keyboard.press("Delete");
	await page.keyboard.press("Enter");
	const panel = page.getByRole("complementary");
	await panel.getByRole("button", { name: "Open Ana" }).click();
	await panel.getByRole("heading", { name: "Ana" }).waitFor();
	assert.equal(await panel.getByRole("button", { name: /Link a row|Unlink/ }).count(), 0);
	await links(base, one, "Ana");
});

test("stars and ticks in chips belong to the linked row: a click changes nothing", async () => {
	const base = await server.createBase();
	await base.createTable("Films", [["Name", "text"], ["Stars", "rate"], ["Seen", "checkbox"]]);
	await base.createTable("Evenings", [["No", "number"]]);
	const films = ids(await base.append("Films", [{ Name: "One", Stars: 4, Seen: true }]));
	const [one] = ids(await base.append("Evenings", [{ No: 1 }]));
	const { columns } = (await base.call("GET", "metadata/")).metadata.tables.find(({ name }) => name === "Films");
	for (const { name, key } of columns.slice(1)) {
		const { data } = await base.call("POST", "columns/", { table_name: "Evenings", column_name: name, column_type: "link", column_data: { table: "Evenings", other_table: "Films", display_column_key: key } });
		await base.call("POST", "links/", { link_id: data.link_id, table_name: "Evenings", other_table_name: "Films", other_rows_ids_map: { [one]: films } });
	}
	const page = await openGrid(web, base, "Evenings");
	await (await cell(page, 1, "Stars")).locator(".star").nth(1).click();
	await (await cell(page, 1, "Seen")).locator(".tick").click();
	await page.keyboard.press("F2");
	await page.getByRole("option", { selected: true }).waitFor();
	await links(base, one, "4", { table: "Evenings", column: "Stars" });
	await links(base, one, "true", { table: "Evenings", column: "Seen" });
	assert.equal(await page.getByRole("button", { name: "Undo (Ctrl+Z)" }).isDisabled(), true);
});

test("in groups; and a row that leaves the view by its link takes the choice with it, until that is undone", async () => {
	const { base, rows: [one, two] } = await shop({ customers: ["Ana", "Ben"], orders: [1, 2] });
	const orders = (await base.call("GET", "metadata/")).metadata.tables.find(({ name }) => name === "Orders");
	const view = (change) => base.call("PUT", "views/Default%20View/?table_name=Orders", change);
	await view({ groupbys: [{ column_key: orders.columns[1].key, sort_type: "up" }] });
	const page = await openGrid(web, base, "Orders");
	await page.getByText("Empty", { exact: true }).first().waitFor();
	await choose(page, 3, "Customer");
	await page.keyboard.press("Enter");
	await choice(page, "Ben").click();
	await links(base, two, "Ben");
	await page.keyboard.press("Escape");
	await view({ groupbys: [], filters: [{ column_key: orders.columns[2].key, filter_predicate: "is_empty" }] });
	await page.getByText("1 row", { exact: true }).waitFor();
	await choose(page, 1, "Customer");
	await page.keyboard.press("Enter");
	await choice(page, "Ana").click();
	await links(base, one, "Ana");
	await search(page).waitFor({ state: "detached" });
	await page.keyboard.press("Control+z");
	await links(base, one, "");
	await shown(page, 1, "");
});

test("a locked row keeps its links, and no row is made for it", async () => {
	const { base, people: [ana], rows: [one], link } = await shop();
	await link({ [one]: [ana] });
	await base.call("PUT", "lock-rows/", { table_name: "Orders", row_ids: [one] });
	const page = await openGrid(web, base, "Orders");
	await choose(page, 1, "Customer");
	await page.keyboard.press("Enter");
	await page.getByText("The row is locked: its cells stay.").first().waitFor();
	await page.keyboard.press("Delete");
	await shown(page, 1, "Ana");
	await page.keyboard.press("Space");
	const panel = page.getByRole("complementary");
	await panel.getByRole("button", { name: "Open Ana" }).waitFor();
	assert.equal(await panel.getByRole("button", { name: /Link a row|Unlink/ }).count(), 0);
	await links(base, one, "Ana");
});

test("ten thousand rows are searched by the server; a view's rows only, where the column says so", async () => {
	const { base, rows: [one], key } = await shop();
	for (let at = 0; at < 10; at++) await base.append("Customers", Array.from({ length: 1000 }, (_, n) => ({ Name: `c${at * 1000 + n}`, Age: at })));
	const page = await openGrid(web, base, "Orders");
	await choose(page, 1, "Customer");
	await page.keyboard.press("Enter");
	await page.getByText("The first 50 rows. Type to find others.").waitFor();
	const from = performance.now();
	await page.keyboard.type("c9876");
	await choice(page, "c9876").waitFor();
	assert.ok(performance.now() - from < 5000, "found within seconds");
	await page.keyboard.press("Enter");
	await links(base, one, "c9876");
	await page.keyboard.press("Escape");
	await base.call("POST", "views/?table_name=Customers", { name: "Nine" });
	const view = await base.call("PUT", "views/Nine/?table_name=Customers", { filters: [{ column_key: (await base.call("GET", "metadata/")).metadata.tables.find(({ name }) => name === "Customers").columns[2].key, filter_predicate: "equal", filter_term: 9 }] });
	await columnMenu(page, "Customer", "Edit column");
	await page.getByLabel("Rows to choose from").selectOption({ label: "View: Nine" });
	await page.getByRole("button", { name: "Save" }).click();
	await until(async () => {
		const column = (await base.call("GET", "metadata/")).metadata.tables.flatMap(({ columns }) => columns).find((column) => column.key === key && column.name === "Customer");
		return column.data.is_row_from_view === true && column.data.other_view_id === view._id;
	});
	await choose(page, 2, "Customer");
	await page.keyboard.press("Enter");
	await choice(page, "c9000").waitFor();
	await search(page).fill("c123");
	await page.getByText("Nothing found.").waitFor();
});

test("within one table: a deleted row comes back into the cells that held it", async () => {
	const base = await server.createBase();
	const { data } = await base.call("POST", "columns/", { table_name: "Table1", column_name: "Needs", column_type: "link", column_data: { table: "Table1", other_table: "Table1" } });
	const [car, wheel, rim] = ids(await base.append("Table1", ["car", "wheel", "rim"].map((Name) => ({ Name }))));
	await base.call("POST", "links/", { link_id: data.link_id, table_name: "Table1", other_table_name: "Table1", other_rows_ids_map: { [car]: [wheel, rim], [wheel]: [rim] } });
	const needs = async (row, wanted) => links(base, row, wanted, { table: "Table1", column: "Needs" });
	const page = await openGrid(web, base, "Table1");
	const at = (await base.rows("Table1")).findIndex(({ Name }) => Name === "wheel") + 1;
	await shown(page, at, "rim", "Needs");
	await (await cell(page, at, "Name")).click({ button: "right" });
	await page.getByRole("menuitem", { name: "Delete row" }).click();
	await needs(car, "rim");
	await choose(page, 1, "Name");
	await page.keyboard.press("Control+z");
	await needs(car, "wheel,rim");
	await needs(wheel, "rim");
	// What is made here is a row of this table.
	await choose(page, at + 1, "Needs");
	await page.keyboard.press("Enter");
	await page.getByRole("combobox", { name: "Find in Table1…" }).fill("bolt");
	await page.getByRole("option", { name: "New row “bolt”" }).click();
	await needs(rim, "bolt");
	await shows(page, at + 2, "Name", "bolt");
	await page.keyboard.press("Escape");
	await page.keyboard.press("Control+z");
	await needs(rim, "");
	await stored(base, "Table1", (all) => !all.some(({ Name }) => Name === "bolt"));
});

test("a cell with more rows than are shown: one more, one less, and all of them after an undone deletion", async () => {
	const many = Array.from({ length: 1100 }, (_, n) => `c${n}`);
	const { base, rows: [one], link } = await shop();
	const people = [...ids(await base.append("Customers", many.slice(0, 600).map((Name) => ({ Name })))), ...ids(await base.append("Customers", many.slice(600).map((Name) => ({ Name }))))];
	await link({ [one]: people });
	await base.call("POST", "columns/", { table_name: "Orders", column_name: "Buyers", column_type: "link-formula", column_data: { formula: "count_links", link_column: "Customer" } });
	const count = (wanted) => stored(base, "Orders", (all) => all.find(({ _id }) => _id === one)?.Buyers === wanted, `${wanted} links`);
	const page = await openGrid(web, base, "Orders");
	await choose(page, 1, "Customer");
	await page.keyboard.press("Enter");
	await choice(page, "Ana").click();
	await count(1101);
	await page.getByRole("button", { name: "Unlink c3", exact: true }).click();
	await count(1100);
	await page.keyboard.press("Escape");
	await page.keyboard.press("Control+z");
	await count(1101);
	await (await cell(page, 1, "No")).click({ button: "right" });
	await page.getByRole("menuitem", { name: "Delete row" }).click();
	await stored(base, "Orders", (all) => all.length === 2);
	await choose(page, 1, "No");
	await page.keyboard.press("Control+z");
	await count(1101);
});

test("where only new rows may be linked, none is offered; the last row of the grid takes links too", async () => {
	const { base } = await shop({ settings: { only_adding_new_record: true } });
	const page = await openGrid(web, base, "Orders");
	await choose(page, 3, "Customer");
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter");
	await page.getByText("Only new rows can be linked here.").waitFor();
	assert.equal(await page.getByRole("option").count(), 1);
	await page.keyboard.type("Zoe");
	await page.keyboard.press("Enter");
	await stored(base, "Orders", (all) => all.length === 4 && all[3].Customer[0]?.display_value === "Zoe");
	await page.keyboard.press("Escape");
	await columnMenu(page, "Customer", "Delete column");
	await page.getByText("The column “Orders” of Customers, which shows the same links, goes too.").waitFor();
});

test("a view that hides the shown column: its rows are told by their first one", async () => {
	const base = await server.createBase();
	await base.createTable("Customers", [["Name", "text"], ["Code", "text"]]);
	await base.createTable("Orders", [["No", "number"]]);
	const { columns: [, { key: code }] } = (await base.call("GET", "metadata/")).metadata.tables.find(({ name }) => name === "Customers");
	const { _id } = await base.call("POST", "views/?table_name=Customers", { name: "Short" });
	await base.call("PUT", "views/Short/?table_name=Customers", { hidden_columns: [code] });
	await base.call("POST", "columns/", {
		table_name: "Orders", column_name: "Customer", column_type: "link",
		column_data: { table: "Orders", other_table: "Customers", display_column_key: code, is_row_from_view: true, other_view_id: _id },
	});
	await base.append("Customers", [{ Name: "Ana", Code: "A1" }, { Name: "Ben", Code: "B2" }]);
	const [one] = ids(await base.append("Orders", [{ No: 1 }]));
	const page = await openGrid(web, base, "Orders");
	await choose(page, 1, "Customer");
	await page.keyboard.type("be");
	await choice(page, "Ana").waitFor({ state: "detached" });
	await choice(page, "Ben").click();
	await links(base, one, "B2");
	await shown(page, 1, "B2");
});

test("columns: a link, and what is computed of it, made and changed in the dialog", async () => {
	const base = await server.createBase();
	await base.createTable("Parts", [["Name", "text"], ["Price", "number", { format: "euro", decimal: "comma", thousands: "dot", enable_precision: true, precision: 2 }], ["Day", "date"]]);
	await base.createTable("Orders", [["No", "number"]]);
	const parts = ids(await base.append("Parts", [{ Name: "Bolt", Price: 1.5, Day: "2026-03-01" }, { Name: "Nut", Price: 0.25, Day: "2026-04-01" }]));
	const [one] = ids(await base.append("Orders", [{ No: 1 }]));
	const columnOf = async (table, name) => (await base.call("GET", "metadata/")).metadata.tables.find((each) => each.name === table).columns.find((each) => each.name === name);
	const page = await openGrid(web, base, "Orders", { width: 1900 });
	const dialog = page.getByRole("dialog");
	const fields = async (name, given) => {
		await dialog.getByLabel("Name").fill(name);
		for (const [label, option] of given) await dialog.getByLabel(label, { exact: true }).selectOption({ label: option });
	};
	const add = async (name, given, { look = false } = {}) => {
		await page.getByRole("button", { name: "New column" }).click();
		await fields(name, given);
		if (look) await assertAccessible(page);
		await dialog.getByRole("button", { name: "Create" }).click();
		await dialog.waitFor({ state: "detached" });
	};
	await add("Parts used", [["Type", "Link to other rows"], ["Linked table", "Parts"], ["Rows in a cell", "Several"], ["Shown column", "Name"]], { look: true });
	const link = await columnOf("Orders", "Parts used");
	assert.equal(link.data.display_column_key, "0000");
	await base.call("POST", "links/", { link_id: link.data.link_id, table_name: "Orders", other_table_name: "Parts", other_rows_ids_map: { [one]: parts } });
	await shown(page, 1, "Bolt,Nut", "Parts used");
	// The other table has its column without a reload.
	await page.getByRole("tab", { name: "Parts" }).click();
	await shown(page, 1, "1", "Orders");
	await page.getByRole("tab", { name: "Orders" }).click();
	const lookup = (kind, rest) => [["Type", "Lookup, rollup, count"], ["What is computed", kind], ...rest];
	await add("How many", lookup("Count: how many rows are linked", []));
	await shows(page, 1, "How many", "2");
	await add("Prices", lookup("Lookup: a column of the linked rows", [["Values of the column", "Price"]]));
	await shows(page, 1, "Prices", "€1,50, €0,25");
	await add("Total", lookup("Rollup: the linked rows’ values together", [["Together as", "Sum"], ["Values of the column", "Price"]]), { look: true });
	await shows(page, 1, "Total", "€1,75");
	await add("Last", lookup("Rollup: the linked rows’ values together", [["Together as", "Largest"], ["Values of the column", "Day"]]));
	await shows(page, 1, "Last", "2026-04-01");
	await add("Dearest", lookup("Of the row with the largest value", [["Largest value of", "Price"], ["Shown of that row", "Name"]]));
	await shows(page, 1, "Dearest", "Bolt");
	await columnMenu(page, "Total", "Edit column");
	await fields("Mean", [["Together as", "Average"], ["Format", "Number"], ["Decimal places", "3"]]);
	await dialog.getByRole("button", { name: "Save" }).click();
	await shows(page, 1, "Mean", "0,875");
	await columnMenu(page, "Parts used", "Edit column");
	assert.deepEqual(await dialog.getByLabel("Type").locator("option").allTextContents(), ["Link to other rows"]);
	await fields("Parts used", [["Rows in a cell", "One only"], ["Shown column", "Price"]]);
	await dialog.getByRole("button", { name: "Save" }).click();
	await shown(page, 1, "€1,50,€0,25", "Parts used");
	assert.equal((await columnOf("Orders", "Parts used")).data.is_multiple, false);
});

test("in German and in the dark", async () => {
	const { base, people: [ana], rows: [one], link } = await shop({ customers: ["Ana", ""] });
	await link({ [one]: [ana] });
	const page = await openGrid(web, base, "Orders", { dark: true, locale: "de-DE" });
	await choose(page, 1, "Customer");
	await page.keyboard.press("Enter");
	await page.getByRole("option", { name: "Unbenannt" }).waitFor();
	await page.getByRole("button", { name: "Verknüpfung mit Ana lösen" }).waitFor();
	await assertAccessible(page);
});
