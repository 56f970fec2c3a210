// Metadata, related users, pings, server information (base-operations 1 and 2, auth 3.7).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase("Warehouse");
});

after(() => server.stop());

test("a new base holds one table, one text column, one view, three empty rows", async () => {
	const { metadata } = await base.call("GET", "metadata/");
	assert.equal(typeof metadata.version, "number");
	assert.equal(metadata.format_version, 9);
	assert.equal(typeof metadata.settings, "object");
	assert.equal(metadata.tables.length, 1);
	const [table] = metadata.tables;
	assert.equal(table._id, "0000");
	assert.equal(table.name, "Table1");
	assert.deepEqual(table.columns.map(({ key, type, name, data }) => ({ key, type, name, data })), [
		{ key: "0000", type: "text", name: "Name", data: null },
	]);
	assert.deepEqual(table.views.map(({ _id, name, type }) => ({ _id, name, type })), [
		{ _id: "0000", name: "Default View", type: "table" },
	]);
	assert.equal(table.rows, undefined);
	const rows = await base.rows("Table1");
	assert.equal(rows.length, 3);
	for (const row of rows) assert.equal(row.Name, null);
});

test("every column object carries all keys, editable ones", async () => {
	const { metadata } = await base.call("GET", "metadata/");
	const [column] = metadata.tables[0].columns;
	const keys = ["key", "type", "name", "editable", "width", "resizable", "draggable", "data", "permission_type",
		"permitted_users", "permitted_group", "edit_metadata_permission_type", "edit_metadata_permitted_users",
		"edit_metadata_permitted_group", "description", "colorbys"];
	for (const key of keys) assert.ok(key in column, key);
	assert.equal(column.editable, true);
});

test("the version grows with every change", async () => {
	const before = (await base.call("GET", "metadata/")).metadata.version;
	await base.append("Table1", [{ Name: "x" }]);
	await base.call("POST", "columns/", { table_name: "Table1", column_name: "Grown", column_type: "number" });
	const later = (await base.call("GET", "metadata/")).metadata.version;
	assert.ok(later >= before + 2, `${before} ${later}`);
});

test("related users, at both paths", async () => {
	const one = await base.call("GET", "related-users/");
	const two = await server.call("GET", `/api/v2.1/dtables/${base.uuid}/related-users/`, { token: base.token });
	assert.deepEqual(one, two);
	assert.deepEqual(one.app_user_list, []);
	assert.equal(one.user_list.length, 1);
	const [user] = one.user_list;
	assert.match(user.email, /^[0-9a-f]{32}@auth\.local$/);
	assert.equal(user.contact_email, server.admin.email);
	assert.equal(typeof user.name, "string");
	assert.match(user.avatar_url, /^http:\/\//);
	assert.equal(user.is_admin, true);
});

test("pings and server information need no token", async () => {
	const same = ["/api-gateway/api/v2/ping/", "/dtable-db/ping/", "/dtable-server/api/v1/ping/", "/dtable-server/api/v2/ping"];
	for (const path of same) assert.deepEqual(await server.call("GET", path), { ret: "pong" });
	assert.equal((await server.request("GET", "/api2/ping/")).text, '"pong"');
	const text = await server.request("GET", "/dtable-server/ping/");
	assert.equal(text.text, "pong");
	assert.match(text.headers["content-type"], /^text\/html/);
	const info = await server.call("GET", "/server-info/");
	assert.equal(typeof info.version, "string");
	assert.equal(typeof info.edition, "string");
	assert.equal(await server.call("GET", "/api2/auth/ping/", { token: server.admin.token }), "pong");
	assert.equal((await server.request("GET", "/api2/auth/ping/")).status, 403);
});

test("metrics speak Prometheus", async () => {
	const reply = await server.request("GET", "/metrics");
	assert.equal(reply.status, 200);
	assert.match(reply.headers["content-type"], /^text\/plain; version=0\.0\.4/);
	assert.match(reply.text, /^# TYPE atoll_http_requests_total counter$/m);
	assert.match(reply.text, /^atoll_rows_appended_total [1-9]/m);
});

test("unknown paths and methods", async () => {
	const missing = await base.refused("GET", "no-such-thing/");
	assert.equal(missing.status, 404);
	const web = await server.request("GET", "/api/v2.1/no-such-thing/");
	assert.equal(web.status, 404);
	assert.deepEqual(Object.keys(web.json), ["error_msg"]);
	const method = await server.request("PATCH", `/api/v2.1/dtables/${base.uuid}/related-users/`, { token: base.token });
	assert.equal(method.status, 405);
	assert.deepEqual(method.json, { detail: 'Method "PATCH" not allowed.' });
	assert.equal(method.headers.allow, "GET");
	const gateway = await base.refused("PATCH", "rows/", {});
	assert.equal(gateway.status, 405);
	assert.equal(gateway.message, 'Method "PATCH" not allowed.');
});

test("pages of other origins may call the base operations, not the account endpoints", async () => {
	const preflight = await server.request("OPTIONS", `${base.gateway}/rows/`, {
		headers: { Origin: "https://elsewhere.example", "Access-Control-Request-Method": "POST" },
	});
	assert.ok(preflight.status === 200 || preflight.status === 204, preflight.text);
	assert.equal(preflight.headers["access-control-allow-origin"], "*");
	assert.match(preflight.headers["access-control-allow-headers"], /Authorization.*Content-Type/);
	for (const method of ["GET", "POST", "PUT", "DELETE", "OPTIONS"]) {
		assert.match(preflight.headers["access-control-allow-methods"], new RegExp(method));
	}
	const reply = await base.request("GET", "metadata/");
	assert.equal(reply.headers["access-control-allow-origin"], "*");
	const refused = await base.request("GET", "metadata/", { token: "x" });
	assert.equal(refused.headers["access-control-allow-origin"], "*");
	const web = await server.request("GET", "/api2/account/info/", { token: server.admin.token });
	assert.equal(web.headers["access-control-allow-origin"], undefined);
	for (const path of ["app-access-token/", "app-access-token"]) { // the JavaScript client in a browser
		const exchange = await server.request("OPTIONS", `/api/v2.1/dtable/${path}`, { headers: { Origin: "https://elsewhere.example" } });
		assert.equal(exchange.headers["access-control-allow-origin"], "*", path);
	}
});

test("rate limits by base and by token answer 429 with Retry-After and an empty body", async () => {
	for (const [args, others] of [[["--rate-per-base", "5"], false], [["--rate-per-token", "5"], true]]) {
		const limited = await startServer({ args });
		try {
			const one = await limited.createBase("One");
			const two = await limited.createBase("Two");
			const secondToken = await one.baseToken("rw");
			let refused;
			for (let i = 0; i < 12 && !refused; i++) {
				const reply = await one.request("GET", "metadata/");
				if (reply.status === 429) refused = reply;
			}
			assert.ok(refused, `${args}: never refused`);
			assert.equal(refused.text, "");
			assert.ok(Number(refused.headers["retry-after"]) >= 1);
			assert.equal((await two.request("GET", "metadata/")).status, 200, "another base is not concerned");
			const same = await one.request("GET", "metadata/", { token: secondToken });
			assert.equal(same.status, others ? 200 : 429, `${args}: another token of the same base`);
			assert.equal((await limited.request("GET", "/api-gateway/api/v2/ping/")).status, 200);
		} finally {
			await limited.stop();
		}
	}
});
