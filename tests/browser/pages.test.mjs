// What holds on every page: people who use a screen reader, a phone, French or German can use it; it is light.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { addGroup, addPerson } from "../api/command.mjs";
import { assertAccessible, assertNoSidewaysScroll, openWeb, until } from "./page.mjs";

let web, server, base;

before(async () => {
	web = await openWeb();
	({ server } = web);
	base = await server.createBase("Warehouse");
	await server.createBase("Suppliers");
	await addGroup(server, server.admin, "Logistics");
	await base.apiToken("r", "reader");
	await addPerson(server, "ben@example.org", ["--name", "Ben Okafor"]);
	const gone = await server.createBase("Gone");
	await server.call("DELETE", `/api/v2.1/workspace/${gone.workspaceId}/dtable/`, { token: server.admin.token, form: { name: "Gone" } });
});
afterEach(() => web.closePages());
after(() => web.close());

/* How to get at things in each language. "Advanced" is what SeaTable's help calls that section in all of them. */
const words = {
	"en-GB": {
		advanced: "Advanced", token: "API Token", team: "API & Integrations", generate: "Generate API token",
		newBase: "New base", edit: "Rename, color and icon", share: "Share", copy: "Copy", toTrash: "Move to trash", members: "Members",
		newGroup: "New group", emptyTrash: "Empty my trash", addUser: "Add user", reset: "Reset password", handOver: "Hand over",
		menu: (name) => `Menu of ${name}`, account: /^Account of/, deleteToken: "Delete the token reader", groups: "Groups",
	},
	"fr-CA": {
		advanced: "Advanced", token: "API Token", team: "API & intégrations", generate: "Générer un jeton API",
		newBase: "Nouvelle base", edit: "Nom, couleur et icône", share: "Partager", copy: "Copier", toTrash: "Mettre à la corbeille",
		members: "Membres", newGroup: "Nouveau groupe", emptyTrash: "Vider ma corbeille", addUser: "Ajouter un utilisateur",
		reset: "Réinitialiser le mot de passe", handOver: "Transférer", menu: (name) => `Menu de ${name}`, account: /^Compte de/,
		deleteToken: "Supprimer le jeton reader", groups: "Groupes",
	},
	"de-AT": {
		advanced: "Advanced", token: "API-Token", team: "API & Integrationen", generate: "API-Token erzeugen",
		newBase: "Neue Base", edit: "Name, Farbe und Symbol", share: "Freigeben", copy: "Kopieren", toTrash: "In den Papierkorb",
		members: "Mitglieder", newGroup: "Neue Gruppe", emptyTrash: "Meinen Papierkorb leeren", addUser: "Benutzer hinzufügen",
		reset: "Passwort zurücksetzen", handOver: "Übergeben", menu: (name) => `Menü von ${name}`, account: /^Konto von/,
		deleteToken: "Token reader löschen", groups: "Gruppen",
	},
};

const press = (name) => (page, say) => page.getByRole("button", { name: name(say), exact: true }).first().click();
const choose = (owner, item) => async (page, say) => {
	await page.getByRole("button", { name: say.menu(owner), exact: true }).first().click();
	if (item) await page.getByRole("menuitem", { name: item(say), exact: true }).click();
};

/* Every page, and what opens on it. */
const places = [
	{ name: "sign-in", path: "/login", person: null },
	{ name: "home", path: "/home" },
	{ name: "a new base", path: "/home", open: press((say) => say.newBase) },
	{ name: "the menu of a base", path: "/home", open: choose("Warehouse") },
	{ name: "a base's name and looks", path: "/home", open: choose("Warehouse", (say) => say.edit) },
	{ name: "sharing a base", path: "/home", open: choose("Warehouse", (say) => say.share) },
	{ name: "copying a base", path: "/home", open: choose("Warehouse", (say) => say.copy) },
	{ name: "API tokens of a base", path: "/home", open: choose("Warehouse", (say) => say.token) },
	{ name: "API tokens of a base that has none yet", path: "/home", open: choose("Suppliers", (say) => say.token) },
	{ name: "moving a base to the trash", path: "/home", open: choose("Warehouse", (say) => say.toTrash) },
	{ name: "a new group", path: "/home", open: press((say) => say.newGroup) },
	{ name: "members of a group", path: "/home", open: choose("Logistics", (say) => say.members) },
	{ name: "favorites, empty", path: "/home/starred" },
	{ name: "shared with me, empty", path: "/home/shared" },
	{ name: "trash", path: "/home/trash" },
	{ name: "emptying the trash", path: "/home/trash", open: press((say) => say.emptyTrash) },
	{ name: "the account's menu", path: "/home", open: (page, say) => page.getByRole("button", { name: say.account }).click() },
	{ name: "profile", path: "/profile" },
	{ name: "team overview", path: "/team" },
	{ name: "users", path: "/team/users" },
	{ name: "a new user", path: "/team/users", open: press((say) => say.addUser) },
	{ name: "resetting a password", path: "/team/users", open: choose("Ben Okafor", (say) => say.reset) },
	{ name: "groups", path: "/team/groups" },
	{ name: "handing a group over", path: "/team/groups", open: choose("Logistics", (say) => say.handOver) },
	{ name: "bases", path: "/team/bases" },
	{ name: "API & integrations", path: "/team/api" },
	{ name: "generating a token", path: "/team/api", open: press((say) => say.generate) },
	{ name: "deleting a token", path: "/team/api", open: press((say) => say.deleteToken) },
	{ name: "a page that does not exist", path: "/nowhere" },
];

/** Shows each place in a browser that asks for `locale`, and holds it against `check`; tells all that fail. */
async function checkPlaces({ locale = "en-GB", ...options }, check) {
	const signedIn = await web.open("/home", { locale, ...options });
	const anonymous = await web.open("/login", { locale, ...options, person: null });
	const failed = [];
	for (const { name, path, person, open } of places) {
		const page = person === null ? anonymous : signedIn;
		try {
			await page.goto(path);
			await page.getByRole("heading").first().waitFor();
			await open?.(page, words[locale]);
			await until(() => page.evaluate(() => document.querySelector(".wait") === null)); // the progress of what loads
			await check(page, name);
		} catch (error) {
			failed.push(`${name}: ${error.message}`);
		}
	}
	assert.deepEqual(failed, []);
}

test("axe finds nothing on any page, light or dark", () => checkPlaces({}, async (page) => {
	await assertAccessible(page);
	await page.emulateMedia({ colorScheme: "dark" });
	await assertAccessible(page, ["color-contrast"]);
	await page.emulateMedia({ colorScheme: "light" });
}));

test("a finger on a phone can make a token", async () => {
	const page = await web.open("/home", { phone: true });
	await page.getByRole("button", { name: "Menu of Suppliers" }).tap();
	await page.getByRole("menuitem", { name: "API Token" }).tap();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Name").fill("phone");
	await dialog.getByRole("button", { name: "Create", exact: true }).tap();
	await dialog.getByRole("button", { name: "phone", exact: true }).waitFor();
	await assertNoSidewaysScroll(page);
});

/** All that a person reads or hears on the page, but for code, names of languages and time zones. */
function textsOf(page) {
	return page.evaluate(() => {
		const found = new Set([document.title]);
		for (const element of document.body.querySelectorAll("*:not(pre, pre *, code, option, script, style, svg, svg *)")) {
			for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) found.add(node.textContent);
			for (const name of ["aria-label", "title", "placeholder"]) found.add(element.getAttribute(name) ?? "");
		}
		return [...found].map((text) => text.trim().replace(/\s+/g, " ")).filter(Boolean);
	});
}

/* What people called their own things, and words that two languages share. */
const shared = new Set([
	"Atoll", "Admin", "admin@example.org", "Ben Okafor", "ben@example.org", "app 1", "Warehouse", "Suppliers", "Logistics", "reader", "Gone", "English", "Français", "Deutsch",
	"curl", "Python", "JavaScript", "Advanced", "API Token", "Actions", "Base", "Bases", "Bases · Atoll", "Name", "Status", "Orange", "Indigo", "Pink", "Gold", "Film", "phone",
	"Table", "Globe", "Institution", "Team", "Person", "Menu de Warehouse", "Description", "Permission",
]);
const size = /^[\d.,]+\s?[kMG]?B$/; // German writes the units of English
const sameEverywhere = (text) => shared.has(text) || size.test(text) || !/\p{L}{2}/u.test(text);

test("French and German: the browser's language is followed, no text is left in English, on a phone the long words fit", async () => {
	const english = {};
	await checkPlaces({}, async (page, name) => {
		english[name] = new Set((await textsOf(page)).filter((text) => !sameEverywhere(text)));
		assert.ok(english[name].size > 3);
	});
	const check = (lang) => async (page, name) => {
		assert.equal(await page.locator("html").getAttribute("lang"), lang);
		assert.deepEqual((await textsOf(page)).filter((text) => english[name].has(text)), []);
		await assertNoSidewaysScroll(page);
	};
	await checkPlaces({ locale: "fr-CA" }, check("fr"));
	await checkPlaces({ locale: "de-AT", phone: true, width: 360 }, check("de"));
});

for (const [locale, say] of Object.entries(words)) {
	test(`tokens are where SeaTable's help says in a browser that asks for ${locale}`, async () => {
		const page = await web.open("/home", { locale });
		await choose("Warehouse")(page, say);
		await page.getByRole("group", { name: say.advanced }).getByRole("menuitem", { name: say.token }).waitFor();
		await page.goto("/team");
		await page.getByRole("link", { name: say.team }).click();
		await page.getByRole("heading", { name: say.team }).waitFor();
		await page.getByRole("button", { name: say.generate }).waitFor();
	});
}

test("the language can be switched on the spot, and stays", async () => {
	const page = await web.open("/login", { person: null });
	await page.getByLabel("Language").selectOption("de");
	await page.getByRole("button", { name: "Anmelden" }).waitFor();
	await page.reload();
	await page.getByRole("button", { name: "Anmelden" }).waitFor();
	const home = await web.open("/home");
	await home.getByRole("button", { name: /^Account of/ }).click();
	await home.getByRole("menuitemradio", { name: "Français" }).click();
	await home.getByRole("button", { name: "Nouvelle base", exact: true }).waitFor();
});

test("light and dark: as the system says, or as the person chooses", async () => {
	const page = await web.open("/home", { dark: true });
	const brightness = () => page.evaluate(() => Number(getComputedStyle(document.documentElement).backgroundColor.match(/\d+/)[0]));
	assert.ok((await brightness()) < 60);
	await page.getByRole("button", { name: /^Account of/ }).click();
	await page.getByRole("menuitemradio", { name: "Light" }).click();
	await until(async () => (await brightness()) > 200);
	await page.reload();
	await page.getByRole("heading", { name: "Bases", exact: true }).waitFor();
	assert.ok((await brightness()) > 200);
});

/* KB as they travel, with an empty cache; how long it took stands in the test's output. */
for (const [path, role, limit] of [["/home", "article", 200], ["/team/api", "table", 200], [`base`, "grid", 500]]) {
	test(`${path} loads under ${limit} KB`, async (t) => {
		const page = await web.open("about:blank");
		const client = await page.context().newCDPSession(page);
		await client.send("Network.enable");
		let bytes = 0;
		client.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
		const begun = performance.now();
		await page.goto(path === "base" ? `/base/${base.uuid}` : path);
		await page.getByRole(role).first().waitFor();
		t.diagnostic(`${Math.round(bytes / 1024)} KB, usable after ${Math.round(performance.now() - begun)} ms`);
		assert.ok(bytes > 20 * 1024 && bytes < limit * 1024, `${bytes} bytes`);
	});
}
