// The own profile, and the own password.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { openBrowser } from "./browser.mjs";
import { addPerson } from "./command.mjs";
import { startServer } from "./server.mjs";

const url = "/api/v2.1/user/";
let server, ana, ben;

before(async () => {
	server = await startServer();
	ana = await addPerson(server, "ana@example.org", ["--name", "Ana Prado"]);
	ben = await addPerson(server, "ben@example.org");
});

after(() => server.stop());

test("the profile has what the web app shows", async () => {
	const { avatar_url, org_id, ...profile } = await server.call("GET", url, { token: ana.token });
	assert.deepEqual(profile, {
		email: ana.username, name: "Ana Prado", contact_email: "ana@example.org", login_id: "", id_in_org: "",
		language: "", time_zone: "", is_org_staff: 0,
	});
	assert.ok(Number.isInteger(org_id));
	assert.match(avatar_url, /^http/);
	assert.equal((await server.call("GET", url, { token: server.admin.token })).is_org_staff, 1);
});

test("a change takes what is given and leaves the rest", async () => {
	const change = (json) => server.call("PUT", url, { token: ana.token, json });
	const all = await change({ name: "  Ana P. ", language: "fr", time_zone: "America/Argentina/Buenos_Aires" });
	assert.deepEqual([all.name, all.language, all.time_zone], ["Ana P.", "fr", "America/Argentina/Buenos_Aires"]);
	assert.deepEqual(await change({}), all);
	assert.equal((await change({ language: "" })).language, "");
	assert.equal((await change({ time_zone: "Etc/GMT+5" })).time_zone, "Etc/GMT+5");
	assert.equal((await change({ time_zone: "" })).time_zone, "");
	assert.equal((await change({ name: "Ana Prado", is_active: false, is_staff: true, contact_email: "x@example.org" })).is_org_staff, 0);
	const profile = await server.call("GET", url, { token: ana.token });
	assert.deepEqual([profile.name, profile.contact_email], ["Ana Prado", "ana@example.org"]);
	const browser = await openBrowser(server, ana);
	assert.equal((await browser.call("PUT", url, { json: { language: "de" } })).language, "de");
});

test("what a profile can't hold", async () => {
	const cases = [
		["name", ""], ["name", "   "], ["name", "a\nb"], ["name", "n".repeat(256)], ["language", "es"], ["language", "EN"],
		["time_zone", "/etc/passwd"], ["time_zone", "Europe Berlin"], ["time_zone", "A".repeat(65)], ["time_zone", "1"], ["time_zone", "<b>"],
	];
	const before = await server.call("GET", url, { token: ana.token });
	for (const [name, value] of cases) {
		const reply = await server.request("PUT", url, { token: ana.token, json: { [name]: value } });
		assert.equal(reply.status, 400, `${name} ${value}`);
		assert.deepEqual(reply.json, { error_msg: `${name} invalid.` });
	}
	const nul = await server.request("PUT", url, { token: ana.token, form: { time_zone: "a\0b" } });
	assert.equal(nul.status, 400);
	assert.deepEqual(await server.call("GET", url, { token: ana.token }), before);
});

const change = (caller, old_password, new_password) =>
	caller.request("PUT", `${url}password/`, { token: caller.token, json: { old_password, new_password } });

test("a new password ends everything but the session that sets it", async () => {
	const [here, there] = [await openBrowser(server, ana), await openBrowser(server, ana)];
	const { workspace_id, uuid } = (await server.createBase("Anas", { token: ana.token })).base;
	const access = `/api/v2.1/workspace/${workspace_id}/dtable/Anas/access-token/`;
	const metadata = (token) => server.request("GET", `/api-gateway/api/v2/dtables/${uuid}/metadata/`, { token });
	const { access_token } = await here.call("GET", access);
	assert.equal((await metadata(access_token)).status, 200);
	assert.deepEqual((await change(here, ana.password, "another one")).json, { success: true });
	assert.equal((await here.request("GET", "/api/v2.1/session/")).status, 200);
	assert.equal((await there.request("GET", "/api/v2.1/session/")).status, 403);
	assert.equal((await server.request("GET", url, { token: ana.token })).status, 401);
	assert.equal((await metadata(access_token)).status, 403);
	assert.equal((await metadata((await here.call("GET", access)).access_token)).status, 200);
	for (const [password, status] of [[ana.password, 400], ["another one", 200]]) {
		assert.equal((await server.request("POST", "/api2/auth-token/", { form: { username: ana.email, password } })).status, status);
	}
});

test("a program may do it too, and ends itself", async () => {
	const program = { request: (...args) => server.request(...args), token: ben.token };
	assert.equal((await change(program, ben.password, "another one")).status, 200);
	assert.equal((await server.request("GET", url, { token: ben.token })).status, 401);
});

test("the present password is asked for, under the limits of signing in", async () => {
	const eve = await addPerson(server, "eve@example.org");
	const browser = await openBrowser(server, eve);
	for (const [old, fresh, message] of [
		["", "long enough", "old_password invalid."], [eve.password, "", "new_password invalid."],
		[eve.password, "seven77", "A password needs at least 8 characters."], [eve.password, "äöüßéèç", "A password needs at least 8 characters."],
		["wrong", "long enough", "The present password is wrong."], [eve.password, "x".repeat(1025), "password invalid."],
	]) {
		const reply = await change(browser, old, fresh);
		assert.equal(reply.status, 400);
		assert.deepEqual(reply.json, { error_msg: message });
	}
	for (let i = 0; i < 10; i++) assert.equal((await change(browser, "wrong", "long enough")).status, 400);
	assert.equal((await change(browser, eve.password, "long enough")).status, 429);
	assert.equal((await browser.request("GET", "/api/v2.1/session/")).status, 200);
});
