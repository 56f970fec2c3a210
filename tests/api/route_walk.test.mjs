// Who may do what, for every route that there is: the route table comes from /openapi.json, so a new route is walked from the
// day it exists. A token of one base gets nothing of another; a read token gets 403 on every write; no token, a wrong, an
// expired and a revoked one get nothing at all.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { masterSecret, reissue } from "./secret.mjs";
import { startServer } from "./server.mjs";

let server, mine, other, routes;

before(async () => {
	server = await startServer({ env: { ATOLL_SECRET_KEY: masterSecret } });
	mine = await server.createBase("Mine");
	other = await server.createBase("Other");
	const document = (await server.request("GET", "/openapi.json")).json;
	routes = Object.entries(document.paths).flatMap(([pattern, operations]) =>
		Object.entries(operations).map(([method, operation]) => ({
			method: method.toUpperCase(),
			pattern,
			kind: operation.security.length > 0 ? Object.keys(operation.security[0])[0] : null,
			permission: operation["x-permission"],
		})),
	);
});

after(() => server.stop());

/** A path of the pattern that names things which exist, where there are any. */
function pathFor(pattern, base) {
	const values = { base_uuid: base.uuid, workspace_id: base.workspaceId, base_name: base.base.name, view_name: "0000" };
	return pattern.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? "1"));
}

function walk(kind, permissions) {
	const found = routes.filter((route) => route.kind === kind && (!permissions || permissions.includes(route.permission)));
	assert.ok(found.length > 0, `no route asks for ${kind}`);
	return found;
}

/** Calls the route on `base` with `token`, as a client would that has a table to name. */
function call(route, base, token, options = {}) {
	const body = route.method === "GET" ? {} : { json: { table_name: "Table1" } };
	const query = route.method === "GET" ? "?table_name=Table1" : "";
	return server.request(route.method, pathFor(route.pattern, base) + query, { token, ...body, ...options });
}

async function expectRefused(route, base, token, status, message) {
	const reply = await call(route, base, token);
	const where = `${route.method} ${route.pattern}: ${reply.text}`;
	assert.equal(reply.status, status, where);
	const error = reply.json;
	assert.equal(error.error_msg ?? error.detail, message, where);
	if (route.pattern.startsWith("/api-gateway")) {
		assert.equal(error.error_message, message, where);
		assert.equal(error.error_msg, message, where);
	}
	assert.ok(!reply.text.includes("Table1"), where);
}

test("the table knows at least the base operations of today", () => {
	assert.ok(walk("baseToken", ["rw"]).length >= 18);
	assert.ok(walk("baseToken", ["r"]).length >= 8);
	assert.ok(walk("accountToken").length >= 20);
	assert.ok(walk("apiToken").length >= 1);
	for (const route of routes) {
		const fits = { baseToken: ["r", "rw", "by statement"], apiToken: ["r", "rw"], null: ["none"],
			accountToken: ["account", "team admin", "system admin"] }[route.kind];
		assert.ok(fits.includes(route.permission), `${route.method} ${route.pattern}: ${route.permission}`);
	}
});

test("what changes a base asks for write permission", () => {
	/* Methods other than GET that a read token may use: questions that need a body. */
	const reading = [
		"POST /api-gateway/api/v2/dtables/{base_uuid}/query-links/", "POST /dtable-db/api/v1/linked-records/{base_uuid}/",
		"POST /api-gateway/api/v2/dtables/{base_uuid}/filtered-rows/", "POST /dtable-server/api/v1/dtables/{base_uuid}/filtered-rows/",
		"POST /api-gateway/api/v1/dtables/{base_uuid}/filtered-rows/",
		"POST /api-gateway/api/v2/dtables/{base_uuid}/summarize-rows/", "POST /api-gateway/api/v2/dtables/{base_uuid}/color-rows/",
		"POST /api-gateway/api/v2/dtables/{base_uuid}/preview-formula/",
		// The person's own list, whatever the permission.
		...["/api-gateway/api/v2", "/dtable-server/api/v1", "/api-gateway/api/v1"].flatMap((prefix) => [
			`PUT ${prefix}/dtables/{base_uuid}/notifications/`, `DELETE ${prefix}/dtables/{base_uuid}/notifications/`,
			`PUT ${prefix}/dtables/{base_uuid}/notifications/{notification_id}/`,
		]),
	];
	for (const route of walk("baseToken")) {
		const where = `${route.method} ${route.pattern}`;
		// A statement says itself whether it writes (sql.test.mjs).
		if (["POST /api-gateway/api/v2/dtables/{base_uuid}/sql/", "POST /dtable-db/api/v1/query/{base_uuid}/"].includes(where)) {
			assert.equal(route.permission, "by statement");
			continue;
		}
		assert.equal(route.permission, route.method === "GET" || reading.includes(where) ? "r" : "rw", where);
	}
});

test("only what must be open is open", () => {
	const open = routes.filter((route) => route.kind === null).map((route) => `${route.method} ${route.pattern}`);
	assert.deepEqual(open.sort(), [
		"GET /api-gateway/api/v2/ping/", "GET /api2/ping/", "GET /dtable-db/ping/", "GET /dtable-server/api/v1/ping/",
		"GET /dtable-server/api/v2/ping/", "GET /dtable-server/ping/", "GET /metrics", "GET /openapi.json",
		"GET /server-info/", "POST /api/v2.1/session/", "POST /api2/auth-token/",
	]);
});

test("a token of one base gets nothing of another", async () => {
	for (const route of walk("baseToken")) await expectRefused(route, other, mine.token, 403, "invalid token");
	const left = await other.call("GET", "metadata/");
	assert.deepEqual(left.metadata.tables.map((table) => table.name), ["Table1"]);
	assert.equal((await other.rows("Table1")).length, 3);
});

test("a read token gets 403 on every write, and reads", async () => {
	const readToken = await mine.baseToken("r");
	for (const route of walk("baseToken", ["rw"])) {
		await expectRefused(route, mine, readToken, 403, "You don't have permission to perform this action.");
	}
	for (const route of walk("baseToken", ["r"])) {
		const reply = await call(route, mine, readToken);
		/* 400: it got as far as the arguments, which the walk does not have. */
		assert.ok([200, 400, 404].includes(reply.status), `${route.pattern}: ${reply.status} ${reply.text}`);
	}
	assert.equal((await mine.call("GET", "metadata/", undefined, { token: readToken })).metadata.tables.length, 1);
	assert.equal((await mine.rows("Table1")).length, 3);
});

test("a write token is not refused on any route of its base", async () => {
	const scratch = await server.createBase("Scratch");
	for (const route of walk("baseToken")) {
		const reply = await call(route, scratch, scratch.token);
		assert.notEqual(reply.status, 403, `${route.method} ${route.pattern}: ${reply.text}`);
		assert.ok(reply.status < 500, `${route.method} ${route.pattern}: ${reply.status} ${reply.text}`);
	}
});

test("a base token of another kind, a wrong one and none", async () => {
	const apiToken = await mine.apiToken("rw");
	const [head, payload, signature] = mine.token.split(".");
	const none = Buffer.from('{"typ":"JWT","alg":"none"}').toString("base64url");
	const claims = JSON.parse(Buffer.from(payload, "base64url"));
	const forged = Buffer.from(JSON.stringify({ ...claims, dtable_uuid: other.uuid })).toString("base64url");
	const wrong = [
		undefined, "", "x", "a.b.c", "0".repeat(40), apiToken, server.admin.token, `${head}.${payload}`,
		`${head}.${payload}.${"A".repeat(signature.length)}`, `${none}.${payload}.`, `${none}.${payload}.${signature}`,
		`${head}.${forged}.${signature}`, `${mine.token}x`, "\u00e9".repeat(20),
	];
	for (const route of walk("baseToken")) {
		for (const token of wrong) {
			const headers = token === undefined ? {} : { Authorization: `Token ${token}` };
			const base = token?.includes(forged) ? other : mine;
			const reply = await call(route, base, undefined, { headers });
			assert.equal(reply.status, 403, `${route.method} ${route.pattern} with ${token}: ${reply.text}`);
			assert.equal(reply.json.error_msg, "invalid token");
		}
	}
});

test("an expired base token says so, in the words that the Python client waits for", async () => {
	const expired = reissue(mine.token, { exp: Math.floor(Date.now() / 1000) - 10 });
	const alive = reissue(mine.token, { exp: Math.floor(Date.now() / 1000) + 600 });
	for (const route of walk("baseToken")) await expectRefused(route, mine, expired, 403, "Token expired.");
	/* The same key signs a good one: what is refused above is the expiry. */
	assert.equal((await mine.request("GET", "metadata/", { token: alive })).status, 200);
});

test("a deleted API token ends its base tokens at once, a lowered one takes the writes away", async () => {
	const base = await server.createBase("Revoked");
	const token = await base.baseToken("rw", await base.apiToken("rw", "goes"));
	assert.equal((await base.request("GET", "metadata/", { token })).status, 200);
	await server.call("PUT", `${base.tokensPath}goes/`, { token: server.admin.token, json: { permission: "r" } });
	for (const route of walk("baseToken", ["rw"])) assert.equal((await call(route, base, token)).status, 403);
	await server.call("DELETE", `${base.tokensPath}goes/`, { token: server.admin.token });
	for (const route of walk("baseToken")) {
		const reply = await call(route, base, token);
		assert.equal(reply.status, 403, `${route.method} ${route.pattern}: ${reply.text}`);
	}
});

test("a base in the trash is gone for its tokens", async () => {
	const base = await server.createBase("Trashed");
	await server.call("DELETE", `/api/v2.1/workspace/${base.workspaceId}/dtable/`, {
		token: server.admin.token,
		json: { name: "Trashed" },
	});
	for (const route of walk("baseToken")) {
		const reply = await call(route, base, base.token);
		assert.ok(reply.status === 403 || reply.status === 404, `${route.method} ${route.pattern}: ${reply.status}`);
	}
});

test("account endpoints take account tokens only", async () => {
	const apiToken = await mine.apiToken("rw");
	for (const route of walk("accountToken")) {
		const where = `${route.method} ${route.pattern}`;
		const missing = await call(route, mine, undefined);
		assert.equal(missing.status, 403, where);
		assert.equal(missing.json.detail, "Authentication credentials were not provided.", where);
		for (const token of ["x", "0".repeat(40), apiToken, mine.token]) {
			const reply = await call(route, mine, token);
			assert.equal(reply.status, 401, `${where}: ${reply.text}`);
			assert.equal(reply.json.detail, "Invalid token", where);
		}
	}
});

test("endpoints of API tokens take API tokens only", async () => {
	for (const route of walk("apiToken")) {
		for (const token of [undefined, "x", "0".repeat(40), server.admin.token, mine.token]) {
			const reply = await call(route, mine, token);
			assert.equal(reply.status, 403, `${route.method} ${route.pattern}: ${reply.text}`);
			assert.equal(reply.json.error_msg, "Permission denied.");
		}
	}
});

test("every path without its trailing slash, with doubled ones, and in no other way", async () => {
	for (const route of walk("baseToken", ["r"])) {
		const path = pathFor(route.pattern, mine);
		const query = "?table_name=Table1";
		const whole = await server.request("GET", path + query, { token: mine.token });
		for (const same of [path.replace(/\/$/, ""), path.replace(/\//g, "//"), path.replace(/\/$/, "///")]) {
			const reply = await server.request("GET", same + query, { token: mine.token });
			assert.equal(reply.status, whole.status, same);
			assert.equal(reply.text, whole.text, same);
		}
	}
});
