// GET /api/v2.1/workspaces/ (auth.md 5.2) and the stars.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { addGroup, addPerson } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, ana, ben, group, own, shared, ofGroup;

before(async () => {
	server = await startServer();
	ana = await addPerson(server, "ana@example.org");
	ben = await addPerson(server, "ben@example.org");
	group = await addGroup(server, ana, "Logistics", [ben]);
	own = await make(ana, { name: "Warehouse" });
	ofGroup = await make(ana, { name: "Routes", workspace_id: String(group.workspaceId) });
	shared = await make(ben, { name: "Ben's" });
	await server.call("POST", `/api/v2.1/workspace/${shared.workspace_id}/dtable/Ben's/share/`, {
		token: ben.token, form: { email: ana.username, permission: "r" },
	});
});

after(() => server.stop());

async function make(person, form) {
	return (await server.call("POST", "/api/v2.1/dtables/", { token: person.token, form })).table;
}

const list = async (person, query = "") =>
	(await server.call("GET", `/api/v2.1/workspaces/${query}`, { token: person.token })).workspace_list;
const names = (bases) => bases.map(({ name }) => name);

test("starred, shared, personal, then groups, in the shape that clients read", async () => {
	const [starred, sharedOnes, personal, ofTheGroup, ...others] = await list(ana, "?detail=true");
	assert.deepEqual(others, []);
	assert.deepEqual(starred, { id: "", name: "starred", type: "starred", table_list: [] });
	assert.deepEqual({ ...sharedOnes, shared_table_list: names(sharedOnes.shared_table_list) }, {
		id: "", name: "shared", type: "shared", shared_table_list: ["Ben's"], shared_view_list: [], share_folders: [],
	});
	const given = sharedOnes.shared_table_list[0];
	assert.deepEqual([given.permission, given.from_user, given.workspace_id], ["r", ben.username, shared.workspace_id]);
	assert.deepEqual({ ...personal, table_list: names(personal.table_list) }, {
		id: own.workspace_id, name: "personal", type: "personal", table_list: ["Warehouse"], folders: [],
	});
	assert.deepEqual({ ...ofTheGroup, table_list: names(ofTheGroup.table_list) }, {
		id: group.workspaceId, name: "Logistics", type: "group", group_id: group.id, group_owner: ana.username, is_admin: true,
		group_member_count: 2, group_admins: [ana.username], group_shared_dtables: [], group_shared_views: [],
		table_list: ["Routes"], folders: [],
	});
});

test("a member is no admin of the group", async () => {
	const ofTheGroup = (await list(ben)).find(({ type }) => type === "group");
	assert.equal(ofTheGroup.is_admin, false);
	assert.deepEqual(names(ofTheGroup.table_list), ["Routes"]);
});

test("detail=false leaves the lists out", async () => {
	for (const value of ["false", "False", "0"]) {
		assert.deepEqual(await list(ana, `?detail=${value}`), [
			{ id: "", name: "starred", type: "starred" },
			{ id: "", name: "shared", type: "shared" },
			{ id: own.workspace_id, name: "personal", type: "personal" },
			{ id: group.workspaceId, name: "Logistics", type: "group", group_id: group.id },
		]);
	}
});

test("a base shared with a group shows in the group's workspace", async () => {
	const form = { group_id: String(group.id), permission: "rw" };
	await server.call("POST", `/api/v2.1/workspace/${own.workspace_id}/dtable/Warehouse/group-shares/`, { token: ana.token, form });
	const ofTheGroup = (await list(ben)).find(({ type }) => type === "group");
	assert.deepEqual(ofTheGroup.group_shared_dtables.map(({ name, permission }) => [name, permission]), [["Warehouse", "rw"]]);
});

test("stars: set, listed everywhere, taken away", async () => {
	const stars = "/api/v2.1/starred-dtables/";
	const star = (method, uuid, person = ana) =>
		method === "POST"
			? server.request("POST", stars, { token: person.token, form: { dtable_uuid: uuid } })
			: server.request("DELETE", `${stars}?dtable_uuid=${uuid}`, { token: person.token });
	for (let twice = 0; twice < 2; twice++) {
		assert.deepEqual((await star("POST", own.uuid)).json, { success: true });
		assert.deepEqual((await star("POST", shared.uuid)).json, { success: true });
	}
	const { user_starred_dtable_list: listed } = await server.call("GET", stars, { token: ana.token });
	assert.deepEqual(listed.map(({ name, starred }) => [name, starred]), [["Ben's", true], ["Warehouse", true]]);
	const [starred, , personal] = await list(ana);
	assert.deepEqual(names(starred.table_list), ["Ben's", "Warehouse"]);
	assert.equal(personal.table_list[0].starred, true);
	assert.deepEqual((await server.call("GET", stars, { token: ben.token })).user_starred_dtable_list, []);

	await server.call("DELETE", `/api/v2.1/workspace/${shared.workspace_id}/dtable/Ben's/share/`, {
		token: ben.token, form: { email: ana.username },
	});
	assert.deepEqual(names((await server.call("GET", stars, { token: ana.token })).user_starred_dtable_list), ["Warehouse"]);
	assert.equal((await star("POST", shared.uuid)).status, 403);
	for (let twice = 0; twice < 2; twice++) assert.deepEqual((await star("DELETE", own.uuid)).json, { success: true });
	assert.deepEqual((await server.call("GET", stars, { token: ana.token })).user_starred_dtable_list, []);
	assert.equal((await star("POST", "0d4f3c52-9b1a-4d7e-8a61-5f2c9e7b1a10")).status, 404);
	assert.equal((await server.request("POST", stars, { token: ana.token, form: {} })).status, 400);
});
