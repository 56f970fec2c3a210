// Sharing with persons and groups (auth.md 7), and what a share opens and closes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { addGroup, addPerson, atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, ana, ben, carla, stranger, group, base, path;

before(async () => {
	server = await startServer();
	ana = await addPerson(server, "ana@example.org", ["--name", "Ana Prado"]);
	ben = await addPerson(server, "ben@example.org", ["--name", "Ben"]);
	carla = await addPerson(server, "carla@example.org", ["--name", "Carla"]);
	await atollOk(["team", "add", "Others", "--data", server.dir]);
	stranger = await addPerson(server, "stranger@example.org", ["--team", "Others"]);
	group = await addGroup(server, ana, "Logistics", [carla]);
	base = await server.createBase("Warehouse", { token: ana.token });
	path = `/api/v2.1/workspace/${base.workspaceId}/dtable/Warehouse`;
});

after(() => server.stop());

const share = (method, form, person = ana) => server.request(method, `${path}/share/`, { token: person.token, form });
const groupShare = (method, id, form, person = ana) =>
	server.request(method, `${path}/group-shares/${id}`, { token: person.token, form });
const accessToken = (person) => server.request("GET", `${path}/access-token/`, { token: person.token });

async function refused(status, promise, text = /./) {
	const reply = await promise;
	assert.equal(reply.status, status, reply.text);
	assert.match(reply.json.error_msg, text);
}

/** Reads and tries to write with a base token that the person gets for the shared base. */
async function reach(person) {
	const reply = await accessToken(person);
	if (reply.status !== 200) return reply.status;
	const token = reply.json.access_token;
	const read = await base.request("GET", "rows/?table_name=Table1", { token });
	const write = await base.request("POST", "rows/", { token, json: { table_name: "Table1", rows: [{}] } });
	return [read.status, write.status];
}

test("with a person: read, then write, then not at all", async () => {
	assert.equal(await reach(ben), 403);
	const made = await share("POST", { email: ben.username, permission: "r" });
	assert.equal(made.status, 201, made.text);
	assert.deepEqual(made.json, { success: true });
	assert.deepEqual(await reach(ben), [200, 403]);
	assert.deepEqual((await share("PUT", { email: ben.username, permission: "rw" })).json, { success: true });
	assert.deepEqual(await reach(ben), [200, 200]);

	const { user_list: users } = await server.call("GET", `${path}/share/`, { token: ana.token });
	assert.deepEqual(users.map(({ avatar_url, ...user }) => user), [
		{ email: ben.username, name: "Ben", contact_email: ben.email, permission: "rw" },
	]);
	assert.match(users[0].avatar_url, /^http:\/\//);
	const { table_list: shared } = await server.call("GET", "/api/v2.1/dtables/shared/", { token: ben.token });
	assert.deepEqual(shared.map(({ uuid, permission, from_user, from_user_name }) => [uuid, permission, from_user, from_user_name]), [
		[base.uuid, "rw", ana.username, "Ana Prado"],
	]);

	const { access_token: token } = (await accessToken(ben)).json;
	assert.deepEqual((await share("DELETE", { email: ben.username })).json, { success: true });
	assert.equal(await reach(ben), 403);
	assert.equal((await base.request("GET", "rows/?table_name=Table1", { token })).status, 403, "the older base token ended too");
	assert.deepEqual((await server.call("GET", "/api/v2.1/dtables/shared/", { token: ben.token })).table_list, []);
});

test("lowering a share ends the writing of older base tokens", async () => {
	await share("POST", { email: ben.email, permission: "rw" });
	const { access_token: token } = (await accessToken(ben)).json;
	await share("PUT", { email: ben.email, permission: "r" });
	const write = await base.request("POST", "rows/", { token, json: { table_name: "Table1", rows: [{}] } });
	assert.equal(write.status, 403);
	const reply = await server.request("DELETE", `${path}/share/?email=${ben.email}`, { token: ana.token });
	assert.equal(reply.status, 200, "the email may stand in the query");
});

test("who can't be shared with", async () => {
	await share("POST", { email: ben.username, permission: "r" });
	await refused(400, share("POST", { email: ben.username, permission: "rw" }), /already shared/);
	await refused(400, share("POST", { email: ana.username, permission: "r" }), /owner/);
	await refused(404, share("POST", { email: "nobody@example.org", permission: "r" }), /^User nobody@example\.org not found\.$/);
	await refused(404, share("POST", { email: stranger.username, permission: "r" }), /^User .* not found\.$/);
	await refused(400, share("POST", { email: carla.username, permission: "admin" }), /^permission invalid\.$/);
	await refused(400, share("POST", { email: carla.username }), /^permission invalid\.$/);
	await refused(400, share("POST", { permission: "r" }), /^email invalid\.$/);
	await refused(404, share("PUT", { email: carla.username, permission: "r" }), /not shared/);
	await refused(404, share("DELETE", { email: carla.username }), /not shared/);
	await share("DELETE", { email: ben.username });
});

test("who is shared with can't manage the base", async () => {
	await share("POST", { email: ben.username, permission: "rw" });
	await refused(403, share("GET", undefined, ben));
	await refused(403, share("POST", { email: carla.username, permission: "rw" }, ben));
	await refused(403, share("DELETE", { email: ben.username }, ben));
	await refused(403, server.request("GET", `${path}/api-tokens/`, { token: ben.token }));
	const form = { name: "Warehouse", new_name: "Mine" };
	await refused(403, server.request("PUT", `/api/v2.1/workspace/${base.workspaceId}/dtable/`, { token: ben.token, form }));
	await refused(403, server.request("DELETE", `/api/v2.1/workspace/${base.workspaceId}/dtable/`, { token: ben.token, form }));
	await share("DELETE", { email: ben.username });
});

test("with a group: its members reach the base", async () => {
	assert.equal(await reach(carla), 403);
	const made = await groupShare("POST", "", { group_id: String(group.id), permission: "r" });
	assert.equal(made.status, 200, made.text);
	assert.deepEqual(made.json, { dtable_group_share: { group_id: String(group.id), group_name: "Logistics", permission: "r" } });
	assert.deepEqual(await reach(carla), [200, 403]);
	assert.deepEqual((await groupShare("PUT", `${group.id}/`, { permission: "rw" })).json, { success: true });
	assert.deepEqual(await reach(carla), [200, 200]);
	const listed = await server.call("GET", `${path}/group-shares/`, { token: ana.token });
	assert.deepEqual(listed, { dtable_group_share_list: [{ group_id: group.id, group_name: "Logistics", permission: "rw" }] });
	const { group_shared_dtables: shared } = await server.call("GET", "/api/v2.1/dtables/group-shared/", { token: carla.token });
	assert.deepEqual(Object.keys(shared), [String(group.id)]);
	assert.deepEqual(shared[group.id].map(({ uuid, starred }) => [uuid, starred]), [[base.uuid, false]]);

	await refused(400, groupShare("POST", "", { group_id: String(group.id), permission: "r" }), /already shared/);
	await refused(403, groupShare("PUT", `${group.id}/`, { permission: "r" }, carla));
	await server.call("DELETE", `/api/v2.1/groups/${group.id}/members/${carla.username}/`, { token: ana.token });
	assert.equal(await reach(carla), 403, "who leaves the group leaves its bases");
	assert.deepEqual((await groupShare("DELETE", `${group.id}/`)).json, { success: true });
	await refused(404, groupShare("DELETE", `${group.id}/`), /not shared/);
});

test("which groups can't be shared with", async () => {
	const others = await addGroup(server, stranger, "Far away");
	const notMine = await addGroup(server, ben, "Ben's group");
	const form = (id) => ({ group_id: String(id), permission: "r" });
	await refused(404, groupShare("POST", "", form(99999)), /^Group 99999 not found\.$/);
	await refused(404, groupShare("POST", "", form("x")), /^Group x not found\.$/);
	await refused(404, groupShare("POST", "", form(others.id)), /not found/); // another team's
	await refused(403, groupShare("POST", "", form(notMine.id)));
	await refused(400, groupShare("POST", "", { permission: "r" }), /^group_id invalid\.$/);
	const { table } = await server.call("POST", "/api/v2.1/dtables/", {
		token: ana.token, form: { name: "Routes", workspace_id: String(group.workspaceId) },
	});
	const own = `/api/v2.1/workspace/${table.workspace_id}/dtable/Routes/group-shares/`;
	await refused(400, server.request("POST", own, { token: ana.token, form: form(group.id) }), /owner/);
});

test("related users: everybody who may use the base, each once", async () => {
	await share("POST", { email: ben.username, permission: "r" });
	await groupShare("POST", "", { group_id: String(group.id), permission: "r" });
	const { user_list: users } = await server.call("GET", `${path}/related-users/`, { token: ben.token });
	assert.deepEqual(users.map(({ name, email, is_admin }) => [name, email, is_admin]), [
		["Ana Prado", ana.username, true],
		["Ben", ben.username, false],
	]);
	await refused(403, server.request("GET", `${path}/related-users/`, { token: carla.token }));
	const withBaseToken = await server.call("GET", `/api/v2.1/dtables/${base.uuid}/related-users/`, { token: base.token });
	assert.deepEqual(withBaseToken.user_list.map(({ email }) => email), [ana.username, ben.username]);
});

test("the team's admin sees all shares of the team", async () => {
	const org = await server.call("GET", "/api/v2.1/org/admin/info/", { token: server.admin.token });
	const admin = `/api/v2.1/org/${org.org_id}/admin`;
	const { share_list: ofBase } = await server.call("GET", `${admin}/dtables/${base.uuid}/shares/`, { token: server.admin.token });
	assert.deepEqual(ofBase.map(({ to_user, to_group_id, permission }) => [to_user ?? to_group_id, permission]), [
		[ben.username, "r"], [group.id, "r"],
	]);
	const all = await server.call("GET", `${admin}/shares/`, { token: server.admin.token });
	assert.deepEqual(all.dtable_user_shares.map(({ dtable_name, from_user, to_user }) => [dtable_name, from_user, to_user]), [
		["Warehouse", ana.username, ben.username],
	]);
	assert.deepEqual([all.dtable_group_shares.length, all.view_user_shares, all.view_group_shares], [1, [], []]);
	assert.equal((await server.request("GET", `${admin}/shares/`, { token: ana.token })).status, 403);
});
