// Team management: people, groups, bases.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { openWeb } from "./page.mjs";

let web, server;

before(async () => {
	web = await openWeb();
	({ server } = web);
});
afterEach(() => web.closePages());
after(() => web.close());

const rowOf = (page, name) => page.getByRole("row").filter({ hasText: name });

async function choose(page, name, item) {
	await page.getByRole("button", { name: `Menu of ${name}` }).click();
	await page.getByRole("menuitem", { name: item }).click();
}

test("a person's account, from the first day to the last", async () => {
	const page = await web.open("/team/users");
	await page.getByRole("button", { name: "Add user" }).click();
	const dialog = page.getByRole("dialog", { name: "Add user" });
	await dialog.getByLabel("Name").fill("Ana Prado");
	await dialog.getByLabel("Email").fill("ana@example.org");
	await dialog.getByRole("button", { name: "Copy the password" }).click();
	const first = await page.evaluate(() => navigator.clipboard.readText());
	await dialog.getByRole("button", { name: "Add", exact: true }).click();
	await rowOf(page, "Ana Prado").waitFor();
	assert.ok(await server.signIn("ana@example.org", first));

	await choose(page, "Ana Prado", "Make admin");
	await rowOf(page, "Ana Prado").getByText("Admin", { exact: true }).waitFor();
	await choose(page, "Ana Prado", "Reset password");
	await page.getByRole("dialog", { name: "Reset the password of Ana Prado?" }).getByRole("button", { name: "Reset password" }).click();
	const shown = page.getByRole("dialog", { name: "New password of Ana Prado" });
	const second = await shown.locator("code").textContent();
	assert.ok(await server.signIn("ana@example.org", second));
	assert.equal((await server.request("POST", "/api2/auth-token/", { form: { username: "ana@example.org", password: first } })).status, 400);
	await shown.getByRole("button", { name: "Close" }).last().click();

	await choose(page, "Ana Prado", "Deactivate");
	await page.getByRole("dialog", { name: "Deactivate Ana Prado?" }).getByRole("button", { name: "Deactivate" }).click();
	await rowOf(page, "Ana Prado").getByText("Inactive").waitFor();
	assert.equal((await server.request("POST", "/api2/auth-token/", { form: { username: "ana@example.org", password: second } })).status, 400);
	await choose(page, "Ana Prado", "Activate");
	await rowOf(page, "Ana Prado").getByText("Active", { exact: true }).waitFor();
	await choose(page, "Ana Prado", "Delete account");
	await page.getByRole("dialog", { name: "Delete the account of Ana Prado?" }).getByRole("button", { name: "Delete account" }).click();
	await rowOf(page, "Ana Prado").waitFor({ state: "detached" });
});

test("an address that is taken is refused in words", async () => {
	const page = await web.open("/team/users", { expected: ["400 (Bad Request)"] });
	await page.getByRole("button", { name: "Add user" }).click();
	const dialog = page.getByRole("dialog", { name: "Add user" });
	await dialog.getByLabel("Name").fill("Again");
	await dialog.getByLabel("Email").fill(server.admin.email);
	await dialog.getByRole("button", { name: "Add", exact: true }).click();
	await dialog.getByText("There is already an account with this email.").waitFor();
});

test("groups: make, rename, delete", async () => {
	const page = await web.open("/team/groups");
	await page.getByText("No groups yet").waitFor();
	await page.getByRole("button", { name: "New group" }).first().click();
	await page.getByRole("dialog").getByLabel("Name").fill("Field staff");
	await page.getByRole("dialog").getByRole("button", { name: "Create group" }).click();
	await rowOf(page, "Field staff").waitFor();
	await choose(page, "Field staff", "Rename");
	await page.getByRole("dialog").getByLabel("Name").fill("Office staff");
	await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
	await rowOf(page, "Office staff").waitFor();
	await choose(page, "Office staff", "Delete group");
	await page.getByRole("dialog").getByRole("button", { name: "Delete group" }).click();
	await page.getByText("No groups yet").waitFor();
});

test("overview and bases show what the team has", async () => {
	await server.createBase("Of the team");
	const page = await web.open("/team");
	await page.getByRole("heading", { name: "Overview" }).waitFor();
	await page.getByRole("link", { name: "Bases" }).last().click();
	await rowOf(page, "Of the team").waitFor();
});
