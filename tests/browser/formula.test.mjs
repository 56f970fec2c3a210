// Formula columns on a base's page: written with completion and help, tried on the first rows, told what is wrong, saved, changed,
// and shown by what they give.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { cell, columnMenu, openGrid, shows } from "./grid.mjs";
import { assertAccessible, openWeb, until } from "./page.mjs";

let web, server, base;

before(async () => {
	web = await openWeb();
	({ server } = web);
	base = await server.createBase("Shop");
});
afterEach(() => web.closePages());
after(() => web.close());

async function makeTable(name, formulas = []) {
	await base.createTable(name, [
		["Item", "text"], ["Unit price", "number", { format: "euro", decimal: "comma", enable_precision: true, precision: 2 }], ["Count", "number"],
		["Day", "date", { format: "DD.MM.YYYY" }],
	]);
	await base.append(name, [{ Item: "Lamp", "Unit price": 12.5, Count: 3, Day: "2024-03-07" }, { Item: "Desk", "Unit price": 80, Count: 0 }]);
	for (const [column_name, formula, data] of formulas)
		await base.call("POST", "columns/", { table_name: name, column_name, column_type: "formula", column_data: { formula, ...data } });
}

const columnNamed = async (table, name) => {
	const { tables } = (await base.call("GET", "metadata/")).metadata;
	return tables.find((one) => one.name === table).columns.find((column) => column.name === name);
};
const editor = (page) => page.getByLabel("Formula", { exact: true });
const written = async (page, text) => until(async () => (await editor(page).textContent()) === text, { what: `the formula ${text}` });
const preview = (page) => page.getByRole("region", { name: "Preview" });
const values = (page) => preview(page).locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((one) => one.textContent.trim())));
const previewed = (page, expected) => until(async () => JSON.stringify(await values(page)) === JSON.stringify(expected), { what: JSON.stringify(expected) });

async function newFormula(page, name) {
	await page.getByRole("button", { name: "New column" }).click();
	await page.getByLabel("Name", { exact: true }).fill(name);
	await page.getByLabel("Type", { exact: true }).selectOption("formula");
	await editor(page).waitFor();
}

async function editFormula(page, name) {
	await columnMenu(page, name, "Edit column");
	await editor(page).waitFor();
}

/** Writes a formula as a paste does, so that nothing is completed. */
async function write(page, text) {
	await editor(page).click();
	await page.keyboard.press("Control+a");
	await page.keyboard.insertText(text);
}

/** Types, and takes the completion of that name. */
async function complete(page, typed, option) {
	await page.keyboard.type(typed);
	await page.locator(".cm-tooltip-autocomplete li[aria-selected]").filter({ hasText: option }).waitFor();
	await page.waitForTimeout(120); // a completion is not taken in the moment in which it appears
	await page.keyboard.press("Enter");
}

test("made by keyboard alone, with completion of functions and columns, previewed, and shown", async () => {
	await makeTable("Typed");
	const page = await openGrid(web, base, "Typed", { expected: ["400"] });
	await newFormula(page, "Total");
	await page.getByLabel("Type", { exact: true }).focus();
	await page.keyboard.press("Tab");
	await complete(page, "roun", /^round\(/);
	await written(page, "round()");
	await page.locator(".argument").filter({ hasText: "round(number, [number])" }).waitFor();
	await complete(page, "Unit", /^Unit price/);
	await page.keyboard.type("*");
	await complete(page, "{Co", /^Count/);
	await written(page, "round({Unit price}*{Count})");
	await page.keyboard.type(", 1");
	await until(async () => (await page.locator(".argument b").textContent()) === "[number]", { what: "the second argument's name" });
	await previewed(page, [["Lamp", "37.5"], ["Desk", "0"]]);
	await preview(page).getByText("Number").waitFor();
	await page.keyboard.press("Tab");
	assert.notEqual(await page.evaluate(() => document.activeElement.className), "editor", "Tab leaves the formula");
	await editor(page).focus();
	await page.keyboard.press("Control+Enter");
	await page.getByRole("dialog").waitFor({ state: "detached" });
	await shows(page, 1, "Total", "37.5");
	assert.equal((await columnNamed("Typed", "Total")).data.formula, "round({Unit price}*{Count}, 1)");
});

test("what is wrong is told in words and underlined, until it is mended; then it is saved", async () => {
	await makeTable("Wrong");
	const page = await openGrid(web, base, "Wrong", { expected: ["400"] });
	await newFormula(page, "Sum");
	const create = page.getByRole("button", { name: "Create" });
	assert.ok(await create.isDisabled(), "an empty formula is none");
	await write(page, "'ö😀' & {Unit prize}");
	await page.getByRole("alert").filter({ hasText: "There is no column “Unit prize”." }).waitFor();
	assert.equal(await page.locator(".cm-wrong").evaluateAll((parts) => parts.map((part) => part.textContent).join("")), "{Unit prize}");
	assert.ok(await create.isDisabled());
	await write(page, "sume(1)");
	await page.getByRole("alert").filter({ hasText: "There is no function “sume”." }).waitFor();
	await write(page, "{Count}+1");
	await previewed(page, [["Lamp", "4"], ["Desk", "1"]]);
	assert.equal(await page.getByRole("alert").count(), 0);
	await create.click();
	await shows(page, 1, "Sum", "4");
});

test("a preview that comes late does not hide a newer one", async () => {
	await makeTable("Late");
	const page = await openGrid(web, base, "Late");
	await page.route("**/preview-formula/", async (route) => {
		if (route.request().postDataJSON().formula === "1") await new Promise((resolve) => setTimeout(resolve, 900));
		await route.continue().catch(() => {}); // the page has no use for it any more
	});
	await newFormula(page, "N");
	await write(page, "1");
	await page.waitForRequest("**/preview-formula/");
	await write(page, "2");
	await previewed(page, [["Lamp", "2"], ["Desk", "2"]]);
	await page.waitForTimeout(1000);
	assert.deepEqual(await values(page), [["Lamp", "2"], ["Desk", "2"]]);
});

test("edited later, with a number format; what cannot be computed is shown as an error", async () => {
	await makeTable("Edited", [["Each", "{Unit price}/{Count}"]]);
	const page = await openGrid(web, base, "Edited");
	await shows(page, 1, "Each", "4.16666667");
	await shows(page, 2, "Each", "#DIV/0!");
	assert.equal(await (await cell(page, 2, "Each")).locator(".failed").count(), 1);
	assert.match(await (await cell(page, 1, "Each")).getAttribute("class"), /\bright\b/);
	await editFormula(page, "Each");
	await written(page, "{Unit price}/{Count}");
	await write(page, "{Unit price}/({Count}+1)");
	await previewed(page, [["Lamp", "3.125"], ["Desk", "80"]]);
	await page.getByLabel("Format", { exact: true }).selectOption("dollar");
	await page.getByLabel("Decimal places").selectOption("2");
	await previewed(page, [["Lamp", "$3.13"], ["Desk", "$80.00"]]);
	await page.getByRole("button", { name: "Save" }).click();
	await shows(page, 1, "Each", "$3.13");
	const { data } = await columnNamed("Edited", "Each");
	assert.deepEqual([data.format, data.precision, data.enable_precision, data.result_type], ["dollar", 2, true, "number"]);
});

test("results are drawn by what they are; a formula that is a column has that column's format", async () => {
	await makeTable("Kinds", [["Due", "{Day}+14", { format: "DD.MM.YYYY" }], ["Many", "{Count}>2"], ["Label", "upper({Item})"]]);
	const page = await openGrid(web, base, "Kinds");
	await shows(page, 1, "Due", "21.03.2024");
	await shows(page, 2, "Due", "#VALUE!");
	await shows(page, 1, "Label", "LAMP");
	assert.equal(await (await cell(page, 1, "Many")).getByRole("img").getAttribute("aria-label"), "Yes");
	assert.equal(await (await cell(page, 2, "Many")).getByRole("img").getAttribute("aria-label"), "No");
	await newFormula(page, "Same");
	await write(page, "{Unit price}");
	await previewed(page, [["Lamp", "€12,50"], ["Desk", "€80,00"]]);
	await write(page, "{Day}");
	await previewed(page, [["Lamp", "07.03.2024"], ["Desk", "Empty"]]);
	await page.getByLabel("How results are shown").selectOption("YYYY-MM-DD");
	await previewed(page, [["Lamp", "2024-03-07"], ["Desk", "Empty"]]);
	await page.getByRole("button", { name: "Create" }).click();
	await shows(page, 1, "Same", "2024-03-07");
});

test("the list beside finds by name and by help, and inserts by key and by click", async () => {
	await makeTable("Listed");
	const page = await openGrid(web, base, "Listed", { expected: ["400"] });
	await newFormula(page, "F");
	const find = page.getByRole("combobox", { name: "Columns and functions" });
	await find.fill("quarter");
	await page.getByRole("option", { name: /^quarter/ }).waitFor();
	await find.press("Enter");
	await written(page, "quarter()");
	await page.keyboard.press("Control+a");
	await page.keyboard.press("Delete");
	await find.fill("");
	await page.getByRole("option", { name: /^Count/ }).first().click();
	await written(page, "{Count}");
	await previewed(page, [["Lamp", "3"], ["Desk", "0"]]);
	await find.fill("nothing is called so");
	await page.getByText("Nothing is called so.").waitFor();
});

test("columns of linked tables: completed in braces and as names in texts, and lists are shown", async () => {
	await makeTable("Linked");
	await base.createTable("Sales", [["No", "text"], ["Pieces", "number"], ["State", "single-select", { options: [{ id: "7", name: "sent", color: "#DDFFE6" }] }]]);
	await base.call("POST", "columns/", { table_name: "Sales", column_name: "Double", column_type: "formula", column_data: { formula: "{Pieces}*2", format: "dollar" } });
	const { row_ids: sales } = await base.append("Sales", [{ No: "a", Pieces: 5, State: "sent" }, { No: "b", Pieces: 7 }]);
	const link = await base.call("POST", "columns/", { table_name: "Linked", column_name: "Sold", column_type: "link", column_data: { table: "Linked", other_table: "Sales" } });
	const { tables } = (await base.call("GET", "metadata/")).metadata;
	const [table_id, other_table_id] = ["Linked", "Sales"].map((name) => tables.find((table) => table.name === name)._id);
	const [{ _id }] = await base.rows("Linked");
	await base.call("POST", "links/", { table_id, other_table_id, link_id: link.data.link_id, other_rows_ids_map: { [_id]: sales.map((row) => row._id) } });
	const page = await openGrid(web, base, "Linked", { expected: ["400"] });
	await newFormula(page, "Pieces sold");
	await editor(page).click();
	await complete(page, "rollup('", /^Sold/);
	await page.keyboard.press("ArrowRight");
	await complete(page, ", 'Pie", /^Pieces/);
	await page.keyboard.press("ArrowRight");
	await page.keyboard.type(", 'sum");
	await written(page, "rollup('Sold', 'Pieces', 'sum')");
	await previewed(page, [["Lamp", "12"], ["Desk", "Empty"]]);
	await page.keyboard.press("Control+a");
	await page.keyboard.press("Delete");
	await complete(page, "{Sold.Pi", /^Sold\.Pieces/);
	await previewed(page, [["Lamp", "5, 7"], ["Desk", "Empty"]]);
	await preview(page).getByText("List").waitFor();
	await write(page, "{Sold.Double}");
	await previewed(page, [["Lamp", "$10, $14"], ["Desk", "Empty"]]);
	await write(page, "{Sold.State}");
	await preview(page).locator(".pill").filter({ hasText: "sent" }).waitFor();
	await page.getByRole("button", { name: "Create" }).click();
	await page.getByRole("button", { name: "Options of the column Pieces sold" }).waitFor();
	await (await cell(page, 1, "Pieces sold")).locator(".pill").filter({ hasText: "sent" }).waitFor();
});

test("Escape closes the completion first, then the dialog; a formula follows what its cells become", async () => {
	await makeTable("Followed", [["Twice", "{Count}*2"]]);
	const page = await openGrid(web, base, "Followed", { expected: ["400"] });
	await editFormula(page, "Twice");
	await write(page, "");
	await page.keyboard.type("Coun");
	await page.locator(".cm-tooltip-autocomplete").waitFor();
	await page.waitForTimeout(120);
	await page.keyboard.press("Escape");
	await page.locator(".cm-tooltip-autocomplete").waitFor({ state: "detached" });
	await editor(page).waitFor();
	await page.keyboard.press("Escape");
	await page.getByRole("dialog").waitFor({ state: "detached" });
	await (await cell(page, 1, "Count")).click();
	await page.keyboard.type("50");
	await page.keyboard.press("Enter");
	await shows(page, 1, "Twice", "100");
});

test("a circle is refused; a column that formulas read says so before it is deleted", async () => {
	await makeTable("Circle", [["A", "{Count}*2"], ["B", "{A}+1"]]);
	const page = await openGrid(web, base, "Circle", { expected: ["400"] });
	await editFormula(page, "A");
	await write(page, "{B}");
	await page.getByRole("alert").filter({ hasText: "The formula would read itself" }).waitFor();
	assert.ok(await page.getByRole("button", { name: "Save" }).isDisabled());
	await page.getByRole("button", { name: "Cancel" }).click();
	await columnMenu(page, "A", "Delete column");
	await page.getByRole("dialog").getByText("These columns compute with it and become empty: B.").waitFor();
});

test("a column of another type becomes a formula", async () => {
	await makeTable("Changed");
	const page = await openGrid(web, base, "Changed");
	await columnMenu(page, "Count", "Edit column");
	await page.getByLabel("Type", { exact: true }).selectOption("formula");
	await write(page, "len({Item})");
	await previewed(page, [["Lamp", "4"], ["Desk", "4"]]);
	await page.getByRole("button", { name: "Save" }).click();
	await shows(page, 2, "Count", "4");
});

test("axe finds nothing, light and dark; in German", async () => {
	await makeTable("Looked at", [["Total", "{Unit price}*{Count}"]]);
	for (const dark of [false, true]) {
		const page = await openGrid(web, base, "Looked at", { dark, expected: ["400"] });
		await editFormula(page, "Total");
		await previewed(page, [["Lamp", "37.5"], ["Desk", "0"]]);
		await assertAccessible(page);
		await write(page, "{Nope}");
		await page.getByRole("alert").waitFor();
		await assertAccessible(page);
	}
	const page = await openGrid(web, base, "Looked at", { locale: "de-DE", expected: ["400"] });
	await page.getByRole("button", { name: "Neue Spalte" }).click();
	await page.getByLabel("Name", { exact: true }).fill("Neu");
	await page.getByLabel("Typ", { exact: true }).selectOption("formula");
	await page.getByLabel("Formel", { exact: true }).click();
	await page.keyboard.insertText("{Unit price}/3");
	await page.getByRole("region", { name: "Vorschau" }).getByText("4,16666667").waitFor();
	await page.keyboard.insertText("+{Nichts}");
	await page.getByRole("alert").filter({ hasText: "Es gibt keine Spalte „Nichts“." }).waitFor();
});
