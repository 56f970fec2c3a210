// A base's page, as tests drive it.
import { until } from "./page.mjs";

/** Opens a base's table in a window. `web.open`'s options. */
export async function openGrid(web, base, table, options) {
	const { tables } = (await base.call("GET", "metadata/")).metadata;
	const page = await web.open(`/base/${base.uuid}?table=${tables.find(({ name }) => name === table)._id}`, options);
	await page.locator('.slick-header-column [class~="name"]').first().waitFor();
	return page;
}

/** The cell in a row (from 1, as the grid counts) and a column, by name. */
export async function cell(page, row, column) {
	const names = await page.locator(".slick-header-column:not(.gutter) .name").allTextContents();
	const at = names.indexOf(column) + 1;
	if (at === 0) throw new Error(`no column ${column} among ${names}`);
	return page.locator(`[role=row][aria-rowindex="${row + 1}"] .slick-cell.l${at}`);
}

/** Waits until the cell shows that text. */
export async function shows(page, row, column, text, options = {}) {
	const read = async () => (await cell(page, row, column)).textContent({ timeout: 1000 });
	await until(async () => (await read().catch(() => null))?.trim() === text, { what: `“${text}” in row ${row}, ${column}`, ...options });
}

export async function choose(page, row, column) {
	await (await cell(page, row, column)).click();
}

/** Waits until the rows that the API gives are so. */
export async function stored(base, table, check, what = "the stored value") {
	await until(async () => check(await base.rows(table)), { what });
}

/** Headers are drawn anew after a change, and an open menu goes with them: then it is opened once more, as a person would. */
export async function columnMenu(page, column, item) {
	const entry = page.getByRole("menuitem", { name: item, exact: true });
	await until(async () => {
		await page.getByRole("button", { name: `Options of the column ${column}` }).click({ timeout: 1500 }).catch(() => {});
		return entry.click({ timeout: 1500 }).then(() => true, () => false);
	}, { what: `“${item}” of ${column}` });
}
