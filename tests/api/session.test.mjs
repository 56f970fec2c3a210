// Sessions: browsers that are signed in by a cookie, on the same endpoints that scripts use with an account token.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { openBrowser } from "./browser.mjs";
import { addPerson, atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

const url = "/api/v2.1/session/";
const missing = { detail: "Authentication credentials were not provided." };
const csrfWrong = { detail: "The header X-CSRF-Token is missing or wrong." };

let server, ana, routes;

before(async () => {
	server = await startServer();
	ana = await addPerson(server, "ana@example.org", ["--name", "Ana Prado", "--admin"]);
	const document = (await server.request("GET", "/openapi.json")).json;
	routes = Object.entries(document.paths).flatMap(([pattern, operations]) =>
		Object.entries(operations).map(([method, { security }]) => ({
			method: method.toUpperCase(), pattern, kind: Object.keys(security[0] ?? {})[0],
		})));
});

after(() => server.stop());

const sql = (text) => execFileSync("sqlite3", [join(server.dir, "catalog.db"), `.timeout 5000`, text], { encoding: "utf8" }).trim();

/** Repeats until the reply has that status: the server notices within a second what others did to the catalog. */
async function until(status, ask) {
	for (let reply = await ask(); ; reply = await ask()) {
		if (reply.status === status) return reply;
	}
}

test("signing in answers the profile and a CSRF token, and sets a cookie that no script can read", async () => {
	const reply = await server.request("POST", url, { json: { username: "ANA@example.org", password: ana.password } });
	assert.equal(reply.status, 200, reply.text);
	assert.deepEqual(reply.json.user, await server.call("GET", "/api/v2.1/user/", { token: ana.token }));
	assert.match(reply.json.csrf_token, /^[0-9a-f]{64}$/);
	assert.equal(reply.headers["cache-control"], "no-store");
	assert.equal(reply.headers["set-cookie"].length, 1);
	assert.match(reply.headers["set-cookie"][0], /^atoll_session=[0-9a-f]{64}; Path=\/; Max-Age=2419200; HttpOnly; SameSite=Strict$/);
	assert.equal(reply.headers["access-control-allow-origin"], undefined);
	const secure = await server.request("POST", url, {
		json: { username: ana.email, password: ana.password }, headers: { "X-Forwarded-Proto": "https" },
	});
	assert.match(secure.headers["set-cookie"][0], /; Secure$/);
});

test("the session tells who is signed in, until it is ended", async () => {
	const browser = await openBrowser(server, ana);
	const stolen = browser.cookie;
	const { user, csrf_token } = await browser.call("GET", url);
	assert.equal(user.email, ana.username);
	assert.equal(csrf_token, browser.csrf);
	assert.equal((await browser.request("DELETE", url, { csrf: null })).status, 403);
	const reply = await browser.request("DELETE", url);
	assert.deepEqual(reply.json, { success: true });
	assert.match(reply.headers["set-cookie"][0], /^atoll_session=; .*Max-Age=0; /);
	for (const cookie of ["", stolen, "x", "0".repeat(64), stolen.toUpperCase(), `${stolen}; atoll_session=x`]) {
		browser.cookie = cookie;
		const again = await browser.request("GET", url);
		assert.equal(again.status, 403);
		assert.deepEqual(again.json, missing);
	}
	/* A program has a token and no session. */
	for (const method of ["GET", "DELETE"]) {
		assert.deepEqual((await server.request(method, url, { token: ana.token })).json, missing);
	}
});

test("who may not sign in, with the same limits as programs", async () => {
	const eve = await addPerson(server, "eve@example.org");
	const tries = (password) => server.request("POST", url, { json: { username: eve.email, password } });
	for (const json of [{}, { username: eve.email }, { username: eve.email, password: "" }, { username: "nobody", password: "x" }]) {
		const reply = await server.request("POST", url, { json });
		assert.equal(reply.status, 400);
		assert.deepEqual(reply.json, { non_field_errors: ["Unable to login with provided credentials."] });
		assert.equal(reply.headers["set-cookie"], undefined);
	}
	for (let i = 0; i < 10; i++) assert.equal((await tries("wrong")).status, 400);
	const reply = await tries(eve.password);
	assert.equal(reply.status, 429);
	assert.ok(Number(reply.headers["retry-after"]) > 0);
	assert.equal((await server.request("POST", "/api2/auth-token/", { form: { username: eve.email, password: eve.password } })).status, 429);
});

test("pages of other sites can't sign a browser in", async () => {
	const from = (headers) => server.request("POST", url, { json: { username: ana.email, password: ana.password }, headers });
	const { host } = new URL(server.url);
	for (const headers of [
		{ "Sec-Fetch-Site": "cross-site" }, { "Sec-Fetch-Site": "same-site" }, { Origin: "https://evil.example" },
		{ Origin: "null" }, { Origin: `http://${host}.evil.example` },
	]) {
		const reply = await from(headers);
		assert.equal(reply.status, 403, JSON.stringify(headers));
		assert.equal(reply.headers["set-cookie"], undefined);
	}
	for (const headers of [{ "Sec-Fetch-Site": "same-origin" }, { Origin: server.url }, { Origin: `https://${host}` }]) {
		assert.equal((await from(headers)).status, 200, JSON.stringify(headers));
	}
});

/** A path of the pattern that names nothing that exists. */
const pathOf = (pattern) => pattern.replace(/\{\w+\}/g, "987654");

test("every endpoint of accounts takes the cookie, and what changes something the CSRF token too", async () => {
	const browser = await openBrowser(server, ana);
	const other = await openBrowser(server, ana);
	const walked = routes.filter(({ kind, pattern }) => kind === "accountToken" && pattern !== url);
	assert.ok(walked.filter(({ method }) => method !== "GET").length > 20);
	for (const { method, pattern } of walked) {
		const where = `${method} ${pattern}`;
		const call = (options) => browser.request(method, pathOf(pattern), options);
		if (method !== "GET") {
			for (const csrf of [null, "", "x", "0".repeat(64), other.csrf, browser.csrf.toUpperCase(), `${browser.csrf} `.slice(1)]) {
				const reply = await call({ csrf });
				assert.equal(reply.status, 403, where);
				assert.deepEqual(reply.json, csrfWrong, where);
			}
		}
		const good = await call({});
		assert.ok(good.status < 500, `${where}: ${good.text}`);
		assert.notEqual(good.status, 401, where);
		assert.notDeepEqual(good.text, JSON.stringify(missing), where);
		assert.notDeepEqual(good.text, JSON.stringify(csrfWrong), where);
		const foreign = await call({ headers: { Cookie: `atoll_session=${"0".repeat(64)}` } });
		assert.equal(foreign.status, 403, where);
		assert.deepEqual(foreign.json, missing, where);
	}
});

test("the cookie opens nothing but the endpoints of accounts, and no header is taken for it", async () => {
	const browser = await openBrowser(server, ana);
	const base = await server.createBase("Cookies", { token: ana.token });
	for (const { method, pattern } of routes.filter(({ kind }) => kind === "baseToken" || kind === "apiToken")) {
		const reply = await browser.request(method, pattern.replace("{base_uuid}", base.uuid).replace(/\{\w+\}/g, "x"));
		assert.equal(reply.status, 403, `${method} ${pattern}: ${reply.text}`);
	}
	/* A wrong token is a wrong token, whatever the cookie says. */
	for (const [Authorization, status] of [["Token x", 401], [`Token ${"0".repeat(40)}`, 401], ["Basic eDp5", 403], ["", 403]]) {
		assert.equal((await browser.request("GET", "/api/v2.1/user/", { headers: { Authorization } })).status, status, Authorization);
	}
	assert.equal((await server.request("GET", "/api/v2.1/user/", { token: browser.cookie })).status, 401);
});

test("no page of another origin reads what a session may", async () => {
	const browser = await openBrowser(server, ana);
	for (const path of [url, "/api/v2.1/user/", "/api/v2.1/workspaces/", "/api2/account/info/"]) {
		for (const method of ["GET", "OPTIONS"]) {
			const reply = await browser.request(method, path, { headers: { Origin: "https://evil.example", "Access-Control-Request-Method": "PUT" } });
			for (const name of Object.keys(reply.headers)) assert.doesNotMatch(name, /^access-control-/, `${method} ${path}`);
		}
	}
	const gateway = await browser.request("GET", "/api-gateway/api/v2/ping/", { headers: { Origin: "https://evil.example" } });
	assert.equal(gateway.headers["access-control-allow-origin"], "*");
	assert.equal(gateway.headers["access-control-allow-credentials"], undefined);
});

test("a person works in a browser as a script does", async () => {
	const browser = await openBrowser(server, ana);
	const { table } = await browser.request("POST", "/api/v2.1/dtables/", { json: { name: "By hand" } }).then((reply) => reply.json);
	const path = `/api/v2.1/workspace/${table.workspace_id}/dtable/By%20hand/`;
	const made = await browser.request("POST", `${path}api-tokens/`, { json: { app_name: "app", permission: "r" } });
	assert.equal(made.json.generated_by, ana.username);
	const { access_token } = await browser.call("GET", `${path}access-token/`);
	assert.equal((await server.request("GET", `/api-gateway/api/v2/dtables/${table.uuid}/metadata/`, { token: access_token })).status, 200);
});

test("a deactivated account is out, and stays out when it comes back", async () => {
	const dan = await addPerson(server, "dan@example.org");
	const browser = await openBrowser(server, dan);
	const { org_id } = await server.call("GET", "/api/v2.1/user/", { token: ana.token });
	const change = (json) => server.call("PUT", `/api/v2.1/org/${org_id}/admin/users/${dan.username}/`, { token: ana.token, json });
	assert.equal((await browser.request("GET", url)).status, 200);
	await change({ is_active: false });
	assert.equal((await browser.request("GET", url)).status, 403);
	await change({ is_active: true });
	assert.equal((await browser.request("GET", url)).status, 403);
	await browser.signIn(dan);
	await atollOk(["user", "password", dan.email, "--data", server.dir], { env: { ATOLL_PASSWORD: "set by the operator" } });
	await until(403, () => browser.request("GET", url));
	await browser.signIn({ email: dan.email, password: "set by the operator" });
	await server.call("PUT", `/api/v2.1/org/${org_id}/admin/users/${dan.username}/set-password/`, { token: ana.token });
	assert.equal((await browser.request("GET", url)).status, 403);
});

test("a session moves on while it is used, and ends when it is not", async () => {
	const hour = 3600 * 1000;
	const gil = await addPerson(server, "gil@example.org");
	const browser = await openBrowser(server, gil);
	const mine = `account_id = (SELECT id FROM account WHERE contact_email = '${gil.email}')`;
	const expiry = () => Number(sql(`SELECT expires_at FROM session WHERE ${mine}`));
	assert.equal((await browser.request("GET", url)).headers["set-cookie"], undefined);
	const first = expiry();
	assert.ok(Math.abs(first - Date.now() - 28 * 24 * hour) < hour);

	sql(`UPDATE session SET last_seen = last_seen - ${2 * hour}, expires_at = expires_at - ${2 * hour} WHERE ${mine}`);
	let renewed;
	while (!renewed) renewed = (await browser.request("GET", "/api/v2.1/user/")).headers["set-cookie"];
	assert.match(renewed[0], new RegExp(`^atoll_session=${browser.cookie}; .*Max-Age=2419200`));
	assert.ok(expiry() >= first);
	assert.equal((await browser.request("GET", url)).headers["set-cookie"], undefined);

	sql(`UPDATE session SET expires_at = 1 WHERE ${mine}`);
	assert.deepEqual((await until(403, () => browser.request("GET", url))).json, missing);
	await browser.signIn(gil);
	assert.equal(sql(`SELECT count(*) FROM session WHERE ${mine}`), "1");
});

test("fifty sessions an account: the one unused longest goes first", async () => {
	const kim = await addPerson(server, "kim@example.org");
	const browsers = [];
	for (let i = 0; i < 51; i++) browsers.push(await openBrowser(server, kim));
	assert.equal(sql("SELECT count(*) FROM session JOIN account a ON a.id = account_id WHERE contact_email = 'kim@example.org'"), "50");
	assert.equal((await browsers[50].request("GET", url)).status, 200);
	assert.equal((await browsers[1].request("GET", url)).status, 200);
	assert.equal((await browsers[0].request("GET", url)).status, 403);
});

test("cookies and CSRF tokens are not in the files, nor in the log", async () => {
	const browser = await openBrowser(server, ana);
	for (const name of ["catalog.db", "catalog.db-wal"]) {
		const bytes = readFileSync(join(server.dir, name));
		for (const secret of [browser.cookie, browser.csrf]) {
			assert.equal(bytes.indexOf(secret), -1);
			assert.equal(bytes.indexOf(Buffer.from(secret, "hex")), -1);
			assert.equal(server.stderr.indexOf(secret), -1);
		}
	}
});

test("a session survives a restart", async () => {
	const browser = await openBrowser(server, ana);
	await server.stop({ keep: true });
	await server.restart();
	assert.equal((await browser.call("GET", url)).csrf_token, browser.csrf);
});
