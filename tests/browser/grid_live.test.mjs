// Two windows on one base, and a table of a hundred thousand rows.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { addPerson } from "../api/command.mjs";
import { cell, choose, columnMenu, openGrid, shows, stored } from "./grid.mjs";
import { openWeb, until } from "./page.mjs";

const soon = { timeout: 2000 };
const many = 100_000;
const states = ["open", "shipped", "paid"];
let web, server, base, ben;

before(async () => {
	web = await openWeb();
	({ server } = web);
	base = await server.createBase("Warehouse");
	ben = await addPerson(server, "ben@example.org", ["--name", "Ben Okafor"]);
	await server.call("POST", `/api/v2.1/workspace/${base.workspaceId}/dtable/Warehouse/share/`, {
		token: server.admin.token, json: { email: ben.username, permission: "rw" },
	});
	await base.createTable("Large", [["Name", "text"], ["Number", "number"], ["Note", "text"], ["State", "single-select", { options: states.map((name, i) => ({ id: String(i + 1), name })) }]]);
	for (let from = 0; from < many; from += 1000) {
		await base.append("Large", Array.from({ length: 1000 }, (_, i) => ({ Name: `row ${from + i + 1}`, Number: from + i + 1, State: states[(from + i + 1) % 3] })));
	}
});
afterEach(() => web.closePages());
after(() => web.close());

async function twoWindows(table) {
	await base.createTable(table, [["Name", "text"], ["Stock", "number"]]);
	await base.append(table, [{ Name: "Bolt", Stock: 120 }, { Name: "Nut", Stock: 12 }]);
	return [await openGrid(web, base, table), await openGrid(web, base, table, { person: ben })];
}

test("what one person changes, the other sees within two seconds: cells, rows, columns, tables", async () => {
	const [mine, theirs] = await twoWindows("Shared");
	await choose(mine, 1, "Name");
	await mine.keyboard.type("Bolt M8");
	await mine.keyboard.press("Enter");
	await stored(base, "Shared", ([row]) => row.Name === "Bolt M8");
	await shows(theirs, 1, "Name", "Bolt M8", soon);
	await theirs.getByRole("button", { name: "New row" }).click();
	await until(() => theirs.locator('[aria-rowindex="4"] .slick-cell.active').isVisible());
	await theirs.keyboard.type("Washer");
	await theirs.keyboard.press("Enter");
	await stored(base, "Shared", (rows) => rows[2]?.Name === "Washer");
	await shows(mine, 3, "Name", "Washer", soon);
	await columnMenu(mine, "Stock", "Edit column");
	await mine.getByRole("dialog").getByLabel("Name").fill("On stock");
	await mine.getByRole("button", { name: "Save" }).click();
	await until(async () => (await theirs.locator(".slick-header-column .name").allTextContents()).includes("On stock"), soon);
	await base.call("POST", "tables/", { table_name: "From a program" });
	for (const page of [mine, theirs]) await page.getByRole("tab", { name: "From a program" }).waitFor(soon);
	await base.call("DELETE", "rows/", { table_name: "Shared", row_ids: [(await base.rows("Shared"))[0]._id] });
	await shows(mine, 1, "Name", "Nut", soon);
	await shows(theirs, 1, "Name", "Nut", soon);
});

test("two people in one row lose nothing of each other", async () => {
	const [mine, theirs] = await twoWindows("Together");
	await choose(mine, 1, "Name");
	await choose(theirs, 1, "Stock");
	await mine.keyboard.type("mine");
	await theirs.keyboard.type("7");
	await Promise.all([mine.keyboard.press("Enter"), theirs.keyboard.press("Enter")]);
	await stored(base, "Together", ([row]) => row.Name === "mine" && row.Stock === 7);
	await shows(mine, 1, "Stock", "7", soon);
	await shows(theirs, 1, "Name", "mine", soon);
});

test("an open row stays the same one when others delete or insert rows above", async () => {
	const [mine] = await twoWindows("Opened");
	await choose(mine, 2, "Name");
	await mine.keyboard.press("Space");
	const panel = mine.getByRole("complementary");
	await panel.getByRole("heading", { name: "Nut" }).waitFor();
	const [{ _id }] = await base.rows("Opened");
	await base.call("DELETE", "rows/", { table_name: "Opened", row_ids: [_id] });
	await shows(mine, 1, "Name", "Nut", soon);
	await panel.getByRole("heading", { name: "Nut" }).waitFor();
	await panel.getByLabel("Stock").fill("77");
	await panel.getByLabel("Name").click();
	await stored(base, "Opened", (rows) => rows.length === 1 && rows[0].Name === "Nut" && rows[0].Stock === 77);
});

test("what comes from others does not disturb an open editor", async () => {
	const [mine, theirs] = await twoWindows("Undisturbed");
	await choose(mine, 2, "Name");
	await mine.keyboard.type("half a wo");
	await choose(theirs, 1, "Name");
	await theirs.keyboard.type("theirs");
	await theirs.keyboard.press("Enter");
	await shows(mine, 1, "Name", "theirs", soon);
	await mine.keyboard.type("rd");
	await mine.keyboard.press("Enter");
	await stored(base, "Undisturbed", (rows) => rows[0].Name === "theirs" && rows[1].Name === "half a word");
});

test("a program that writes without pause doesn't put off what others see", async () => {
	const [, theirs] = await twoWindows("Busy");
	const [{ _id }] = await base.rows("Busy");
	let writing = true;
	const write = (Stock) => base.call("PUT", "rows/", { table_name: "Busy", updates: [{ row_id: _id, row: { Stock } }] });
	await write(1000);
	const program = (async () => {
		for (let stock = 1001; writing; stock++) await write(stock);
	})();
	const seen = async () => Number(await (await cell(theirs, 1, "Stock")).textContent()) > 1000;
	await until(seen, soon).finally(() => (writing = false));
	await program;
});

test("a new row that is being typed doesn't land in the row that somebody else adds meanwhile", async () => {
	const [mine] = await twoWindows("New rows");
	await choose(mine, 2, "Name");
	await mine.keyboard.press("ArrowDown");
	await mine.keyboard.type("mine");
	await base.append("New rows", [{ Name: "theirs" }]);
	await mine.getByText("3 rows").waitFor();
	await mine.keyboard.press("Enter");
	await stored(base, "New rows", (rows) => rows.map(({ Name }) => Name).toSorted().join() === "Bolt,Nut,mine,theirs");
});

test("a hundred thousand rows: scrolled to the end and anywhere, with few rows in the page", async () => {
	const page = await openGrid(web, base, "Large");
	await page.getByText("100,000 rows").waitFor();
	await shows(page, 1, "Name", "row 1");
	await choose(page, 1, "Name");
	await page.keyboard.press("Control+End");
	await shows(page, many, "Name", `row ${many}`);
	const viewport = page.locator(".slick-viewport-right.slick-viewport-top");
	for (const share of [0.5, 0.123, 0.9, 0.031]) {
		await viewport.evaluate((node, at) => (node.scrollTop = at * node.scrollHeight), share);
		await until(async () => {
			const cells = await page.locator(".slick-viewport-right [role=row] .l1").allTextContents();
			const rows = cells.filter(Boolean).map((text) => Number(text.replace("row ", "")));
			const there = rows.filter((row) => Math.abs(row / many - share) < 0.01);
			return there.length > 10 && there.length >= rows.length - 1; // the chosen cell's row stays
		}, { what: `rows at ${share}` });
		assert.ok((await page.locator("[role=row]").count()) < 250, "only what is in sight is in the page");
	}
	await page.mouse.move(600, 400);
	for (let i = 0; i < 20; i++) await page.mouse.wheel(0, 4000);
	await until(async () => (await page.locator(".slick-viewport-right [role=row] .l1").allTextContents()).filter((text) => /^row \d+$/.test(text)).length > 10);
	await page.keyboard.press("Control+Home");
	await shows(page, 1, "Name", "row 1");
});

test("editing the last of a hundred thousand rows", async () => {
	const page = await openGrid(web, base, "Large");
	await choose(page, 1, "Note");
	await page.keyboard.press("Control+End");
	await shows(page, many, "Name", `row ${many}`);
	await (await cell(page, many, "Note")).click();
	await page.keyboard.type("the end");
	await page.keyboard.press("Enter");
	await shows(page, many, "Note", "the end");
	await until(async () => (await base.rows("Large", { start: many - 1 }))[0].Note === "the end");
});

test("a view of a hundred thousand rows with three filters and a group: counted, closed, scrolled to its end, changed by another", async () => {
	const { columns } = (await base.call("GET", "metadata/")).metadata.tables.find(({ name }) => name === "Large");
	const key = (name) => columns.find((column) => column.name === name).key;
	await base.call("POST", "views/?table_name=Large", {
		name: "Grouped",
		filters: [
			{ column_key: key("Name"), filter_predicate: "contains", filter_term: "ROW" },
			{ column_key: key("Number"), filter_predicate: "greater", filter_term: 10 },
			{ column_key: key("State"), filter_predicate: "is_any_of", filter_term: ["1", "3"] },
		],
		groupbys: [{ column_key: key("State"), sort_type: "down" }],
		sorts: [{ column_key: key("Number"), sort_type: "down" }],
		custom_settings: { summaries: { [key("Number")]: "max" } },
	});
	const page = await openGrid(web, base, "Large");
	await page.getByRole("button", { name: "View: Default View" }).click();
	await page.getByRole("menuitemradio", { name: "Grouped" }).click();
	// Of 11 to 100,000: 2, 5, 8 ... are paid, 3, 6, 9 ... open.
	await page.getByText("66,660 rows").waitFor();
	const titles = () => page.locator(".group-title").evaluateAll((nodes) => nodes.map((node) => [".group-value", ".group-count"].map((part) => node.querySelector(part).textContent).join(" ")));
	await until(async () => (await titles()).join() === "paid 33,330");
	await shows(page, 2, "Name", "row 99998");
	await choose(page, 2, "Name");
	await page.keyboard.press("Control+End");
	await shows(page, 66_662, "Name", "row 12");
	await page.keyboard.press("Control+Home");
	await until(async () => (await titles()).join() === "paid 33,330");
	await page.locator(".group-toggle").first().click();
	await until(async () => (await titles()).join() === "paid 33,330,open 33,330");
	await shows(page, 3, "Name", "row 99999");
	await base.append("Large", [{ Name: "row of another", Number: many + 1, State: "open" }]);
	await until(async () => (await titles()).join() === "paid 33,330,open 33,331", soon);
	await shows(page, 3, "Name", "row of another", soon);
	await page.getByRole("button", { name: "Sum of Number: Largest 100001" }).waitFor();
});

test("a toast that a program sends to a person is shown on that person's page", async () => {
	const [mine, theirs] = await twoWindows("Toasted");
	await base.append("Toasted", [{ Name: "shown" }]);
	for (const page of [mine, theirs]) await shows(page, 3, "Name", "shown", soon); // both follow by now
	const detail = { msg: "Import done <b>really</b>" };
	await base.call("POST", "ui-toasts/", { to_user: ben.username, toast_type: "success", detail });
	await theirs.getByText(detail.msg).first().waitFor(soon);
	assert.equal(await mine.getByText(detail.msg).count(), 0);
});
