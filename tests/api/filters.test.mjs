// Views with filters: the vectors of tests/api/vectors.json, filters of a call's own, and what is invalid.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { addPerson } from "./command.mjs";
import { startServer } from "./server.mjs";
import { clocked, fillFixture, fixture, vectors } from "./vectors.mjs";

let server, base, people, tables;

before(async () => {
	server = await startServer(clocked);
	base = await server.createBase("Vectors");
	people = new Map();
	const { org_id } = await server.call("GET", "/api/v2.1/user/", { token: server.admin.token });
	for (const { id, name, id_in_org } of fixture.users) {
		const person = await addPerson(server, id.replace("auth.local", "example.org"), ["--name", name]);
		await server.call("PUT", `/api/v2.1/org/${org_id}/admin/users/${person.username}/`, { token: server.admin.token, json: { id_in_org } });
		await server.call("POST", `/api/v2.1/workspace/${base.workspaceId}/dtable/Vectors/share/`, {
			token: server.admin.token, json: { email: person.username, permission: "rw" },
		});
		people.set(id, person);
	}
	await fillFixture(base, (id) => people.get(id)?.username ?? id);
	({ tables } = (await base.call("GET", "metadata/")).metadata);
});
after(() => server.stop());

/** Column keys and users of the vectors as they are here. */
function translated(node, table) {
	if (Array.isArray(node)) return node.map((one) => translated(one, table));
	if (typeof node === "string") return people.get(node)?.username ?? node;
	if (typeof node !== "object" || node === null) return node;
	return Object.fromEntries(Object.entries(node).map(([name, value]) =>
		[name, name === "column_key" ? keyOf(table, value) : translated(value, table)]));
}

function keyOf(table, key) {
	const there = fixture.tables.find(({ name }) => name === table).columns.find((column) => column.key === key);
	return tables.find(({ name }) => name === table).columns.find(({ name }) => name === there?.name)?.key ?? key;
}

/** The base token of a person, through the person's own account. */
async function tokenOf(user) {
	if (!user) return base.token;
	const path = `/api/v2.1/workspace/${base.workspaceId}/dtable/Vectors/access-token/`;
	return (await server.call("GET", path, { token: people.get(user).token })).access_token;
}

for (const { id, input, expect } of vectors.filter(({ kind }) => kind === "filter")) {
	test(`${id} ${JSON.stringify(input.view.filters ?? input.view)}`, async () => {
		await base.call("POST", `views/?table_name=${input.table}`, { name: id });
		await base.call("PUT", `views/${id}/?table_name=${input.table}`, translated(input.view, input.table));
		const query = new URLSearchParams({ table_name: input.table, view_name: id, convert_keys: true });
		const answer = await base.call("GET", `rows/?${query}`, undefined, { token: await tokenOf(input.user) });
		const first = fixture.tables.find(({ name }) => name === input.table).columns[0].name;
		const rows = answer.rows.map((row) => row[first]);
		assert.deepEqual(expect.ordered === false ? rows.sort() : rows, expect.ordered === false ? [...(expect.rows ?? [])].sort() : (expect.rows ?? []));
		assert.equal(answer.error_message, expect.error);
	});
}

const filtered = (filters, more = {}, method = "GET") =>
	base.call(method, "filtered-rows/", { table_name: "People", filters, filter_conjunction: "And", ...more });

test("filters of a call's own, by the names of columns and options, and within a view", async () => {
	const names = (answer) => answer.rows.map(({ Code }) => Code);
	for (const method of ["GET", "POST"]) {
		assert.deepEqual(names(await filtered([{ column_name: "Name", filter_predicate: "contains", filter_term: "ray" }], {}, method)), ["P3", "P7"]);
	}
	const inOslo = [{ column_name: "City", filter_predicate: "is", filter_term: "Oslo" }];
	const oslo = names(await filtered(inOslo));
	assert.ok(oslo.length > 0);
	assert.deepEqual(names(await filtered([...inOslo, { column_name: "Code", filter_predicate: "is", filter_term: oslo[0] }])), [oslo[0]]);
	const older = await server.request("POST", `/dtable-server/api/v1/dtables/${base.uuid}/filtered-rows/`, {
		token: base.token, json: { table_name: "People", filters: inOslo },
	});
	assert.deepEqual(names(older.json), oslo);
});

test("pages of a filtered view, and a filter over many rows", async () => {
	await base.createTable("Many", [["Name", "text"], ["Number", "number"]]);
	for (let from = 0; from < 3000; from += 1000) {
		await base.append("Many", Array.from({ length: 1000 }, (_, i) => ({ Name: `n${from + i}`, Number: (from + i) % 10 })));
	}
	await base.call("POST", "views/?table_name=Many", { name: "Threes" });
	await base.call("PUT", "views/Threes/?table_name=Many", {
		filters: [{ column_name: "Number", filter_predicate: "equal", filter_term: 3 }], sorts: [{ column_name: "Name", sort_type: "down" }],
	});
	const page = async (start) => (await base.rows("Many", { view_name: "Threes", start, limit: 200 })).map(({ Name }) => Name);
	const all = [...(await page(0)), ...(await page(200))];
	assert.equal(all.length, 300);
	assert.deepEqual([all[0], all.at(-1)], ["n2993", "n3"]);
});

test("what makes no sense: an error for a call's own filters, no rows and the reason for a view's", async () => {
	for (const [filter, message] of [
		[{ column_name: "Nothing", filter_predicate: "is", filter_term: "x" }, "the column to filter does not exist"],
		[{ column_name: "Name", filter_predicate: "has_any_of", filter_term: ["x"] }, "unmatched filter predicate"],
		[{ column_name: "Age", filter_predicate: "equal", filter_term: "many" }, "invalid filter term"],
		[{ filter_conjunction: "And", filters: [{ filter_conjunction: "Or", filters: [] }] }, "invalid filter"],
		["text", "invalid filter"],
	]) {
		const error = await base.refused("POST", "filtered-rows/", { table_name: "People", filters: [filter] });
		assert.deepEqual([error.status, error.type, error.message], [400, "wrong_filter_in_filters", message]);
	}
	for (const filters of ["x", 1, { a: 1 }]) {
		assert.equal((await base.refused("POST", "filtered-rows/", { table_name: "People", filters })).status, 400);
	}
	assert.equal((await base.refused("POST", "filtered-rows/", { table_name: "People" })).status, 400);
	const many = Array.from({ length: 201 }, () => ({ column_name: "Name", filter_predicate: "is", filter_term: "x" }));
	assert.equal((await base.refused("POST", "filtered-rows/", { table_name: "People", filters: many })).status, 400);
	const hostile = `x') OR 1=1 --"' 😀`;
	assert.deepEqual((await filtered([{ column_name: "Name", filter_predicate: "is", filter_term: hostile }])).rows, []);
});
