// Habits of real clients that break when a plausible server does something else. Each test names its client: [py] the Python
// SDK, [js] the JavaScript SDK, [php], [n8n], [mcp], [zap] the Zapier app.
import assert from "node:assert/strict";
import net from "node:net";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base, apiToken;

before(async () => {
	server = await startServer({ args: ["--time-zone", "Europe/Berlin"] });
	base = await server.createBase("Warehouse");
	apiToken = await base.apiToken("rw", "warehouse-sync");
	await base.createTable("Parts", [["Name", "text"], ["Stock", "number"], ["Arrived", "date"], ["Checked", "checkbox"]]);
});

after(() => server.stop());

/** A request written byte by byte, for what HTTP libraries would not send. Resolves to the whole answer. */
function sendRaw(head, body = "") {
	const { hostname, port } = new URL(server.url);
	return new Promise((resolve, reject) => {
		const socket = net.connect(port, hostname, () => socket.end(Buffer.concat([Buffer.from(head), Buffer.from(body)])));
		const chunks = [];
		socket.on("data", (chunk) => chunks.push(chunk));
		socket.on("error", reject);
		socket.on("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
	});
}

const rawHead = (method, path, more = "") =>
	`${method} ${path} HTTP/1.1\r\nHost: base.example.org\r\nAuthorization: Token ${base.token}\r\nConnection: close\r\n${more}\r\n`;

test("[zap] status 200 and nothing else for every base operation that succeeds", async () => {
	const table_name = "Statuses";
	const steps = [
		["POST", "tables/", { table_name }], ["POST", "columns/", { table_name, column_name: "State", column_type: "single-select" }],
		["POST", "column-options/", { table_name, column: "State", options: [{ name: "ok" }] }],
		["POST", "batch-append-columns/", { table_name, columns: [{ column_name: "More" }] }],
		["POST", `views/?table_name=${table_name}`, { name: "V" }], ["PUT", `views/V/?table_name=${table_name}`, { is_locked: true }],
		["POST", "rows/", { table_name, rows: [{ Name: "a" }] }],
		["PUT", "rows/", { table_name, updates: [] }], ["PUT", "lock-rows/", { table_name, row_ids: [] }],
		["PUT", "unlock-rows/", { table_name, row_ids: [] }], ["DELETE", "rows/", { table_name, row_ids: [] }],
		["DELETE", `views/V/?table_name=${table_name}`], ["DELETE", "columns/", { table_name, column: "More" }],
		["PUT", "tables/", { table_name, new_table_name: "Statuses 2" }], ["DELETE", "tables/", { table_name: "Statuses 2" }],
	];
	for (const [method, path, body] of steps) {
		const reply = await base.request(method, path, { json: body });
		assert.equal(reply.status, 200, `${method} ${path}: ${reply.text}`);
		assert.match(reply.headers["content-type"], /^application\/json/);
	}
});

test("[py] [mcp] errors carry the same text under both keys", async () => {
	const reply = await base.request("GET", "rows/?table_name=Nothing");
	assert.equal(reply.json.error_msg, "table not found");
	assert.equal(reply.json.error_message, "table not found");
});

test("[py] [js] [n8n] send Token, [php] [zap] [mcp] Bearer; both in any case, on every endpoint", async () => {
	for (const scheme of ["Token", "Bearer", "token", "bearer", "TOKEN", "BEARER"]) {
		assert.equal((await base.request("GET", "metadata/", { scheme })).status, 200, scheme);
		assert.equal((await server.request("GET", "/api2/account/info/", { token: server.admin.token, scheme })).status, 200, scheme);
		const exchange = await server.request("GET", "/api/v2.1/dtable/app-access-token/", { token: apiToken, scheme });
		assert.equal(exchange.status, 200, scheme);
	}
	assert.equal((await base.request("GET", "metadata/", { scheme: "Basic" })).status, 403);
});

test("[py] [js] [zap] the answer of app-access-token", async () => {
	const reply = await server.call("GET", "/api/v2.1/dtable/app-access-token/", { token: apiToken });
	assert.ok(reply.dtable_server.endsWith("/api-gateway/"), reply.dtable_server);
	assert.equal(reply.use_api_gateway, true);
	assert.equal(typeof reply.workspace_id, "number");
	assert.equal(reply.dtable_uuid, base.uuid);
	assert.equal(reply.dtable_name, "Warehouse");
	assert.equal(reply.app_name, "warehouse-sync");
	for (const key of ["exp", "ttl", "expires_in", "expire_in"]) assert.ok(!(key in reply), `[mcp] misreads ${key}`);
});

test("[py] authorship by app_name", async () => {
	const token = await base.baseToken("rw", apiToken);
	const { first_row } = await base.call("POST", "rows/", { table_name: "Parts", rows: [{ Name: "a" }] }, { token });
	assert.equal(first_row._creator, "warehouse-sync");
	await base.call("DELETE", "rows/", { table_name: "Parts", row_ids: [first_row._id] });
});

test("[n8n] leaves the trailing slash out, and is never redirected", async () => {
	const { first_row } = await base.append("Parts", [{ Name: "slashless" }]);
	for (const path of ["metadata", "columns?table_name=Parts", "views?table_name=Parts", `rows/${first_row._id}?table_name=Parts`]) {
		const reply = await base.request("GET", path);
		assert.equal(reply.status, 200, path);
	}
	const body = { table_name: "Parts", row_ids: [first_row._id] };
	assert.equal((await base.request("DELETE", "rows", { json: body })).status, 200);
});

test("[js] legacy code doubles slashes", async () => {
	const reply = await server.request("GET", `//api-gateway//api/v2//dtables/${base.uuid}//metadata//`, { token: base.token });
	assert.equal(reply.status, 200, reply.text);
	const error = await server.request("GET", `//api-gateway//api/v2//dtables/${base.uuid}//rows//?table_name=x`, { token: base.token });
	assert.equal(error.json.error_message, "table not found");
});

test("[n8n] base uuid with and without dashes, in any case", async () => {
	const bare = base.uuid.replaceAll("-", "");
	for (const uuid of [base.uuid, bare, base.uuid.toUpperCase(), bare.toUpperCase()]) {
		const reply = await server.request("GET", `/api-gateway/api/v2/dtables/${uuid}/metadata/`, { token: base.token });
		assert.equal(reply.status, 200, uuid);
	}
	for (const uuid of ["x", `${base.uuid}0`, bare.slice(1), "%20"]) {
		const reply = await server.request("GET", `/api-gateway/api/v2/dtables/${uuid}/metadata/`, { token: base.token });
		assert.equal(reply.status, 403, uuid);
	}
});

test("[py] repeats a table name that looks like an id as table_id; ids first, then names, then ids as names", async () => {
	const short = await base.call("POST", "tables/", { table_name: "Task" });
	await base.append("Task", [{ Name: "in Task" }]);
	const parts = (await base.call("GET", "metadata/")).metadata.tables.find((table) => table.name === "Parts");
	const find = async (query) => {
		const reply = await base.call("GET", `columns/?${new URLSearchParams(query)}`);
		return reply.columns.length === 1 ? "Task" : "Parts";
	};
	assert.equal(await find({ table_name: "Task", table_id: "Task" }), "Task");
	assert.equal(await find({ table_id: "Task" }), "Task");
	assert.equal(await find({ table_id: short._id }), "Task");
	assert.equal(await find({ table_name: short._id }), "Task");
	assert.equal(await find({ table_id: parts._id, table_name: "Task" }), "Parts");
	assert.equal(await find({ table_id: "none", table_name: "Task" }), "Task");
	assert.equal(await find({ table_id: "", table_name: "Parts" }), "Parts");
	const update = { table_name: "Task", table_id: "Task", rows: [{ Name: "again" }] };
	assert.equal((await base.call("POST", "rows/", update)).inserted_row_count, 1);
	/* A table whose name is another one's id: the id wins in table_id, the name in table_name. */
	await base.call("POST", "tables/", { table_name: parts._id });
	assert.equal(await find({ table_id: parts._id }), "Parts");
	assert.equal((await base.call("GET", `columns/?table_name=${parts._id}`)).columns.length, 1);
});

test("[py] sends True and False, [php] 1 and 0", async () => {
	await base.append("Parts", [{ Name: "named" }]);
	for (const yes of ["true", "True", "TRUE", "1"]) {
		const { rows } = await base.call("GET", `rows/?table_name=Parts&convert_keys=${yes}&limit=1`);
		assert.ok("Name" in rows[0], yes);
	}
	for (const no of ["false", "False", "0", "", "nonsense"]) {
		const { rows } = await base.call("GET", `rows/?table_name=Parts&convert_keys=${no}&limit=1`);
		assert.ok(!("Name" in rows[0]), no);
	}
});

test("[py] declares JSON on a GET without a body, [zap] sends {} with it", async () => {
	const headers = { "Content-Type": "application/json" };
	assert.equal((await base.request("GET", "metadata/", { headers })).status, 200);
	assert.equal((await base.request("GET", "metadata/", { headers, body: "" })).status, 200);
	assert.equal((await base.request("GET", "metadata/", { json: {} })).status, 200);
	assert.equal((await base.request("GET", "rows/?table_name=Parts", { json: {} })).status, 200);
});

test("[py] puts arguments into the JSON body of a GET, [php] into that of a DELETE", async () => {
	const got = await base.call("GET", "rows/", { table_name: "Parts", convert_keys: true, limit: 1 });
	assert.ok("Name" in got.rows[0]);
	const { first_row } = await base.append("Parts", [{ Name: "goes" }]);
	const gone = await base.call("DELETE", "rows/", { table_name: "Parts", row_ids: [first_row._id] });
	assert.equal(gone.deleted_rows, 1);
});

test("scripts with curl -d: JSON that is declared as a form, or as nothing, or as text", async () => {
	const body = JSON.stringify({ table_name: "Parts", rows: [{ Name: "a & b = 50%" }] });
	for (const type of ["application/x-www-form-urlencoded", "text/plain", "application/octet-stream", undefined]) {
		const reply = await base.request("POST", "rows/", { body, headers: type ? { "Content-Type": type } : {} });
		assert.equal(reply.status, 200, `${type}: ${reply.text}`);
		assert.equal(reply.json.first_row["0000"], "a & b = 50%");
	}
	const spaced = await base.request("POST", "rows/", { body: ` \r\n\t${body}\n` });
	assert.equal(spaced.status, 200);
});

test("a form that is declared as JSON, or as nothing", async () => {
	for (const type of ["application/json", undefined, "text/plain"]) {
		const reply = await base.request("POST", "tables/", {
			body: `table_name=${encodeURIComponent(`Form ${type}`)}`, headers: type ? { "Content-Type": type } : {},
		});
		assert.equal(reply.status, 200, `${type}: ${reply.text}`);
		assert.equal(reply.json.name, `Form ${type}`);
	}
	const rows = JSON.stringify([{ Name: "by form" }]);
	const reply = await base.request("POST", "rows/", { form: { table_name: "Parts", rows } });
	assert.equal(reply.json.first_row["0000"], "by form");
});

test("multipart bodies, with and without their Content-Type", async () => {
	const body = ["--xyz", 'Content-Disposition: form-data; name="table_name"', "", "Multipart", "--xyz--", ""].join("\r\n");
	const declared = await base.request("POST", "tables/", { body, headers: { "Content-Type": "multipart/form-data; boundary=xyz" } });
	assert.equal(declared.status, 200, declared.text);
	assert.equal(declared.json.name, "Multipart");
	const sniffed = await base.request("POST", "tables/", { body: body.replace("Multipart", "Sniffed") });
	assert.equal(sniffed.json.name, "Sniffed", sniffed.text);
});

test("[js] [n8n] unknown parameters are ignored, in query and body", async () => {
	assert.equal((await base.request("GET", "rows/?table_name=Parts&convert_link_id=true&from=dtable_web&lang=en")).status, 200);
	const body = { table_name: "Parts", rows: [{ Name: "x" }], convert_keys: true, whatever: { deep: [1] } };
	assert.equal((await base.request("POST", "rows/", { json: body })).status, 200);
});

test("[py] crashes on an error that is a bare text: a taken column name answers an object", async () => {
	const reply = await base.request("POST", "columns/", { json: { table_name: "Parts", column_name: "Stock" } });
	assert.equal(reply.status, 400);
	assert.equal(reply.json.error_msg, "Column Stock exists.");
});

test("[py] sends view names unencoded, [js] encodes them", async () => {
	const name = "Größte Menge";
	await base.call("POST", "views/?table_name=Parts", { name });
	const encoded = await base.call("GET", `views/${encodeURIComponent(name)}/?table_name=Parts`);
	assert.equal(encoded.name, name);
	const raw = await sendRaw(rawHead("GET", `${base.gateway}/views/Größte%20Menge/?table_name=Parts`));
	assert.match(raw, /^HTTP\/1\.1 200 /);
	assert.ok(raw.includes(name));
});

test("[js] creates tables with columns: []", async () => {
	const table = await base.call("POST", "tables/", { table_name: "Empty list", lang: "en", columns: [] });
	assert.deepEqual(table.columns.map((column) => column.name), ["Name"]);
});

test("single forms: row, rows as an object, row_id, row_id + row", async () => {
	const table_name = "Parts";
	const one = await base.call("POST", "rows/", { table_name, row: { Name: "single" } });
	assert.equal(one.inserted_row_count, 1, "[zap] insists on 1");
	const object = await base.call("POST", "rows/", { table_name, rows: { Name: "object" } }, { odd: true });
	assert.equal(object.inserted_row_count, 1);
	const id = one.first_row._id;
	assert.deepEqual(await base.call("PUT", "rows/", { table_name, row_id: id, row: { Name: "changed" } }), { success: true });
	assert.deepEqual(await base.call("PUT", "rows/", { table_name, updates: { row_id: id, row: { Stock: 5 } } }, { odd: true }), { success: true }, { odd: true });
	const row = await base.call("GET", `rows/${id}/?table_name=Parts&convert_keys=true`);
	assert.deepEqual([row.Name, row.Stock], ["changed", 5]);
	assert.equal((await base.call("DELETE", "rows/", { table_name, row_ids: id }, { odd: true })).deleted_rows, 1);
	assert.equal((await base.call("DELETE", `rows/?table_name=Parts&row_id=${object.first_row._id}`)).deleted_rows, 1);
});

test("[zap] [py] times: _ctime and _mtime in UTC with milliseconds, dates with the server's offset, never a Z", async () => {
	const { first_row } = await base.append("Parts", [{ Name: "dated", Arrived: "2026-03-01" }, { Name: "summer", Arrived: "2026-07-01" }]);
	for (const key of ["_ctime", "_mtime"]) assert.match(first_row[key], /T\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
	const rows = (await base.rows("Parts")).filter((row) => row.Arrived);
	assert.deepEqual(rows.map((row) => row.Arrived), ["2026-03-01T00:00:00+01:00", "2026-07-01T00:00:00+02:00"]);
});

test("[n8n] columns are editable, selects always have options; [py] [js] dates always a format", async () => {
	const table = await base.createTable("Typed", [["Name", "text"], ["S", "single-select"], ["M", "multiple-select"], ["D", "date"]]);
	assert.ok(table.columns.every((column) => column.editable === true));
	assert.deepEqual(table.columns.slice(1).map(({ data }) => data.options ?? data.format), [[], [], "YYYY-MM-DD"]);
});

test("[mcp] metadata: ids and names are texts, data an object or null", async () => {
	const { metadata } = await base.call("GET", "metadata/");
	for (const table of metadata.tables) {
		assert.deepEqual([typeof table._id, typeof table.name], ["string", "string"]);
		for (const column of table.columns) {
			for (const key of ["key", "name", "type"]) assert.equal(typeof column[key], "string");
			assert.ok(column.data === null || (typeof column.data === "object" && !Array.isArray(column.data)));
		}
	}
});

test("the URLs in answers follow the host and scheme that the client used", async () => {
	const headers = { Host: "base.example.org", "X-Forwarded-Proto": "https" };
	const reply = await server.call("GET", "/api/v2.1/dtable/app-access-token/", { token: apiToken, headers });
	assert.equal(reply.dtable_server, "https://base.example.org/api-gateway/");
	const odd = await server.request("GET", "/api/v2.1/dtable/app-access-token/", { token: apiToken, headers: { Host: "a\"b<c" } });
	assert.ok(odd.status === 400 || !odd.text.includes("<"), odd.text);
});
