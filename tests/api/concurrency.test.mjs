// Many clients at once on one base: nothing is lost, nothing is doubled, every answer fits the tables as they were.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer({ args: ["--log-level", "warn"] });
	base = await server.createBase();
	await base.createTable("Parts", [["Name", "text"], ["Stock", "number"], ["State", "single-select"]]);
});

after(() => server.stop());

const times = (count, work) => Promise.all(Array.from({ length: count }, (_, i) => work(i)));

test("appends, updates, reads and changes of the table at the same time", async () => {
	const clients = 12;
	const rounds = 20;
	const acknowledged = [];
	const write = async (client) => {
		for (let round = 0; round < rounds; round++) {
			const { row_ids } = await base.append("Parts", [
				{ Name: `${client}-${round}`, Stock: 1, State: `s${round % 5}` }, { Name: `${client}-${round}b`, Stock: 2 },
			]);
			acknowledged.push(...row_ids.map((id) => id._id));
			await base.call("PUT", "rows/", { table_name: "Parts", updates: [{ row_id: row_ids[0]._id, row: { Stock: round } }] });
		}
	};
	const read = async () => {
		for (let round = 0; round < rounds; round++) {
			const rows = await base.rows("Parts");
			for (const row of rows) assert.ok("Name" in row && "Stock" in row && "State" in row);
		}
	};
	const change = async () => {
		for (let round = 0; round < rounds; round++) {
			await base.call("POST", "columns/", { table_name: "Parts", column_name: `C${round}`, column_type: "number" });
			await base.call("POST", "column-options/", { table_name: "Parts", column: "State", options: [{ name: `o${round}` }] });
			if (round % 2) await base.call("DELETE", "columns/", { table_name: "Parts", column: `C${round}` });
			await base.call("POST", "views/?table_name=Parts", { name: `V${round}` });
			await base.call("GET", "metadata/");
		}
	};
	await Promise.all([times(clients, write), times(3, read), change()]);

	const rows = await base.rows("Parts");
	assert.equal(rows.length, clients * rounds * 2);
	assert.deepEqual(new Set(rows.map((row) => row._id)), new Set(acknowledged));
	for (const row of rows.filter((one) => !one.Name.endsWith("b"))) {
		const round = Number(row.Name.split("-")[1]);
		assert.deepEqual([row.Stock, row.State], [round, `s${round % 5}`]);
	}
	const { columns } = await base.call("GET", "columns/?table_name=Parts");
	assert.equal(columns.length, 3 + rounds / 2);
	const names = columns[2].data.options.map((option) => option.name);
	assert.equal(new Set(names).size, names.length, "no option twice");
	assert.equal(names.length, 5 + rounds);
});

test("many bases at once", async () => {
	const bases = await times(8, () => server.createBase());
	await Promise.all(bases.map((one, i) => times(10, (round) => one.append("Table1", [{ Name: `${i} ${round}` }]))));
	for (const [i, one] of bases.entries()) {
		const rows = await one.rows("Table1");
		assert.equal(rows.length, 13);
		assert.ok(rows.slice(3).every((row) => row.Name.startsWith(`${i} `)));
	}
});

test("more bases in use than may be open: calls wait for their turn, none is refused", async () => {
	const small = await startServer({ args: ["--log-level", "warn", "--max-open-bases", "2", "--base-idle-seconds", "1"] });
	const bases = await times(8, () => small.createBase());
	await Promise.all(bases.map((one) => times(3, async (client) => {
		for (let round = 0; round < 5; round++) {
			await one.append("Table1", [{ Name: `${client} ${round}` }]);
			await one.rows("Table1");
		}
	})));
	for (const one of bases) assert.equal((await one.rows("Table1")).length, 18);
	await small.stop();
});

test("columns come, change their type and go while rows are written and read", async () => {
	await base.createTable("Churn", [["Name", "text"], ["State", "single-select"], ["No", "auto-number"]]);
	const types = ["text", "number", "date", "multiple-select", "checkbox", "auto-number", "duration", "button", "geolocation"];
	const acknowledged = [];
	let done = false;
	const change = async () => {
		for (const [i, type] of [...types, ...types].entries()) {
			await base.call("POST", "columns/", { table_name: "Churn", column_name: "C", column_type: type, anchor_column: "Name" });
			const new_column_type = types[(i * 4 + 1) % types.length];
			await base.call("PUT", "columns/", { table_name: "Churn", op_type: "modify_column_type", column: "C", new_column_type });
			await base.call("PUT", "columns/", { table_name: "Churn", op_type: "move_column", column: "C", target_column: "No" });
			await base.call("PUT", "views/0000/?table_name=Churn", { sorts: [{ column_name: "C", sort_type: "down" }] });
			await base.call("DELETE", "columns/", { table_name: "Churn", column: "C" });
		}
		done = true;
	};
	const write = async (client) => {
		for (let round = 0; !done; round++) {
			const reply = await base.append("Churn", [{ Name: "a", C: `${round}`, State: `s${client * 10 + (round % 10)}` }, { Name: "b" }]);
			assert.match(Object.values(reply.first_row).join(" "), /\ba\b/);
			acknowledged.push(...reply.row_ids.map((id) => id._id));
		}
	};
	const read = async () => {
		while (!done) for (const row of await base.rows("Churn", { view_id: "0000" })) assert.ok("Name" in row && "State" in row);
	};
	await Promise.all([change(), times(4, write), times(2, read)]);

	const rows = [];
	while (rows.length % 1000 === 0) {
		const page = await base.rows("Churn", { start: rows.length });
		rows.push(...page);
		if (page.length === 0) break;
	}
	assert.deepEqual(new Set(rows.map((row) => row._id)), new Set(acknowledged));
	assert.equal(rows.length, acknowledged.length);
	assert.equal(new Set(rows.map((row) => row.No)).size, rows.length, "every row has a number of its own");
	assert.ok(rows.every((row) => (row.Name === "a") === (row.State !== null)));
});
