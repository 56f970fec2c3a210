// A team's people and groups, for its admins (auth.md 8).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { addGroup, addPerson, atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, org, team, boss, ana, stranger;

before(async () => {
	server = await startServer();
	boss = await addPerson(server, "boss@example.org", ["--name", "Boss", "--team-admin"]);
	ana = await addPerson(server, "ana@example.org", ["--name", "Ana Prado"]);
	await atollOk(["team", "add", "Others", "--data", server.dir]);
	stranger = await addPerson(server, "stranger@example.org", ["--team", "Others", "--team-admin"]);
	org = (await server.call("GET", "/api2/account/info/", { token: boss.token })).org_id;
	team = `/api/v2.1/org/${org}/admin`;
});

after(() => server.stop());

const at = (method, path, form, person = boss) => server.request(method, `${team}/${path}`, { token: person.token, form });
const signIn = async (username, password) => (await server.request("POST", "/api2/auth-token/", { form: { username, password } })).status;

async function add(email, more = {}) {
	const reply = await at("POST", "users/", { email, name: email, password: "a password", ...more });
	assert.equal(reply.status, 200, reply.text);
	return reply.json;
}

function refused(status, message, reply) {
	assert.equal(reply.status, status, reply.text);
	assert.equal(reply.json.error_msg, message);
}

test("the team in figures", async () => {
	const info = await server.call("GET", "/api/v2.1/org/admin/info/", { token: boss.token });
	assert.equal(info.org_id, org);
	assert.equal(info.member_usage, 3);
	assert.equal(info.active_members, 3);
	for (const [key, value] of Object.entries(info)) {
		if (key === "org_name" || key === "role") assert.equal(typeof value, "string");
		else assert.ok(Number.isInteger(value), key);
	}
});

test("admins only, of the own team only", async () => {
	for (const path of ["users/", "groups/", `users/${ana.username}/`]) {
		const reply = await at("GET", path, undefined, ana);
		assert.equal(reply.status, 403);
		assert.deepEqual(reply.json, { detail: "You do not have permission to perform this action." });
		assert.equal((await at("GET", path, undefined, stranger)).status, 403);
	}
	assert.equal((await server.request("GET", "/api/v2.1/org/admin/info/", { token: ana.token })).status, 403);
	for (const other of ["0", "x", "-1", "999"]) {
		assert.equal((await server.request("GET", `/api/v2.1/org/${other}/admin/users/`, { token: boss.token })).status, 403);
	}
	refused(404, "User stranger@example.org not found.", await at("GET", "users/stranger@example.org/"));
	refused(404, "User stranger@example.org not found.", await at("DELETE", "users/stranger@example.org/"));
});

test("add, look, list by pages", async () => {
	const made = await add("new@example.org", { name: "New One" });
	assert.match(made.email, /^[0-9a-f]{32}@auth\.local$/);
	assert.deepEqual(
		[made.name, made.contact_email, made.is_active, made.is_org_admin, made.last_login, made.self_usage],
		["New One", "new@example.org", true, false, null, 0],
	);
	assert.ok(Number.isInteger(made.workspace_id) && Number.isInteger(made.id));
	assert.equal(await signIn("new@example.org", "a password"), 200);
	const seen = (await at("GET", `users/${made.email}/`)).json;
	assert.notEqual(seen.last_login, null);
	assert.equal((await at("GET", "users/NEW@example.org/")).json.id, made.id);
	assert.equal((await add("noname@example.org", { name: "" })).name, "noname");

	const first = (await at("GET", "users/?per_page=2")).json;
	assert.deepEqual([first.user_list.length, first.page, first.per_page, first.page_next], [2, 1, 2, true]);
	const last = (await at("GET", "users/?per_page=2&page=3")).json;
	assert.deepEqual([last.user_list.length, last.page_next], [1, false]);
	for (const key of ["email", "name", "contact_email", "quota_usage", "quota_total", "id_in_org", "last_login", "id", "is_active", "ctime", "self_usage", "quota", "is_org_admin"]) {
		assert.ok(key in first.user_list[0], key);
	}
});

test("who can't be added", async () => {
	const create = (form) => at("POST", "users/", form);
	refused(400, "User New@example.org already exists.", await create({ email: "New@example.org", password: "x" }));
	refused(400, "email invalid.", await create({ email: "x", password: "x" }));
	refused(400, "email invalid.", await create({ email: `${"0".repeat(32)}@auth.local`, password: "x" }));
	refused(400, "password invalid.", await create({ email: "x@example.org" }));
	refused(400, "password invalid.", await create({ email: "x@example.org", password: "x".repeat(1025) }));
	refused(400, "name invalid.", await create({ email: "x@example.org", password: "x", name: "a\u0007" }));
	// somebody of another team has the address: one account an address on a server
	refused(400, "User stranger@example.org already exists.", await create({ email: "stranger@example.org", password: "x" }));
});

test("change; deactivating ends every token at once", async () => {
	const made = await add("change@example.org");
	const change = (form) => at("PUT", `users/${made.email}/`, form);
	const changed = (await change({ name: "Changed", contact_email: "changed@example.org", id_in_org: "42" })).json;
	assert.deepEqual([changed.name, changed.contact_email, changed.id_in_org], ["Changed", "changed@example.org", "42"]);
	refused(400, "is_active invalid.", await change({ is_active: "perhaps" }));
	refused(400, "User ana@example.org already exists.", await change({ contact_email: "ana@example.org" }));

	const token = await server.signIn("changed@example.org", "a password");
	const base = await server.createBase("Theirs", { token });
	const person = (await server.call("GET", base.tokensPath.replace("api-tokens", "access-token"), { token })).access_token;
	const metadata = () => base.request("GET", "metadata/", { token: person });
	assert.equal((await metadata()).status, 200);
	assert.equal((await change({ is_active: "false" })).json.is_active, false);
	const inactive = await server.request("GET", "/api2/account/info/", { token });
	assert.equal(inactive.status, 403);
	assert.deepEqual(inactive.json, { detail: "User inactive or deleted." });
	refused(403, "invalid token", await metadata());
	assert.equal(await signIn("changed@example.org", "a password"), 400);
	// a program's token is the base's, not the person's
	assert.equal((await base.request("GET", "metadata/")).status, 200);
	assert.equal((await change({ is_active: "true" })).json.is_active, true);
	assert.equal((await metadata()).status, 200);

	assert.equal((await change({ is_staff: "true" })).json.is_org_admin, true);
	assert.equal((await server.request("GET", `${team}/users/`, { token })).status, 200);
	assert.equal((await change({ is_staff: "false" })).json.is_org_admin, false);
	assert.equal((await server.request("GET", `${team}/users/`, { token })).status, 403);
});

test("a new password ends the old one, the token, and what was made with it", async () => {
	await add("forgot@example.org");
	const token = await server.signIn("forgot@example.org", "a password");
	const base = await server.createBase("Forgotten", { token });
	const make = async (path, account) =>
		Object.values(await server.call("GET", base.tokensPath.replace("api-tokens", path), { token: account }))[0];
	const [person, temporary] = [await make("access-token", token), await make("temp-api-token", token)];
	const exchange = (api) => server.request("GET", "/api/v2.1/dtable/app-access-token/", { token: api });
	const exchanged = (await exchange(temporary)).json.access_token;
	for (const old of [person, exchanged]) assert.equal((await base.request("GET", "metadata/", { token: old })).status, 200);
	const { new_password: password } = (await at("PUT", "users/forgot@example.org/set-password/")).json;
	assert.ok(password.length >= 16);
	assert.equal((await server.request("GET", "/api2/account/info/", { token })).status, 401);
	assert.equal(await signIn("forgot@example.org", "a password"), 400);
	for (const old of [person, exchanged]) refused(403, "Token expired.", await base.request("GET", "metadata/", { token: old }));
	refused(403, "Permission denied.", await exchange(temporary));
	assert.equal((await base.request("GET", "metadata/")).status, 200, "the program's token is the base's");

	assert.equal(await signIn("forgot@example.org", password), 200);
	const again = await make("temp-api-token", await server.signIn("forgot@example.org", password));
	const anew = (await exchange(again)).json.access_token;
	assert.equal((await base.request("GET", "metadata/", { token: anew })).status, 200);
});

test("a team admin does not take over a system admin", async () => {
	const system = (await server.call("GET", "/api2/account/info/", { token: server.admin.token })).email;
	assert.equal((await at("GET", `users/${system}/`)).status, 200);
	for (const [method, path, form] of [
		["PUT", "", { is_active: "false" }],
		["PUT", "", { contact_email: "mine@example.org" }],
		["PUT", "set-password/"],
		["DELETE", ""],
	]) {
		refused(403, "Permission denied.", await at(method, `users/${system}/${path}`, form));
	}
});

test("the last admin stays", async () => {
	const own = (method, form) => server.request(method, `/api/v2.1/org/${stranger.org}/admin/users/${stranger.username}/`, { token: stranger.token, form });
	stranger.org = (await server.call("GET", "/api2/account/info/", { token: stranger.token })).org_id;
	const text = "A team needs an active admin: the last one can't be removed.";
	refused(400, text, await own("PUT", { is_active: "false" }));
	refused(400, text, await own("PUT", { is_staff: "false" }));
	refused(400, text, await own("DELETE"));
});

test("a deleted person's bases are in the trash of the admin, the groups are handed over", async () => {
	const made = await add("leaving@example.org");
	const token = await server.signIn("leaving@example.org", "a password");
	const base = await server.createBase("Left behind", { token });
	const { id } = await server.call("POST", "/api/v2.1/groups/", { token, form: { name: "Left group" } });
	assert.equal((await base.request("GET", "metadata/")).status, 200);
	assert.deepEqual((await at("DELETE", `users/${made.email}/`)).json, { success: true });
	assert.equal((await server.request("GET", "/api2/account/info/", { token })).status, 401);
	refused(403, "invalid token", await base.request("GET", "metadata/"));
	refused(404, `User ${made.email} not found.`, await at("GET", `users/${made.email}/`));
	const { trash_dtable_list: trash } = await server.call("GET", "/api/v2.1/trash-dtables/", { token: boss.token });
	const found = trash.find(({ uuid }) => uuid === base.uuid);
	assert.equal(found.name, "Left behind");
	await server.call("PUT", `/api/v2.1/trash-dtables/${found.id}/`, { token: boss.token });
	assert.equal((await base.request("GET", "metadata/")).status, 200);
	assert.equal((await server.call("GET", `/api/v2.1/groups/${id}/`, { token: boss.token })).owner, boss.username);
	assert.equal(await signIn("leaving@example.org", "a password"), 400);
	await add("leaving@example.org");
});

test("who is deleted while making and starring bases gets no server error", async () => {
	for (let round = 0; round < 4; round++) {
		const leaving = await addPerson(server, `leaving${round}@example.org`, ["--team", "Team"]);
		const group = await addGroup(server, boss, `Left ${round}`, [leaving]);
		const shared = await server.createBase(`Shared ${round}`, { token: leaving.token });
		const as = (method, path, form) => server.request(method, `/api/v2.1/${path}`, { token: leaving.token, form });
		const replies = await Promise.all([
			...Array.from({ length: 6 }, (_, i) => as("POST", "dtables/", { name: `B${i}`, workspace_id: group.workspaceId })),
			as("POST", "starred-dtables/", { dtable_uuid: shared.uuid }),
			at("DELETE", `users/${leaving.username}/`),
			as("PUT", `workspace/${shared.workspaceId}/dtable/`, { name: `Shared ${round}`, icon: "icon-x" }),
			as("POST", `workspace/${shared.workspaceId}/dtable/Shared ${round}/share/`.replace(" ", "%20"), { email: ana.email, permission: "r" }),
		]);
		for (const reply of replies) assert.ok(reply.status < 500, reply.text);
		const left = await at("GET", `groups/${group.id}/dtables/`);
		assert.equal(left.json.count, replies.slice(0, 6).filter(({ status }) => status === 201).length);
	}
});

test("the team's groups and their members", async () => {
	const made = (await at("POST", "groups/", { group_name: "Drivers", group_owner: ana.email })).json;
	assert.deepEqual([made.group_name, made.creator_name, made.creator_email, made.creator_contact_email, made.size],
		["Drivers", "Ana Prado", ana.username, "ana@example.org", 0]);
	refused(400, "Group Drivers already exists.", await at("POST", "groups/", { group_name: "Drivers" }));
	refused(400, "group_name invalid.", await at("POST", "groups/", {}));
	refused(404, "User stranger@example.org not found.", await at("POST", "groups/", { group_name: "X", group_owner: stranger.email }));
	assert.ok((await at("GET", "groups/")).json.groups.some(({ id }) => id === made.id));

	const path = `groups/${made.id}/`;
	const body = new URLSearchParams([["email", boss.email], ["email", stranger.email], ["email", boss.username]]).toString();
	const added = await server.request("POST", `${team}/${path}members/`, {
		token: boss.token, body, headers: { "Content-Type": "application/x-www-form-urlencoded" },
	});
	assert.equal(added.status, 200, added.text);
	assert.deepEqual(added.json.success.map(({ email, role }) => [email, role]), [[boss.username, "Member"]]);
	assert.deepEqual(added.json.failed, [
		{ email: stranger.email, error_msg: "User stranger@example.org not found." },
		{ email: boss.username, error_msg: `User ${boss.username} is already a group member.` },
	]);
	const json = await server.request("POST", `${team}/${path}members/`, { token: boss.token, json: { email: ["new@example.org"] } });
	assert.equal(json.json.success.length, 1);
	refused(400, "email invalid.", await at("POST", `${path}members/`, {}));
	for (const email of [Array(101).fill("new@example.org"), ["new@example.org", 1]]) { // none is left out silently
		refused(400, "email invalid.", await server.request("POST", `${team}/${path}members/`, { token: boss.token, json: { email } }));
	}

	const list = (await at("GET", `${path}members/`)).json;
	assert.deepEqual([list.org_id, list.group_id, list.group_name, list.members.length], [org, made.id, "Drivers", 3]);
	assert.equal((await at("PUT", `${path}members/${boss.username}/`, { is_admin: "true" })).json.role, "Admin");
	assert.deepEqual((await at("DELETE", `${path}members/${boss.username}/`)).json, { success: true });
	assert.equal((await at("PUT", path, { new_group_name: "Pilots", new_owner: boss.email })).json.group_name, "Pilots");
	assert.equal((await at("GET", path)).json.creator_email, boss.username);
	assert.deepEqual((await at("DELETE", path)).json, { success: true });
	refused(404, `Group ${made.id} not found.`, await at("GET", path));
	const foreign = await server.call("POST", "/api/v2.1/groups/", { token: stranger.token, form: { name: "Foreign" } });
	refused(404, `Group ${foreign.id} not found.`, await at("GET", `groups/${foreign.id}/`));
	refused(404, `Group ${foreign.id} not found.`, await at("DELETE", `groups/${foreign.id}/`));
});
