// The edges of every limit (base-operations.md 1.4): the last that is taken, and the first that is not.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer({ args: ["--log-level", "warn"] });
	base = await server.createBase();
	await base.createTable("Parts", [["Name", "text"], ["Note", "long-text"], ["Mail", "email"], ["Stock", "number"]]);
});

after(() => server.stop());

const numbers = (count) => Array.from({ length: count }, (_, i) => i);
const count = async (table) => {
	for (let start = 0; ; start += 1000) {
		const page = await base.rows(table, { start });
		if (page.length < 1000) return start + page.length;
	}
};

test("10,000 rows are deleted by one call, 10,001 ids are refused and delete nothing", async () => {
	await base.createTable("Deleted", [["Name", "text"]]);
	const ids = [];
	for (const i of numbers(10)) {
		const reply = await base.append("Deleted", numbers(1000).map((n) => ({ Name: `${i} ${n}` })));
		ids.push(...reply.row_ids.map((row) => row._id));
	}
	const extra = (await base.append("Deleted", [{ Name: "one more" }])).row_ids[0]._id;
	const refused = await base.refused("DELETE", "rows/", { table_name: "Deleted", row_ids: [...ids, extra] });
	assert.equal(refused.status, 400);
	assert.match(refused.message, /10000|10,000/);
	assert.equal(await count("Deleted"), 10001);
	const reply = await base.call("DELETE", "rows/", { table_name: "Deleted", row_ids: ids });
	assert.deepEqual(reply, { success: true, deleted_rows: 10000 });
	assert.deepEqual((await base.rows("Deleted")).map((row) => row._id), [extra]);
});

test("1,000 rows are appended and updated by one call, 1,001 are refused and change nothing", async () => {
	await base.createTable("Thousand", [["Name", "text"], ["Stock", "number"]]);
	const { row_ids, inserted_row_count } = await base.append("Thousand", numbers(1000).map((i) => ({ Name: `n${i}` })));
	assert.equal(inserted_row_count, 1000);
	const refused = await base.refused("POST", "rows/", { table_name: "Thousand", rows: numbers(1001).map(() => ({ Name: "x" })) });
	assert.deepEqual([refused.status, /1000/.test(refused.message)], [400, true]);
	const updates = row_ids.map(({ _id }, i) => ({ row_id: _id, row: { Stock: i } }));
	const tooMany = [...updates, { row_id: row_ids[0]._id, row: { Stock: -1 } }].map((update) => ({ ...update, row: { Stock: -1 } }));
	const refusedUpdate = await base.refused("PUT", "rows/", { table_name: "Thousand", updates: tooMany });
	assert.deepEqual([refusedUpdate.status, /1000/.test(refusedUpdate.message)], [400, true]);
	assert.deepEqual(new Set((await base.rows("Thousand")).map((row) => row.Stock)), new Set([null]));
	assert.deepEqual(await base.call("PUT", "rows/", { table_name: "Thousand", updates }), { success: true });
	assert.deepEqual((await base.rows("Thousand")).map((row) => row.Stock), numbers(1000));
	assert.equal(await count("Thousand"), 1000);
});

test("start and limit", async () => {
	await base.createTable("Pages", [["Name", "text"]]);
	await base.append("Pages", numbers(5).map((i) => ({ Name: `${i}` })));
	const all = "01234";
	const names = async (query) => (await base.rows("Pages", query)).map((row) => row.Name).join("");
	const huge = "9223372036854775807";
	for (const sorted of [{}, { order_by: "Name" }, { view_id: "0000" }]) {
		const good = [[{}, all], [{ limit: 0 }, ""], [{ start: 0, limit: 1 }, "0"], [{ start: 4, limit: 1 }, "4"], [{ start: 4, limit: 2 }, "4"],
			[{ start: 5 }, ""], [{ start: 6 }, ""], [{ start: huge }, ""], [{ limit: huge }, all], [{ start: huge, limit: huge }, ""],
			[{ start: 1, limit: 1001 }, "1234"], [{ start: "", limit: "" }, all], [{ start: 5, limit: 0 }, ""]];
		for (const [query, expected] of good) assert.equal(await names({ ...query, ...sorted }), expected, JSON.stringify({ ...query, ...sorted }));
		for (const name of ["start", "limit"]) {
			for (const value of ["-1", "x", "1x", "0x1", "1.5", "1e2", "9223372036854775808", `-${huge}`, "99999999999999999999999", "NaN", "null", "\u0661"]) {
				const query = new URLSearchParams({ table_name: "Pages", [name]: value, ...sorted });
				const { status, message } = await base.refused("GET", `rows/?${query}`);
				assert.deepEqual([status, message.includes(name)], [400, true], `${name}=${value}: ${message}`);
			}
		}
	}
});

test("values nested 64 deep are taken, 65 are not", async () => {
	await base.createTable("Nested", [["Name", "text"], ["Stock", "number"]]);
	/* The body, its list of rows and the row are the first three levels. */
	const body = (levels, [open, close], value = "") =>
		`{"table_name":"Nested","rows":[{"Name":"a","Stock":${open.repeat(levels - 3)}${value}${close.repeat(levels - 3)}}]}`;
	const headers = { "Content-Type": "application/json" };
	for (const [brackets, value] of [[["[", "]"], ""], [['{"a":', "}"], "1"]]) {
		const taken = await base.request("POST", "rows/", { body: body(64, brackets, value), headers });
		assert.equal(taken.status, 200, taken.text);
		const refused = await base.request("POST", "rows/", { body: body(65, brackets, value), headers });
		assert.equal(refused.status, 400);
		assert.match(refused.json.error_msg, /nested/);
	}
	assert.deepEqual((await base.rows("Nested")).map((row) => [row.Name, row.Stock]), [["a", null], ["a", null]]);
});

test("cells are cut after their last whole character", async () => {
	const smile = "\u{1f600}";
	const limits = { Name: 10_000, Mail: 10_000, Note: 100_000 };
	for (const [column, limit] of Object.entries(limits)) {
		const letters = (length) => "a".repeat(length);
		for (const [what, text, kept] of [
			["letters, to the last", letters(limit), letters(limit)],
			["letters, one more", letters(limit + 1), letters(limit)],
			["4-byte characters, to the last", smile.repeat(limit), smile.repeat(limit)],
			["4-byte characters, one more", smile.repeat(limit + 1), smile.repeat(limit)],
			["a 4-byte character as the last", letters(limit - 1) + smile, letters(limit - 1) + smile],
			["a 4-byte character behind the last", letters(limit) + smile, letters(limit)],
			["a 4-byte character before the cut", letters(limit - 1) + smile + smile, letters(limit - 1) + smile],
			["all widths at the cut", `${letters(limit - 2)}é€${smile}`, `${letters(limit - 2)}é€`],
		]) {
			const { row_ids } = await base.append("Parts", [{ [column]: text }]);
			const path = `rows/${row_ids[0]._id}/?table_name=Parts&convert_keys=true`;
			assert.ok((await base.call("GET", path))[column] === kept, `${column}: ${what}, appended`);
			await base.call("PUT", "rows/", { table_name: "Parts", row_id: row_ids[0]._id, row: { [column]: "" } });
			await base.call("PUT", "rows/", { table_name: "Parts", row_id: row_ids[0]._id, row: { [column]: text } });
			assert.ok((await base.call("GET", path))[column] === kept, `${column}: ${what}, updated`);
		}
	}
});
