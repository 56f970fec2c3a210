// A row's details: comments and who is told of them, activity, lock, its address, and the notifications of the person at the page.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { addPerson } from "../api/command.mjs";
import { cell, choose, openGrid, shows, stored } from "./grid.mjs";
import { assertAccessible, openWeb, until } from "./page.mjs";

let web, server, base, ben, reader;

before(async () => {
	web = await openWeb();
	({ server } = web);
	base = await server.createBase("Warehouse");
	ben = await addPerson(server, "ben@example.org", ["--name", "Ben Okafor"]);
	reader = await addPerson(server, "reader@example.org", ["--name", "Rosa Lind"]);
	for (const [person, permission] of [[ben, "rw"], [reader, "r"]]) {
		await server.call("POST", `/api/v2.1/workspace/${base.workspaceId}/dtable/Warehouse/share/`, {
			token: server.admin.token, json: { email: person.username, permission },
		});
	}
});
afterEach(() => web.closePages());
after(() => web.close());

async function makeTable(name) {
	await base.createTable(name, [["Name", "text"], ["Stock", "number"], ["State", "single-select", { options: [{ id: "1", name: "ok", color: "#59CB74" }] }], ["Who", "collaborator"]]);
	await base.append(name, [{ Name: "Bolt", Stock: 120 }, { Name: "Nut", Stock: 12, Who: [ben.username] }, { Name: "Washer" }]);
	return (await base.rows(name)).map(({ _id }) => _id);
}

/** Opens a row's details, at one of their tabs. */
async function openRow(page, row, tab) {
	await choose(page, row, "Name");
	await page.keyboard.press("Space");
	const panel = page.getByRole("complementary");
	await panel.waitFor();
	if (tab) await panel.getByRole("tab", { name: tab }).click();
	return panel;
}

const told = async (person) => {
	const { access_token } = await server.call("GET", `/api/v2.1/workspace/${base.workspaceId}/dtable/Warehouse/access-token/`, { token: person.token });
	return (await base.call("GET", "notifications/", undefined, { token: access_token })).notification_list;
};

test("comments: who is told, mentions by keyboard; the other sees them at once, is told, and comes to the row by the bell", async () => {
	const [, nut] = await makeTable("Said");
	const [mine, theirs] = [await openGrid(web, base, "Said"), await openGrid(web, base, "Said", { person: ben })];
	const panel = await openRow(mine, 1, "Comments");
	await panel.getByText("Nobody has commented").waitFor();
	await panel.getByText("Nobody else will be told.").waitFor();
	await panel.getByLabel("Write a comment").click();
	await mine.keyboard.type("Recount, @ok");
	await panel.getByRole("option", { name: "Ben Okafor" }).waitFor();
	await mine.keyboard.press("Enter");
	await mine.keyboard.type("please");
	assert.equal(await panel.getByLabel("Write a comment").inputValue(), "Recount, @Ben Okafor please");
	await panel.getByText("Ben Okafor will be told.").waitFor();
	await mine.keyboard.press("Control+Enter");
	await panel.getByText("Recount, @Ben Okafor please").waitFor();
	await panel.getByRole("tab", { name: "Comments (1)" }).waitFor();
	await mine.getByRole("img", { name: "1 comment" }).waitFor();
	await theirs.getByRole("img", { name: "1 comment" }).waitFor();
	await theirs.getByRole("button", { name: "Notifications, 1 new" }).click();
	await theirs.getByRole("dialog", { name: "Notifications" }).getByRole("button", { name: /commented: Recount/ }).click();
	const other = theirs.getByRole("complementary", { name: "Row 1" });
	await other.getByText("Recount, @Ben Okafor please").waitFor();
	await theirs.getByRole("button", { name: "Notifications", exact: true }).waitFor();
	await other.getByLabel("Write a comment").fill("Done.");
	await other.getByText(/^admin.* will be told\.$|will be told/).waitFor();
	await other.getByRole("button", { name: "Comment", exact: true }).click();
	await panel.getByText("Done.").waitFor();
	await mine.getByRole("button", { name: "Notifications, 1 new" }).waitFor();
	await panel.getByRole("button", { name: "Resolve" }).first().click();
	await other.getByText("resolved", { exact: true }).waitFor();
	await panel.getByRole("button", { name: "Reopen" }).click();
	await other.getByText("resolved", { exact: true }).waitFor({ state: "detached" });
	assert.equal(await panel.getByRole("button", { name: "Delete comment" }).count(), 1, "only one's own");
	await panel.getByRole("button", { name: "Delete comment" }).click();
	await other.getByText("Recount, @Ben Okafor please").waitFor({ state: "detached" });
	await mine.getByRole("button", { name: "Notifications, 1 new" }).click();
	await mine.getByRole("button", { name: "Mark all as seen" }).click();
	await mine.getByRole("button", { name: "Delete all" }).click();
	await mine.getByText("Nothing was told to you yet.").waitFor();
	await mine.keyboard.press("Escape");
	// Who stands in the row is told without being named.
	const second = await openRow(mine, 2, "Comments");
	await second.getByText("Ben Okafor will be told.").waitFor();
	await second.getByLabel("Write a comment").fill("Nuts!");
	await second.getByRole("button", { name: "Comment", exact: true }).click();
	await until(async () => (await told(ben)).some(({ detail }) => detail.row_id === nut && detail.comment === "Nuts!"));
});

test("activity: the old and the new value of each cell, by whom; older ones on demand", async () => {
	const [bolt] = await makeTable("Known");
	const page = await openGrid(web, base, "Known");
	const panel = await openRow(page, 1, "Activity");
	await panel.getByText("made the row").waitFor();
	await base.call("PUT", "rows/", { table_name: "Known", row_id: bolt, row: { Stock: 130, State: "ok" } });
	const first = panel.getByRole("listitem").first();
	await first.getByText("changed").waitFor();
	const cells = await first.locator(".cell").evaluateAll((nodes) => nodes.map((node) => node.textContent.replace(/\s+/g, " ").trim()));
	assert.deepEqual(cells, ["Stock before:120 after:130", "State before:empty after:ok"]);
	assert.equal(await first.locator(".pill").textContent(), "ok");
	for (let Stock = 1; Stock <= 30; Stock++) await base.call("PUT", "rows/", { table_name: "Known", row_id: bolt, row: { Stock } });
	await until(async () => (await panel.getByRole("listitem").count()) === 25);
	await panel.getByRole("button", { name: "Older" }).click();
	await until(async () => (await panel.getByRole("listitem").count()) === 32);
	assert.equal(await panel.getByRole("button", { name: "Older" }).count(), 0);
	await panel.getByRole("button", { name: "Next row" }).click();
	await until(async () => (await panel.getByRole("listitem").count()) === 1, { what: "the next row's activity" });
});

test("locked rows: their cells stay, who locked them is told, unlocked again and undone", async () => {
	const [bolt] = await makeTable("Locked");
	const page = await openGrid(web, base, "Locked");
	const locked = async () => (await base.rows("Locked")).map((row) => row._locked === true);
	const panel = await openRow(page, 1);
	await panel.getByRole("button", { name: "Lock row" }).click();
	await panel.getByText("Locked by").waitFor();
	await stored(base, "Locked", ([row]) => row._locked === true);
	await page.getByRole("img", { name: "Locked" }).first().waitFor();
	assert.equal(await panel.locator(".field", { hasText: "Stock" }).locator("input").count(), 0, "no field to type in");
	await page.keyboard.press("Escape");
	await choose(page, 1, "Stock");
	await page.keyboard.type("7");
	assert.equal(await page.locator(".cell-input").count(), 0);
	await page.keyboard.press("Delete");
	await page.getByText("The row is locked: its cells stay.").first().waitFor();
	await shows(page, 1, "Stock", "120");
	await page.keyboard.press("Control+z");
	await until(async () => (await locked()).join() === "false,false,false", { what: "the lock to be undone" });
	await page.keyboard.press("Control+Shift+z");
	await until(async () => (await locked()).join() === "true,false,false");
	// Some of many: by the cells' menu.
	await choose(page, 2, "Name");
	await page.keyboard.press("Shift+ArrowDown");
	await (await cell(page, 2, "Name")).click({ button: "right" });
	await page.getByRole("menuitem", { name: "Lock 2 rows" }).click();
	await until(async () => (await locked()).join() === "true,true,true");
	await page.keyboard.press("Control+a");
	await (await cell(page, 1, "Name")).click({ button: "right" });
	await page.getByRole("menuitem", { name: "Delete 3 rows" }).click();
	await page.getByText("3 locked rows stay.").first().waitFor();
	assert.equal((await base.rows("Locked")).length, 3);
	// A program may go on; the page shows it.
	await base.call("PUT", "rows/", { table_name: "Locked", row_id: bolt, row: { Stock: 121 } });
	await shows(page, 1, "Stock", "121");
	await (await cell(page, 1, "Name")).click({ button: "right" });
	await page.getByRole("menuitem", { name: /Unlock/ }).click();
	await stored(base, "Locked", ([row]) => !row._locked);
});

test("a row has an address: copied, opened by another person, and told when it leads nowhere", async () => {
	const [, nut] = await makeTable("Addressed");
	const page = await openGrid(web, base, "Addressed");
	const panel = await openRow(page, 2);
	assert.match(page.url(), new RegExp(`row=${nut}`));
	await panel.getByRole("button", { name: "Copy link to this row" }).click();
	await page.getByText("The link is in the clipboard.").first().waitFor();
	const link = await page.evaluate(() => navigator.clipboard.readText());
	const { pathname, search } = new URL(link);
	const theirs = await web.open(pathname + search, { person: ben });
	await theirs.getByRole("complementary", { name: "Row 2" }).waitFor();
	await page.keyboard.press("Escape");
	await until(() => !page.url().includes("row="), { what: "the address without the row" });
	// Past the first page, and filtered away, it is shown all the same.
	for (let n = 0; n < 3; n++) await base.append("Addressed", Array.from({ length: 1000 }, (_, i) => ({ Name: `more ${n} ${i}` })));
	const last = (await base.append("Addressed", [{ Name: "the last", Stock: 5 }])).first_row._id;
	const far = await web.open(`${pathname}?table=${new URLSearchParams(search).get("table")}&row=${last}`);
	await far.getByRole("complementary").getByRole("heading", { name: "the last" }).waitFor();
	await far.getByText("the view does not show it").waitFor();
	await far.getByRole("complementary").getByLabel("Stock").fill("6");
	await far.keyboard.press("Tab");
	await until(async () => (await base.call("GET", `rows/${last}/?table_name=Addressed&convert_keys=true`)).Stock === 6);
	const gone = await web.open(`${pathname}?table=${new URLSearchParams(search).get("table")}&row=AAAAAAAAAAAAAAAAAAAAAA`, { expected: ["404"] });
	await gone.getByText("is not there any more").first().waitFor();
});

test("who may only read sees all of it and can change nothing of it", async () => {
	const [bolt] = await makeTable("Looked at");
	await base.call("POST", `comments/?row_id=${bolt}`, { comment: "Look." });
	await base.call("PUT", "lock-rows/", { table_name: "Looked at", row_ids: [bolt] });
	const page = await openGrid(web, base, "Looked at", { person: reader });
	const panel = await openRow(page, 1);
	await panel.getByText("Locked by").waitFor();
	assert.equal(await panel.getByRole("button", { name: /ock row/ }).count(), 0);
	await panel.getByRole("tab", { name: "Comments (1)" }).click();
	await panel.getByText("Look.").waitFor();
	assert.equal(await panel.getByLabel("Write a comment").count(), 0);
	assert.equal(await panel.getByRole("button", { name: "Resolve" }).count(), 0);
	await panel.getByRole("tab", { name: "Activity" }).click();
	await panel.getByText("made the row").waitFor();
});

test("axe finds nothing in any tab and in the notifications, light and dark", async () => {
	const [bolt] = await makeTable("Checked");
	await base.call("POST", `comments/?row_id=${bolt}`, { comment: "Look at **this**" });
	await base.call("PUT", "rows/", { table_name: "Checked", row_id: bolt, row: { Stock: 1, State: "ok", Who: [ben.username] } });
	await base.call("PUT", "lock-rows/", { table_name: "Checked", row_ids: [bolt] });
	for (const dark of [false, true]) {
		const page = await openGrid(web, base, "Checked", { dark, person: ben });
		const panel = await openRow(page, 1);
		await panel.getByText("Locked by").waitFor();
		await assertAccessible(page);
		await panel.getByRole("tab", { name: "Comments (1)" }).click();
		await panel.getByText("Look at **this**").waitFor();
		await panel.getByLabel("Write a comment").click();
		await page.keyboard.type("@");
		await panel.getByRole("option").first().waitFor();
		await assertAccessible(page);
		await panel.getByRole("tab", { name: "Activity" }).click();
		await panel.getByText("changed").first().waitFor();
		await assertAccessible(page);
		await page.getByRole("button", { name: /^Notifications/ }).click();
		await page.getByRole("dialog", { name: "Notifications" }).waitFor();
		await assertAccessible(page);
	}
});

for (const [locale, comments, activity] of [["fr-FR", "Commentaires", "Activité"], ["de-DE", "Kommentare", "Verlauf"]]) {
	test(`a row's details in ${locale}`, async () => {
		const page = await openGrid(web, base, "Known", { locale });
		const panel = await openRow(page, 1, activity);
		await panel.getByRole("tab", { name: comments }).waitFor();
	});
}
