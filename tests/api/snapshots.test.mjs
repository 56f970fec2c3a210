// Snapshots: made with a base token, listed and restored by whoever may change the base.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { addPerson, atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server;

before(async () => {
	server = await startServer();
});
after(() => server.stop());

const make = (base, name = "Warehouse", options = {}) => base.request("POST", "snapshot/", { json: { dtable_name: name }, ...options });
const path = (base, name) => `/api/v2.1/workspace/${base.workspaceId}/dtable/${encodeURIComponent(name)}/snapshots/`;
const list = async (base, name, query = "") => server.call("GET", path(base, name) + query, { token: server.admin.token });
const restore = (base, name, id, json = {}) => server.request("POST", `${path(base, name)}${id}/restore/`, { token: server.admin.token, json });
const sqlite = (base, sql) => execFileSync("sqlite3", [join(server.dir, "bases", `${base.uuid}.db`), `PRAGMA busy_timeout=5000; ${sql}`], { encoding: "utf8" });
const age = (base) => sqlite(base, "UPDATE snapshot SET made_at = made_at - 700000");
const files = (base) => readdirSync(join(server.dir, "snapshots")).filter((name) => name.startsWith(base.uuid));
/** A base token for a base that was just made from a snapshot. */
const openRestored = async (base, { name }) => {
	const { access_token } = await server.call("GET", path(base, name).replace("snapshots", "access-token"), { token: server.admin.token });
	return (table) => server.request("GET", `/api-gateway/api/v2/dtables/${base.restored}/rows/?table_name=${table}&convert_keys=true`, { token: access_token });
};

test("a snapshot is the base as it was, restored as a new base", async () => {
	const base = await server.createBase("Warehouse");
	await base.createTable("Parts", [["Name", "text"], ["Stock", "number"]]);
	await base.append("Parts", [{ Name: "Bolt", Stock: 1 }]);
	const before = Date.now();
	const made = (await make(base)).json;
	assert.equal(made.status, "created");
	const { commit_id, ctime, ...rest } = made.snapshot;
	assert.deepEqual(rest, { dtable_uuid: base.uuid, dtable_name: "Warehouse.dtable" });
	assert.match(commit_id, /^[0-9a-f]{40}$/);
	assert.ok(ctime >= before && ctime <= Date.now());
	await base.append("Parts", [{ Name: "Nut", Stock: 2 }]);
	await base.call("DELETE", "tables/", { table_name: "Table1" });
	const listed = await list(base, "Warehouse");
	assert.deepEqual(listed.snapshot_list.map(({ dtable_name, commit_id }) => [dtable_name, commit_id]), [["Warehouse.dtable", commit_id]]);
	assert.ok(!Number.isNaN(Date.parse(listed.snapshot_list[0].ctime)));
	assert.deepEqual(listed.page_info, { has_next_page: false, current_page: 1 });
	const reply = await restore(base, "Warehouse", commit_id);
	assert.equal(reply.status, 200, reply.text);
	const { dtable } = reply.json;
	assert.notEqual(dtable.uuid, base.uuid);
	assert.notEqual(dtable.name, "Warehouse");
	const rows = await openRestored({ ...base, restored: dtable.uuid, workspaceId: base.workspaceId }, dtable);
	assert.deepEqual((await rows("Parts")).json.rows.map(({ Name, Stock }) => [Name, Stock]), [["Bolt", 1]]);
	assert.equal((await rows("Table1")).json.rows.length, 3);
	assert.equal((await base.rows("Parts")).length, 2, "the base itself stays as it is");
	assert.equal((await restore(base, "Warehouse", commit_id, { snapshot_name: "As it was" })).json.dtable.name, "As it was");
	assert.deepEqual((await list(base, "As it was")).snapshot_list, [], "a restored base has no snapshots");
	await atollOk(["check", "--data", server.dir]);
});

test("not again within ten minutes, and not when nothing changed", async () => {
	const base = await server.createBase("Often");
	assert.equal((await make(base, "Often")).json.status, "created");
	await base.append("Table1", [{ Name: "x" }]);
	assert.deepEqual((await make(base, "Often")).json, { status: "time_is_short" });
	age(base);
	assert.equal((await make(base, "Often")).json.status, "created");
	age(base);
	assert.deepEqual((await make(base, "Often")).json, { status: "time_is_short" }, "nothing changed");
	const many = await server.createBase("At once");
	const replies = await Promise.all(Array.from({ length: 8 }, () => make(many, "At once")));
	assert.deepEqual(replies.map(({ json }) => json.status).sort(), ["created", ...Array(7).fill("time_is_short")]);
	assert.equal(files(many).length, 1);
});

test("the newest thirty are kept, in pages; they go with the base", async () => {
	const base = await server.createBase("Long lived");
	const ids = [];
	for (let i = 0; i < 32; i++) {
		await base.append("Table1", [{ Name: `${i}` }]);
		ids.push((await make(base, "Long lived")).json.snapshot.commit_id);
		age(base);
	}
	const all = (await list(base, "Long lived", "?per_page=100")).snapshot_list;
	assert.deepEqual(all.map(({ commit_id }) => commit_id), ids.slice(2).reverse());
	assert.equal(files(base).length, 30);
	const page = await list(base, "Long lived", "?page=2&per_page=20");
	assert.deepEqual(page.page_info, { has_next_page: false, current_page: 2 });
	assert.equal(page.snapshot_list.length, 10);
	assert.equal((await list(base, "Long lived", "?per_page=20")).page_info.has_next_page, true);
	assert.equal((await restore(base, "Long lived", ids[0])).status, 404);
	await server.stop({ keep: true });
	await server.restart();
	assert.equal((await restore(base, "Long lived", ids[31])).status, 200, "kept over a restart");
	await server.call("DELETE", `/api/v2.1/workspace/${base.workspaceId}/dtable/`, { token: server.admin.token, json: { name: "Long lived" } });
	await server.call("DELETE", "/api/v2.1/trash-dtables/", { token: server.admin.token });
	assert.deepEqual(files(base), []);
});

test("wrong input, and people who may not", async () => {
	const base = await server.createBase("Guarded");
	for (const name of ["", "a/b", "x".repeat(300)])
		assert.equal((await make(base, name)).status, 400, name);
	assert.equal((await make(base, "Guarded", { token: await base.baseToken("r") })).status, 403);
	const { commit_id } = (await make(base, "snapshot")).json.snapshot;
	for (const bad of ["0".repeat(40), "..%2f..%2fcatalog", "x"])
		assert.equal((await restore(base, "Guarded", bad)).status, 404);
	assert.equal((await restore(base, "Guarded", commit_id, { snapshot_name: "a/b" })).status, 400);
	const eve = await addPerson(server, "eve@example.org");
	for (const [method, where] of [["GET", path(base, "Guarded")], ["POST", `${path(base, "Guarded")}${commit_id}/restore/`]])
		assert.equal((await server.request(method, where, { token: eve.token })).status, 403, method);
	const other = await server.createBase("Foreign");
	assert.equal((await restore(other, "Foreign", commit_id)).status, 404, "another base's snapshot");
	rmSync(join(server.dir, "snapshots", `${base.uuid}.${commit_id}.db`));
	assert.equal((await restore(base, "Guarded", commit_id)).status, 404, "its file is gone");
	assert.ok(existsSync(join(server.dir, "bases", `${base.uuid}.db`)));
});
