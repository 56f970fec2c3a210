// API tokens as people make them, from both sides: the home page's dialog and team management. Each time a program uses what
// was made, is lowered to reading, and is stopped.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { promisify } from "node:util";

import { Base } from "seatable-api";

import { addPerson } from "../api/command.mjs";
import { openWeb, until } from "./page.mjs";

const run = promisify(execFile);
let web, server, base;

before(async () => {
	web = await openWeb();
	({ server } = web);
	base = await server.createBase("Warehouse");
	await base.createTable("Parts", [["Name", "text"], ["Stock", "number"]]);
	await base.append("Parts", [{ Name: "Bolt M8", Stock: 120 }]);
});
afterEach(() => web.closePages());
after(() => web.close());

/** The program: the official client, which knows nothing but the server and the token. */
async function startProgram(token) {
	const program = new Base({ server: server.url, APIToken: token });
	await program.auth();
	return program;
}

const copied = (page) => page.evaluate(() => navigator.clipboard.readText());
const refusal = (status) => (error) => {
	assert.equal(error.response?.status, status, error);
	return true;
};

/** Opens the dialog as the help says: hover the base, …, Advanced, API Token. */
async function openTokenDialog(page, name = "Warehouse") {
	await page.getByRole("article").filter({ hasText: name }).hover();
	await page.getByRole("button", { name: `Menu of ${name}` }).click();
	const advanced = page.getByRole("group", { name: "Advanced" });
	await advanced.getByRole("menuitem", { name: "API Token" }).click();
	return page.getByRole("dialog", { name: `API tokens of “${name}”` });
}

test("home: a token is made, used, lowered to reading, and deleted", async () => {
	const page = await web.open("/home");
	const dialog = await openTokenDialog(page);
	await dialog.getByLabel("Name").fill("stock-sync");
	await dialog.getByRole("button", { name: "Create", exact: true }).click();
	const entry = dialog.getByRole("list", { name: "API tokens of this base" }).getByRole("listitem").filter({ hasText: "stock-sync" });
	await entry.getByText("never used").waitFor();
	await entry.getByRole("button", { name: "Copy the token stock-sync" }).click();
	const token = await copied(page);
	assert.match(token, /^[0-9a-f]{40}$/);

	const program = await startProgram(token);
	assert.equal((await program.listRows("Parts"))[0].Name, "Bolt M8");
	await program.appendRow("Parts", { Name: "Nut M8" });
	await entry.getByText("never used").waitFor({ state: "detached" });

	await entry.getByLabel("Permission of stock-sync").selectOption("r");
	await page.getByRole("status").getByText("Permission of “stock-sync” changed").waitFor();
	await assert.rejects(program.appendRow("Parts", { Name: "Washer" }), refusal(403));
	const again = await startProgram(token);
	await assert.rejects(again.appendRow("Parts", { Name: "Washer" }), refusal(403));
	assert.deepEqual((await again.listRows("Parts")).map(({ Name }) => Name), ["Bolt M8", "Nut M8"]);

	await entry.getByRole("button", { name: "Delete the token stock-sync" }).click();
	await page.getByRole("dialog", { name: /^Delete the token/ }).getByRole("button", { name: "Delete token" }).click();
	await entry.waitFor({ state: "detached" });
	await assert.rejects(again.listRows("Parts"), refusal(403));
	await assert.rejects(startProgram(token), refusal(403));
});

test("team management: a token is generated, used, found again, lowered, and deleted", async () => {
	const page = await web.open("/team/api");
	await page.getByRole("button", { name: "Generate API token" }).first().click();
	const dialog = page.getByRole("dialog", { name: "Generate API token" });
	await dialog.getByLabel("Name").fill("night-report");
	await dialog.getByRole("combobox", { name: "Base" }).fill("Ware");
	await page.getByRole("option", { name: /Warehouse/ }).click();
	await dialog.getByLabel("Permission").selectOption("rw");
	await dialog.getByRole("button", { name: "Submit" }).click();
	const row = page.getByRole("row").filter({ hasText: "night-report" });
	const made = page.getByRole("dialog", { name: "Token “night-report” for Warehouse" });
	await made.getByRole("button", { name: "Copy", exact: true }).first().click();
	const token = await copied(page);
	await made.getByRole("button", { name: "Close" }).last().click();

	const program = await startProgram(token);
	await program.appendRow("Parts", { Name: "from the night" });
	await page.getByLabel("Search", { exact: true }).fill("night");
	await row.getByLabel("Permission of night-report").selectOption("r");
	await page.getByRole("status").getByText("Permission of “night-report” changed").waitFor();
	const again = await startProgram(token);
	await assert.rejects(again.appendRow("Parts", { Name: "too late" }), refusal(403));
	assert.ok((await again.listRows("Parts")).some(({ Name }) => Name === "from the night"));

	await row.getByRole("button", { name: "Delete the token night-report" }).click();
	await page.getByRole("dialog", { name: /^Delete the token/ }).getByRole("button", { name: "Delete token" }).click();
	await row.waitFor({ state: "detached" });
	await assert.rejects(again.listRows("Parts"), refusal(403));
});

test("the ready-made lines work when pasted, whatever the table is called", async () => {
	const odd = await server.createBase("Odd names");
	await odd.call("PUT", "tables/", { table_name: "Table1", new_table_name: `It's 100% "$HOME" & \\ ütf` });
	const [table] = (await odd.call("GET", "metadata/")).metadata.tables;
	await odd.append(table.name, [{ Name: "seen by the program" }]);
	const page = await web.open("/home");
	const dialog = await openTokenDialog(page, "Odd names");
	await dialog.getByRole("button", { name: "app 1", exact: true }).click();
	const folder = mkdtempSync(join(tmpdir(), "atoll-pasted-"));
	const programs = [["curl", "bash", "-s"], ["Python", "python3"], ["JavaScript", process.execPath]];
	for (const [tab, ...command] of programs) {
		await dialog.getByRole("tab", { name: tab, exact: true }).click();
		await dialog.getByRole("region", { name: "How to use it" }).getByRole("button", { name: "Copy", exact: true }).click();
		const file = join(folder, tab);
		writeFileSync(file, await copied(page));
		const { stdout } = await run("sh", ["-c", `exec "$@" <"$0"`, file, ...command]);
		assert.match(stdout, /seen by the program/, tab);
	}
	rmSync(folder, { recursive: true });
});

test("a token can be made with the keyboard alone", async () => {
	const page = await web.open("/home");
	const menu = page.getByRole("button", { name: "Menu of Warehouse" });
	for (let i = 0; i < 40 && !(await menu.evaluate((node) => node === document.activeElement)); i++) await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	await page.keyboard.press("a"); // the items that begin with it: Add to favorites,
	await page.keyboard.press("a"); // API Token
	await page.keyboard.press("Enter");
	await page.keyboard.type("by-hand");
	await page.keyboard.press("Enter");
	const dialog = page.getByRole("dialog", { name: "API tokens of “Warehouse”" });
	await dialog.getByRole("button", { name: "by-hand", exact: true }).waitFor();
	await page.keyboard.press("Escape");
	await dialog.waitFor({ state: "detached" });
	assert.ok(await menu.evaluate((node) => node === document.activeElement), "the focus is back where it was");
});

test("what the server refuses is said in words, and the form keeps what was typed", async () => {
	const page = await web.open("/home", { expected: ["400 (Bad Request)"] });
	const dialog = await openTokenDialog(page);
	await base.apiToken("r", "taken");
	await dialog.getByLabel("Name").fill("taken");
	await dialog.getByRole("button", { name: "Create", exact: true }).click();
	await dialog.getByText("This base already has a token of that name.").waitFor();
	assert.equal(await dialog.getByLabel("Name").inputValue(), "taken");
});

test("team management finds a token by name, base and permission, and those that nobody uses", async () => {
	const filtered = await server.createBase("Filtered");
	await filtered.apiToken("r", "reader of it");
	await filtered.apiToken("rw", "writer of it");
	const page = await web.open("/team/api");
	const names = () => page.locator("tbody tr td:first-child").allTextContents();
	await page.getByRole("combobox", { name: "Base" }).fill("Filt");
	await page.getByRole("option", { name: /Filtered/ }).click();
	await until(async () => (await names()).length === 3);
	await page.getByLabel("Permission", { exact: true }).selectOption("r");
	await until(async () => (await names()).join() === "reader of it");
	await page.getByLabel("Not used since").selectOption("7");
	await page.getByText("No token fits these filters").waitFor();
	await page.getByRole("button", { name: "Clear filters" }).click();
	await page.getByLabel("Search", { exact: true }).fill("writer of");
	await until(async () => (await names()).join() === "writer of it");
});

test("only admins of the team see its tokens", async () => {
	const person = await addPerson(server, "member@example.org");
	const page = await web.open("/team/api", { person });
	await page.getByRole("heading", { name: "For team admins only" }).waitFor();
});
