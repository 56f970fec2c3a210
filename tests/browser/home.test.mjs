// The home page: bases in their workspaces, and what can be done with them.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { addGroup, addPerson } from "../api/command.mjs";
import { openWeb, until } from "./page.mjs";

let web, server, ana, ben;

before(async () => {
	web = await openWeb();
	({ server } = web);
	ana = await addPerson(server, "ana@example.org", ["--name", "Ana Prado"]);
	ben = await addPerson(server, "ben@example.org", ["--name", "Ben Okafor"]);
});
afterEach(() => web.closePages());
after(() => web.close());

const card = (page, name) => page.getByRole("article").filter({ has: page.getByRole("link", { name, exact: true }) });
const section = (page, name) => page.getByRole("region", { name, exact: true });

async function choose(page, name, item) {
	await card(page, name).first().hover();
	await page.getByRole("button", { name: `Menu of ${name}` }).first().click();
	await page.getByRole("menuitem", { name: item }).click();
}

async function makeBase(page, name) {
	await page.getByRole("button", { name: "New base", exact: true }).first().click();
	const dialog = page.getByRole("dialog", { name: "New base" });
	await dialog.getByLabel("Name").fill(name);
	await dialog.getByRole("button", { name: "Create base" }).click();
	await card(page, name).waitFor();
}

test("the first base: the empty page says what to do; make, open, rename, copy, star, search", async () => {
	const page = await web.open("/home", { person: ana });
	await page.getByText("A base holds your tables.").waitFor();
	await makeBase(page, "Warehouse");
	await choose(page, "Warehouse", "Rename, color and icon");
	const dialog = page.getByRole("dialog", { name: "Rename, color and icon" });
	await dialog.getByLabel("Name").fill("Store");
	await dialog.getByRole("radio", { name: "Purple" }).check({ force: true });
	await dialog.getByRole("button", { name: "Save" }).click();
	await card(page, "Store").waitFor();
	await choose(page, "Store", "Copy");
	await page.getByRole("button", { name: "Copy base" }).click();
	const status = page.getByRole("status").getByText(/^Copied as/);
	const copy = /“(.*)”/.exec(await status.textContent())[1];
	await card(page, copy).waitFor();

	await card(page, "Store").first().hover();
	await page.getByRole("button", { name: "Add Store to favorites" }).click();
	await section(page, "Favorites").getByRole("link", { name: "Store", exact: true }).waitFor();
	await page.getByLabel("Search bases").fill("stoRE(");
	await until(async () => (await page.getByRole("article").count()) === (copy.toLowerCase().includes("store(") ? 1 : 0));
	await page.getByLabel("Search bases").fill("nothing like it");
	await page.getByText("No base is called “nothing like it”").waitFor();
	await page.getByLabel("Search bases").fill("");
	await card(page, "Store").first().getByRole("link").click();
	await page.waitForURL("**/base/*");
	await page.getByRole("grid").waitFor();
});

test("trash and back", async () => {
	const page = await web.open("/home", { person: ana });
	await makeBase(page, "Passing");
	await choose(page, "Passing", "Move to trash");
	await page.getByRole("dialog", { name: "Move “Passing” to the trash?" }).getByRole("button", { name: "Move to trash" }).click();
	await card(page, "Passing").waitFor({ state: "detached" });
	await page.getByRole("link", { name: "Trash" }).click();
	await page.getByRole("listitem").filter({ hasText: "Passing" }).getByRole("button", { name: "Restore" }).click();
	await page.getByText("The trash is empty").waitFor();
	await page.getByRole("link", { name: "All bases" }).click();
	await card(page, "Passing").waitFor();
	await choose(page, "Passing", "Move to trash");
	await page.getByRole("dialog").getByRole("button", { name: "Move to trash" }).click();
	await page.getByRole("link", { name: "Trash" }).click();
	await page.getByRole("button", { name: "Empty my trash" }).click();
	await page.getByRole("dialog", { name: "Empty the trash?" }).getByRole("button", { name: "Empty my trash" }).click();
	await page.getByText("The trash is empty").waitFor();
});

test("a base shared with a person shows up there, with no more than the share allows", async () => {
	await server.createBase("Shared one", { token: ana.token });
	const page = await web.open("/home", { person: ana });
	await choose(page, "Shared one", "Share");
	const dialog = page.getByRole("dialog", { name: "Share “Shared one”" });
	await dialog.getByRole("combobox", { name: "Person" }).fill("ben");
	await page.getByRole("option", { name: /Ben Okafor/ }).click();
	await dialog.getByLabel("Permission", { exact: true }).selectOption("r");
	await dialog.getByRole("button", { name: "Share", exact: true }).click();
	await dialog.getByRole("listitem").filter({ hasText: "Ben Okafor" }).waitFor();

	const there = await web.open("/home/shared", { person: ben });
	await card(there, "Shared one").getByText("From Ana Prado").waitFor();
	await card(there, "Shared one").getByText("Read only").waitFor();
	await card(there, "Shared one").hover();
	await there.getByRole("button", { name: "Menu of Shared one" }).click();
	assert.deepEqual(await there.getByRole("menuitem").allTextContents().then((items) => items.map((text) => text.trim())), ["Copy", "Add to favorites", "API console"]);

	await dialog.getByRole("button", { name: "Stop sharing with Ben Okafor" }).click();
	await dialog.getByText("Not shared with anybody yet.").waitFor();
	await there.reload();
	await there.getByText("When somebody shares a base with you").waitFor();
});

test("a group: make it, add a person, make a base in it that both see", async () => {
	const page = await web.open("/home", { person: ana });
	await page.getByRole("button", { name: "New group" }).click();
	await page.getByRole("dialog", { name: "New group" }).getByLabel("Name").fill("Logistics");
	await page.getByRole("button", { name: "Create group" }).click();
	await page.getByRole("button", { name: "Menu of Logistics" }).first().click();
	await page.getByRole("menuitem", { name: "Members" }).click();
	const members = page.getByRole("dialog", { name: "Members of “Logistics”" });
	await members.getByRole("combobox", { name: "Add a person" }).fill("okafor");
	await page.getByRole("option", { name: /Ben Okafor/ }).click();
	await members.getByRole("button", { name: "Add", exact: true }).click();
	await members.getByRole("listitem").filter({ hasText: "Ben Okafor" }).waitFor();
	await members.getByRole("button", { name: "Close" }).click();
	await page.getByRole("button", { name: "New base", exact: true }).first().click();
	await page.getByRole("dialog", { name: "New base" }).getByLabel("Name").fill("Trucks");
	await page.getByRole("button", { name: "Create base" }).click();
	await card(page, "Trucks").waitFor();
	const there = await web.open("/home", { person: ben });
	await section(there, "Logistics").getByRole("link", { name: "Trucks", exact: true }).waitFor();
});

test("a base shared with a group", async () => {
	const group = await addGroup(server, ben, "Readers");
	await server.createBase("For the group", { token: ben.token });
	const page = await web.open("/home", { person: ben });
	await choose(page, "For the group", "Share");
	const dialog = page.getByRole("dialog", { name: "Share “For the group”" });
	await dialog.getByRole("tab", { name: "Groups" }).click();
	await dialog.getByRole("combobox", { name: "Group" }).fill("Read");
	await page.getByRole("option", { name: group.name }).click();
	await dialog.getByRole("button", { name: "Share", exact: true }).click();
	await dialog.getByRole("listitem").filter({ hasText: "Readers" }).waitFor();
	await dialog.getByRole("button", { name: "Close" }).click();
	await page.reload();
	await section(page, "Readers").getByRole("link", { name: "For the group", exact: true }).waitFor();
});

test("a base's … shows when it is pointed at or reached by keyboard", async () => {
	const { base } = await server.createBase("Pointed at", { token: ana.token });
	const page = await web.open("/home", { person: ana });
	const menu = page.getByRole("button", { name: "Menu of Pointed at" });
	const shown = () => menu.evaluate((button) => getComputedStyle(button.parentElement).opacity === "1");
	await menu.waitFor();
	assert.equal(await shown(), false);
	await card(page, base.name).hover();
	await until(shown);
	await page.mouse.move(0, 0);
	await until(async () => !(await shown()));
	await card(page, base.name).getByRole("link").focus();
	await until(shown);
});

test("a server that can't be reached is told in words, and the dialog keeps what was typed", async () => {
	const page = await web.open("/home", { person: ana, expected: ["ERR_INTERNET_DISCONNECTED"] });
	await page.getByRole("button", { name: "New base", exact: true }).first().click();
	await page.context().setOffline(true);
	const dialog = page.getByRole("dialog", { name: "New base" });
	await dialog.getByLabel("Name").fill("Later");
	await dialog.getByRole("button", { name: "Create base" }).click();
	await dialog.getByText("The server can’t be reached. Check your connection and try again.").waitFor();
	await page.context().setOffline(false);
	await dialog.getByRole("button", { name: "Create base" }).click();
	await card(page, "Later").waitFor();
});
