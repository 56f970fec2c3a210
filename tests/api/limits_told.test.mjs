// GET limits/: what it tells is what calls run into.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer({ args: ["--rate-per-token", "100000", "--max-body", "1M"] });
	base = await server.createBase();
});
after(() => server.stop());

test("the limits of this token, told before they are met", async () => {
	const { limits, permission } = await base.call("GET", "limits/");
	assert.equal(permission, "rw");
	assert.equal(limits.calls_per_minute_token, 100000);
	assert.equal(limits.calls_per_minute_base, null);
	assert.equal(limits.request_bytes, 1048576);
	const rows = (count) => Array.from({ length: count }, () => ({ Name: "x" }));
	await base.append("Table1", rows(limits.rows_per_append));
	assert.equal((await base.refused("POST", "rows/", { table_name: "Table1", rows: rows(limits.rows_per_append + 1) })).status, 400);
	assert.equal((await base.rows("Table1")).length, limits.rows_per_list);
	const updates = (count) => Array.from({ length: count }, () => ({ row_id: "none", row: {} }));
	await base.call("PUT", "rows/", { table_name: "Table1", updates: updates(limits.rows_per_update) });
	assert.equal((await base.refused("PUT", "rows/", { table_name: "Table1", updates: updates(limits.rows_per_update + 1) })).status, 400);
	const ids = (count) => Array.from({ length: count }, () => "none");
	await base.call("DELETE", "rows/", { table_name: "Table1", row_ids: ids(limits.rows_per_delete) });
	assert.equal((await base.refused("DELETE", "rows/", { table_name: "Table1", row_ids: ids(limits.rows_per_delete + 1) })).status, 400);
	await base.append("Table1", [{ Name: "y".repeat(limits.text_characters + 5) }]);
	const { rows: last } = await base.call("GET", "rows/?table_name=Table1&convert_keys=true&start=1003");
	assert.equal(last.at(-1).Name.length, limits.text_characters);
	const large = await base.request("POST", "rows/", { json: { table_name: "Table1", rows: [{ Name: "z".repeat(limits.request_bytes) }] } });
	assert.equal(large.status, 413);
});

test("another permission is told, another base's token refused", async () => {
	assert.equal((await base.request("GET", "limits/", { token: await base.baseToken("r") })).json.permission, "r");
	const other = await server.createBase();
	assert.equal((await base.request("GET", "limits/", { token: await other.baseToken("rw") })).status, 403);
});
