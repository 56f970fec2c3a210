// Formula columns: what creating and changing them stores and refuses, names, chains, shapes of results (formulas.md 1, 3, 6;
// base-operations.md 1.3). What each function computes: vectors.test.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server;

before(async () => {
	server = await startServer({ args: ["--time-zone", "Europe/Berlin"] });
});
after(() => server.stop());

/** A table Items (Name, Price in euro, Count, Day, Done) of one row, in a base of its own. */
async function items() {
	const base = await server.createBase();
	await base.createTable("Items", [
		["Name", "text"],
		["Price", "number", { format: "euro", decimal: "comma", thousands: "dot", enable_precision: true, precision: 2 }],
		["Count", "number"], ["Day", "date", { format: "DD.MM.YYYY" }], ["Done", "checkbox"],
	]);
	await base.append("Items", [{ Name: "Lamp", Price: 1234.5, Count: 3, Day: "2024-03-07", Done: true }]);
	const add = (name, formula, data = {}) => base.call("POST", "columns/", {
		table_name: "Items", column_name: name, column_type: "formula", column_data: { formula, ...data },
	});
	const refused = (formula) => base.refused("POST", "columns/", {
		table_name: "Items", column_name: "Bad", column_type: "formula", column_data: { formula },
	});
	const first = async (query) => (await base.rows("Items", query))[0];
	return { base, add, refused, first };
}

test("the server says what a formula reads and gives", async () => {
	const { base, add } = await items();
	const { metadata } = await base.call("GET", "metadata/");
	const key = (name) => metadata.tables.find((table) => table.name === "Items").columns.find((column) => column.name === name).key;
	const total = await add("Total", "{Price}*{Count}+{Price}", { result_type: "nonsense", precision: 1, kept: "x" });
	assert.equal(total.editable, true);
	assert.deepEqual(total.data, {
		formula: "{Price}*{Count}+{Price}", precision: 1, kept: "x", operated_columns: [key("Price"), key("Count")], result_type: "number",
		format: "number", decimal: "dot", thousands: "no",
	});
	assert.equal((await add("Same", "{Price}")).data.format, "euro", "a bare column keeps its format");
	assert.equal((await add("Text", "upper({Name})")).data.result_type, "string");
	assert.equal((await add("Truth", "{Count}>2")).data.result_type, "bool");
	assert.equal((await add("Next", "dateAdd({Day}, 1, 'days')")).data.format, "YYYY-MM-DD");
	assert.equal((await add("Instant", "now()")).data.format, "YYYY-MM-DD HH:mm");
	assert.equal((await add("Mixed", "if({Done}, 1, 'none')")).data.result_type, "string");
	assert.equal((await add("Number", "if({Done}, 1, '')")).data.result_type, "number");
});

test("results have the shape of their kind, in the gateway's rows", async () => {
	const { base, add, first } = await items();
	await add("Total", "{Price}*{Count}");
	await add("Text", "{Price}&'!'");
	await add("Truth", "{Count}>2");
	await add("Next", "{Day}+25");
	await add("Broken", "{Count}/0");
	await add("Shown", "'on '&{Day}");
	const row = await first();
	assert.deepEqual([row.Total, row.Text, row.Truth, row.Broken, row.Shown], [3703.5, "€1.234,50!", true, "#DIV/0!", "on 07.03.2024"]);
	assert.equal(row.Next, "2024-04-01T00:00:00+02:00", "the zone's offset on that day");
	const single = await base.call("GET", `rows/${row._id}/?table_name=Items&convert_keys=true`);
	assert.deepEqual(single, row);
});

test("empty cells count as 0 and empty text, and as an error where a date is needed", async () => {
	const { base, add } = await items();
	await add("Sum", "{Count}+1");
	await add("Length", "len({Name})");
	await add("Year", "year({Day})");
	await add("Safe", "if(iserror(year({Day})), 'no day', year({Day}))");
	await base.append("Items", [{ Price: 1 }]);
	const row = (await base.rows("Items"))[1];
	assert.deepEqual([row.Sum, row.Length, row.Year, row.Safe], [1, 0, "#VALUE!", "no day"]);
});

test("a formula that makes no sense is refused with the reason, and nothing is made", async () => {
	const { base, refused } = await items();
	for (const [formula, reason] of [
		["", /empty/], ["{Nobody}+1", /no column Nobody/], ["foo(1)", /no function foo/], ["round()", /too few arguments/],
		["round(1, 2, 3)", /too many arguments/], ["5>'4'", /different kinds/], ["1+", /value is missing/], ["(1", /parenthesis/],
		["'abc", /quote/], ["{Name", /brace/], ["1 2", /character 3/], ["ifs(1, 2, 3)", /ifs/], ["1-{Day}", /date/],
		["countItems('Name')", /lists/], ["findmax('Name', 'x')", /lookup/], ["countlinks('Name')", /link column/],
		["(".repeat(200) + "1" + ")".repeat(200), /within each other/], [`'${"x".repeat(60000)}'`, /too long/],
	]) {
		const error = await refused(formula);
		assert.equal(error.status, 400, formula);
		assert.match(error.message, reason);
	}
	assert.ok(!("Bad" in (await base.rows("Items"))[0]));
});

test("formulas read formulas; a circle is refused, and a chain follows its parts", async () => {
	const { base, add, first } = await items();
	await add("A", "{Count}*2");
	await add("B", "{A}+1");
	await add("C", "{A}&'/'&{B}");
	assert.equal((await first()).C, "6/7");
	const retype = (formula) => base.request("PUT", "columns/", {
		json: { op_type: "modify_column_type", table_name: "Items", column: "A", new_column_type: "formula", column_data: { formula } },
	});
	for (const formula of ["{B}", "{A}+1"]) {
		const reply = await retype(formula);
		assert.equal(reply.status, 400);
		assert.match(reply.json.error_msg, /circle/);
	}
	assert.equal((await retype("{Count}*10")).status, 200);
	assert.equal((await first()).C, "30/31");
});

test("renaming a column renames it in formulas, deleting it empties them", async () => {
	const { base, add, first } = await items();
	await add("Twice", "concatenate({Count}*2, '{Count}')");
	await base.call("PUT", "columns/", { op_type: "rename_column", table_name: "Items", column: "Count", new_column_name: "Pieces" });
	const { metadata } = await base.call("GET", "metadata/");
	const column = metadata.tables.find(({ name }) => name === "Items").columns.find(({ name }) => name === "Twice");
	assert.equal(column.data.formula, "concatenate({Pieces}*2, '{Count}')", "texts stay");
	assert.equal((await first()).Twice, "6{Count}");
	await base.call("DELETE", "columns/", { table_name: "Items", column: "Pieces" });
	assert.equal((await first()).Twice, null);
});

test("a table can be made with its formulas, and writing to them is ignored", async () => {
	const base = await server.createBase();
	await base.createTable("T", [["Name", "text"], ["Twice", "formula", { formula: "{N}*2" }], ["N", "number"]]);
	await base.append("T", [{ Name: "a", N: 4, Twice: 99 }]);
	assert.equal((await base.rows("T"))[0].Twice, 8);
});

test("a column becomes a formula and back", async () => {
	const { base, first } = await items();
	const retype = (type, column_data) => base.call("PUT", "columns/", {
		op_type: "modify_column_type", table_name: "Items", column: "Count", new_column_type: type, column_data,
	});
	const made = await retype("formula", { formula: "len({Name})" });
	assert.equal(made.data.result_type, "number");
	assert.equal((await first()).Count, 4);
	await retype("text");
	assert.equal((await first()).Count, null);
});

test("what formulas compute is bounded", async () => {
	const { add, base, first } = await items();
	await add("Long", "rept('x', 1000000000)");
	assert.equal((await first()).Long.length, 100000);
	await add("G0", "{Count}+{Count}");
	for (let i = 1; i < 16; i++) await add(`G${i}`, `{G${i - 1}}+{G${i - 1}}`);
	assert.equal((await first()).G15, 3 * 2 ** 16, "formulas that double don't double what is computed");
	const { results } = await base.call("POST", "sql/", { sql: "SELECT G15, G14 + 1 AS more FROM Items WHERE G15 > G14 ORDER BY G15" });
	assert.equal(results[0].more, 3 * 2 ** 15 + 1);
});

/** Items linked to Parts: the item has the parts in the order bolt, nut; Parts link on to Makers. */
async function linked() {
	const shop = await items();
	const { base } = shop;
	await base.createTable("Makers", [["Maker", "text"], ["Town", "text"]]);
	await base.createTable("Parts", [
		["Part", "text"], ["Weight", "number"], ["Sold", "date", { format: "YYYY-MM-DD" }], ["Fit", "checkbox"],
		["Tags", "multiple-select", { options: [{ id: "1", name: "new" }, { id: "2", name: "old" }] }],
	]);
	const link = async (table, name, other, pairs) => {
		const column = await base.call("POST", "columns/", {
			table_name: table, column_name: name, column_type: "link", column_data: { table, other_table: other },
		});
		await base.call("POST", "links/", {
			link_id: column.data.link_id, table_name: table, other_table_name: other, other_rows_ids_map: pairs,
		});
		return column;
	};
	const ids = ({ row_ids }) => row_ids.map(({ _id }) => _id);
	const makers = ids(await base.append("Makers", [{ Maker: "Ida", Town: "Ulm" }, { Maker: "Jon", Town: "Kiel" }]));
	const parts = ids(await base.append("Parts", [
		{ Part: "nut", Weight: 2.5, Sold: "2024-02-01", Tags: ["old"] },
		{ Part: "bolt", Weight: 4, Sold: "2024-03-01", Fit: true, Tags: ["old", "new"] }, { Part: "screw" },
	]));
	const item = (await shop.first())._id;
	await link("Parts", "Made by", "Makers", { [parts[0]]: [makers[0]], [parts[1]]: [makers[0], makers[1]] });
	await link("Items", "Parts", "Parts", { [item]: [parts[1], parts[0]] });
	const addLink = (name, column_data) => base.call("POST", "columns/", {
		table_name: "Items", column_name: name, column_type: "link-formula", column_data: { link_column: "Parts", ...column_data },
	});
	return { ...shop, addLink };
}

test("formulas over linked rows: lists in the link's order, conditions, two links away", async () => {
	const { add, first } = await linked();
	const formulas = {
		Weights: "{Parts.Weight}", Towns: "{Parts.Made by.Town}", Fits: "{Parts.Fit}", Heavy: "countlinks('Parts', '{Weight}>3')",
		Total: "rollup('Parts', 'Weight', 'sum', '{Fit}')", Latest: "rollup('Parts', 'Sold', 'max')", Names: "concatenate({Parts})&'!'",
		Best: "lookup(findmin('Parts', 'Weight'), 'Part')", First: "sum({Parts.Weight}, 1)", None: "isempty('Parts')",
	};
	for (const [name, formula] of Object.entries(formulas)) await add(name, formula);
	const row = await first();
	assert.deepEqual([row.Weights, row.Fits], [[4, 2.5], [true]]);
	assert.deepEqual(row.Towns, ["Ulm", "Kiel", "Ulm"]);
	assert.deepEqual(row.Fits, [true]);
	assert.deepEqual([row.Heavy, row.Total, row.Names, row.First, row.None], [1, 4, "bolt, nut!", 5, false]);
	assert.equal(row.Latest, "2024-03-01T00:00:00+01:00");
	assert.deepEqual(row.Best, ["nut"]);
});

test("a new name reaches formulas of other tables, and names within texts", async () => {
	const { base, add, first } = await linked();
	await add("Weights", "{Parts.Weight}");
	await add("Heavy", "rollup('Parts', 'Weight', 'sum', '{Weight}>3')&'Weight'");
	const rename = (table_name, column, new_column_name) =>
		base.call("PUT", "columns/", { op_type: "rename_column", table_name, column, new_column_name });
	await rename("Parts", "Weight", "Mass in kg");
	await rename("Items", "Parts", "Bits");
	const { metadata } = await base.call("GET", "metadata/");
	const columns = metadata.tables.find(({ name }) => name === "Items").columns;
	const formula = (column) => columns.find(({ name }) => name === column).data.formula;
	assert.equal(formula("Weights"), "{Bits.Mass in kg}");
	assert.equal(formula("Heavy"), "rollup('Bits', 'Mass in kg', 'sum', '{Mass in kg}>3')&'Weight'");
	const row = await first();
	assert.deepEqual([row.Weights, row.Heavy], [[4, 2.5], "4Weight"]);
});

test("link formulas: made with names, kept with keys, computed in each form", async () => {
	const { base, add, addLink, first } = await linked();
	const { metadata } = await base.call("GET", "metadata/");
	const key = (table, name) =>
		metadata.tables.find((one) => one.name === table).columns.find((column) => column.name === name).key;
	const lookup = await addLink("Weights", { formula: "lookup", level1_linked_column: "Weight" });
	assert.deepEqual(lookup.data, {
		link_column_key: key("Items", "Parts"), level1_linked_table_column_key: key("Parts", "Weight"), formula: "lookup",
		operated_columns: [key("Items", "Parts")], result_type: "array", array_type: "number",
		array_data: metadata.tables.find(({ name }) => name === "Parts").columns[1].data,
	});
	assert.equal((await addLink("Count", { formula: "count_links" }).catch(() => null)), null, "the name is taken");
	await addLink("Links", { formula: "count_links" });
	await addLink("Tags", { formula: "lookup", level1_linked_column: "Tags", enable_deduplication: true });
	await addLink("Towns", { formula: "lookup", level1_linked_column: "Made by", level2_linked_column: "Town" });
	await addLink("Fits", { formula: "lookup", level1_linked_column: "Fit" });
	await addLink("Mean", { formula: "rollup", summary_column: "Weight", summary_method: "average" });
	await addLink("Words", { formula: "rollup", summary_column: "Part", summary_method: "concatenate" });
	await addLink("Latest", { formula: "findmax", searched_column: "Part", comparison_column: "Sold" });
	await add("More", "{Mean}*2");
	const row = await first();
	assert.deepEqual(row.Weights, [4, 2.5]);
	assert.deepEqual([row.Links, row.Mean, row.Words, row.More], [2, 3.25, "bolt nut", 6.5]);
	assert.deepEqual([row.Tags.toSorted(), row.Towns, row.Latest], [["1", "2"], ["Ulm", "Kiel", "Ulm"], ["bolt"]]);
	for (const [data, reason] of [
		[{ formula: "lookup", level1_linked_column: "Nobody" }, /Nobody/], [{ formula: "median" }, /count_links/],
		[{ formula: "rollup", summary_column: "Part", summary_method: "sum" }, /sum/], [{ formula: "count_links", link_column: "Name" }, /link/],
	]) {
		const error = await base.refused("POST", "columns/", {
			table_name: "Items", column_name: "Bad", column_type: "link-formula", column_data: { link_column: "Parts", ...data },
		});
		assert.match(error.message, reason);
	}
});

test("link formulas with conditions on the linked rows", async () => {
	const { base, addLink, first } = await linked();
	const heavy = [{ column_name: "Weight", filter_predicate: "greater", filter_term: 3 }];
	const with_ = (conditions, data, more = {}) => ({ ...data, include_condition: true, conditions, condition_conjunction: "And", ...more });
	await addLink("Heavy count", with_(heavy, { formula: "count_links" }));
	await addLink("Heavy names", with_(heavy, { formula: "lookup", level1_linked_column: "Part" }));
	await addLink("Heavy sum", with_(heavy, { formula: "rollup", summary_column: "Weight", summary_method: "sum" }));
	await addLink("None sum", with_([{ column_name: "Weight", filter_predicate: "greater", filter_term: 99 }], { formula: "rollup", summary_column: "Weight", summary_method: "sum" }));
	await addLink("None count", with_([{ column_name: "Weight", filter_predicate: "greater", filter_term: 99 }], { formula: "count_links" }));
	await addLink("Lightest", with_(heavy, { formula: "findmin", searched_column: "Part", comparison_column: "Weight" }));
	await addLink("Heavy towns", with_(heavy, { formula: "lookup", level1_linked_column: "Made by", level2_linked_column: "Town" }));
	await addLink("Either", with_([...heavy, { column_name: "Part", filter_predicate: "is", filter_term: "nut" }], { formula: "count_links" }, { condition_conjunction: "Or" }));
	await addLink("Off", with_(heavy, { formula: "count_links" }, { include_condition: false }));
	await addLink("Incomplete", with_([{ column_name: "Weight", filter_predicate: "greater" }], { formula: "count_links" }));
	await addLink("Invalid", with_([{ column_name: "Weight", filter_predicate: "contains", filter_term: "x" }], { formula: "count_links" }));
	const row = await first();
	assert.deepEqual([row["Heavy count"], row["Heavy names"], row["Heavy sum"]], [1, ["bolt"], 4]);
	assert.deepEqual([row["None sum"], row["None count"]], [null, 0]);
	assert.deepEqual([row.Lightest, row.Either, row.Off, row.Incomplete, row.Invalid], [["bolt"], 2, 2, 2, 2]);
	assert.ok(row["Heavy towns"].length > 0 && row["Heavy towns"].length < 3);
	const { results } = await base.call("POST", "sql/", { sql: "SELECT `Heavy sum` AS s FROM Items WHERE `Heavy count` = 1 ORDER BY `Heavy sum`", convert_keys: true });
	assert.equal(results[0].s, 4);
	await base.call("POST", "columns/", { table_name: "Parts", column_name: "Double", column_type: "formula", column_data: { formula: "{Weight} * 2" } });
	await addLink("By formula", with_([{ column_name: "Double", filter_predicate: "greater", filter_term: 6 }], { formula: "count_links" }));
	assert.equal((await first())["By formula"], 1);
});

test("a condition that leads back to its own column is refused", async () => {
	const own = await server.createBase();
	await own.createTable("A", [["Name", "text"]]);
	await own.createTable("B", [["Name", "text"]]);
	const make = (table_name, column_name, column_type, column_data) => own.request("POST", "columns/", { json: { table_name, column_name, column_type, column_data } });
	const made = await make("A", "ToB", "link", { table: "A", other_table: "B" });
	assert.equal(made.status, 200, made.text);
	const { columns } = await own.call("GET", "columns/?table_name=B");
	const back = columns.find(({ type }) => type === "link").name;
	const count = await make("B", "Count", "link-formula", { formula: "count_links", link_column: back });
	assert.equal(count.status, 200, count.text);
	const some = await make("A", "Some", "link-formula", { formula: "count_links", link_column: "ToB", conditions: [{ column_name: "Count", filter_predicate: "greater", filter_term: 0 }] });
	assert.equal(some.status, 200, some.text);
	const circle = await own.request("PUT", "columns/", { json: {
		table_name: "B", column: "Count", op_type: "modify_column_type", new_column_type: "link-formula",
		column_data: { formula: "count_links", link_column: back, conditions: [{ column_name: "Some", filter_predicate: "greater", filter_term: 0 }] },
	} });
	assert.equal(circle.status, 400, circle.text);
	assert.match(circle.json.error_message, /circle/);
	assert.equal((await own.request("GET", "rows/?table_name=A")).status, 200);
});

test("long and deep formulas: taken or refused, and the table can be read afterwards", async () => {
	const own = await server.createBase();
	await own.createTable("Deep", [["Name", "text"], ["No", "number"]]);
	await own.append("Deep", [{ Name: "x", No: 2 }]);
	const insert = (column_name, formula) => own.request("POST", "columns/", { json: { table_name: "Deep", column_name, column_type: "formula", column_data: { formula } } });
	const value = async (name) => (await own.rows("Deep"))[0][name];
	for (const n of [2, 30, 99, 100, 101, 500]) {
		assert.equal((await insert(`sum ${n}`, `0${" + {No}".repeat(n)} - 1`)).status, 200, `${n}`);
		assert.equal(await value(`sum ${n}`), 2 * n - 1);
	}
	assert.equal((await insert("joined", `"<"${' & {Name}'.repeat(250)} & ">"`)).status, 200);
	assert.equal(await value("joined"), `<${"x".repeat(250)}>`);
	assert.equal((await insert("mixed", "1 - (2 - 3) - 4 + {No} - -5 + \"6\"")).status, 200);
	assert.equal(await value("mixed"), 1 - (2 - 3) - 4 + 2 + 5 + 6);
	assert.equal((await insert("broken", "1 + 2 + 1 / 0 + {Name}")).status, 200);
	assert.equal(await value("broken"), "#DIV/0!");
	for (const deep of ["if({No} > 9, 0, ", "abs(", "-(", "2 * (", "round(1 + "]) {
		for (const n of [5, 15, 20, 30, 60]) {
			if (n > 30 && ["-(", "2 * (", "round(1 + "].includes(deep)) continue; // each is two parts, of which 64 may stand within each other
			const close = deep.includes("(") ? ")".repeat(n) : "";
			const reply = await insert(`${deep}${n}`, `${deep.repeat(n)}1${close}`);
			assert.equal(reply.status, 200, `${deep} ${n}: ${reply.text}`);
			assert.equal((await own.request("GET", "rows/?table_name=Deep")).status, 200, `${deep} ${n}`);
		}
	}
});

