// Vectors of the language, tests/api/vectors.json: tables, and what formulas and filters on them give. Element 0 holds the
// tables: selects by option name, links by the linked row's first column.
import { readFileSync } from "node:fs";

export const [fixture, ...vectors] = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));

/** A server in the vectors' time zone whose clock begins at their moment: some ask for today. */
export const clocked = {
	args: ["--time-zone", fixture.timezone],
	env: {
		TZ: fixture.timezone, LD_PRELOAD: "/usr/$LIB/faketime/libfaketimeMT.so.1", FAKETIME: `@${fixture.now.replace("T", " ")}`,
		DONT_FAKE_MONOTONIC: "1", FAKETIME_DONT_FAKE_MONOTONIC: "1", ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ""}:verify_asan_link_order=0`,
	},
};

/** The fixture's tables, filled and linked; `userId` gives the id here of a user there. */
export async function fillFixture(base, userId = (id) => id) {
	const rowIds = {};
	for (const table of fixture.tables) {
		const columns = table.columns.filter(({ type }) => type !== "link");
		await base.createTable(table.name, columns.map(({ name, type, data }) => [name, type, data]));
		const added = await base.append(table.name, table.rows.map((row) =>
			Object.fromEntries(columns.filter(({ name }) => name in row).map(({ name, type }) =>
				[name, type === "collaborator" ? [row[name]].flat().map(userId) : row[name]]))));
		rowIds[table.name] = Object.fromEntries(table.rows.map((row, i) => [row[table.columns[0].name], added.row_ids[i]._id]));
	}
	for (const table of fixture.tables) {
		for (const { name, data } of table.columns.filter(({ type }) => type === "link")) {
			const column = await base.call("POST", "columns/", {
				table_name: table.name, column_name: name, column_type: "link", column_data: { table: table.name, other_table: data.other_table },
			});
			const map = table.rows.filter((row) => row[name]).map((row) =>
				[rowIds[table.name][row[table.columns[0].name]], row[name].map((other) => rowIds[data.other_table][other])]);
			await base.call("POST", "links/", {
				link_id: column.data.link_id, table_name: table.name, other_table_name: data.other_table, other_rows_ids_map: Object.fromEntries(map),
			});
		}
	}
}
