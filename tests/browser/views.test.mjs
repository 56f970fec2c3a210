// What a view does to the grid: filters, sorts, groups, colours, sums; and what people do to views.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { addPerson } from "../api/command.mjs";
import { choose, openGrid, shows, stored } from "./grid.mjs";
import { assertAccessible, openWeb, until } from "./page.mjs";

let web, server, base, ben, reader;

before(async () => {
	web = await openWeb();
	({ server } = web);
	base = await server.createBase("Warehouse");
	ben = await addPerson(server, "ben@example.org", ["--name", "Ben Okafor"]);
	reader = await addPerson(server, "reader@example.org");
	for (const [person, permission] of [[ben, "rw"], [reader, "r"]]) {
		await server.call("POST", `/api/v2.1/workspace/${base.workspaceId}/dtable/Warehouse/share/`, {
			token: server.admin.token, json: { email: person.username, permission },
		});
	}
});
afterEach(() => web.closePages());
after(() => web.close());

const options = (...names) => ({ options: names.map((name, i) => ({ id: String(100 + i), name, color: ["#F4667C", "#59CB74", "#46A1FD"][i], textColor: "#FFFFFF" })) });
const tableOf = async (name) => (await base.call("GET", "metadata/")).metadata.tables.find((table) => table.name === name);
const viewOf = async (name, view = "Default View") => (await tableOf(name)).views.find((one) => one.name === view);
const keyOf = async (table, name) => (await tableOf(table)).columns.find((column) => column.name === name).key;
const setView = (table, change, view = "Default View") => base.call("PUT", `views/${encodeURIComponent(view)}/?table_name=${table}`, change);

/** What the grid shows from the top: names of rows, and headers of groups as "(value count)". */
async function lines(page) {
	return page.locator(".slick-pane-right .slick-row:not(.new-row)").evaluateAll((rows) =>
		rows.sort((a, b) => Number(a.dataset.row) - Number(b.dataset.row)).map((row) => {
			const title = row.querySelector(".group-title");
			return title ? `(${title.querySelector(".group-value").textContent} ${title.querySelector(".group-count").textContent})` : row.querySelector(".l1").textContent;
		}));
}

async function showsLines(page, wanted, what) {
	let seen;
	await until(async () => (seen = (await lines(page).catch(() => [])).join(", ")) === wanted.join(", "), { what: what ?? "" }).catch((error) => {
		throw new Error(`${error.message}\nwanted ${wanted.join(", ")}\nseen   ${seen}`);
	});
}

const panel = (page, title) => page.getByRole("dialog", { name: title });
const openPanel = async (page, button, title) => {
	await page.getByRole("button", { name: button, exact: true }).click();
	await panel(page, title).waitFor();
	return panel(page, title);
};
const viewMenu = (page, name, item, role = "menuitem") =>
	page.getByRole("button", { name: `View: ${name}` }).click().then(() => page.getByRole(role, { name: item }).click());

const orders = [
	{ Name: "Bolt", State: "open", Stock: 120, Due: "2026-05-04", Paid: true },
	{ Name: "Nut", State: "paid", Stock: 12, Due: "2026-05-20", Paid: false },
	{ Name: "Washer", State: "open", Stock: 40, Due: "2026-06-01", Paid: false },
	{ Name: "Anchor", Stock: 3 },
];

async function makeOrders(table) {
	await base.createTable(table, [["Name", "text"], ["State", "single-select", options("open", "paid")], ["Stock", "number"], ["Due", "date", { format: "YYYY-MM-DD" }], ["Paid", "checkbox"]]);
	await base.append(table, orders);
}

test("filters: conditions, a group of them, undo; what the grid shows is what the API lists", async () => {
	await makeOrders("Filtered");
	const page = await openGrid(web, base, "Filtered");
	await showsLines(page, ["Bolt", "Nut", "Washer", "Anchor"]);
	const filter = await openPanel(page, "Filter", "Filter the rows");
	await filter.getByRole("button", { name: "Add condition" }).click();
	await filter.getByLabel("Column").selectOption("Stock");
	await filter.getByLabel("Condition", { exact: true }).selectOption(">");
	await showsLines(page, ["Bolt", "Nut", "Washer", "Anchor"], "all rows while the condition has no value");
	await filter.getByLabel("Value").fill("10");
	await showsLines(page, ["Bolt", "Nut", "Washer"]);
	await filter.getByRole("button", { name: "Add group" }).click();
	const group = filter.getByRole("group", { name: "Group 2" });
	await group.getByLabel("Column").selectOption("State");
	await group.getByLabel("Condition", { exact: true }).selectOption("is any of");
	await group.getByLabel("paid").check();
	await showsLines(page, ["Nut"]);
	await group.getByRole("button", { name: "Add condition" }).click();
	await group.getByLabel("Conditions are joined by").selectOption("or");
	await group.getByLabel("Value").last().fill("wash");
	await showsLines(page, ["Nut", "Washer"]);
	const { filters } = await viewOf("Filtered");
	assert.deepEqual(filters.map((one) => one.filters?.length ?? one.filter_predicate), ["greater", 2]);
	assert.deepEqual((await base.rows("Filtered", { view_name: "Default View" })).map(({ Name }) => Name), ["Nut", "Washer"]);
	await filter.getByRole("button", { name: "Remove group 2" }).click();
	await showsLines(page, ["Bolt", "Nut", "Washer"]);
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "1 filter" }).waitFor();
	await page.getByRole("button", { name: "Undo" }).click();
	await showsLines(page, ["Nut", "Washer"]);
	for (let n = 0; n < 20 && (await lines(page)).length < 4; n++) {
		await page.getByRole("button", { name: "Undo" }).click();
		await until(async () => (await page.locator(".bar .state").textContent()) === "");
	}
	await showsLines(page, ["Bolt", "Nut", "Washer", "Anchor"]);
	assert.deepEqual((await viewOf("Filtered")).filters.filter((one) => one.filter_term !== undefined), []);
});

test("a filter that makes no sense is told, and no row is shown", async () => {
	await makeOrders("Senseless");
	await setView("Senseless", { filters: [{ column_key: await keyOf("Senseless", "Stock"), filter_predicate: "greater", filter_term: "much" }] });
	const page = await openGrid(web, base, "Senseless");
	await page.getByText("No rows yet").waitFor();
	const filter = await openPanel(page, "1 filter", "Filter the rows");
	await filter.getByText("No row is shown: invalid filter term").waitFor();
});

/* ---- every predicate ---- */

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const everyColumn = [
	["Name", "text"], ["Phone", "text", { display_type: "phone" }], ["Long", "long-text"], ["Number", "number"], ["Rate", "rate"], ["Span", "duration", { duration_format: "h:mm" }],
	["Day", "date", { format: "YYYY-MM-DD" }], ["Box", "checkbox"], ["One", "single-select", options("a", "b", "c")], ["Some", "multiple-select", options("a", "b", "c")],
	["Who", "collaborator"], ["Mail", "email"], ["Web", "url"], ["Place", "geolocation", { geo_format: "province" }], ["No", "auto-number", { format: "0000", digits: 4 }],
	["Maker", "creator"], ["Made", "ctime"], ["Sum", "formula", { formula: "{Number}*2" }], ["Word", "formula", { formula: "left({Name},1)" }], ["Yes", "formula", { formula: "{Number}>2" }],
	["File", "file"],
];
const text = [["contains", "B"], ["does_not_contain", "b"], ["is", "b2"], ["is_not", "b2"], ["is_empty"], ["is_not_empty"]];
const number = (term) => [...["equal", "not_equal", "less", "greater", "less_or_equal", "greater_or_equal"].map((name) => [name, term]), ["is_empty"], ["is_not_empty"]];
const dates = [
	...["is", "is_not", "is_before", "is_after", "is_on_or_before", "is_on_or_after"].map((name) => [name, undefined, "today"]),
	...["tomorrow", "yesterday", "one_week_ago", "one_week_from_now", "one_month_ago", "one_month_from_now"].map((modifier) => ["is_on_or_after", undefined, modifier]),
	["is_after", 3, "number_of_days_ago"], ["is_before", 3, "number_of_days_from_now"], ["is", day(-1), "exact_date"],
	...["this_week", "the_past_week", "the_next_week", "this_month", "the_past_month", "the_next_month", "this_year", "the_past_year", "the_next_year"].map((modifier) => ["is_within", undefined, modifier]),
	["is_within", 2, "the_past_numbers_of_days"], ["is_within", 2, "the_next_numbers_of_days"], ["is_empty"], ["is_not_empty"],
];
const several = [["has_any_of", ["100", "101"]], ["has_all_of", ["100", "101"]], ["has_none_of", ["102"]], ["is_exactly", ["101", "100"]], ["is_empty"], ["is_not_empty"]];
const presence = [["is_empty"], ["is_not_empty"]];

const predicatesOf = (me) => ({
	Name: [...text, ["is_current_user_ID"]], Phone: text, Mail: text, Web: text, Place: text, No: text.slice(0, 4).map(([name]) => [name, "0002"]),
	Number: number("2"), Rate: number(3), Span: number(3600), Day: dates, Box: [["is", true], ["is", false]],
	One: [["is", "100"], ["is_not", "100"], ["is_any_of", ["100", "102"]], ["is_none_of", ["100", "102"]], ...presence], Some: several,
	Who: [["has_any_of", [me]], ["has_all_of", [me]], ["has_none_of", [me]], ["is_exactly", [me]], ["include_me"], ...presence],
	Maker: [["contains", [me]], ["does_not_contain", [me]], ["include_me"], ["is", [me]], ["is_not", [me]]], Made: dates.slice(0, 6), Long: presence, File: presence,
	Sum: number(4), Word: [...text, ["is_current_user_ID"]], Yes: [["is", true]],
});

test("the grid shows the rows that the API lists, for a view of every predicate; the panel offers just these", async () => {
	await base.createTable("Every", everyColumn);
	const { email: me } = (await base.call("GET", "related-users/")).user_list.find((user) => user.contact_email === server.admin.email);
	await base.append("Every", [
		{ Name: "a1", Number: 1, Rate: 1, Span: "0:30", Day: day(-9), Box: true, One: "a", Some: ["a"], Who: [me], Mail: "b2", Web: "b2", Phone: "b2", Long: "x", Place: { province: "b2" } },
		{ Name: "b2", Number: 2, Rate: 3, Span: "1:00", Day: day(0), Box: false, One: "b", Some: ["a", "b"], Mail: "B3", Web: "b", Place: { province: "Bb" } },
		{ Name: "B2", Number: 2.000001, Rate: 5, Span: "9:00", Day: day(-1), One: "c", Some: ["c", "a"], Phone: "B" },
		{ Name: "c3", Number: 40, Day: day(8), Some: ["b", "c", "a"] },
		{ Name: "only a name" },
		{ Name: "d4", Number: -1, Day: day(400), Box: true },
	]);
	const all = predicatesOf(me);
	const views = [];
	for (const [column, list] of Object.entries(all)) {
		const column_key = await keyOf("Every", column);
		for (const [n, [filter_predicate, filter_term, filter_term_modifier]] of list.entries()) {
			const name = `${column} ${filter_predicate} ${filter_term_modifier ?? ""}${n}`;
			await base.call("POST", "views/?table_name=Every", { name, filters: [{ column_key, filter_predicate, filter_term, filter_term_modifier }] });
			views.push(name);
		}
	}
	// "Me" in a filter is the person at the page, not the test's application.
	const { access_token: ofAdmin } = await server.call("GET", `/api/v2.1/workspace/${base.workspaceId}/dtable/Warehouse/access-token/`, { token: server.admin.token });
	const page = await openGrid(web, base, "Every");
	const different = new Set();
	let open = "Default View";
	for (const name of views) {
		await page.getByRole("button", { name: `View: ${open}`, exact: true }).click();
		await page.getByRole("menuitemradio", { name, exact: true }).click();
		open = name;
		const search = new URLSearchParams({ table_name: "Every", view_name: name, convert_keys: "true" });
		const { rows, error_message } = await base.call("GET", `rows/?${search}`, undefined, { token: ofAdmin });
		assert.equal(error_message, undefined, name);
		await showsLines(page, rows.map((row) => row.Name), name);
		different.add(rows.map((row) => row.Name).join());
	}
	assert.ok(different.size > 20, `the views differ: ${different.size}`);
	const filter = await openPanel(page, "1 filter", "Filter the rows");
	for (const [column, list] of Object.entries(all)) {
		await filter.getByLabel("Column").selectOption(column);
		const known = new Set((column === "Made" ? all.Day : list).map(([name]) => name));
		const offered = () => filter.getByLabel("Condition", { exact: true }).locator("option").evaluateAll((nodes) => nodes.map((node) => node.value));
		await until(async () => (await offered()).sort().join() === [...known].sort().join(), { what: `the predicates of ${column}`, timeout: 3000 });
	}
});

/* ---- sorts, groups, colours, sums ---- */

test("sorts: two columns, their order, direction", async () => {
	await makeOrders("Sorted");
	const page = await openGrid(web, base, "Sorted");
	const sort = await openPanel(page, "Sort", "Sort the rows");
	await sort.getByRole("button", { name: "Add sort" }).click();
	await showsLines(page, ["Anchor", "Bolt", "Nut", "Washer"]);
	await sort.getByLabel("Direction of sort 1").selectOption("descending");
	await showsLines(page, ["Washer", "Nut", "Bolt", "Anchor"]);
	await sort.getByRole("button", { name: "Add sort" }).click();
	await sort.getByLabel("Sort column 2").selectOption("State");
	await sort.getByRole("button", { name: "Move sort 2 up" }).click();
	await showsLines(page, ["Washer", "Bolt", "Nut", "Anchor"]);
	assert.deepEqual((await viewOf("Sorted")).sorts.map(({ sort_type }) => sort_type), ["up", "down"]);
	await sort.getByRole("button", { name: "Remove sort 1" }).click();
	await showsLines(page, ["Washer", "Nut", "Bolt", "Anchor"]);
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "Sorted by 1 column" }).waitFor();
});

test("groups: counts and sums from the server, closed and opened, by keyboard too; new rows stay in their group", async () => {
	await makeOrders("Grouped");
	const page = await openGrid(web, base, "Grouped");
	const group = await openPanel(page, "Group", "Group the rows");
	await group.getByRole("button", { name: "Add group" }).click();
	await group.getByLabel("Group column 1").selectOption("State");
	await showsLines(page, ["(open 2)", "Bolt", "Washer", "(paid 1)", "Nut", "(Empty 1)", "Anchor"]);
	await group.getByRole("button", { name: "Add group" }).click();
	await group.getByLabel("Group column 2").selectOption("Due");
	await showsLines(page, ["(open 2)", "(May 2026 1)", "Bolt", "(June 2026 1)", "Washer", "(paid 1)", "(May 2026 1)", "Nut", "(Empty 1)", "(Empty 1)", "Anchor"]);
	await group.getByLabel("Dates of grouping 2").selectOption("by year");
	await showsLines(page, ["(open 2)", "(2026 2)", "Bolt", "Washer", "(paid 1)", "(2026 1)", "Nut", "(Empty 1)", "(Empty 1)", "Anchor"]);
	await group.getByRole("button", { name: "Remove grouping 2" }).click();
	await group.getByLabel("Direction of grouping 1").selectOption("descending");
	await showsLines(page, ["(paid 1)", "Nut", "(open 2)", "Bolt", "Washer", "(Empty 1)", "Anchor"]);
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "Sum of Stock" }).click();
	await page.getByRole("menuitemradio", { name: "Sum", exact: true }).click();
	await page.getByRole("button", { name: "Sum of Stock: Sum 175" }).waitFor();
	assert.deepEqual(await page.locator(".group-sum").allTextContents(), ["12", "160", "3"]);
	await page.getByRole("button", { name: /State open/ }).click();
	await showsLines(page, ["(paid 1)", "Nut", "(open 2)", "(Empty 1)", "Anchor"]);
	await page.keyboard.press("Enter"); // the header's cell has the focus
	await showsLines(page, ["(paid 1)", "Nut", "(open 2)", "Bolt", "Washer", "(Empty 1)", "Anchor"]);
	await page.locator(".slick-row", { hasText: "Washer" }).locator(".l1").click();
	await page.keyboard.press("Shift+Enter");
	await showsLines(page, ["(paid 1)", "Nut", "(open 3)", "Bolt", "Washer", "", "(Empty 1)", "Anchor"]);
	await stored(base, "Grouped", (rows) => rows.at(-1).State === "open" || rows.some((row) => !row.Name && row.State === "open"));
	await page.locator(".slick-row", { hasText: "Nut" }).locator(".l3").click();
	await page.keyboard.type("20");
	await page.keyboard.press("Enter");
	await until(async () => (await page.locator(".group-sum").allTextContents())[0] === "20", { what: "the group's new sum" });
	await page.getByRole("button", { name: "Sum of Stock: Sum 183" }).waitFor();
	const panelAgain = await openPanel(page, "Grouped by 1 column", "Group the rows");
	await panelAgain.getByRole("button", { name: "Close all" }).click();
	await showsLines(page, ["(paid 1)", "(open 3)", "(Empty 1)"]);
	await panelAgain.getByRole("button", { name: "Open all" }).click();
	await showsLines(page, ["(paid 1)", "Nut", "(open 3)", "Bolt", "Washer", "", "(Empty 1)", "Anchor"]);
	assert.deepEqual((await base.rows("Grouped", { view_name: "Default View", grouped: true })).map(({ Name }) => Name ?? ""), ["Nut", "Bolt", "Washer", "", "Anchor"]);
});

test("sums of each kind below the columns; undone, and gone when the column is hidden", async () => {
	await makeOrders("Summed");
	const page = await openGrid(web, base, "Summed");
	const sum = async (column, method, text) => {
		await page.getByRole("button", { name: new RegExp(`^Sum of ${column}`) }).click();
		await page.getByRole("menuitemradio", { name: method, exact: true }).click();
		await page.getByRole("button", { name: `Sum of ${column}: ${method} ${text}`, exact: true }).waitFor();
	};
	await sum("Stock", "Average", "43.75");
	await sum("Stock", "Median", "26");
	await sum("Stock", "Largest", "120");
	await sum("State", "Filled share", "75%");
	await sum("Name", "Unique", "4");
	await sum("Due", "Smallest", "2026-05-04");
	await sum("Paid", "Checked", "1");
	await base.call("POST", "rows/", { table_name: "Summed", rows: [{ Name: "Rivet", Stock: 200, Paid: true }] });
	await page.getByRole("button", { name: "Sum of Stock: Largest 200" }).waitFor();
	await page.getByRole("button", { name: "Sum of Paid: Checked 2" }).waitFor();
	await page.getByRole("button", { name: "Undo" }).click();
	await page.getByRole("button", { name: "Sum of Paid", exact: true }).waitFor();
	const hide = await openPanel(page, "Hide columns", "Columns of this view");
	await hide.getByLabel("Stock").uncheck();
	await until(async () => (await page.getByRole("button", { name: /Sum of Stock/ }).count()) === 0);
	await page.getByRole("button", { name: "Sum of Name: Unique 5" }).waitFor();
});

const colored = (page) => page.locator(".slick-pane-right .slick-row:not(.new-row)").evaluateAll((rows) =>
	rows.map((row) => row.style.getPropertyValue("--row-color")).join());

test("colours: by an option, by rules, by repeated values", async () => {
	await makeOrders("Coloured");
	const page = await openGrid(web, base, "Coloured");
	const color = await openPanel(page, "Colour", "Colour the rows");
	await color.getByLabel("Colour by").selectOption("a select column");
	await until(async () => (await colored(page)) === "#F4667C,#59CB74,#F4667C,", { what: "the options' colours" });
	await color.getByLabel("Colour by").selectOption("rules");
	await color.getByRole("button", { name: "Add rule" }).click();
	await color.getByLabel("Colour of rule 1").fill("#112233");
	await color.getByRole("button", { name: "Add condition" }).click();
	await color.getByLabel("Column").selectOption("Stock");
	await color.getByLabel("Condition", { exact: true }).selectOption("<");
	await color.getByLabel("Value").fill("30");
	await until(async () => (await colored(page)) === ",#112233,,#112233", { what: "the rule's colour" });
	await color.getByLabel("Colour by").selectOption("repeated values");
	await color.getByLabel("State").check();
	await until(async () => (await colored(page)) === "#F4667C,,#F4667C,", { what: "the repeated values' colour" });
	await color.getByLabel("Colour by").selectOption("no colour");
	await until(async () => (await colored(page)) === ",,,", { what: "no colour" });
});

/* ---- views themselves ---- */

test("views: duplicate, lock, private, order by dragging and by menu; all undone", async () => {
	await makeOrders("Kept");
	await setView("Kept", { filters: [{ column_key: await keyOf("Kept", "Name"), filter_predicate: "contains", filter_term: "t" }] });
	const page = await openGrid(web, base, "Kept");
	await viewMenu(page, "Default View", "Duplicate view");
	await page.getByRole("button", { name: "Create" }).click();
	await page.getByRole("button", { name: "View: Default View (copy)" }).waitFor();
	await showsLines(page, ["Bolt", "Nut"]);
	await viewMenu(page, "Default View (copy)", "Lock view");
	await until(async () => (await viewOf("Kept", "Default View (copy)")).is_locked === true);
	const filter = await openPanel(page, "1 filter", "Filter the rows");
	await filter.getByText("This view is locked").waitFor();
	assert.equal(await filter.getByRole("button", { name: "Add condition" }).isDisabled(), true);
	await page.keyboard.press("Escape");
	assert.equal(await page.getByRole("button", { name: "Sum of Stock" }).count(), 0);
	await page.getByRole("button", { name: "Undo" }).click();
	await until(async () => (await viewOf("Kept", "Default View (copy)")).is_locked === false);
	await viewMenu(page, "Default View (copy)", "Make private");
	await until(async () => typeof (await viewOf("Kept", "Default View (copy)")).private_for === "string");
	const theirs = await openGrid(web, base, "Kept", { person: ben });
	await theirs.getByRole("button", { name: "View: Default View" }).click();
	assert.equal(await theirs.getByRole("menuitemradio").count(), 1);
	await theirs.keyboard.press("Escape");
	await viewMenu(page, "Default View (copy)", "Show to everybody");
	await until(async () => (await viewOf("Kept", "Default View (copy)")).private_for === null);
	await until(async () => {
		await theirs.getByRole("button", { name: "View: Default View" }).click();
		const count = await theirs.getByRole("menuitemradio").count();
		await theirs.keyboard.press("Escape");
		return count === 2;
	}, { what: "the view that is private no more" });

	const order = async () => (await tableOf("Kept")).views.map(({ name }) => name).join();
	await viewMenu(page, "Default View (copy)", "Move up");
	await until(async () => (await order()) === "Default View (copy),Default View");
	await page.getByRole("button", { name: "Undo" }).click();
	await until(async () => (await order()) === "Default View,Default View (copy)");
	await page.getByRole("button", { name: "View: Default View (copy)" }).click();
	await page.getByRole("menuitemradio", { name: "Default View", exact: true }).dragTo(page.getByRole("menuitemradio", { name: "Default View (copy)" }), { targetPosition: { x: 60, y: 28 } });
	await until(async () => (await order()) === "Default View (copy),Default View", { what: "the order after dragging" });
	await page.keyboard.press("Escape");
	await viewMenu(page, "Default View (copy)", "Delete view");
	await page.getByRole("dialog").getByRole("button", { name: "Delete view" }).click();
	await until(async () => (await order()) === "Default View");
	await page.getByRole("button", { name: "Undo" }).click();
	await until(async () => (await order()) === "Default View (copy),Default View", { what: "the deleted view" });
	await page.getByRole("button", { name: "View: Default View (copy)" }).waitFor();
	await showsLines(page, ["Bolt", "Nut"]);
});

test("two windows on a view stay in step; who may only read can look, not change", async () => {
	await makeOrders("Both");
	const [mine, theirs] = [await openGrid(web, base, "Both"), await openGrid(web, base, "Both", { person: ben })];
	const filter = await openPanel(mine, "Filter", "Filter the rows");
	await filter.getByRole("button", { name: "Add condition" }).click();
	await filter.getByLabel("Value").fill("nut");
	await showsLines(theirs, ["Nut"]);
	const group = await openPanel(theirs, "Group", "Group the rows");
	await group.getByRole("button", { name: "Add group" }).click();
	await showsLines(mine, ["(Nut 1)", "Nut"]);
	const looking = await openGrid(web, base, "Both", { person: reader });
	await showsLines(looking, ["(Nut 1)", "Nut"]);
	const read = await openPanel(looking, "1 filter", "Filter the rows");
	await read.getByText("You may read this base").waitFor();
	assert.equal(await read.getByLabel("Value").isDisabled(), true);
});

test("a new row of a filtered view gets what the filter asks for", async () => {
	await makeOrders("Asked");
	await setView("Asked", { filters: [{ column_key: await keyOf("Asked", "State"), filter_predicate: "is", filter_term: "101" }, { column_key: await keyOf("Asked", "Stock"), filter_predicate: "equal", filter_term: "12" }] });
	const page = await openGrid(web, base, "Asked");
	await showsLines(page, ["Nut"]);
	await page.getByRole("button", { name: "New row" }).click();
	await showsLines(page, ["Nut", ""]);
	await stored(base, "Asked", (rows) => rows.at(-1).State === "paid" && rows.at(-1).Stock === 12);
	await shows(page, 2, "State", "paid");
	await choose(page, 2, "Name");
});

test("axe finds nothing in any panel, light and dark", async () => {
	await makeOrders("Panels");
	const key = await keyOf("Panels", "Stock");
	const State = await keyOf("Panels", "State");
	await setView("Panels", {
		filters: [{ column_key: key, filter_predicate: "greater", filter_term: 1 }, { filter_conjunction: "Or", filters: [{ column_key: State, filter_predicate: "is_none_of", filter_term: ["101"] }] }],
		sorts: [{ column_key: key, sort_type: "up" }], groupbys: [{ column_key: State }],
		colorbys: { type: "by_rules", color_by_rules: [{ color: "#FF8000", filter_conjunction: "And", filters: [{ column_key: key, filter_predicate: "greater", filter_term: 1 }] }] },
		custom_settings: { summaries: { [key]: "sum" } },
	});
	for (const dark of [false, true]) {
		const page = await openGrid(web, base, "Panels", { dark });
		await page.locator(".group-title").first().waitFor();
		await page.locator(".slick-row.colored").first().waitFor();
		await assertAccessible(page);
		for (const [button, title] of [["2 filters", "Filter the rows"], ["Sorted by 1 column", "Sort the rows"], ["Grouped by 1 column", "Group the rows"], ["Colour", "Colour the rows"]]) {
			await openPanel(page, button, title);
			await assertAccessible(page);
			await page.keyboard.press("Escape");
		}
		await page.getByRole("button", { name: "Sum of Stock" }).click();
		await assertAccessible(page);
	}
});

for (const [locale, filter, title] of [["fr-FR", "Filtre", "Filtrer les lignes"], ["de-DE", "Filter", "Zeilen filtern"]]) {
	test(`the panels in ${locale}`, async () => {
		const page = await openGrid(web, base, "Asked", { locale });
		await page.getByRole("button", { name: new RegExp(`2 ${filter}`, "i") }).click();
		await panel(page, title).waitFor();
	});
}
