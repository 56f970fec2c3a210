// The paths of older servers: each answers in its old shape, by either prefix, with and without the slash at the end, with
// either kind of header, and with the arguments in JSON, as a form or in the query (base-operations.md 6).
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base, root;

before(async () => {
	server = await startServer();
});
after(() => server.stop());

const prefixes = ["/dtable-server/api/v1/dtables", "/api-gateway/api/v1/dtables"];

async function fresh() {
	base = await server.createBase();
	await base.createTable("Parts", [["Name", "text"], ["Stock", "number"], ["State", "single-select", { options: [{ id: "5", name: "ok" }] }],
		["Seen", "date", { format: "DD/MM/YYYY HH:mm" }], ["Done", "checkbox"], ["Made", "ctime"]]);
	return base;
}

const call = (method, path, json, options = {}) => server.call(method, path, { token: base.token, json, ...options });

for (const prefix of prefixes) {
	test(`${prefix}: the life of a row`, async () => {
		await fresh();
		root = `${prefix}/${base.uuid}`;
		const made = await call("POST", `${root}/rows/`, { table_name: "Parts", row: { Name: "Bolt", Stock: 7, State: "ok", Seen: "2026-03-01 14:30" } });
		assert.match(made._id, /^[\w-]{22}$/);
		assert.equal(made["0000"], "Bolt");
		assert.equal(made._creator, "app 1");
		const [row] = (await call("GET", `${root}/rows/?table_name=Parts`)).rows;
		assert.deepEqual({ ...row, _ctime: 0, _mtime: 0, Made: 0 }, {
			_id: made._id, _ctime: 0, _mtime: 0, Made: 0, Name: "Bolt", Stock: 7, State: "ok", Seen: "2026-03-01 14:30", Done: null,
		});
		assert.deepEqual(await call("PUT", `${root}/rows/`, { table_name: "Parts", row_id: made._id, row: { Stock: 8, Done: true } }), { success: true });
		assert.equal((await call("GET", `${root}/rows/${made._id}/?table_name=Parts`))["0000"], "Bolt");
		const named = await call("GET", `${root}/rows/${made._id}/?table_name=Parts&convert=true`);
		assert.deepEqual([named.Stock, named.Done, named.State], [8, true, "ok"]);
		assert.deepEqual(await call("DELETE", `${root}/rows/`, { table_name: "Parts", row_id: made._id }), { success: true, deleted_rows: 1 });
		assert.deepEqual((await call("GET", `${root}/rows/?table_name=Parts`)).rows, []);
	});

	test(`${prefix}: many rows, links, tables, views, columns, options`, async () => {
		await fresh();
		root = `${prefix}/${base.uuid}`;
		assert.deepEqual(await call("POST", `${root}/batch-append-rows/`, { table_name: "Parts", rows: [{ Name: "a" }, { Name: "b" }] }), { inserted_row_count: 2 });
		const more = await call("POST", `${root}/batch-append-rows/`, { table_name: "Parts", rows: [{ Name: "c" }], return_rows: true });
		assert.match(more.rows[0]._id, /^[\w-]{22}$/);
		const ids = (await base.rows("Parts")).map(({ _id }) => _id);
		assert.deepEqual(await call("PUT", `${root}/batch-update-rows/`, { table_name: "Parts", updates: [{ row_id: ids[0], row: { Stock: 1 } }] }), { success: true });
		assert.deepEqual(await call("PUT", `${root}/lock-rows/`, { table_name: "Parts", row_ids: [ids[0]] }), { success: true });
		assert.deepEqual(await call("PUT", `${root}/unlock-rows/`, { table_name: "Parts", row_ids: [ids[0]] }), { success: true });
		assert.equal((await call("POST", `${root}/tables/`, { table_name: "Other" })).name, "Other");
		await call("POST", `${root}/columns/`, { table_name: "Other", column_name: "Part", column_type: "link", column_data: { other_table: "Parts" } });
		const { columns } = await call("GET", `${root}/columns/?table_name=Other`);
		const { link_id } = columns.find(({ type }) => type === "link").data;
		const other = await call("POST", `${root}/rows/`, { table_name: "Other", row: { Name: "x" } });
		const pair = { link_id, table_name: "Other", other_table_name: "Parts", table_row_id: other._id, other_table_row_id: ids[0] };
		assert.deepEqual(await call("POST", `${root}/links/`, pair), { success: true });
		assert.deepEqual((await call("GET", `${root}/rows/?table_name=Other`)).rows[0].Part, [ids[0]]);
		assert.deepEqual((await call("GET", `${root}/rows/?table_name=Other&convert_link_id=true`)).rows[0].Part, [{ row_id: ids[0], display_value: "a" }]);
		assert.deepEqual(await call("PUT", `${root}/links/`, { ...pair, row_id: other._id, other_rows_ids: [ids[1]], table_row_id: undefined }), { success: true });
		assert.deepEqual(await call("PUT", `${root}/batch-update-links/`, {
			link_id, table_name: "Other", other_table_name: "Parts", row_id_list: [other._id], other_rows_ids_map: { [other._id]: [ids[2], ids[1]] },
		}), { success: true });
		assert.deepEqual((await call("GET", `${root}/rows/?table_name=Other`)).rows[0].Part, [ids[2], ids[1]]);
		assert.deepEqual(await call("DELETE", `${root}/links/`, { ...pair, other_table_row_id: ids[1] }), { deleted_links_count: 1, success: true });
		assert.deepEqual(await call("DELETE", `${root}/batch-delete-rows/`, { table_name: "Parts", row_ids: ids }), { success: true, deleted_rows: 3 });
		assert.deepEqual((await call("GET", `${root}/rows/?table_name=Other`)).rows[0].Part, []);
		assert.equal((await call("POST", `${root}/views/?table_name=Other`, { name: "Mine" })).name, "Mine");
		assert.equal((await call("GET", `${root}/views/Mine?table_name=Other`)).name, "Mine");
		assert.deepEqual(await call("DELETE", `${root}/views/Mine?table_name=Other`), { success: true });
		await call("POST", `${root}/column-options/`, { table_name: "Parts", column: "State", options: [{ name: "new", color: "#aaa", textColor: "#000" }] });
		assert.equal((await call("GET", `${root}/metadata/table/?table_name=Parts`)).table.columns[2].data.options[1].name, "new");
		assert.deepEqual((await call("GET", `${root}/metadata/plugin/`)).tables.map(({ name }) => name), ["Table1", "Parts", "Other"]);
		assert.equal((await call("GET", `${root}/metadata/`)).metadata.tables.length, 3);
		assert.ok((await call("GET", `${root}/related-users/`)).user_list.length > 0);
	});
}

test("both kinds of header, with and without the slash, JSON, form and query", async () => {
	await fresh();
	const made = (reply) => assert.match(reply.json._id, /^[\w-]{22}$/, reply.text);
	for (const prefix of prefixes) {
		for (const scheme of ["Token", "Bearer", "token"]) {
			for (const slash of ["/", ""]) {
				const path = `${prefix}/${base.uuid}/rows${slash}`;
				const options = { token: base.token, scheme };
				made(await server.request("POST", path, { ...options, json: { table_name: "Parts", row: { Name: "json" } } }));
				made(await server.request("POST", path, { ...options, form: { table_name: "Parts", row: '{"Name":"form"}' } }));
				made(await server.request("POST", `${path}?table_name=Parts`, { ...options, json: { row: { Name: "query" } } }));
				assert.equal((await server.request("GET", `${path}?table_name=Parts&limit=1`, options)).json.rows.length, 1);
			}
		}
	}
	assert.equal((await base.rows("Parts")).length, 2 * 3 * 2 * 3);
});

test("what the original's database answers", async () => {
	await fresh();
	const db = (method, path, json) => call(method, `/dtable-db/api/v1/${path}`, json);
	assert.deepEqual(await db("POST", `insert-rows/${base.uuid}/`, { table_name: "Parts", rows: [{ Name: "a" }, { Name: "b" }] }), { inserted_row_count: 2 });
	const [{ _id }] = await base.rows("Parts");
	assert.deepEqual(await db("PUT", `update-rows/${base.uuid}/?from=x`, { table_name: "Parts", updates: [{ row_id: _id, row: { Name: "c" } }] }), { success: true });
	assert.deepEqual(await db("DELETE", `delete-rows/${base.uuid}/`, { table_name: "Parts", row_ids: [_id] }), { success: true, deleted_rows: 1 });
	const info = await db("GET", `base-info/${base.uuid}/`);
	assert.deepEqual(info.tables.map(({ name, rows }) => [name, rows]), [["Table1", 3], ["Parts", 1]]);
	assert.equal(info.rows, 4);
	assert.ok(info.storage > 0);
	assert.equal((await db("GET", `metadata/${base.uuid}/`)).metadata.tables.length, 2);
});

test("the whole base: tables with rows by key, links both ways", async () => {
	await fresh();
	const { data: { link_id } } = await base.call("POST", "columns/", { table_name: "Parts", column_name: "Like", column_type: "link", column_data: { other_table: "Table1" } });
	const { row_ids: [{ _id: part }] } = await base.append("Parts", [{ Name: "a", State: "ok" }]);
	const [one, two] = (await base.rows("Table1")).map(({ _id }) => _id);
	await base.call("POST", "links/", { link_id, other_rows_ids_map: { [part]: [two, one] } });
	for (const path of [`/api-gateway/api/v2/dtables/${base.uuid}/`, `/api-gateway/api/v2/dtables/${base.uuid}?lang=en`, `/dtable-server/dtables/${base.uuid}/`]) {
		const whole = await call("GET", path);
		assert.deepEqual(whole.tables.map(({ name, rows }) => [name, rows.length]), [["Table1", 3], ["Parts", 1]]);
		const state = whole.tables[1].columns.find(({ name }) => name === "State");
		assert.deepEqual([whole.tables[1].rows[0]["0000"], whole.tables[1].rows[0][state.key]], ["a", "5"]);
		assert.deepEqual(whole.links.map(({ _id, table1_table2_map, table2_table1_map }) => [_id, table1_table2_map, table2_table1_map]),
			[[link_id, { [part]: [two, one] }, { [one]: [part], [two]: [part] }]]);
		assert.deepEqual([whole.format_version, whole.statistics, typeof whole.version], [9, [], "number"]);
	}
});

test("errors of this family, and a token that only reads", async () => {
	await fresh();
	const reader = await base.baseToken("r");
	for (const prefix of prefixes) {
		const path = `${prefix}/${base.uuid}`;
		const missing = await server.request("GET", `${path}/rows/?table_name=Nothing`, { token: base.token });
		assert.deepEqual([missing.status, missing.json.error_msg], [404, "table not found"]);
		assert.equal((await server.request("GET", `${path}/rows/?table_name=Parts`, { token: "no" })).status, 403);
		assert.equal((await server.request("POST", `${path}/rows/`, { token: reader, json: { table_name: "Parts", row: {} } })).status, 403);
		assert.equal((await server.request("GET", `${path}/rows/?table_name=Parts`, { token: reader })).status, 200);
		const bad = await server.request("POST", `${path}/rows/`, { token: base.token, json: { table_name: "Parts", row: "text" } });
		assert.equal(bad.status, 400);
	}
});
