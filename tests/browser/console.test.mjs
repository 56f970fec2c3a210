// The API console: each operation of /openapi.json can be tried as a program would, and is shown for the shell.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { promisify } from "node:util";

import { addPerson } from "../api/command.mjs";
import { assertAccessible, assertNoSidewaysScroll, openWeb, until } from "./page.mjs";

const run = promisify(execFile);
let web, server, base, operations;

before(async () => {
	web = await openWeb();
	({ server } = web);
	base = await server.createBase("Warehouse");
	await base.createTable("It's parts", [["Name", "text"], ["Stock", "number"], ["State", "single-select", { options: [{ id: "1", name: "ok" }] }]]);
	await base.append("It's parts", [{ Name: "Bolt M8", Stock: 120, State: "ok" }]);
	const { paths } = (await server.request("GET", "/openapi.json")).json;
	operations = Object.entries(paths).flatMap(([path, methods]) =>
		Object.entries(methods)
			.filter(([, { security }]) => security.some((kind) => kind.baseToken))
			.map(([method, { operationId }]) => ({ id: operationId, method: method.toUpperCase(), path })));
});
afterEach(() => web.closePages());
after(() => web.close());

async function openConsole(operation, { table = "It's parts", ...options } = {}) {
	const page = await web.open(`/base/${base.uuid}/api?operation=${operation}`, options);
	await page.getByLabel("Table of the examples").selectOption(table);
	await page.waitForLoadState("networkidle"); // the examples speak of that table's rows now
	return page;
}

const answer = (page) => page.getByRole("region", { name: "Answer" });

/** The status of the answer, once there is one. */
async function sent(page) {
	await page.getByRole("button", { name: "Send", exact: true }).click();
	const status = answer(page).getByRole("status").first();
	await until(async () => /^\d{3}/.test((await status.textContent()).trim()));
	return Number((await status.textContent()).trim().slice(0, 3));
}

test("it is reached from the base's menu and from the base", async () => {
	const page = await web.open("/home");
	await page.getByRole("button", { name: "Menu of Warehouse" }).click({ force: true });
	await page.getByRole("menuitem", { name: "API console" }).click();
	await page.waitForURL(`**/base/${base.uuid}/api`);
	await page.goto(`/base/${base.uuid}`);
	await page.getByRole("link", { name: "API console" }).click();
	await page.getByRole("heading", { name: "Warehouse" }).waitFor();
});

test("every operation that the server describes is offered, and can be found", async () => {
	const page = await openConsole("list_rows");
	const list = page.getByRole("navigation", { name: "Operations" });
	assert.equal(await list.getByRole("listitem").count(), operations.length);
	await page.getByLabel("Search operations").fill("{base_uuid}/query-links");
	assert.deepEqual(await list.getByRole("listitem").allInnerTexts().then((texts) => texts.map((text) => text.replace(/\s+/g, " "))), ["POST query-links/"]);
});

test("what reads works as it is filled in", async () => {
	const page = await openConsole("list_rows");
	/* One never ends, the others ask for the id of a task or a comment that there is not. */
	const without = /^(stream_events|get_auto_link_task|get_comment)(_\d+)?$/;
	for (const { id, method, path } of operations.filter(({ id, method }) => method === "GET" && !without.test(id))) {
		await page.goto(`/base/${base.uuid}/api?operation=${id}`);
		await page.getByLabel("Table of the examples").selectOption("It's parts");
		await until(async () => !(await page.locator("pre").first().textContent()).includes("Table1"));
		assert.equal(await sent(page), 200, `${method} ${path}`);
	}
});

test("a write changes the base; the same with a token that only reads is refused in words", async () => {
	await base.apiToken("r", "only reads");
	await base.apiToken("rw", "writes too");
	const page = await openConsole("append_rows", { expected: ["403 (Forbidden)"] });
	const before = (await base.rows("It's parts")).length;
	await page.getByLabel("API token", { exact: true }).selectOption({ label: "only reads (Read only)" });
	assert.equal(await sent(page), 403);
	await answer(page).getByText("You don’t have the right to do this.").waitFor();
	assert.equal((await base.rows("It's parts")).length, before);
	await page.getByLabel("API token", { exact: true }).selectOption({ label: "writes too (Read and write)" });
	assert.equal(await sent(page), 200);
	assert.equal((await base.rows("It's parts")).length, before + 1);
});

test("a new token is made on the spot; one that the server doesn't know is told apart", async () => {
	const page = await openConsole("get_metadata", { expected: ["403 (Forbidden)"] });
	await page.getByLabel("API token", { exact: true }).selectOption({ label: "New token" });
	await page.getByLabel("Name of the new token").fill("made here");
	await page.getByRole("button", { name: "Create" }).click();
	await until(async () => (await page.getByLabel("API token", { exact: true }).inputValue()) === "token:made here");
	assert.equal(await sent(page), 200);
	await page.getByLabel("API token", { exact: true }).selectOption({ label: "Paste a token" });
	await page.getByLabel("API token of this base").fill("0123456789012345678901234567890123456789");
	assert.equal(await sent(page), 403);
	await page.getByText("The server did not take this token.").waitFor();
});

test("deleting asks first", async () => {
	const page = await openConsole("delete_rows");
	const [row] = await base.rows("It's parts");
	await page.getByLabel("Body").fill(JSON.stringify({ table_name: "It's parts", row_ids: [row._id] }));
	await page.getByRole("button", { name: "Send", exact: true }).click();
	const question = page.getByRole("dialog", { name: "Send this DELETE request?" });
	await question.getByRole("button", { name: "Cancel" }).click();
	assert.ok((await base.rows("It's parts")).some(({ _id }) => _id === row._id));
	await page.getByRole("button", { name: "Send", exact: true }).click();
	await question.getByRole("button", { name: "Send" }).click();
	await answer(page).getByText('"deleted_rows": 1').waitFor();
});

test("a body that is no JSON is not sent, and the place is told", async () => {
	const page = await openConsole("append_rows");
	await page.getByLabel("Body").fill('{"rows": [}');
	await page.getByText(/This is not JSON: .*(position|line)/).waitFor();
	await until(() => page.getByRole("button", { name: "Send", exact: true }).isDisabled());
	await page.getByRole("button", { name: "Begin anew" }).click();
	await until(() => page.getByRole("button", { name: "Send", exact: true }).isEnabled());
});

test("the lines for the shell do the same; the token is in them only when asked for", async () => {
	const page = await openConsole("append_rows");
	const request = page.getByRole("region", { name: "As curl" });
	await page.getByLabel("Body").fill(JSON.stringify({ table_name: "It's parts", rows: [{ Name: "it's from \"$HOME\"" }] }));
	assert.doesNotMatch(await request.locator("pre").textContent(), /[0-9a-f]{40}/);
	await request.getByLabel("With the token").check();
	await request.getByRole("button", { name: "Copy" }).click();
	const lines = await page.evaluate(() => navigator.clipboard.readText());
	const { stdout } = await run("bash", ["-c", lines]);
	assert.equal(JSON.parse(stdout).inserted_row_count, 1);
	assert.equal((await base.rows("It's parts")).at(-1).Name, "it's from \"$HOME\"");
});

test("an answer without end can be watched and stopped", async () => {
	const page = await openConsole("stream_events");
	await page.getByRole("button", { name: "Send", exact: true }).click();
	await answer(page).getByRole("status").first().getByText("200").waitFor();
	await base.append("It's parts", [{ Name: "seen as it happens" }]);
	await answer(page).locator("pre").first().getByText(/append_rows|insert_row/).waitFor();
	await page.getByRole("button", { name: "Stop" }).click();
	await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
});

test("who may only read the base sees no tokens of it", async () => {
	const person = await addPerson(server, "ben@example.org");
	await server.call("POST", `/api/v2.1/workspace/${base.workspaceId}/dtable/Warehouse/share/`, {
		token: server.admin.token, json: { email: person.username, permission: "r" },
	});
	const page = await openConsole("list_rows", { person });
	assert.deepEqual(await page.getByLabel("API token", { exact: true }).locator("option").allTextContents(), ["Paste a token"]);
	await page.getByRole("button", { name: "Send", exact: true }).click();
	await page.getByText("Choose a token, paste one or make a new one.").waitFor();
});

test("axe finds nothing, light and dark; a phone can use it; French and German", async () => {
	for (const dark of [false, true]) {
		const page = await openConsole("append_rows", { dark });
		assert.equal(await sent(page), 200);
		await assertAccessible(page);
	}
	const phone = await openConsole("list_rows", { width: 390, height: 844 });
	await assertNoSidewaysScroll(phone);
	for (const [locale, send] of [["fr-CA", "Envoyer"], ["de-CH", "Senden"]]) {
		const page = await web.open(`/base/${base.uuid}/api`, { locale });
		await page.getByRole("button", { name: send, exact: true }).waitFor();
	}
});
