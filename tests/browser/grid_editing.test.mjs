// Editing cells: by keyboard and mouse, in every type of column that holds data, with undo, and to and from a spreadsheet.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { cell, choose, openGrid, shows, stored } from "./grid.mjs";
import { openWeb, until } from "./page.mjs";

const option = (id, name) => ({ id, name, color: "#59CB74", textColor: "#FFFFFF" });
const columns = [
	["Name", "text"],
	["Notes", "long-text"],
	["Stock", "number"],
	["Price", "number", { format: "euro", decimal: "comma", thousands: "dot", enable_precision: true, precision: 2 }],
	["Share", "number", { format: "percent" }],
	["Day", "date", { format: "DD.MM.YYYY" }],
	["Moment", "date", { format: "YYYY-MM-DD HH:mm" }],
	["Took", "duration", { duration_format: "h:mm" }],
	["Done", "checkbox"],
	["Stars", "rate", { rate_max_number: 5 }],
	["State", "single-select", { options: [option("1", "ok"), option("2", "recount")] }],
	["Tags", "multiple-select", { options: [option("1", "red"), option("2", "blue")] }],
	["Who", "collaborator"],
	["Mail", "email"],
	["Site", "url"],
];

let web, server, base, tables = 0;

before(async () => {
	web = await openWeb();
	({ server } = web);
	base = await server.createBase("Warehouse");
});
afterEach(() => web.closePages());
after(() => web.close());

/** A table of its own for each test, with those rows. */
async function freshTable(rows, wanted = columns) {
	const name = `T ${++tables}`;
	await base.createTable(name, wanted);
	await base.append(name, rows);
	return name;
}

/* What is typed into an empty cell by keyboard, what the API then gives, and what the grid shows. */
const typing = [
	{ column: "Name", keys: ["Bolt M8", "Enter"], value: "Bolt M8", shown: "Bolt M8" },
	{ column: "Notes", keys: ["first", "Shift+Enter", "second", "Enter"], value: "first\nsecond" },
	{ column: "Stock", keys: ["1234.5", "Enter"], value: 1234.5, shown: "1234.5" },
	{ column: "Price", keys: ["1.234,5", "Enter"], value: 1234.5, shown: "€1.234,50" },
	{ column: "Share", keys: ["12.5%", "Enter"], value: 0.125, shown: "12.5%" },
	{ column: "Took", keys: ["8:20", "Enter"], value: 30000, shown: "8:20" },
	{ column: "Done", from: "Took", keys: ["ArrowRight", "Space"], value: true }, // a click would tick it
	{ column: "Stars", from: "Took", keys: ["ArrowRight", "ArrowRight", "4"], value: 4 },
	{ column: "State", keys: ["rec", "Enter"], value: "recount", shown: "recount" },
	{ column: "Tags", keys: ["blu", "Enter", "green", "Enter", "Tab"], value: ["blue", "green"], shown: "bluegreen" },
	{ column: "Mail", keys: ["ana@example.org", "Enter"], value: "ana@example.org", shown: "ana@example.org" },
	{ column: "Site", keys: ["https://example.org", "Tab"], value: "https://example.org", shown: "https://example.org" },
];

async function press(page, keys) {
	for (const key of keys) {
		if (/^(Enter|Tab|Space|Escape|F2|Delete|Backspace|Arrow\w+|(Shift|Control)\+.*)$/.test(key)) await page.keyboard.press(key);
		else await page.keyboard.type(key);
	}
}

test("each type takes what is typed", async () => {
	const table = await freshTable([{ Name: "" }]);
	const page = await openGrid(web, base, table, { width: 3200 });
	for (const { column, from = column, keys, value, shown } of typing) {
		await choose(page, 1, from);
		await press(page, keys);
		await stored(base, table, ([row]) => JSON.stringify(row[column]) === JSON.stringify(value), `${column} as ${JSON.stringify(value)}`);
		if (shown) await shows(page, 1, column, shown);
	}
});

test("dates are typed as the browser's own field has them", async () => {
	const table = await freshTable([{ Name: "" }]);
	const page = await openGrid(web, base, table, { width: 3200 });
	await choose(page, 1, "Day");
	await page.keyboard.press("Enter");
	await page.locator("input[type=date]").fill("2026-03-01");
	await page.keyboard.press("Enter");
	await stored(base, table, ([row]) => String(row.Day).startsWith("2026-03-01"));
	await shows(page, 1, "Day", "01.03.2026");
	await choose(page, 1, "Moment");
	await page.keyboard.press("Enter");
	await page.locator("input[type=datetime-local]").fill("2026-03-01T14:30");
	await page.keyboard.press("Tab");
	await stored(base, table, ([row]) => String(row.Moment).startsWith("2026-03-01T14:30"));
	await shows(page, 1, "Moment", "2026-03-01 14:30");
});

test("people are chosen from those who may use the base", async () => {
	const table = await freshTable([{ Name: "" }]);
	const page = await openGrid(web, base, table, { width: 3200 });
	await choose(page, 1, "Who");
	await press(page, ["Enter", "adm", "Enter", "Tab"]);
	const { email } = await server.call("GET", "/api2/account/info/", { token: server.admin.token });
	await stored(base, table, ([row]) => JSON.stringify(row.Who) === JSON.stringify([email]));
});

test("the mouse ticks, rates, and opens an editor by a double click", async () => {
	const table = await freshTable([{ Name: "Bolt" }]);
	const page = await openGrid(web, base, table, { width: 3200 });
	await (await cell(page, 1, "Done")).locator(".tick").click();
	await stored(base, table, ([row]) => row.Done === true);
	await (await cell(page, 1, "Stars")).locator('[data-star="3"]').click();
	await stored(base, table, ([row]) => row.Stars === 3);
	await (await cell(page, 1, "Name")).dblclick();
	await press(page, [" M8", "Enter"]);
	await stored(base, table, ([row]) => row.Name === "Bolt M8");
	await (await cell(page, 1, "State")).dblclick();
	await page.getByRole("option", { name: "ok" }).click();
	await stored(base, table, ([row]) => row.State === "ok");
});

test("Escape takes back, Delete empties, what fits no column is refused in words", async () => {
	const table = await freshTable([{ Name: "Bolt", Stock: 5 }]);
	const page = await openGrid(web, base, table);
	await choose(page, 1, "Name");
	await press(page, ["other", "Escape"]);
	await shows(page, 1, "Name", "Bolt");
	await choose(page, 1, "Stock");
	await press(page, ["many", "Enter"]);
	await page.getByText("This doesn't fit the column “Stock”.").first().waitFor();
	await press(page, ["Escape", "Delete"]);
	await stored(base, table, ([row]) => row.Stock === null && row.Name === "Bolt");
});

test("undo and redo, back and forth through edits, new and deleted rows", async () => {
	const table = await freshTable([{ Name: "one" }, { Name: "two" }], [["Name", "text"]]);
	const page = await openGrid(web, base, table);
	const names = (wanted) => stored(base, table, (rows) => rows.map(({ Name }) => Name).join() === wanted, wanted);
	await choose(page, 1, "Name");
	await press(page, ["uno", "Enter"]);
	await names("uno,two");
	await choose(page, 2, "Name");
	await (await cell(page, 2, "Name")).click({ button: "right" });
	await page.getByRole("menuitem", { name: "Delete row" }).click();
	await names("uno");
	await choose(page, 1, "Name");
	await press(page, ["Control+z"]);
	await names("uno,two");
	await press(page, ["Control+z"]);
	await names("one,two");
	await press(page, ["Control+Shift+Z"]);
	await names("uno,two");
	await press(page, ["Control+y"]);
	await names("uno");
	await page.getByRole("button", { name: "Undo (Ctrl+Z)" }).click();
	await names("uno,two");
});

test("a block goes to a spreadsheet and comes back", async () => {
	const odd = 'with "quotes",\ta tab';
	const table = await freshTable([{ Name: odd, Stock: 1 }, { Name: "b", Stock: 2 }], [["Name", "text"], ["Stock", "number"]]);
	const page = await openGrid(web, base, table);
	await choose(page, 1, "Name");
	await press(page, ["Shift+ArrowDown", "Shift+ArrowRight", "Control+c"]);
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), '"with ""quotes"",\ta tab"\t1\nb\t2');
	await choose(page, 2, "Name");
	// Undone before the server has answered: changed cells and new rows are one step all the same.
	await press(page, ["Control+v", "Control+z"]);
	const button = (name) => page.getByRole("button", { name });
	await until(async () => (await button("Undo (Ctrl+Z)").isDisabled()) && (await button("Redo (Ctrl+Shift+Z)").isEnabled()));
	assert.deepEqual((await base.rows(table)).map(({ Name }) => Name), [odd, "b"]);
	await choose(page, 2, "Name");
	await press(page, ["Control+v"]);
	await stored(base, table, (rows) => rows.length === 3 && rows[1].Name === odd && rows[2].Name === "b" && rows[2].Stock === 2, "three rows");
	await press(page, ["Control+z"]);
	await until(async () => {
		const rows = await base.rows(table);
		return rows.length === 2 && rows[1].Name === "b";
	});
	await page.evaluate(() => navigator.clipboard.writeText("x\tno number\ny\t7\n"));
	await choose(page, 1, "Name");
	await press(page, ["Control+v"]);
	await page.getByText("Some values don't fit and were left out: Stock").first().waitFor();
	await stored(base, table, (rows) => rows.map(({ Name, Stock }) => `${Name}${Stock}`).join() === "x1,y7");
});

test("rows: at the end, above, below; details of a row", async () => {
	const table = await freshTable([{ Name: "one" }, { Name: "two" }], [["Name", "text"], ["Notes", "long-text"]]);
	const page = await openGrid(web, base, table);
	const names = (wanted) => stored(base, table, (rows) => rows.map(({ Name }) => Name ?? "").join() === wanted, wanted);
	await page.getByRole("button", { name: "New row" }).click();
	await names("one,two,");
	await page.locator('[role=row][aria-rowindex="4"] .slick-cell.active').waitFor(); // a person types once it is there
	await press(page, ["three", "Enter"]);
	await names("one,two,three");
	await (await cell(page, 1, "Name")).click({ button: "right" });
	await page.getByRole("menuitem", { name: "Insert row above" }).click();
	await names(",one,two,three");
	await choose(page, 2, "Name");
	await press(page, ["Shift+Enter"]);
	await names(",one,,two,three");
	await choose(page, 2, "Name");
	await press(page, ["Space"]);
	const panel = page.getByRole("complementary");
	await panel.getByRole("heading", { name: "one" }).waitFor();
	await panel.getByLabel("Notes").fill("from the panel");
	await panel.getByLabel("Name").click();
	await stored(base, table, (rows) => rows[1].Notes === "from the panel");
	await panel.getByRole("button", { name: "Next row" }).click();
	await panel.getByRole("heading", { name: "Row 3" }).waitFor();
	await page.keyboard.press("Escape");
	await panel.waitFor({ state: "detached" });
});

test("an edit that can't reach the server is told, and the cell shows what is stored", async () => {
	const table = await freshTable([{ Name: "one" }], [["Name", "text"]]);
	const page = await openGrid(web, base, table, { expected: ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED"] });
	await page.context().setOffline(true);
	await choose(page, 1, "Name");
	await press(page, ["lost", "Enter"]);
	await page.getByText("The server can’t be reached.").first().waitFor();
	await shows(page, 1, "Name", "one");
	await page.context().setOffline(false);
	await choose(page, 1, "Name");
	await press(page, ["kept", "Enter"]);
	await stored(base, table, ([row]) => row.Name === "kept");
});

