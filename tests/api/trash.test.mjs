// The trash: deleted bases come back, or go for good (auth.md 5.3 and 8).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { addGroup, addPerson } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, ana, ben, group, admin;

before(async () => {
	server = await startServer();
	ana = await addPerson(server, "ana@example.org");
	ben = await addPerson(server, "ben@example.org");
	group = await addGroup(server, ana, "Logistics", [ben]);
	const { org_id: org } = await server.call("GET", "/api/v2.1/org/admin/info/", { token: server.admin.token });
	admin = `/api/v2.1/org/${org}/admin`;
});

after(() => server.stop());

const trash = "/api/v2.1/trash-dtables/";
const file = (base) => join(server.dir, "bases", `${base.uuid}.db`);

/** Makes a base and deletes it. */
async function deleted(person, name, form = {}) {
	const { table } = await server.call("POST", "/api/v2.1/dtables/", { token: person.token, form: { name, ...form } });
	await server.call("DELETE", `/api/v2.1/workspace/${table.workspace_id}/dtable/`, { token: person.token, form: { name } });
	return table;
}

const list = (person, path = trash) => server.call("GET", path, { token: person.token });
const names = ({ trash_dtable_list: bases }) => bases.map(({ name }) => name);

test("a deleted base is in the trash of its workspace", async () => {
	const base = await deleted(ana, "Gone");
	const { count, trash_dtable_list: bases } = await list(ana);
	assert.equal(count, 1);
	assert.deepEqual([bases[0].id, bases[0].uuid, bases[0].name, bases[0].deleted], [base.id, base.uuid, "Gone", true]);
	assert.match(bases[0].delete_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
	assert.deepEqual(await list(ben), { count: 0, trash_dtable_list: [] });
	assert.ok(existsSync(file(base)), "the file stays");
});

test("restored, it is as it was: rows, API tokens, shares", async () => {
	const base = await server.createBase("Comes back", { token: ana.token });
	await base.append("Table1", [{ Name: "kept" }]);
	const apiToken = await base.apiToken("r", "kept app");
	await server.call("DELETE", `/api/v2.1/workspace/${base.workspaceId}/dtable/`, { token: ana.token, form: { name: "Comes back" } });
	assert.notEqual((await base.request("GET", "metadata/")).status, 200, "a base in the trash can't be reached");
	assert.equal((await server.request("PUT", `${trash}${base.base.id}/`, { token: ben.token })).status, 403);
	assert.deepEqual(await server.call("PUT", `${trash}${base.base.id}/`, { token: ana.token }), { success: true });
	base.token = await base.baseToken("r", apiToken);
	assert.equal((await base.rows("Table1"))[3].Name, "kept");
	assert.equal((await server.request("PUT", `${trash}${base.base.id}/`, { token: ana.token })).status, 404, "no longer in the trash");
	for (const id of ["99999", "x"]) {
		assert.equal((await server.request("PUT", `${trash}${id}/`, { token: ana.token })).status, 404);
	}
});

test("a name that was taken meanwhile gets a number", async () => {
	const first = await deleted(ana, "Twice");
	const second = await deleted(ana, "Twice");
	await server.call("POST", "/api/v2.1/dtables/", { token: ana.token, form: { name: "Twice" } });
	for (const { id } of [first, second]) await server.call("PUT", `${trash}${id}/`, { token: ana.token });
	const { personal } = await server.call("GET", "/api/v2.1/user-admin-dtables/", { token: ana.token });
	const twice = personal.filter(({ name }) => name.startsWith("Twice"));
	assert.deepEqual(twice.map(({ name, uuid }) => [name, uuid]).slice(1), [["Twice (1)", first.uuid], ["Twice (2)", second.uuid]]);
});

test("pages, the newest deletion first", async () => {
	const person = await addPerson(server, "pages@example.org");
	for (const name of ["one", "two", "three", "four", "five"]) await deleted(person, name);
	const page = (query) => list(person, `${trash}?${query}`);
	assert.deepEqual(names(await page("page=1&per_page=2")), ["five", "four"]);
	assert.deepEqual(names(await page("page=3&per_page=2")), ["one"]);
	assert.deepEqual(await page("page=4&per_page=2"), { count: 5, trash_dtable_list: [] });
	for (const query of ["page=0", "page=x", "per_page=0", "per_page=100000"]) {
		assert.equal((await server.request("GET", `${trash}?${query}`, { token: person.token })).status, 400, query);
	}
});

test("emptied, the bases and their files are gone for good", async () => {
	const base = await deleted(ben, "Emptied");
	const kept = await deleted(ana, "Of another");
	assert.deepEqual(await server.call("DELETE", trash, { token: ben.token }), { success: true });
	assert.deepEqual(await list(ben), { count: 0, trash_dtable_list: [] });
	assert.ok(!existsSync(file(base)));
	assert.ok(existsSync(file(kept)));
	assert.equal((await server.request("PUT", `${trash}${base.id}/`, { token: ben.token })).status, 404);
	assert.ok(kept.id > base.id);
	await server.call("DELETE", trash, { token: ana.token });
	assert.ok((await deleted(ben, "Later")).id > kept.id, "its number is not given again");
});

test("emptied while programs write: they are refused, and no file comes back", async () => {
	const base = await server.createBase("Written", { token: ben.token });
	const statuses = new Set();
	let written = 0;
	const write = async () => {
		for (let status = 200; status === 200; written++) {
			({ status } = await base.request("POST", "rows/", { json: { table_name: "Table1", rows: [{ Name: "x" }] } }));
			statuses.add(status);
		}
	};
	const work = Promise.all([write(), write(), write()]);
	while (written < 10) await new Promise(setImmediate);
	await server.call("DELETE", `/api/v2.1/workspace/${base.workspaceId}/dtable/`, { token: ben.token, form: { name: "Written" } });
	await server.call("DELETE", trash, { token: ben.token });
	await work;
	assert.deepEqual([...statuses].sort(), [200, 403]);
	for (const ending of ["", "-wal", "-shm"]) assert.ok(!existsSync(file(base) + ending), ending);
});

test("a group's trash is for its managers", async () => {
	const base = await deleted(ana, "Of the group", { workspace_id: String(group.workspaceId) });
	const path = `/api/v2.1/groups/${group.id}/trash-dtables/`;
	assert.deepEqual(names(await list(ana, path)), ["Of the group"]);
	assert.ok(!names(await list(ana)).includes("Of the group"), "it is not in the personal trash");
	assert.equal((await server.request("GET", path, { token: ben.token })).status, 403);
	assert.equal((await server.request("PUT", `${path}${base.uuid}/`, { token: ben.token })).status, 403);
	assert.equal((await server.request("PUT", `${trash}${base.id}/`, { token: ben.token })).status, 403);
	const other = await deleted(ana, "Personal");
	assert.equal((await server.request("PUT", `${path}${other.uuid}/`, { token: ana.token })).status, 404);
	assert.deepEqual(await server.call("PUT", `${path}${base.uuid}/`, { token: ana.token }), { success: true });
	assert.deepEqual(names(await list(ana, path)), []);
	assert.equal((await server.request("GET", "/api/v2.1/groups/99999/trash-dtables/", { token: ana.token })).status, 404);
});

test("the team's admin lists, deletes, restores and empties", async () => {
	const { token } = server.admin;
	const { table } = await server.call("POST", "/api/v2.1/dtables/", { token: ben.token, form: { name: "For the admin" } });
	const find = async (path) => (await server.call("GET", `${admin}/${path}?per_page=1000`, { token })).dtable_list.find(({ uuid }) => uuid === table.uuid);
	const seen = await find("dtables/");
	assert.deepEqual([seen.name, seen.email, seen.group_id, seen.owner_deleted], ["For the admin", ben.username, -1, false]);
	assert.equal((await server.call("GET", `${admin}/dtables/${table.uuid}/`, { token })).name, "For the admin");
	const { results } = await server.call("GET", `${admin}/search-dtables/?query=for+THE`, { token });
	assert.deepEqual(results.map(({ uuid }) => uuid), [table.uuid]);
	const { dtable_list: ofBen } = await server.call("GET", `${admin}/users/${ben.username}/dtables/`, { token });
	assert.deepEqual(ofBen.map(({ name }) => name), ["For the admin"]);
	const { tables: ofGroup } = await server.call("GET", `${admin}/groups/${group.id}/dtables/`, { token });
	assert.deepEqual(ofGroup.map(({ name, group_id, owner }) => [name, group_id, owner]), [["Of the group", group.id, "Logistics"]]);

	await server.call("DELETE", `${admin}/dtables/${table.uuid}/`, { token });
	assert.equal(await find("dtables/"), undefined);
	assert.equal((await find("trash-dtables/")).deleted, true);
	await server.call("PUT", `${admin}/trash-dtables/${table.uuid}/`, { token });
	assert.ok(await find("dtables/"));
	await server.call("DELETE", `${admin}/dtables/${table.uuid}/`, { token });
	await server.call("DELETE", `${admin}/trash-dtables/`, { token });
	assert.deepEqual(await server.call("GET", `${admin}/trash-dtables/`, { token }), { dtable_list: [], count: 0, page_next: false });
	assert.ok(!existsSync(file(table)));

	for (const path of ["dtables/", "trash-dtables/", "search-dtables/?query=x", `dtables/${table.uuid}/`]) {
		assert.equal((await server.request("GET", `${admin}/${path}`, { token: ben.token })).status, 403, path);
	}
	assert.equal((await server.request("GET", `${admin}/dtables/${table.uuid}/`, { token })).status, 404);
});

test("after trash-days a base is gone when the server starts next", async (t) => {
	const own = await startServer({ args: ["--trash-days", "30"] });
	t.after(() => own.ended ?? own.kill());
	const made = [];
	for (const name of ["old", "fresh"]) {
		const { table } = await own.call("POST", "/api/v2.1/dtables/", { token: own.admin.token, form: { name } });
		await own.call("DELETE", `/api/v2.1/workspace/${table.workspace_id}/dtable/`, { token: own.admin.token, form: { name } });
		made.push(join(own.dir, "bases", `${table.uuid}.db`));
	}
	await own.stop({ keep: true });
	const ago = Date.now() - 31 * 24 * 3600 * 1000;
	execFileSync("sqlite3", [join(own.dir, "catalog.db"), `UPDATE base SET deleted_at = ${ago} WHERE name = 'old'`]);
	await own.restart();
	const wait = async (condition) => {
		for (let i = 0; i < 100 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
	};
	await wait(() => !existsSync(made[0]));
	assert.deepEqual(made.map(existsSync), [false, true]);
	assert.deepEqual(names(await own.call("GET", trash, { token: own.admin.token })), ["fresh"]);
	await own.stop();
});
