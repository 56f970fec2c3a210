// Signing in and out, and the own account.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { addPerson } from "../api/command.mjs";
import { openWeb, until } from "./page.mjs";

let web, server;

before(async () => {
	web = await openWeb();
	({ server } = web);
});
afterEach(() => web.closePages());
after(() => web.close());

const plain = (text) => text.replace(/\s/g, " ");

async function signIn(page, email, password) {
	await page.getByLabel("Email").fill(email);
	await page.getByLabel("Password").fill(password);
	await page.getByRole("button", { name: "Sign in" }).click();
}

test("signing in leads to the page that was asked for; signing out ends it", async () => {
	const page = await web.open("/team/users", { person: null, expected: ["400 (Bad Request)"] });
	await signIn(page, server.admin.email, "not the password");
	await page.getByText("Email or password is wrong.").waitFor();
	await signIn(page, server.admin.email, server.admin.password);
	await page.waitForURL("**/team/users");
	const [cookie] = await page.context().cookies();
	assert.deepEqual([cookie.name, cookie.httpOnly, cookie.sameSite], ["atoll_session", true, "Strict"]);
	assert.equal(await page.evaluate(() => document.cookie), "", "no script can read it");

	const second = await page.context().newPage();
	await second.goto("/home");
	await second.getByRole("heading", { name: "Bases" }).waitFor();
	await page.getByRole("button", { name: /^Account of/ }).click();
	await page.getByRole("menuitem", { name: "Sign out" }).click();
	await page.waitForURL("**/login**");
	await second.reload();
	await second.getByLabel("Email").waitFor();
});

test("an address that leads elsewhere is not followed after signing in", async () => {
	const page = await web.open("/login?next=//example.org/", { person: null });
	await signIn(page, server.admin.email, server.admin.password);
	await page.getByRole("heading", { name: "Bases" }).waitFor();
	assert.equal(new URL(page.url()).origin, server.url);
});

test("name, language and time zone", async () => {
	const person = await addPerson(server, "cleo@example.org", ["--name", "Cleo"]);
	const page = await web.open("/profile", { person });
	await page.getByLabel("Name", { exact: true }).fill("Cleo Marin");
	await page.getByRole("combobox", { name: "Language" }).selectOption("fr");
	await page.getByLabel("Time zone").selectOption("Pacific/Auckland");
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByRole("heading", { name: "Profil" }).waitFor();
	const other = await web.open("/profile", { person });
	await other.getByRole("heading", { name: "Profil" }).waitFor();
	assert.equal(await other.getByLabel("Fuseau horaire").inputValue(), "Pacific/Auckland");
	assert.equal(await other.getByLabel("Nom", { exact: true }).inputValue(), "Cleo Marin");

	const { base } = await server.createBase("Timed", { token: person.token });
	await other.goto("/home");
	const shown = new Intl.DateTimeFormat("fr", { dateStyle: "medium", timeStyle: "short", timeZone: "Pacific/Auckland" });
	const told = await other.getByRole("article").filter({ hasText: base.name }).locator("p").getAttribute("title");
	assert.equal(plain(told), plain(shown.format(new Date(base.updated_at))), "times are shown in the profile's zone");
});

test("a new password ends the other sessions", async () => {
	const person = await addPerson(server, "dora@example.org");
	const page = await web.open("/profile", { person, expected: ["400 (Bad Request)"] });
	const elsewhere = await web.open("/home", { person, expected: ["401 (Unauthorized)", "403 (Forbidden)"] });
	const fields = page.locator("form", { hasText: "Current password" });
	const change = async (old, wanted, repeated = wanted) => {
		await fields.getByLabel("Current password").fill(old);
		await fields.getByLabel("New password", { exact: true }).fill(wanted);
		await fields.getByLabel("New password again").fill(repeated);
	};
	await change(person.password, "long enough one", "another one");
	await page.getByText("The two new passwords differ.").waitFor();
	await change("wrong wrong", "long enough one");
	await page.getByRole("button", { name: "Change password" }).click();
	await page.getByText("The current password is wrong.").waitFor();
	await change(person.password, "long enough one");
	await page.getByRole("button", { name: "Change password" }).click();
	await page.getByRole("status").getByText("Password changed").waitFor();
	await page.reload();
	await page.getByRole("heading", { name: "Profile" }).waitFor();
	await elsewhere.reload();
	await elsewhere.getByLabel("Password").waitFor();
	assert.ok(await server.signIn(person.email, "long enough one"));
});

test("a session that was ended elsewhere: the page asks to sign in again", async () => {
	const person = await addPerson(server, "eva@example.org");
	const page = await web.open("/home", { person, expected: ["401 (Unauthorized)", "403 (Forbidden)"] });
	await page.getByRole("heading", { name: "Bases" }).waitFor();
	await page.context().clearCookies();
	await page.getByRole("button", { name: "New base" }).first().click();
	await page.getByRole("dialog").getByLabel("Name").fill("Lost");
	await page.getByRole("button", { name: "Create base" }).click();
	await until(async () => (await page.getByLabel("Password").count()) + (await page.getByText("You are signed out").count()) > 0);
});
