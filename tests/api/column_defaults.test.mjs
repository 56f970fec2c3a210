// Defaults (columns.md 5): for every type that has them, only when asked for, and only in cells that the row leaves out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base, accountToken, admin;

before(async () => {
	server = await startServer({ args: ["--time-zone", "UTC", "--log-level", "warn"] });
	base = await server.createBase();
	admin = (await base.call("GET", "related-users/")).user_list[0];
	const path = `/api/v2.1/workspace/${base.workspaceId}/dtable/${encodeURIComponent(base.base.name)}/access-token/`;
	accountToken = (await server.call("GET", path, { token: server.admin.token })).access_token;
});

after(() => server.stop());

const midnight = (days) => {
	const day = new Date();
	day.setUTCDate(day.getUTCDate() + days);
	return `${day.toISOString().slice(0, 10)}T00:00:00+00:00`;
};
const options = [{ id: "11", name: "red" }, { id: "22", name: "green" }, { id: "33", name: "blue" }];
const set = (default_value, more) => ({ enable_fill_default_value: true, default_value, ...more });

/* [what, type, settings, the cell then, that of a person's row if it is another]. A function gives a cell that depends on the day. */
const cases = [
	["text", "text", set("unnamed"), "unnamed"],
	["text that names its maker, in any case", "text", set("by {creator.name} <{Creator.ID}> {creator}"), "by  <> {creator}",
		() => `by ${admin.name} <${admin.email}> {creator}`],
	["long text", "long-text", set("**a**\nb"), "**a**\nb"],
	["number", "number", set(5, { format: "number" }), 5],
	["number 0", "number", set(0, { format: "number" }), 0],
	["number as text", "number", set("7.5", { format: "number" }), 7.5],
	["rate", "rate", set(3, { rate_max_number: 5 }), 3],
	["checkbox, ticked", "checkbox", set(true), true],
	["checkbox, unticked", "checkbox", set(false), false],
	["single-select", "single-select", set("22", { options }), "green"],
	["single-select, an option that is gone", "single-select", set("99", { options }), null],
	["single-select, a name is no id", "single-select", set("green", { options }), null],
	["multiple-select", "multiple-select", set(["33", "11", "99"], { options }), ["blue", "red"]],
	["a certain date", "date", set("2026-03-01", { format: "DD/MM/YYYY", default_date_type: "specific_date" }), "2026-03-01T00:00:00+00:00"],
	["today", "date", set(null, { format: "YYYY-MM-DD", default_date_type: "current_date" }), () => midnight(0)],
	["three days ago", "date", set(3, { format: "YYYY-MM-DD", default_date_type: "days_before" }), () => midnight(-3)],
	["in 40 days", "date", set("40", { format: "YYYY-MM-DD", default_date_type: "days_after" }), () => midnight(40)],
	["some persons", "collaborator", set(["a@auth.local", "b@auth.local"], { default_collaborator_type: "specific_users" }), ["a@auth.local", "b@auth.local"]],
	["who makes the row", "collaborator", set(null, { default_collaborator_type: "current_user" }), null, () => [admin.email]],
	["department", "department-single-select", set(7), 7],
	["settings without the switch", "text", { default_value: "x" }, null],
	["the switch turned off", "text", { enable_fill_default_value: false, default_value: "x" }, null],
	["the switch without a value", "text", { enable_fill_default_value: true }, null],
];

const expected = (value) => (typeof value === "function" ? value() : value);

test("each type's default, in a row of a program and in one of a person", async () => {
	await base.createTable("Defaults", [["Name", "text"], ...cases.map(([, type, data], i) => [`c${i}`, type, data])]);
	const append = async (row, more, options) => {
		const reply = await base.call("POST", "rows/", { table_name: "Defaults", rows: [row], ...more }, options);
		const query = "table_name=Defaults&convert_keys=true";
		return base.call("GET", `rows/${reply.row_ids[0]._id}/?${query}`);
	};
	/* A day that begins between the append and the look at the clock would fail this by mistake: then again. */
	for (let today = null; today !== midnight(0);) {
		today = midnight(0);
		const byProgram = await append({ Name: "a" }, { apply_default: true });
		const byPerson = await append({ Name: "a" }, { apply_default: true }, { token: accountToken });
		if (today !== midnight(0)) continue;
		for (const [i, [what, , , value, ofPerson]] of cases.entries()) {
			assert.deepEqual(byProgram[`c${i}`], expected(value), what);
			assert.deepEqual(byPerson[`c${i}`], expected(ofPerson ?? value), `${what}, by a person`);
		}
	}
	const given = Object.fromEntries(cases.map((_, i) => [`c${i}`, null]));
	for (const [row, more, what] of [[{ Name: "b", ...given }, { apply_default: true }, "given as null"],
		[{ Name: "c" }, {}, "not asked for"], [{ Name: "d" }, { apply_default: false }, "refused"]]) {
		const cells = await append(row, more);
		for (const [i, [kind]] of cases.entries()) assert.ok([null, false].includes(cells[`c${i}`]), `${kind}, ${what}: ${cells[`c${i}`]}`);
	}
});

test("the time of now, to the minute", async () => {
	await base.createTable("Now", [["Name", "text"], ["At", "date", set(null, { format: "YYYY-MM-DD HH:mm", default_date_type: "current_date" })]]);
	const begun = Date.now();
	await base.append("Now", [{ Name: "a" }], { apply_default: true });
	const [{ At }] = await base.rows("Now");
	assert.match(At, /^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+00:00$/);
	assert.ok(Date.parse(At) > begun - 61_000 && Date.parse(At) <= Date.now(), At);
});

test("an update fills nothing in, and an auto-number is always given", async () => {
	await base.createTable("Others", [["Name", "text"], ["Text", "text", set("x")], ["No", "auto-number"]]);
	const { row_ids } = await base.append("Others", [{ Name: "a" }]);
	await base.call("PUT", "rows/", { table_name: "Others", row_id: row_ids[0]._id, row: { Name: "b" }, apply_default: true });
	await base.append("Others", [{ Name: "c" }, { Name: "d", Text: "own" }], { apply_default: true });
	assert.deepEqual((await base.rows("Others")).map((row) => [row.Name, row.Text, row.No]),
		[["b", null, "0001"], ["c", "x", "0002"], ["d", "own", "0003"]]);
});
