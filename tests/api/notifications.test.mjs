// Notifications of persons and toasts for their pages (base-operations.md 3.9).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { addPerson } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, base, ana, ben;

before(async () => {
	server = await startServer();
	base = await server.createBase("Warehouse");
	[ana, ben] = [await person("ana@example.org", "Ana Prado"), await person("ben@example.org", "Ben Okafor")];
	await base.createTable("Tasks", [["Name", "text"], ["Who", "collaborator", { enable_send_notification: true }], ["Quiet", "collaborator"]]);
});
after(() => server.stop());

/** Somebody with whom the base is shared, and their base token. */
async function person(email, name) {
	const made = await addPerson(server, email, ["--name", name]);
	const path = `/api/v2.1/workspace/${base.workspaceId}/dtable/Warehouse`;
	await server.call("POST", `${path}/share/`, { token: server.admin.token, json: { email: made.username, permission: "rw" } });
	const { access_token } = await server.call("GET", `${path}/access-token/`, { token: made.token });
	return { ...made, access: access_token };
}
const as = (who, method, path, options = {}) => base.request(method, path, { token: who.access, ...options });
const listOf = async (who) => (await as(who, "GET", "notifications/")).json.notification_list;
const clear = (who) => as(who, "DELETE", "notifications/");
const add = async (row, who = ana) => (await as(who, "POST", "rows/", { json: { table_name: "Tasks", rows: [row] } })).json.first_row._id;

test("who is put into a collaborator cell is told, once, and not by oneself", async () => {
	const id = await add({ Name: "Count", Who: [ana.username, ben.username], Quiet: [ben.username] });
	const [told, ...more] = await listOf(ben);
	assert.equal(more.length, 0);
	const { id: number, created_at, detail, ...rest } = told;
	assert.deepEqual(rest, { username: ben.username, dtable_uuid: base.uuid, msg_type: "selected_collaborator", seen: 0 });
	assert.equal(typeof number, "number");
	assert.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	assert.deepEqual([detail.author, detail.row_id], [ana.username, id]);
	assert.deepEqual(await listOf(ana), [], "one's own change");
	await as(ana, "PUT", "rows/", { json: { table_name: "Tasks", row_id: id, row: { Name: "Recount", Who: [ben.username] } } });
	assert.equal((await listOf(ben)).length, 1, "who was there already isn't told again");
	await as(ben, "PUT", "rows/", { json: { table_name: "Tasks", row_id: id, row: { Who: [ben.username, ana.username] } } });
	assert.deepEqual((await listOf(ana)).map(({ msg_type, detail }) => [msg_type, detail.author]), [["selected_collaborator", ben.username]]);
	await base.append("Tasks", [{ Name: "x", Who: [ben.username] }, { Name: "y", Who: [ben.username] }]);
	assert.equal((await listOf(ben)).length, 3, "a program's change tells too, each row");
});

test("a comment tells who commented before and who stands in the row", async () => {
	await Promise.all([clear(ana), clear(ben)]);
	const id = await add({ Name: "Talk" });
	const say = (who, comment) => as(who, "POST", `comments/?row_id=${id}`, { json: { comment } });
	await say(ana, "first");
	assert.deepEqual([await listOf(ana), await listOf(ben)], [[], []]);
	await say(ben, "second 🧮");
	assert.deepEqual((await listOf(ana)).map(({ msg_type, detail }) => [msg_type, detail.author, detail.comment, detail.row_id]),
		[["row_comment", ben.username, "second 🧮", id]]);
	const other = await add({ Name: "Quiet talk", Quiet: [ben.username] });
	await as(ana, "POST", `comments/?row_id=${other}`, { json: { comment: "for Ben" } });
	assert.deepEqual((await listOf(ben)).map(({ detail }) => detail.comment), ["for Ben"]);
});

test("a comment tells whom it mentions, once; only people who may use the base", async () => {
	await Promise.all([clear(ana), clear(ben)]);
	const id = await add({ Name: "Mentioned", Quiet: [ben.username] });
	const say = (json) => as(ana, "POST", `comments/?row_id=${id}`, { json });
	assert.equal((await say({ comment: "@Ben, @Ana", to_users: [ben.username, ana.username] })).status, 200);
	assert.deepEqual((await listOf(ben)).map(({ detail }) => detail.comment), ["@Ben, @Ana"]);
	assert.deepEqual(await listOf(ana), [], "not of one's own comment");
	const other = await addPerson(server, "stranger@example.org");
	for (const to_users of [[other.username], ["x"], [""], [1], [null], "x", {}, Array.from({ length: 101 }, () => ben.username)]) {
		const reply = await say({ comment: "no", to_users });
		assert.deepEqual([reply.status, reply.json.error_msg], [400, "to_users invalid."]);
	}
	assert.equal((await as(ana, "GET", `comments/?row_id=${id}`)).json.length, 1);
});

test("marking and deleting: all or one, only one's own", async () => {
	await Promise.all([clear(ana), clear(ben)]);
	for (const Name of ["a", "b", "c"])
		await add({ Name, Who: [ben.username] });
	const seen = async (who) => (await listOf(who)).map(({ seen }) => seen);
	const [newest] = await listOf(ben);
	const mark = (who, path, form) => as(who, "PUT", path, { form });
	assert.deepEqual((await mark(ben, `notifications/${newest.id}/`, { seen: "true" })).json, { success: true });
	assert.deepEqual(await seen(ben), [1, 0, 0]);
	assert.equal((await mark(ana, `notifications/${newest.id}/`, { seen: "false" })).status, 404);
	assert.deepEqual(await seen(ben), [1, 0, 0]);
	await as(ben, "PUT", "notifications/", { json: { seen: true } });
	assert.deepEqual(await seen(ben), [1, 1, 1]);
	await mark(ben, "notifications/", { seen: "False" });
	assert.deepEqual(await seen(ben), [0, 0, 0]);
	for (const bad of [{}, { seen: "maybe" }, { seen: "" }]) {
		for (const path of ["notifications/", `notifications/${newest.id}/`]) {
			const reply = await mark(ben, path, bad);
			assert.deepEqual([reply.status, reply.json.error_msg], [400, "seen invalid."]);
		}
	}
	for (const bad of ["0", "-1", "x", "99999999"])
		assert.equal((await mark(ben, `notifications/${bad}/`, { seen: "true" })).status, 404, bad);
	assert.deepEqual((await clear(ana)).json, { success: true });
	assert.equal((await listOf(ben)).length, 3);
	assert.equal((await as(ben, "GET", "notifications/?page=2&per_page=2")).json.notification_list.length, 1);
	await clear(ben);
	assert.deepEqual(await listOf(ben), []);
});

test("an application has an empty list; the older path", async () => {
	assert.deepEqual(await base.call("GET", "notifications/"), { notification_list: [] });
	assert.deepEqual(await base.call("PUT", "notifications/", { seen: true }), { success: true });
	assert.deepEqual(await base.call("DELETE", "notifications/"), { success: true });
	assert.equal((await base.refused("PUT", "notifications/1/", { seen: true })).status, 404);
	await add({ Name: "older", Who: [ben.username] });
	const older = await server.request("GET", `/dtable-server/api/v1/dtables/${base.uuid}/notifications/`, { token: ben.access });
	assert.equal(older.json.notification_list.length, 1);
	const other = await server.createBase();
	assert.equal((await as({ access: await other.baseToken("rw") }, "GET", "notifications/")).status, 403);
});

test("at most a thousand a person: the oldest go", async () => {
	await clear(ben);
	await base.append("Tasks", Array.from({ length: 1000 }, (_, i) => ({ Name: `n${i}`, Who: [ben.username] })));
	await base.append("Tasks", [{ Name: "newest", Who: [ben.username] }]);
	const list = (await as(ben, "GET", "notifications/?per_page=1000")).json.notification_list;
	assert.equal(list.length, 1000);
	assert.equal((await as(ben, "GET", "notifications/?per_page=1000&page=2")).json.notification_list.length, 0);
});

test("toasts go to the pages of that person alone", async () => {
	const toast = (json, options) => base.request("POST", "ui-toasts/", { json, ...options });
	assert.deepEqual((await toast({ to_user: ana.username, toast_type: "success", detail: { msg: "nobody is there" } })).json, { success: true });
	const stream = async (who) => {
		const reply = await fetch(`${server.url}/api-gateway/api/v2/dtables/${base.uuid}/events/`, { headers: { authorization: `Token ${who.access}` } });
		const seen = { text: "", close: () => reader.cancel() };
		const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
		void (async () => {
			for (let piece; !(piece = await reader.read()).done;)
				seen.text += piece.value;
		})().catch(() => {});
		return seen;
	};
	const [hers, his] = [await stream(ana), await stream(ben)];
	await toast({ to_user: ana.username, toast_type: "warning", detail: { msg: "Line\nbreak 🧮", table_id: "0000" } });
	await base.append("Tasks", [{ Name: "after the toast" }]);
	for (let i = 0; i < 200 && !(hers.text.includes("after the toast") && his.text.includes("after the toast") && hers.text.includes("toast_type")); i++)
		await new Promise((resolve) => setTimeout(resolve, 20));
	const data = hers.text.match(/event: toast\ndata: (.*)\n\n/)[1];
	assert.deepEqual(JSON.parse(data), { toast_type: "warning", detail: { msg: "Line\nbreak 🧮", table_id: "0000" } });
	assert.ok(his.text.includes("after the toast") && !his.text.includes("event: toast"));
	hers.close();
	his.close();
	for (const bad of [{}, { to_user: ana.username }, { to_user: ana.username, toast_type: "x" }, { to_user: "", toast_type: "x", detail: {} },
		{ to_user: ana.username, toast_type: "x", detail: "text" }, { to_user: ana.username, toast_type: "x", detail: { msg: "x".repeat(20000) } }])
		assert.equal((await toast(bad)).status, 400, JSON.stringify(bad).slice(0, 80));
	assert.equal((await toast({ to_user: ana.username, toast_type: "x", detail: {} }, { token: await base.baseToken("r") })).status, 403);
});
