// Charts over a view: what the server computes for them, their kinds, the numbers behind them.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { openGrid } from "./grid.mjs";
import { assertAccessible, openWeb, until } from "./page.mjs";

let web, base;

before(async () => {
	web = await openWeb();
	base = await web.server.createBase("Warehouse");
	await base.createTable("Part list", [
		["Name", "text"], ["Stock", "number"], ["Seen", "date", { format: "YYYY-MM-DD" }],
		["State", "single-select", { options: [{ id: "1", name: "ok" }, { id: "2", name: "recount" }] }],
	]);
	await base.append("Part list", [
		{ Name: "Bolt", Stock: 120, State: "ok", Seen: "2024-01-03" }, { Name: "Nut", Stock: 12, State: "recount", Seen: "2024-01-20" },
		{ Name: "Gear", Stock: 30, State: "ok", Seen: "2025-02-01" }, { Name: "Pin", Stock: 8 },
	]);
});
afterEach(() => web.closePages());
after(() => web.close());

async function openChart({ button = "Chart", ...options } = {}) {
	const page = await openGrid(web, base, "Part list", options);
	await page.getByRole("button", { name: button }).click();
	await page.getByRole("dialog").getByRole("img").waitFor();
	return page;
}

const numbers = (page) => page.getByRole("dialog").locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((one) => one.textContent).join(" ")));

/** How many different colours the picture has: 1 as long as nothing is drawn. */
const colours = (page) => page.locator("canvas").evaluate((canvas) => {
	const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
	return new Set(new Uint32Array(data.buffer)).size;
});

test("rows are counted for each value of a column, numbers are summed, dates go by month and year", async () => {
	const page = await openChart();
	const dialog = page.getByRole("dialog", { name: "Chart" });
	await dialog.getByText("Numbers").click();
	assert.deepEqual((await numbers(page)).toSorted(), ["Empty 1", "ok 2", "recount 1"]);
	await dialog.getByLabel("Show").selectOption("Sum");
	await until(async () => (await numbers(page)).toSorted().join() === "Empty 8,ok 150,recount 12");
	await dialog.getByLabel("Show").selectOption("Average");
	await until(async () => (await numbers(page)).includes("ok 75"));
	await dialog.getByLabel("Show").selectOption("Number of rows");
	await dialog.getByLabel("For each", { exact: true }).selectOption("Seen");
	await until(async () => (await numbers(page)).toSorted().join() === "Empty 1,February 2025 1,January 2024 2");
	await dialog.getByLabel("Step").selectOption("by year");
	await until(async () => (await numbers(page)).toSorted().join() === "2024 2,2025 1,Empty 1");
	await dialog.getByLabel("Step").selectOption("by quarter");
	await until(async () => (await numbers(page)).join() === "Q1 2024 2,Q1 2025 1,Empty 1");
});

test("a chart is of the view's rows, and is kept with the view", async () => {
	const { columns } = (await base.call("GET", "metadata/")).metadata.tables.find(({ name }) => name === "Part list");
	const filters = [{ column_key: columns.find(({ name }) => name === "Stock").key, filter_predicate: "greater", filter_term: 20 }];
	await base.call("POST", "views/?table_name=Part list".replace(" ", "%20"), { name: "Many", filters });
	const page = await openGrid(web, base, "Part list");
	await page.getByRole("button", { name: "View: Default View" }).click();
	await page.getByRole("menuitemradio", { name: "Many" }).click();
	await page.getByRole("button", { name: "View: Many" }).waitFor();
	await page.getByRole("button", { name: "Chart" }).click();
	const dialog = page.getByRole("dialog", { name: "Chart" });
	await dialog.getByText("Numbers").click();
	await until(async () => (await numbers(page)).join() === "ok 2");
	await dialog.getByLabel("Kind").selectOption("Pie");
	await dialog.getByLabel("Show").selectOption("Sum");
	await dialog.getByLabel("Name of the chart").fill("On stock");
	await dialog.getByRole("button", { name: "Keep" }).click();
	await dialog.getByLabel("Kept charts").waitFor();
	await page.reload();
	await page.getByRole("button", { name: "View: Many" }).waitFor();
	await page.getByRole("button", { name: "Chart" }).click();
	await dialog.getByLabel("Kept charts").selectOption("On stock");
	assert.equal(await dialog.getByLabel("Kind").inputValue(), "pie");
	await dialog.getByText("Numbers").click();
	await until(async () => (await numbers(page)).join() === "ok 150");
	await dialog.getByRole("button", { name: "Delete chart" }).click();
	await dialog.getByLabel("Kept charts").waitFor({ state: "detached" });
});

test("each kind is drawn, by keyboard alone; Escape closes", async () => {
	const page = await openChart();
	await until(async () => (await colours(page)) > 3);
	await page.getByRole("dialog").getByLabel("Kind").focus();
	for (const kind of ["bar", "line", "pie"]) {
		await page.keyboard.press("ArrowDown");
		await until(async () => (await page.getByLabel("Kind").inputValue()) === kind);
		await until(async () => (await colours(page)) > 3, { what: kind });
	}
	await page.keyboard.press("Escape");
	await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("axe finds nothing, light and dark", async () => {
	for (const dark of [false, true]) await assertAccessible(await openChart({ dark }));
});

for (const [locale, button, x] of [["fr-FR", "Graphique", "Pour chaque"], ["de-DE", "Diagramm", "Für jede"]]) {
	test(`charts in ${locale}`, async () => {
		const page = await openChart({ locale, button });
		await page.getByLabel(x, { exact: true }).waitFor();
	});
}
