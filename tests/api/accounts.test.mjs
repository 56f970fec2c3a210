// Signing in and the own account; what one may know of others (auth.md 3.1 and 4).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { addPerson, atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, ana, ben, stranger;

before(async () => {
	server = await startServer();
	ana = await addPerson(server, "ana@example.org", ["--name", "Ana Prado"]);
	ben = await addPerson(server, "ben@example.org", ["--name", "Ben"]);
	await atollOk(["team", "add", "Others", "--data", server.dir]);
	stranger = await addPerson(server, "stranger@example.org", ["--team", "Others"]);
});

after(() => server.stop());

const signIn = (form, headers) => server.request("POST", "/api2/auth-token/", { form, headers });
const wrong = { non_field_errors: ["Unable to login with provided credentials."] };

test("the same token at each sign-in, by address or user name, as form or JSON", async () => {
	assert.match(ana.token, /^[0-9a-f]{40}$/);
	for (const username of ["ana@example.org", "ANA@Example.org", ana.username]) {
		assert.deepEqual((await signIn({ username, password: ana.password })).json, { token: ana.token });
	}
	const json = await server.request("POST", "/api2/auth-token", { json: { username: ana.email, password: ana.password } });
	assert.deepEqual(json.json, { token: ana.token });
});

test("who may not sign in, and learns nothing by it", async () => {
	for (const form of [
		{ username: "ana@example.org", password: "wrong" },
		{ username: "nobody@example.org", password: "wrong" },
		{ username: "ana@example.org", password: "" },
		{ username: "ana@example.org" },
		{ password: "wrong" },
		{},
	]) {
		const reply = await signIn(form);
		assert.equal(reply.status, 400, reply.text);
		assert.deepEqual(reply.json, wrong);
	}
});

test("ten wrong passwords of one name, then 429 with Retry-After, for that name alone", async () => {
	const eve = await addPerson(server, "eve@example.org", ["--team", "Others"]);
	for (let i = 0; i < 10; i++) assert.equal((await signIn({ username: eve.email, password: "wrong" })).status, 400);
	for (const username of [eve.email, eve.username]) {
		const reply = await signIn({ username, password: eve.password });
		assert.equal(reply.status, 429);
		assert.equal(reply.text, "");
		assert.ok(Number(reply.headers["retry-after"]) > 0);
	}
	assert.equal((await signIn({ username: ana.email, password: ana.password })).status, 200);
	// who is signed in stays so
	assert.equal((await server.request("GET", "/api2/account/info/", { token: eve.token })).status, 200);
});

test("fifty wrong passwords of one address, then 429, for that address alone", async () => {
	// The address is the one that a proxy on this machine adds last; what a client claims before it does not count.
	const from = (address) => ({ "X-Forwarded-For": `198.51.100.${Math.floor(Math.random() * 200)}, ${address}` });
	for (let i = 0; i < 50; i++) {
		assert.equal((await signIn({ username: `name${i}@example.org`, password: "x" }, from("203.0.113.5"))).status, 400);
	}
	assert.equal((await signIn({ username: ana.email, password: ana.password }, from("203.0.113.5"))).status, 429);
	assert.equal((await signIn({ username: ana.email, password: ana.password }, from("203.0.113.6"))).status, 200);
	// Some proxies add a header of their own instead, after the client's.
	const twice = (address) => ({ "X-Forwarded-For": [`198.51.100.${Math.floor(Math.random() * 200)}`, address] });
	assert.equal((await signIn({ username: ana.email, password: ana.password }, twice("203.0.113.5"))).status, 429);
	assert.equal((await signIn({ username: ana.email, password: ana.password }, twice("203.0.113.6"))).status, 200);
});

test("no token, a bad one, either scheme", async () => {
	const info = (options) => server.request("GET", "/api2/account/info/", options);
	const missing = await info({});
	assert.equal(missing.status, 403);
	assert.deepEqual(missing.json, { detail: "Authentication credentials were not provided." });
	for (const token of ["x", "0".repeat(40), "a.b.c"]) {
		const bad = await info({ token });
		assert.equal(bad.status, 401);
		assert.deepEqual(bad.json, { detail: "Invalid token" });
	}
	for (const scheme of ["Token", "Bearer", "token", "BEARER"]) assert.equal((await info({ token: ana.token, scheme })).status, 200);
});

test("tokens and passwords are not in the files, nor in the log", async () => {
	const base = await server.createBase("Secrets", { token: ana.token });
	const apiToken = await base.apiToken("rw", "hidden");
	const files = ["catalog.db", "catalog.db-wal"].map((name) => readFileSync(join(server.dir, name)));
	for (const secret of [ana.token, ana.password, apiToken]) {
		for (const bytes of files) assert.equal(bytes.indexOf(secret), -1);
		assert.equal(server.stderr.indexOf(secret), -1);
	}
});

test("account/info has every key that clients know", async () => {
	const info = await server.call("GET", "/api2/account/info/", { token: ana.token });
	assert.match(info.email, /^[0-9a-f]{32}@auth\.local$/);
	assert.equal(info.name, "Ana Prado");
	assert.equal(info.contact_email, "ana@example.org");
	assert.equal(info.is_staff, false);
	assert.equal(info.is_org_staff, 0);
	assert.ok(Number.isInteger(info.org_id));
	assert.match(info.avatar_url, /^http:\/\/127\.0\.0\.1:/);
	for (const key of ["login_id", "institution", "space_usage", "row_usage_rate", "api_calls_usage_rate"]) assert.equal(typeof info[key], "string", key);
	for (const key of ["total", "usage", "row_total", "row_usage", "api_calls_limit", "dtable_updates_email_interval", "dtable_collaborate_email_interval"])
		assert.ok(Number.isInteger(info[key]), key);
	for (const key of ["enable_subscription", "enable_chargebee", "is_cloud_personal_account"]) assert.equal(info[key], false, key);
	const admin = await server.call("GET", "/api2/account/info/", { token: server.admin.token });
	assert.equal(admin.is_staff, true);
	assert.equal(admin.is_org_staff, 1);
});

test("the own profile and address", async () => {
	const user = await server.call("GET", "/api/v2.1/user/", { token: ben.token });
	assert.equal(user.email, ben.username);
	assert.equal(user.name, "Ben");
	const change = (new_contact_email) =>
		server.request("PUT", "/api/v2.1/user/contact-email/", { token: ben.token, form: { new_contact_email } });
	for (const bad of ["", "ben", "@x", `${"0".repeat(32)}@auth.local`]) {
		const reply = await change(bad);
		assert.equal(reply.status, 400);
		assert.deepEqual(reply.json, { error_msg: "new_contact_email invalid." });
	}
	const taken = await change("Ana@example.org");
	assert.equal(taken.status, 400);
	assert.match(taken.json.error_msg, /already exists/);
	assert.equal(typeof (await change("benjamin@example.org")).json.msg, "string");
	assert.equal((await signIn({ username: "ben@example.org", password: ben.password })).status, 400);
	assert.deepEqual((await signIn({ username: "benjamin@example.org", password: ben.password })).json, { token: ben.token });
	assert.equal((await change("ben@example.org")).status, 200);
});

test("people see the people of their own team", async () => {
	const common = (person, email) => server.request("GET", `/api/v2.1/user-common-info/${encodeURIComponent(email)}/`, { token: person.token });
	const { avatar_url, ...known } = (await common(ana, ben.username)).json;
	assert.deepEqual(known, { email: ben.username, name: "Ben", contact_email: "ben@example.org" });
	assert.match(avatar_url, /^http/);
	assert.equal((await common(stranger, ben.username)).status, 404);
	assert.equal((await common(ana, stranger.email)).status, 404);

	const list = await server.call("POST", "/api/v2.1/user-list/", {
		token: ana.token,
		json: { user_id_list: [ben.username, stranger.username, "nobody@auth.local", ana.username] },
	});
	assert.deepEqual(list.user_list.map(({ email, name }) => [email, name]), [[ben.username, "Ben"], [ana.username, "Ana Prado"]]);
	for (const json of [{}, { user_id_list: "x" }, { user_id_list: [1] }]) {
		assert.equal((await server.request("POST", "/api/v2.1/user-list/", { token: ana.token, json })).status, 400);
	}

	const search = async (person, q) => (await server.call("GET", `/api2/search-user/?q=${encodeURIComponent(q)}`, { token: person.token })).users;
	assert.deepEqual((await search(ana, "BEN@")).map((user) => user.email), [ben.username]);
	assert.deepEqual((await search(ana, "prado")).map((user) => user.contact_email), ["ana@example.org"]);
	assert.deepEqual(await search(ana, "stranger"), []);
	assert.deepEqual(await search(ana, "%"), []);
	assert.equal((await server.request("GET", "/api2/search-user/", { token: ana.token })).status, 400);
});

test("what a program may ask about people, by API token", async () => {
	const base = await server.createBase("Asking", { token: ana.token });
	const token = await base.apiToken("r");
	const info = (username) => server.request("GET", `/api/v2.1/dtable/app-user-info/?username=${encodeURIComponent(username)}`, { token });
	assert.deepEqual((await info(ben.username)).json, { name: "Ben", id_in_org: "" });
	assert.equal((await info(stranger.username)).status, 404);
	assert.equal((await info("")).status, 400);
	const other = await server.request("GET", "/api/v2.1/dtable/third-party-account/?account_name=mail", { token });
	assert.equal(other.status, 404);
	assert.equal(typeof other.json.error_msg, "string");
	for (const bad of [undefined, "x", ana.token]) {
		const reply = await server.request("GET", "/api/v2.1/dtable/app-user-info/?username=x", { token: bad });
		assert.equal(reply.status, 403);
		assert.deepEqual(reply.json, { error_msg: "Permission denied." });
	}
});

test("a token survives a restart", async () => {
	await server.stop({ keep: true });
	await server.restart();
	assert.equal(await server.signIn(ana.email, ana.password), ana.token);
	assert.equal((await server.request("GET", "/api2/auth/ping/", { token: ana.token })).text, '"pong"');
});
