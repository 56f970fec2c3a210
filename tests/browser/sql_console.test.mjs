// The SQL console of a base: completion, running, errors at their place, explain, kept statements, export, writes.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, test } from "node:test";

import { addPerson } from "../api/command.mjs";
import { assertAccessible, assertNoSidewaysScroll, openWeb, until } from "./page.mjs";

let web, server, base;

before(async () => {
	web = await openWeb();
	({ server } = web);
	base = await server.createBase("Warehouse");
	await base.createTable("Parts", [
		["Name", "text"], ["Stock", "number"], ["Shelf life", "text"],
		["State", "single-select", { options: [{ id: "1", name: "ok" }, { id: "2", name: "recount" }] }],
	]);
	await base.append("Parts", [
		{ Name: "Bolt", Stock: 120, State: "ok" }, { Name: "=1+1", Stock: -5, State: "recount" }, { Name: "Größe, \"M8\"", Stock: 12, State: "ok" },
	]);
});
afterEach(() => web.closePages());
after(() => web.close());

const editorLabel = { en: "SQL statement", fr: "Instruction SQL", de: "SQL-Anweisung" };

async function openSql(options = {}) {
	const page = await web.open(`/base/${base.uuid}/sql`, options);
	await page.getByLabel(editorLabel[options.locale?.slice(0, 2) ?? "en"]).waitFor();
	return page;
}

/** Writes a statement as a paste does, so that nothing is completed. */
async function write(page, text) {
	await page.getByLabel("SQL statement").click();
	await page.keyboard.press("Control+a");
	await page.keyboard.insertText(text);
}

async function run(page, text) {
	await write(page, text);
	await page.keyboard.press("Control+Enter");
}

const result = (page) => page.getByRole("region", { name: "Result" });
const status = (page) => result(page).getByRole("status");
const cells = (page) => result(page).locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((one) => one.textContent)));

test("it is reached from the base; a statement runs by key and by button, with names, types and count", async () => {
	const page = await web.open(`/base/${base.uuid}`);
	await page.getByRole("link", { name: "SQL console" }).click();
	await run(page, "SELECT Name, Stock, State FROM Parts ORDER BY Stock");
	await status(page).filter({ hasText: /3 rows · \d+ ms/ }).waitFor();
	assert.deepEqual(await cells(page), [["=1+1", "-5", "recount"], ["Größe, \"M8\"", "12", "ok"], ["Bolt", "120", "ok"]]);
	assert.deepEqual(await result(page).locator("th").allTextContents(), ["Nametext", "Stocknumber", "Statesingle-select"]);
	await write(page, "SELECT State, COUNT(*) AS n FROM Parts GROUP BY State ORDER BY n");
	await page.getByRole("button", { name: "Run" }).click();
	await status(page).filter({ hasText: "2 rows" }).waitFor();
	assert.deepEqual(await cells(page), [["recount", "1"], ["ok", "2"]]);
});

test("tables, columns and functions are completed, with help for functions; names that need it get backticks", async () => {
	const page = await openSql();
	await write(page, "SELECT ");
	await page.keyboard.type("Shel");
	await page.getByRole("option", { name: /Shelf life/ }).waitFor();
	await page.waitForTimeout(120); // a completion is not taken in the moment in which it appears
	await page.keyboard.press("Enter");
	await until(async () => (await page.getByLabel("SQL statement").textContent()) === "SELECT `Shelf life`");
	await page.keyboard.type(", isomon");
	await page.getByRole("option", { name: /isomonth/ }).waitFor();
	await page.locator(".cm-completionInfo").getByText("isomonth(date)").waitFor();
	await page.waitForTimeout(120);
	await page.keyboard.press("Enter");
	await until(async () => (await page.getByLabel("SQL statement").textContent()).endsWith(", isomonth()"));
});

test("an error is told in words and marked at its place, until the text changes", async () => {
	const page = await openSql({ expected: ["400"] });
	await run(page, "SELECT '😀', Nothing FROM Parts");
	await result(page).getByRole("alert").filter({ hasText: "Nothing" }).waitFor();
	assert.equal(await page.locator(".cm-wrong").textContent(), "Nothing");
	await page.keyboard.press("End");
	await page.keyboard.type(" ");
	await page.locator(".cm-wrong").waitFor({ state: "detached" });
});

test("explain shows SQLite's plan and the compiled statement", async () => {
	const page = await openSql();
	await write(page, "SELECT Name FROM Parts WHERE Stock > 3");
	await page.getByRole("button", { name: "Explain" }).click();
	await result(page).getByRole("heading", { name: "What SQLite runs" }).waitFor();
	assert.match((await cells(page)).flat().join(" "), /SCAN|SEARCH/);
	assert.match(await result(page).locator("pre").textContent(), /SELECT/);
});

test("a cut answer says so, and goes on where that can be", async () => {
	const page = await openSql();
	await base.createTable("Many", [["N", "number"]]);
	await base.append("Many", Array.from({ length: 250 }, (_, index) => ({ N: index })));
	await run(page, "SELECT N FROM Many");
	await status(page).filter({ hasText: "100 rows" }).waitFor();
	await result(page).getByText("There are more rows than these").waitFor();
	await page.getByRole("button", { name: "Load more rows" }).click();
	await status(page).filter({ hasText: "200 rows" }).waitFor();
	await page.getByRole("button", { name: "Load more rows" }).click();
	await status(page).filter({ hasText: "250 rows" }).waitFor();
	await page.getByRole("button", { name: "Show 50 more" }).click();
	assert.equal((await cells(page)).length, 250);
	assert.equal(await result(page).getByText("There are more rows than these").count(), 0);
});

test("statements are saved by name, and the last ones stand in the history, also after a reload", async () => {
	const page = await openSql();
	await run(page, "SELECT Name FROM Parts");
	await status(page).filter({ hasText: "3 rows" }).waitFor();
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByRole("dialog").getByLabel("Name").fill("All names");
	await page.keyboard.press("Enter");
	await page.getByRole("button", { name: "All names", exact: true }).waitFor();
	await page.reload();
	await page.getByRole("region", { name: "History" }).getByRole("button", { name: "SELECT Name FROM Parts" }).waitFor();
	await page.getByRole("button", { name: "All names", exact: true }).click();
	await until(async () => (await page.getByLabel("SQL statement").textContent()) === "SELECT Name FROM Parts");
	await page.getByRole("button", { name: "Delete “All names”" }).click();
	await page.getByRole("button", { name: "Clear" }).click();
	await page.getByText("What you run stands here.").waitFor();
});

test("the result is saved as CSV, in which no text is a formula", async () => {
	const page = await openSql();
	await run(page, "SELECT Name, Stock FROM Parts ORDER BY Stock");
	const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Export CSV" }).click()]);
	assert.equal(file.suggestedFilename(), "Warehouse.csv");
	assert.equal(await readFile(await file.path(), "utf8"), "\ufeffName,Stock\r\n\"'=1+1\",-5\r\n\"Größe, \"\"M8\"\"\",12\r\nBolt,120");
});

test("a statement that writes asks first, and tells how many rows it changed", async () => {
	await base.createTable("Written", [["Name", "text"], ["Stock", "number"]]);
	await base.append("Written", [{ Name: "a", Stock: 1 }, { Name: "b", Stock: 2 }]);
	const page = await openSql();
	await run(page, "-- all of them\nUPDATE Written SET Stock = 7");
	const question = page.getByRole("dialog", { name: "Run a statement that writes?" });
	await question.getByRole("button", { name: "Cancel" }).click();
	assert.deepEqual((await base.rows("Written")).map(({ Stock }) => Stock), [1, 2]);
	await page.getByRole("button", { name: "Run" }).click();
	await question.getByRole("button", { name: "Run" }).click();
	await status(page).filter({ hasText: "2 rows changed" }).waitFor();
	assert.deepEqual((await base.rows("Written")).map(({ Stock }) => Stock), [7, 7]);
});

test("who may only read reads, and is refused a write", async () => {
	const person = await addPerson(server, "reader@example.org");
	await server.call("POST", `/api/v2.1/workspace/${base.workspaceId}/dtable/Warehouse/share/`, {
		token: server.admin.token, json: { email: person.username, permission: "r" },
	});
	const page = await openSql({ person, expected: ["403"] });
	await run(page, "SELECT Name FROM Parts");
	await status(page).filter({ hasText: "3 rows" }).waitFor();
	await run(page, "DELETE FROM Parts");
	await result(page).getByText("You don’t have the right to do this.").waitFor();
	assert.equal((await base.rows("Parts")).length, 3);
});

test("axe finds nothing, light and dark; it fits a phone", async () => {
	for (const dark of [false, true]) {
		const page = await openSql({ dark });
		await run(page, "SELECT Name, Stock FROM Parts");
		await status(page).filter({ hasText: "3 rows" }).waitFor();
		await assertAccessible(page);
	}
	await assertNoSidewaysScroll(await openSql({ phone: true }));
});

for (const [locale, button, empty] of [["fr-FR", "Exécuter", "Résultat"], ["de-DE", "Ausführen", "Ergebnis"]]) {
	test(`the SQL console in ${locale}`, async () => {
		const page = await openSql({ locale });
		await page.getByRole("button", { name: button }).click();
		await page.getByRole("heading", { name: empty }).waitFor();
	});
}
