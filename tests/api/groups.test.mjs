// Groups: members look, admins change, the owner hands over and deletes (auth.md 6).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { addPerson, atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, ana, ben, carla, stranger, group;

before(async () => {
	server = await startServer();
	ana = await addPerson(server, "ana@example.org", ["--name", "Ana Prado"]);
	ben = await addPerson(server, "ben@example.org", ["--name", "Ben"]);
	carla = await addPerson(server, "carla@example.org", ["--name", "Carla"]);
	await atollOk(["team", "add", "Others", "--data", server.dir]);
	stranger = await addPerson(server, "stranger@example.org", ["--team", "Others"]);
	const reply = await server.request("POST", "/api/v2.1/groups/", { token: ana.token, form: { name: "Logistics" } });
	assert.equal(reply.status, 201, reply.text);
	group = reply.json;
});

after(() => server.stop());

const at = (person, method, path = "", form) => server.request(method, `/api/v2.1/groups/${group.id}/${path}`, { token: person.token, form });

function refused(status, message, reply) {
	assert.equal(reply.status, status, reply.text);
	assert.equal(reply.json.error_msg, message);
}

test("a new group and its workspace", async () => {
	assert.ok(Number.isInteger(group.id));
	assert.equal(group.parent_group_id, 0);
	assert.equal(group.name, "Logistics");
	assert.equal(group.owner, ana.username);
	assert.deepEqual(group.admins, [ana.username]);
	assert.match(group.created_at, /^\d{4}-\d\d-\d\dT.*[+-]\d\d:\d\d$/);
	assert.match(group.avatar_url, /^http/);
	assert.deepEqual(await server.call("GET", "/api/v2.1/groups/", { token: ana.token }), [group]);
	assert.deepEqual((await at(ana, "GET")).json, group);
	const { workspace_list: workspaces } = await server.call("GET", "/api/v2.1/workspaces/", { token: ana.token });
	assert.equal(workspaces.find((workspace) => workspace.group_id === group.id).name, "Logistics");
});

test("what can't be a group", async () => {
	const create = (form) => server.request("POST", "/api/v2.1/groups/", { token: ana.token, form });
	refused(400, "Group Logistics already exists.", await create({ name: "Logistics" }));
	for (const form of [{}, { name: "" }, { name: " " }, { name: "a\tb" }, { name: "x".repeat(256) }]) refused(400, "name invalid.", await create(form));
	assert.equal((await server.request("POST", "/api/v2.1/groups/", { token: stranger.token, form: { name: "Logistics" } })).status, 201);
});

test("members come, become admins, and go", async () => {
	refused(403, "Permission denied.", await at(ben, "GET", "members/"));
	const added = await at(ana, "POST", "members/", { email: "BEN@example.org" });
	assert.equal(added.status, 201, added.text);
	const { avatar_url, ...member } = added.json;
	assert.match(avatar_url, /^http/);
	assert.deepEqual(member, { group_id: group.id, name: "Ben", email: ben.username, contact_email: "ben@example.org", login_id: "", is_admin: false, role: "Member" });
	refused(400, `User ${ben.username} is already a group member.`, await at(ana, "POST", "members/", { email: ben.username }));
	refused(404, "User stranger@example.org not found.", await at(ana, "POST", "members/", { email: stranger.email }));
	refused(400, "email invalid.", await at(ana, "POST", "members/", {}));

	assert.deepEqual((await at(ben, "GET", "members/")).json.map(({ email, role }) => [email, role]), [[ana.username, "Owner"], [ben.username, "Member"]]);
	assert.deepEqual((await at(ben, "GET", "search-member/?q=PRADO")).json.map(({ email }) => email), [ana.username]);
	assert.deepEqual((await at(ben, "GET", "search-member/?q=nobody")).json, []);

	// a member can't change anything, an admin can
	for (const [method, path, form] of [
		["PUT", "", { name: "x" }],
		["POST", "members/", { email: carla.email }],
		["PUT", `members/${ben.username}/`, { is_admin: "true" }],
		["DELETE", `members/${ana.username}/`],
		["DELETE", ""],
	]) {
		refused(403, "Permission denied.", await at(ben, method, path, form));
	}
	const raised = await at(ana, "PUT", `members/${ben.username}/`, { is_admin: "true" });
	assert.equal(raised.json.role, "Admin");
	assert.equal((await at(ben, "POST", "members/", { email: carla.email })).status, 201);
	assert.deepEqual((await at(carla, "GET")).json.admins.sort(), [ana.username, ben.username].sort());
	refused(400, "is_admin invalid.", await at(ana, "PUT", `members/${ben.username}/`, { is_admin: "perhaps" }));
	assert.equal((await at(ana, "PUT", `members/${ben.email}/`, { is_admin: "False" })).json.role, "Member");

	// everybody may leave, but not the owner
	assert.deepEqual((await at(carla, "DELETE", `members/${carla.username}/`)).json, { success: true });
	refused(403, "Permission denied.", await at(carla, "GET"));
	refused(404, `User ${carla.username} is not a group member.`, await at(ana, "DELETE", `members/${carla.username}/`));
	refused(400, "The owner of a group stays its member and admin.", await at(ana, "DELETE", `members/${ana.username}/`));
	refused(400, "The owner of a group stays its member and admin.", await at(ana, "PUT", `members/${ana.username}/`, { is_admin: "false" }));
});

test("rename, and hand over", async () => {
	assert.equal((await at(ana, "PUT", "", { name: "Transport" })).json.name, "Transport");
	refused(400, "name invalid.", await at(ana, "PUT", "", {}));
	refused(400, "name invalid.", await at(ana, "PUT", "", { name: "" }));
	refused(404, "User stranger@example.org not found.", await at(ana, "PUT", "", { owner: stranger.email }));
	const handed = (await at(ana, "PUT", "", { owner: ben.email })).json;
	assert.equal(handed.owner, ben.username);
	refused(403, "Permission denied.", await at(ana, "PUT", "", { owner: ana.email }));
	refused(403, "Permission denied.", await at(ana, "DELETE"));
	assert.equal((await at(ana, "PUT", "", { name: "Logistics" })).json.name, "Logistics");
	assert.equal((await at(ben, "PUT", "", { owner: ana.username })).json.owner, ana.username);
});

test("a group of another team is unknown", async () => {
	for (const [method, path, form] of [["GET", ""], ["PUT", "", { name: "x" }], ["DELETE", ""], ["GET", "members/"], ["POST", "members/", { email: stranger.email }]]) {
		refused(404, `Group ${group.id} not found.`, await at(stranger, method, path, form));
	}
	refused(404, "Group x not found.", await server.request("GET", "/api/v2.1/groups/x/", { token: ana.token }));
	refused(404, "Group 999 not found.", await server.request("GET", "/api/v2.1/groups/999/", { token: ana.token }));
	const search = (person) => server.call("GET", "/api/v2.1/search-group/?q=logis", { token: person.token });
	assert.deepEqual((await search(carla)).map(({ id, name, owner }) => [id, name, owner]), [[group.id, "Logistics", ana.username]]);
	assert.ok((await search(stranger)).every(({ id }) => id !== group.id));
});

test("who leaves a group loses its bases at once", async () => {
	const { workspace_list: workspaces } = await server.call("GET", "/api/v2.1/workspaces/", { token: ana.token });
	const workspace = workspaces.find(({ group_id }) => group_id === group.id).id;
	const { table } = await server.call("POST", "/api/v2.1/dtables/", { token: ana.token, form: { name: "Fleet", workspace_id: workspace } });
	const path = `/api/v2.1/workspace/${workspace}/dtable/Fleet/access-token/`;
	const { access_token: token } = await server.call("GET", path, { token: ben.token });
	const metadata = () => server.request("GET", `/api-gateway/api/v2/dtables/${table.uuid}/metadata/`, { token });
	assert.equal((await metadata()).status, 200);
	await server.call("DELETE", `/api/v2.1/groups/${group.id}/members/${ben.username}/`, { token: ana.token });
	refused(403, "invalid token", await metadata());
	refused(403, "Permission denied.", await server.request("GET", path, { token: ben.token }));
	refused(400, "Cannot delete group with bases", await at(ana, "DELETE"));
});

test("delete: the bases in its trash go to the owner's trash", async () => {
	const { workspace_list: workspaces } = await server.call("GET", "/api/v2.1/workspaces/", { token: ana.token });
	const workspace = workspaces.find(({ group_id }) => group_id === group.id).id;
	await server.call("DELETE", `/api/v2.1/workspace/${workspace}/dtable/`, { token: ana.token, form: { name: "Fleet" } });
	assert.deepEqual((await at(ana, "DELETE")).json, { success: true });
	refused(404, `Group ${group.id} not found.`, await at(ana, "GET"));
	assert.deepEqual(await server.call("GET", "/api/v2.1/groups/", { token: ana.token }), []);
	const trash = await server.call("GET", "/api/v2.1/trash-dtables/", { token: ana.token });
	assert.deepEqual(trash.trash_dtable_list.map(({ name }) => name), ["Fleet"]);
});
