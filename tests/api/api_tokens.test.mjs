// API tokens of a base and of the team; base tokens made from them, and how these end (auth.md 2, 3.2, 3.3, 3.6).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { addGroup, addPerson, atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, ana, ben, carla, base, tokens;

before(async () => {
	server = await startServer();
	ana = await addPerson(server, "ana@example.org", ["--name", "Ana Prado"]);
	ben = await addPerson(server, "ben@example.org");
	carla = await addPerson(server, "carla@example.org");
	base = await server.createBase("Ware house", { token: ana.token });
	tokens = base.tokensPath;
});

after(() => server.stop());

const create = (app_name, permission, options = {}) =>
	server.request("POST", tokens, { token: ana.token, form: { app_name, permission }, ...options });
const change = (app_name, permission, options = {}) =>
	server.request("PUT", `${tokens}${encodeURIComponent(app_name)}/`, { token: ana.token, json: { permission }, ...options });
const remove = (app_name) => server.request("DELETE", `${tokens}${encodeURIComponent(app_name)}/`, { token: ana.token });
const list = async () => (await server.call("GET", tokens, { token: ana.token })).api_tokens;
const exchange = (token, query = "") => server.request("GET", `/api/v2.1/dtable/app-access-token/${query}`, { token });
const baseToken = async (apiToken) => (await exchange(apiToken)).json.access_token;
const read = (token) => base.request("GET", "rows/?table_name=Table1", { token });
const write = (token) => base.request("POST", "rows/", { token, json: { table_name: "Table1", rows: [{ Name: "x" }] } });
const claims = (jwt) => JSON.parse(Buffer.from(jwt.split(".")[1], "base64url"));

function refused(status, message, reply) {
	assert.equal(reply.status, status, reply.text);
	assert.equal(reply.json.error_msg, message);
}

test("a new token: 201, exactly six keys, 40 hex digits", async () => {
	const reply = await create("sync", "rw");
	assert.equal(reply.status, 201, reply.text);
	const made = reply.json;
	assert.deepEqual(Object.keys(made).sort(), ["api_token", "app_name", "generated_at", "generated_by", "last_access", "permission"]);
	assert.match(made.api_token, /^[0-9a-f]{40}$/);
	assert.equal(made.app_name, "sync");
	assert.equal(made.permission, "rw");
	assert.equal(made.generated_by, ana.username);
	assert.equal(made.last_access, made.generated_at);
	assert.match(made.generated_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
	assert.deepEqual((await list()).find((token) => token.app_name === "sync"), made);
});

test("names are unique in the base; what can't be a token is refused", async () => {
	refused(400, "app_name sync already exists.", await create("sync", "r"));
	// Not what URLs resolve away, nor what would sign a program's changes with a person's name.
	for (const name of ["", "  ", "a\nb", "x".repeat(256), ".", "..", ana.username, ana.username.toUpperCase()]) refused(400, "app_name invalid.", await create(name, "r"));
	refused(400, "app_name invalid.", await server.request("POST", tokens, { token: ana.token, form: { permission: "r" } }));
	for (const permission of ["", "w", "RW", "admin"]) refused(400, "permission invalid.", await create("other", permission));
	refused(404, "api_token nothing not found.", await change("nothing", "r"));
	refused(404, "api_token nothing not found.", await remove("nothing"));
	refused(400, "permission invalid.", await change("sync", "x"));
	const elsewhere = await server.createBase("Elsewhere", { token: ana.token });
	assert.match(await elsewhere.apiToken("r", "sync"), /^[0-9a-f]{40}$/);
});

test("names that a path must encode", async () => {
	for (const name of ["a b", "a/b", "50 %", "?#&=", "✓ 🐟", "a+b", "x".repeat(255)]) {
		assert.equal((await create(name, "rw")).status, 201, name);
		assert.equal((await change(name, "r")).json.permission, "r", name);
		assert.deepEqual((await remove(name)).json, { success: true }, name);
	}
});

test("who may manage tokens", async () => {
	const list = (person, path = tokens) => server.request("GET", path, { token: person?.token });
	const missing = await list();
	assert.equal(missing.status, 403);
	assert.deepEqual(missing.json, { detail: "Authentication credentials were not provided." });
	refused(403, "Permission denied.", await list(ben));
	refused(403, "Permission denied.", await create("x", "r", { token: ben.token }));
	refused(403, "Permission denied.", await change("sync", "r", { token: ben.token }));
	refused(404, "Workspace 99999 not found.", await list(ana, "/api/v2.1/workspace/99999/dtable/x/api-tokens/"));
	refused(404, "dtable Nothing not found.", await list(ana, `/api/v2.1/workspace/${base.workspaceId}/dtable/Nothing/api-tokens/`));

	// with a share, not either; of a group, its admins
	await server.call("POST", tokens.replace("api-tokens", "share"), { token: ana.token, form: { email: ben.email, permission: "rw" } });
	refused(403, "Permission denied.", await list(ben));
	await server.call("DELETE", tokens.replace("api-tokens", "share"), { token: ana.token, form: { email: ben.email } });
	const group = await addGroup(server, ana, "Token people", [ben, carla]);
	await server.call("PUT", `/api/v2.1/groups/${group.id}/members/${ben.username}/`, { token: ana.token, form: { is_admin: "true" } });
	await server.call("POST", "/api/v2.1/dtables/", { token: ana.token, form: { name: "Of group", workspace_id: group.workspaceId } });
	const path = `/api/v2.1/workspace/${group.workspaceId}/dtable/Of%20group/api-tokens/`;
	assert.equal((await list(ben, path)).status, 200);
	refused(403, "Permission denied.", await list(carla, path));
});

test("the exchange answers what every client needs, and nothing that one takes for a lifetime", async () => {
	const { api_token: token } = (await create("exchange", "r")).json;
	const reply = await exchange(token);
	assert.equal(reply.status, 200);
	const { access_token, ...rest } = reply.json;
	assert.deepEqual(rest, {
		app_name: "exchange",
		dtable_uuid: base.uuid,
		dtable_server: `${server.url}/api-gateway/`,
		dtable_socket: `${server.url}/`,
		dtable_db: `${server.url}/dtable-db/`,
		workspace_id: base.workspaceId,
		dtable_name: "Ware house",
		use_api_gateway: true,
	});
	const found = claims(access_token);
	assert.equal(found.dtable_uuid, base.uuid);
	assert.equal(found.username, "");
	assert.equal(found.permission, "r");
	assert.equal(found.app_name, "exchange");
	for (const bad of [undefined, "x", "0".repeat(40), `${token}0`, token.toUpperCase(), ana.token, access_token, "a.b.c"]) {
		refused(403, "Permission denied.", await exchange(bad));
	}
});

test("exp is honoured, or three days when it can't be read", async () => {
	const { api_token: token } = (await create("exp", "r")).json;
	for (const [exp, seconds] of [["5h", 5 * 3600], ["2d", 2 * 86400], ["", 3 * 86400], ["5x", 3 * 86400], ["-1h", 3 * 86400], ["0d", 3 * 86400]]) {
		const lives = claims((await exchange(token, `?exp=${exp}`)).json.access_token).exp - Date.now() / 1000;
		assert.ok(Math.abs(lives - seconds) < 30, `${exp}: ${lives}`);
	}
});

test("deleting a token ends its base tokens at once", async () => {
	const { api_token: token } = (await create("short", "rw")).json;
	const access = await baseToken(token);
	assert.equal((await write(access)).status, 200);
	assert.deepEqual((await remove("short")).json, { success: true });
	refused(403, "invalid token", await read(access));
	refused(403, "Permission denied.", await exchange(token));
	assert.equal((await list()).some((found) => found.app_name === "short"), false);
	// the next one of that name is another
	const next = (await create("short", "rw")).json.api_token;
	assert.notEqual(next, token);
	refused(403, "invalid token", await read(access));
});

test("once a deletion is answered, nothing that begins later succeeds, however busy the token is", async () => {
	const apiToken = (await create("busy", "rw")).json.api_token;
	const token = await baseToken(apiToken);
	let deleted = false, worked = 0;
	const use = async (call) => {
		for (let late = 0; late < 5;) {
			const expected = deleted ? [403] : [200, 403];
			const { status, text } = await call();
			assert.ok(expected.includes(status), text);
			worked += status === 200;
			late += expected.length === 1;
		}
	};
	const users = [...Array(4).fill(() => write(token)), ...Array(2).fill(() => exchange(apiToken))];
	const work = Promise.all(users.map(use));
	while (worked < 20) await new Promise(setImmediate);
	assert.equal((await remove("busy")).status, 200);
	deleted = true;
	await work;
});

test("changing a permission ends the base tokens with the text that makes clients fetch a new one", async () => {
	const { api_token: token } = (await create("changing", "rw")).json;
	const first = await baseToken(token);
	assert.equal((await write(first)).status, 200);
	const changed = (await change("changing", "r")).json;
	assert.equal(changed.permission, "r");
	assert.equal(changed.api_token, token);
	refused(403, "Token expired.", await write(first));
	const second = await baseToken(token);
	assert.equal((await read(second)).status, 200);
	refused(403, "You don't have permission to perform this action.", await write(second));
	assert.equal((await change("changing", "rw", { json: undefined, form: { permission: "rw" } })).json.permission, "rw");
	refused(403, "Token expired.", await read(second));
	assert.equal((await write(await baseToken(token))).status, 200);
});

test("no base token of one base opens another", async () => {
	const other = await server.createBase("Other", { token: ana.token });
	refused(403, "invalid token", await read(other.token));
	const account = await server.call("GET", other.tokensPath.replace("api-tokens", "access-token"), { token: ana.token });
	refused(403, "invalid token", await read(account.access_token));
});

test("last access moves with the use of base tokens, without a write a call", async () => {
	const { api_token: token, last_access: first } = (await create("used", "r")).json;
	const access = await baseToken(token);
	const commits = async () => Number((await server.request("GET", "/metrics")).text.match(/^atoll_store_commits_total (\d+)/m)[1]);
	const seen = async () => (await list()).find((found) => found.app_name === "used").last_access;
	const before = await commits();
	assert.ok((await seen()) > first, "the exchange counts, in the second of the token's making too");
	for (let calls = 0; calls < 100; calls++) assert.equal((await read(access)).status, 200);
	assert.ok((await commits()) - before <= 2);
	await server.stop({ keep: true });
	await server.restart();
	assert.ok((await seen()) > first);
});

test("a temporary token: a person's, for an hour, and no base token", async () => {
	const path = tokens.replace("api-tokens", "temp-api-token");
	const temp = (await server.call("GET", path, { token: ana.token })).api_token;
	assert.equal(temp.split(".").length, 3);
	assert.ok(Math.abs(claims(temp).exp - Date.now() / 1000 - 3600) < 30);
	const reply = await exchange(temp);
	assert.equal(reply.status, 200, reply.text);
	assert.equal(reply.json.app_name, "");
	assert.equal(claims(reply.json.access_token).username, ana.username);
	const written = await write(reply.json.access_token);
	assert.equal(written.json.first_row._creator, ana.username);
	refused(403, "invalid token", await read(temp));
	refused(403, "Permission denied.", await exchange(reply.json.access_token));
	refused(403, "Permission denied.", await server.request("GET", path, { token: ben.token }));
});

test("a person's base token follows the share", async () => {
	const share = tokens.replace("api-tokens", "share");
	const access = (person) => server.request("GET", tokens.replace("api-tokens", "access-token"), { token: person.token });
	refused(403, "Permission denied.", await access(ben));
	await server.call("POST", share, { token: ana.token, form: { email: ben.username, permission: "rw" } });
	const reply = await access(ben);
	assert.equal(reply.json.dtable_uuid, base.uuid);
	const token = reply.json.access_token;
	assert.equal(claims(token).permission, "rw");
	assert.equal((await write(token)).status, 200);
	await server.call("PUT", share, { token: ana.token, form: { email: ben.username, permission: "r" } });
	assert.equal((await read(token)).status, 200);
	assert.equal((await write(token)).status, 403);
	assert.equal(claims((await access(ben)).json.access_token).permission, "r");
	await server.call("DELETE", share, { token: ana.token, form: { email: ben.username } });
	refused(403, "invalid token", await read(token));
	refused(403, "Permission denied.", await access(ben));
});

test("a base in the trash: its tokens are dead, and live again with it", async () => {
	const passing = await server.createBase("Passing", { token: ana.token });
	const token = await passing.apiToken("r");
	const access = await baseToken(token);
	const own = `/api/v2.1/workspace/${passing.workspaceId}/dtable/`;
	await server.call("DELETE", own, { token: ana.token, form: { name: "Passing" } });
	const gone = await exchange(token);
	assert.equal(gone.status, 404);
	assert.match(gone.json.error_msg, /^dtable .* not found\.$/);
	refused(403, "invalid token", await passing.request("GET", "metadata/", { token: access }));
	await server.call("PUT", `/api/v2.1/trash-dtables/${passing.base.id}/`, { token: ana.token });
	assert.equal((await exchange(token)).status, 200);
	assert.equal((await passing.request("GET", "metadata/", { token: access })).status, 200);
});

test("any number of tokens, made at once; of one name, one", async () => {
	const many = await Promise.all(Array.from({ length: 40 }, (_, i) => create(`many ${i}`, "r")));
	assert.ok(many.every((reply) => reply.status === 201));
	assert.equal(new Set(many.map((reply) => reply.json.api_token)).size, 40);
	const same = await Promise.all(Array.from({ length: 20 }, () => create("same", "r")));
	assert.equal(same.filter((reply) => reply.status === 201).length, 1);
	assert.equal(same.filter((reply) => reply.status === 400).length, 19);
});

test("the team's tokens: list with filters, make, change, delete", async () => {
	const { org_id: org } = await server.call("GET", "/api2/account/info/", { token: server.admin.token });
	const team = `/api/v2.1/org/${org}/admin`;
	const admin = { token: server.admin.token };
	const ofBase = `${team}/dtables/${base.uuid}/api-tokens/`;
	const made = await server.request("POST", ofBase, { ...admin, json: { app_name: "central", permission: "rw" } });
	assert.equal(made.status, 201, made.text);
	assert.equal(made.json.creator, "Admin");
	assert.match(made.json.avatar_url, /^http/);
	assert.equal((await write(await baseToken(made.json.api_token))).status, 200);

	const page = await server.call("GET", `${team}/api-tokens/?per_page=5`, admin);
	assert.equal(page.api_tokens.length, 5);
	assert.ok(page.total_count > 40);
	const first = page.api_tokens[0];
	assert.deepEqual(first, { ...made.json, last_access: first.last_access, dtable_uuid: base.uuid, dtable_name: "Ware house", dtable_icon: null, dtable_color: null });
	const find = async (query) => (await server.call("GET", `${team}/api-tokens/?${query}`, admin)).api_tokens;
	assert.deepEqual((await find("search=CENTRAL")).map((token) => token.app_name), ["central"]);
	assert.ok((await find("search=elsewhere")).every((token) => token.dtable_name === "Elsewhere"));
	assert.ok((await find(`base_uuid=${base.uuid}&permission=rw&per_page=100`)).every((token) => token.permission === "rw" && token.dtable_uuid === base.uuid));
	for (const uuid of [base.uuid.replaceAll("-", ""), base.uuid.toUpperCase()]) {
		assert.deepEqual((await find(`base_uuid=${uuid}&search=central`)).map((token) => token.app_name), ["central"], uuid);
	}
	assert.deepEqual(await find("unused_days=1"), []);
	for (const bad of ["permission=x", "base_uuid=x", "page=0", "per_page=100000", "unused_days=-1"]) {
		assert.equal((await server.request("GET", `${team}/api-tokens/?${bad}`, admin)).status, 400, bad);
	}

	const own = await server.call("GET", ofBase, admin);
	assert.ok(own.api_tokens.some((token) => token.app_name === "central" && token.creator === "Admin"));
	assert.equal((await server.call("PUT", `${ofBase}central/`, { ...admin, form: { permission: "r" } })).permission, "r");
	assert.deepEqual(await server.call("DELETE", `${ofBase}central/`, admin), { success: true });
	refused(404, "api_token central not found.", await server.request("DELETE", `${ofBase}central/`, admin));

	// only for admins, and only of the own team
	for (const [method, path] of [["GET", `${team}/api-tokens/`], ["GET", ofBase], ["POST", ofBase], ["DELETE", `${ofBase}sync/`]]) {
		assert.equal((await server.request(method, path, { token: ana.token, form: { app_name: "x", permission: "r" } })).status, 403, path);
	}
	await atollOk(["team", "add", "Others", "--data", server.dir]);
	const other = await addPerson(server, "other@example.org", ["--team", "Others", "--team-admin"]);
	const { org_id: otherOrg } = await server.call("GET", "/api2/account/info/", { token: other.token });
	assert.equal((await server.request("GET", `${team}/api-tokens/`, { token: other.token })).status, 403);
	assert.deepEqual(await server.call("GET", `/api/v2.1/org/${otherOrg}/admin/api-tokens/`, { token: other.token }), { api_tokens: [], total_count: 0 });
	const foreign = await server.request("GET", `/api/v2.1/org/${otherOrg}/admin/dtables/${base.uuid}/api-tokens/`, { token: other.token });
	assert.equal(foreign.status, 404);
});
