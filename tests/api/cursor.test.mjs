// Lists that are cut say so, with a cursor that goes on right behind their last row whatever is written meanwhile.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase();
});
after(() => server.stop());

const columns = [
	["Name", "text"], ["No", "number"], ["State", "single-select", { options: [{ name: "low" }, { name: "ok" }, { name: "full" }] }],
	["Done", "checkbox"], ["Tags", "multiple-select", { options: [{ name: "b" }, { name: "a" }] }], ["Day", "date"],
];
const value = (i) => ({
	Name: i % 7 ? `Item ${i % 11}` : "", No: i % 5 ? i % 13 : null, State: [null, "ok", "low", "full"][i % 4], Done: i % 3 === 0,
	Tags: i % 6 ? ["a", "b"].slice(i % 2) : [], Day: i % 9 ? `2026-03-${10 + (i % 20)}` : null,
});
async function table(name, count) {
	await base.createTable(name, columns);
	await base.append(name, Array.from({ length: count }, (_, i) => value(i)));
}
const list = (query) => base.call("GET", `rows/?${new URLSearchParams({ convert_keys: true, ...query })}`);

/** All pages, with something done between them. */
async function pages(query, between = async () => {}) {
	const rows = [];
	let cursor;
	for (let page = 0; ; page++) {
		const answer = await list({ ...query, ...(cursor && { cursor }) });
		rows.push(...answer.rows);
		cursor = answer.next_cursor;
		if (!cursor)
			return rows;
		assert.ok(answer.rows.length === Number(query.limit) && page < 1000, `${JSON.stringify(query)}: ${cursor}`);
		await between(page, answer.rows);
	}
}
const ids = (rows) => rows.map(({ _id }) => _id);

test("an answer that holds everything has no cursor, one that was cut has one", async () => {
	await table("Ten", 10);
	assert.equal((await list({ table_name: "Ten" })).next_cursor, undefined);
	assert.equal((await list({ table_name: "Ten", limit: 10 })).next_cursor, undefined);
	assert.equal((await list({ table_name: "Ten", limit: 0 })).next_cursor, undefined);
	assert.equal(typeof (await list({ table_name: "Ten", limit: 9 })).next_cursor, "string");
	await base.append("Ten", Array.from({ length: 995 }, (_, i) => value(i)));
	const answer = await list({ table_name: "Ten" });
	assert.equal(answer.rows.length, 1000);
	assert.equal((await list({ table_name: "Ten", cursor: answer.next_cursor })).rows.length, 5);
});

test("page by page, every order gives what the whole list gives", async () => {
	await table("Orders", 60);
	const orders = [{}, ...columns.flatMap(([order_by]) => [{ order_by }, { order_by, direction: "desc" }])];
	for (const order of orders) {
		for (const limit of [1, 7, 59]) {
			const query = { table_name: "Orders", ...order };
			assert.deepEqual(ids(await pages({ ...query, limit })), ids((await list(query)).rows), JSON.stringify({ ...order, limit }));
		}
	}
});

test("a view with filters and three sorts", async () => {
	await table("Viewed", 80);
	await base.call("POST", "views/?table_name=Viewed", { name: "Sorted" });
	await base.call("PUT", "views/Sorted/?table_name=Viewed", {
		filters: [{ column_name: "Done", filter_predicate: "is", filter_term: false }],
		sorts: [["State", "down"], ["No", "up"], ["Name", "down"]].map(([column_name, sort_type]) => ({ column_name, sort_type })),
	});
	const query = { table_name: "Viewed", view_name: "Sorted" };
	const whole = (await list(query)).rows;
	assert.ok(whole.length > 40 && whole.length < 80);
	assert.deepEqual(ids(await pages({ ...query, limit: 4 })), ids(whole));
});

test("what others write meanwhile neither repeats a row nor skips one", async () => {
	for (const order of [{}, { order_by: "Name" }, { order_by: "No", direction: "desc" }]) {
		const name = `Busy ${JSON.stringify(order)}`;
		await table(name, 100);
		const before = ids((await list({ table_name: name, ...order })).rows);
		const seen = ids(await pages({ table_name: name, limit: 10, ...order }, async (page, rows) => {
			// Behind and before the cursor: the last row seen is changed or deleted, and a row is put before the first one.
			if (page % 2)
				await base.call("DELETE", "rows/", { table_name: name, row_ids: [rows.at(-1)._id] });
			else
				await base.call("PUT", "rows/", { table_name: name, row_id: rows.at(-1)._id, row: { Name: "zzz", No: 99 } });
			await base.append(name, [{ Name: "", No: null }], { anchor_row_id: rows[0]._id, row_insert_position: "insert_above" });
		}));
		const old = seen.filter((id) => before.includes(id));
		assert.equal(new Set(old).size, before.length, `${name}: every row that was there is seen`);
		if (!order.order_by)
			assert.deepEqual(old, before, "in table order each once, in order");
	}
});

test("filtered rows and the older paths have cursors too", async () => {
	await table("Older", 30);
	const filters = [{ column_name: "Done", filter_predicate: "is", filter_term: true }];
	const first = await base.call("POST", "filtered-rows/", { table_name: "Older", filters, limit: 6 });
	const rest = await base.call("POST", "filtered-rows/", { table_name: "Older", filters, cursor: first.next_cursor });
	assert.equal(first.rows.length + rest.rows.length, 10);
	assert.equal(new Set(ids([...first.rows, ...rest.rows])).size, 10);
});

test("a cursor that is none, or of another table or order, is refused", async () => {
	await table("Mine", 5);
	await table("Other", 5);
	const { next_cursor: cursor } = await list({ table_name: "Mine", limit: 2 });
	const refuse = async (query, message) => {
		const refusal = await base.refused("GET", `rows/?${new URLSearchParams(query)}`);
		assert.equal(refusal.status, 400);
		assert.match(refusal.message, message);
	};
	await refuse({ table_name: "Other", cursor }, /cursor/);
	await refuse({ table_name: "Mine", order_by: "Name", cursor }, /cursor/);
	const forged = (tree) => Buffer.from(JSON.stringify(tree)).toString("base64url");
	const good = JSON.parse(Buffer.from(cursor, "base64url"));
	for (const bad of ["x", "%%%", forged([]), forged({ ...good, n: "1" }), forged({ ...good, n: 1e300 }), forged({ ...good, k: [1] }),
		forged({ ...good, k: [{}] }), forged({ ...good, i: 5 }), `${cursor}A`])
		await refuse({ table_name: "Mine", cursor: bad }, /cursor/);
	const sorted = JSON.parse(Buffer.from((await list({ table_name: "Mine", order_by: "No", limit: 2 })).next_cursor, "base64url"));
	const injected = { ...sorted, k: ["1) OR 1=1 --"] };
	assert.equal((await base.request("GET", `rows/?${new URLSearchParams({ table_name: "Mine", order_by: "No", cursor: forged(injected) })}`)).status, 200, "a value is a value");
});
