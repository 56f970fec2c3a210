// Bases on their shelves: create, rename, delete, copy, find (auth.md 5.3).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { addGroup, addPerson, atollOk, personalWorkspace } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, ana, ben, carla, group;

before(async () => {
	server = await startServer();
	ana = await addPerson(server, "ana@example.org");
	ben = await addPerson(server, "ben@example.org");
	carla = await addPerson(server, "carla@example.org");
	group = await addGroup(server, ana, "Logistics", [ben]);
	ana.workspace = await personalWorkspace(server, ana);
	ben.workspace = await personalWorkspace(server, ben);
});

after(() => server.stop());

const create = (person, form) => server.request("POST", "/api/v2.1/dtables/", { token: person.token, form });
const dtable = (workspace) => `/api/v2.1/workspace/${workspace}/dtable/`;

async function created(person, form) {
	const reply = await create(person, form);
	assert.equal(reply.status, 201, reply.text);
	return reply.json.table;
}

async function refused(status, text, promise) {
	const reply = await promise;
	assert.equal(reply.status, status, reply.text);
	assert.match(reply.json.error_msg, text);
}

test("a new base: 201 and the base object, as form and as JSON", async () => {
	const table = await created(ana, { name: "Warehouse", icon: "icon-stock", color: "#4CAF50" });
	assert.equal(table.workspace_id, ana.workspace);
	assert.match(table.uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
	assert.match(table.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
	assert.deepEqual(
		{ ...table, id: 0, uuid: "", created_at: "", updated_at: "", creator: "", modifier: "" },
		{
			id: 0, workspace_id: ana.workspace, uuid: "", name: "Warehouse", creator: "", modifier: "", created_at: "",
			updated_at: "", color: "#4CAF50", text_color: null, icon: "icon-stock", is_encrypted: false, in_storage: true,
			starred: false,
		},
	);
	const reply = await server.request("POST", "/api/v2.1/dtables", { token: ana.token, json: { name: "As JSON" } });
	assert.equal(reply.status, 201);
});

test("a new base can be used at once, with three empty rows", async () => {
	const base = await server.createBase("Used", { token: ana.token });
	assert.equal((await base.rows("Table1")).length, 3);
});

test("where a base goes: workspace_id, owner, or the own workspace", async () => {
	const cases = [
		[{}, () => ana.workspace],
		[{ workspace_id: String(ana.workspace) }, () => ana.workspace],
		[{ workspace_id: String(group.workspaceId) }, () => group.workspaceId],
		[{ owner: ana.email }, () => ana.workspace],
		[{ owner: ana.username }, () => ana.workspace],
		[{ owner: `${group.id}@seafile_group` }, () => group.workspaceId],
	];
	for (const [i, [form, expected]] of cases.entries()) {
		const table = await created(ana, { name: `Where ${i}`, ...form });
		assert.equal(table.workspace_id, expected(), JSON.stringify(form));
	}
});

test("where a base can't go", async () => {
	await refused(403, /^Permission denied\.$/, create(ana, { name: "x", workspace_id: String(ben.workspace) }));
	await refused(403, /^Permission denied\.$/, create(ana, { name: "x", owner: ben.email }));
	await refused(403, /^Permission denied\.$/, create(carla, { name: "x", owner: `${group.id}@seafile_group` }));
	await refused(404, /^Workspace 99999 not found\.$/, create(ana, { name: "x", workspace_id: "99999" }));
	await refused(404, /^Workspace abc not found\.$/, create(ana, { name: "x", workspace_id: "abc" }));
	await refused(404, /99999/, create(ana, { name: "x", owner: "99999@seafile_group" }));
	await refused(404, /nobody@example\.org/, create(ana, { name: "x", owner: "nobody@example.org" }));
});

test("names: trimmed, unique in the workspace, nothing that breaks a path", async () => {
	assert.equal((await created(ana, { name: "  Trimmed  " })).name, "Trimmed");
	assert.equal((await created(ana, { name: "Ünïcödé 表 🚚 100%?#&" })).name, "Ünïcödé 表 🚚 100%?#&");
	assert.equal((await created(ana, { name: "é".repeat(255) })).name.length, 255);
	await refused(400, /already exists/, create(ana, { name: "Trimmed" }));
	for (const name of ["", "   ", ".", "..", "a/b", "a\nb", "a\u007fb", "a\u0085b", "é".repeat(256)]) {
		await refused(400, /^name invalid\.$/, create(ana, { name }));
	}
	await refused(400, /^name invalid\.$/, create(ana, {}));
	await created(ben, { name: "Trimmed" }); // another workspace
});

test("a name that clients send raw or encoded reaches its base", async () => {
	await created(ana, { name: "50% of: a+b & c" });
	for (const name of ["50% of: a+b & c"].map(encodeURIComponent)) {
		const reply = await server.request("GET", `${dtable(ana.workspace)}${name}/api-tokens/`, { token: ana.token });
		assert.equal(reply.status, 200, reply.text);
	}
});

test("rename, icon and color", async () => {
	const old = await created(ana, { name: "Before" });
	const change = (form, person = ana) => server.request("PUT", dtable(ana.workspace), { token: person.token, form });
	const renamed = await change({ name: "Before", new_name: "After", color: "#fff" });
	assert.equal(renamed.status, 200, renamed.text);
	assert.equal(renamed.json.table.name, "After");
	assert.equal(renamed.json.table.uuid, old.uuid);
	assert.equal(renamed.json.table.color, "#fff");
	assert.equal((await change({ name: "After", icon: "icon-x" })).json.table.icon, "icon-x");
	assert.equal((await change({ name: "After", new_name: "After" })).status, 200);
	await created(ana, { name: "Other" });
	await refused(400, /already exists/, change({ name: "After", new_name: "Other" }));
	await refused(400, /^new_name invalid\.$/, change({ name: "After", new_name: "a/b" }));
	await refused(400, /^new_name invalid\.$/, change({ name: "After" }));
	await refused(404, /^dtable Before not found\.$/, change({ name: "Before", new_name: "x" }));
	await refused(403, /^Permission denied\.$/, change({ name: "After", new_name: "x" }, ben));
	await refused(403, /^Permission denied\.$/, change({ name: "No such base", new_name: "x" }, ben));
});

test("delete: the body may be a form, multipart or JSON; its tokens end, the name is free", async () => {
	const bodies = [
		(name) => ({ form: { name } }),
		(name) => ({ json: { name } }),
		(name) => ({
			headers: { "Content-Type": "multipart/form-data; boundary=xyz" },
			body: `--xyz\r\nContent-Disposition: form-data; name="name"\r\n\r\n${name}\r\n--xyz--\r\n`,
		}),
	];
	for (const body of bodies) {
		const base = await server.createBase("Doomed", { token: ana.token });
		const apiToken = await base.apiToken();
		const reply = await server.request("DELETE", dtable(ana.workspace), { token: ana.token, ...body("Doomed") });
		assert.equal(reply.status, 200, reply.text);
		assert.deepEqual(reply.json, { success: true });
		assert.notEqual((await base.request("GET", "metadata/")).status, 200);
		const exchange = await server.request("GET", "/api/v2.1/dtable/app-access-token/", { token: apiToken });
		assert.equal(exchange.status, 404, exchange.text);
		await refused(404, /Doomed/, server.request("DELETE", dtable(ana.workspace), { token: ana.token, ...body("Doomed") }));
	}
});

test("in a group: members make bases, who made one may rename and delete it, managers all", async () => {
	const path = dtable(group.workspaceId);
	await created(ana, { name: "Ana's", workspace_id: String(group.workspaceId) });
	await created(ben, { name: "Ben's", workspace_id: String(group.workspaceId) });
	const rename = (person, name, new_name) => server.request("PUT", path, { token: person.token, form: { name, new_name } });
	assert.equal((await rename(ben, "Ben's", "Ben's own")).status, 200);
	assert.equal((await rename(ana, "Ben's own", "Ben's")).status, 200);
	await refused(403, /denied/, rename(ben, "Ana's", "x"));
	await refused(403, /denied/, server.request("DELETE", path, { token: ben.token, form: { name: "Ana's" } }));
	await refused(403, /denied/, server.request("DELETE", path, { token: carla.token, form: { name: "Ana's" } }));
	assert.equal((await server.request("DELETE", path, { token: ben.token, form: { name: "Ben's" } })).status, 200);
});

test("tokens and shares are for managers alone", async () => {
	await created(ben, { name: "Guarded", workspace_id: String(group.workspaceId) });
	const path = `${dtable(group.workspaceId)}Guarded`;
	for (const what of ["api-tokens/", "share/", "group-shares/"]) {
		assert.equal((await server.request("GET", `${path}/${what}`, { token: ana.token })).status, 200, what);
		await refused(403, /denied/, server.request("GET", `${path}/${what}`, { token: ben.token }));
		await refused(403, /denied/, server.request("GET", `${path}/${what}`, { token: carla.token }));
	}
});

test("a copy holds the rows and takes a free name", async () => {
	const base = await server.createBase("Original", { token: ana.token });
	await base.append("Table1", [{ Name: "copied" }]);
	const copy = (form, person = ana) =>
		server.request("POST", "/api/v2.1/dtable-copy/", { token: person.token, form });
	const form = { src_workspace_id: String(ana.workspace), name: "Original", dst_workspace_id: String(ana.workspace) };
	const first = await copy(form);
	assert.equal(first.status, 200, first.text);
	assert.equal(first.json.dtable.name, "Original (1)");
	assert.notEqual(first.json.dtable.uuid, base.uuid);
	assert.equal((await copy(form)).json.dtable.name, "Original (2)");
	assert.equal((await copy({ ...form, dst_workspace_id: String(group.workspaceId) })).json.dtable.name, "Original");
	const { access_token: token } = await server.call("GET", `${dtable(ana.workspace)}Original%20(1)/access-token/`, {
		token: ana.token,
	});
	const gateway = `/api-gateway/api/v2/dtables/${first.json.dtable.uuid}`;
	const { rows } = await server.call("GET", `${gateway}/rows/?table_name=Table1&convert_keys=true`, { token });
	assert.deepEqual(rows.map(({ Name }) => Name ?? null), [null, null, null, "copied"]);
	await refused(403, /denied/, copy(form, ben));
	await refused(403, /denied/, copy({ ...form, dst_workspace_id: String(ben.workspace) }));
	await refused(404, /No such/, copy({ ...form, name: "No such" }));
	await refused(400, /src_workspace_id/, copy({ name: "Original", dst_workspace_id: String(ana.workspace) }));
	await refused(400, /dst_workspace_id/, copy({ name: "Original", src_workspace_id: String(ana.workspace) }));
});

test("searching finds what the caller can reach, and nothing else", async () => {
	await created(ana, { name: "Needle private" });
	await created(ana, { name: "A needle of the group", workspace_id: String(group.workspaceId) });
	const search = async (person, query) =>
		(await server.call("GET", `/api/v2.1/dtable/items-search/?${new URLSearchParams(query)}`, { token: person.token })).results;
	assert.deepEqual((await search(ana, { query_str: "NEEDLE" })).map(({ name }) => name), ["A needle of the group", "Needle private"]);
	const [found, ...others] = await search(ben, { query_str: "needle", query_type: "base" });
	assert.deepEqual([found.name, found.group_name, found.type, others.length], ["A needle of the group", "Logistics", "base", 0]);
	assert.deepEqual(await search(carla, { query_str: "needle" }), []);
	assert.deepEqual(await search(ana, { query_str: "needle", query_type: "app" }), []);
	const percent = (await search(ana, { query_str: "%" })).map(({ name }) => name);
	assert.deepEqual(percent, ["50% of: a+b & c", "Ünïcödé 表 🚚 100%?#&"], "no wildcard");
	await refused(400, /query_str/, server.request("GET", "/api/v2.1/dtable/items-search/", { token: ana.token }));
});

test("the bases that one manages: own ones, and those of groups one administers", async () => {
	const list = (person) => server.call("GET", "/api/v2.1/user-admin-dtables/", { token: person.token });
	const ofAna = await list(ana);
	assert.ok(ofAna.personal.some(({ name }) => name === "Warehouse"));
	assert.deepEqual(ofAna.groups.map(({ group_id, group_name }) => [group_id, group_name]), [[group.id, "Logistics"]]);
	assert.ok(ofAna.groups[0].dtables.some(({ name }) => name === "Ana's"));
	const ofBen = await list(ben);
	assert.deepEqual(ofBen.personal.map(({ name }) => name), ["Trimmed"]);
	assert.deepEqual(ofBen.groups, []);
	assert.deepEqual(await list(carla), { personal: [], groups: [] });
});

test("size and repair", async () => {
	const base = await server.createBase("Sized", { token: ana.token });
	for (const uuid of [base.uuid, base.uuid.replaceAll("-", ""), base.uuid.toUpperCase()]) {
		const { result } = await server.call("GET", `/api/v2.1/dtable/${uuid}/size/`, { token: ana.token });
		assert.ok(Number.isInteger(result) && result > 0);
	}
	const repair = (person, uuid = base.uuid) => server.request("PUT", `/api/v2.1/dtable/${uuid}/repair/`, { token: person.token });
	assert.deepEqual((await repair(ana)).json, { success: true });
	await refused(403, /denied/, repair(ben));
	await refused(403, /denied/, server.request("GET", `/api/v2.1/dtable/${base.uuid}/size/`, { token: ben.token }));
	await refused(404, /not found/, repair(ana, "0d4f3c52-9b1a-4d7e-8a61-5f2c9e7b1a10"));
	await refused(404, /not found/, repair(ana, "nonsense"));
});

test("many at once with the same name: one wins, and no other leaves anything", async () => {
	const replies = await Promise.all(Array.from({ length: 12 }, () => create(carla, { name: "Race" })));
	assert.deepEqual(replies.map(({ status }) => status).sort(), [201, ...Array(11).fill(400)]);
	const { personal } = await server.call("GET", "/api/v2.1/user-admin-dtables/", { token: carla.token });
	assert.deepEqual(personal.map(({ name }) => name), ["Race"]);
	await atollOk(["check", "--data", server.dir]); // fails on a file without a base
});
