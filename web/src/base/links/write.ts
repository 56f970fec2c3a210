// Writing link cells: from what a cell holds to what it shall hold, with as little as possible. Adding and taking away leave alone
// what others link meanwhile; only an order needs the whole cell.
import { pageSize, type Column, type Gateway, type LinkRef, type Row, type Table } from "../gateway";
import { linkedRows, type Linked } from "../types";

export type CellLinks = { id: string; key: string; from: unknown; to: unknown };
type Pairs = Map<string, string[]>;

/** A row is read with at most 1,000 linked rows in a cell. From here on a cell may hold more than the page knows: some of those may
 * have been unlinked here since. */
const maybeCut = 900;
const queryPage = 100;

export function isLink(column: Column | undefined): boolean {
	return column?.type === "link" && Boolean(column.data?.["link_id"]);
}

/** A link within one table has a second column, which shows it from its other end. */
const isBackward = (column: Column): boolean => column.data?.["is_linked_back"] === true;

/** The table whose rows the cells of a table's column hold. */
export function linkedTableId(column: Column, tableId: string): string {
	const [one, other] = [String(column.data?.["table_id"]), String(column.data?.["other_table_id"])];
	return one === tableId ? other : one;
}

const idsOf = (value: unknown): string[] => linkedRows(value).map((row) => row.row_id);

/** Seen from the other rows. */
function turned(pairs: Pairs): Pairs {
	const result: Pairs = new Map();
	for (const [id, others] of pairs) for (const other of others) result.set(other, [...(result.get(other) ?? []), id]);
	return result;
}

async function send(gateway: Gateway, method: "POST" | "PUT" | "DELETE", link: LinkRef, pairs: Pairs): Promise<void> {
	const all = [...pairs];
	for (let at = 0; at < all.length; at += pageSize) await gateway.editLinks(method, link, Object.fromEntries(all.slice(at, at + pageSize)));
}

async function writeColumn(gateway: Gateway, tableId: string, column: Column, cells: CellLinks[]): Promise<void> {
	const [added, removed, replaced]: [Pairs, Pairs, Pairs] = [new Map(), new Map(), new Map()];
	const back = isBackward(column);
	for (const cell of cells) {
		const [from, to] = [idsOf(cell.from), idsOf(cell.to)];
		const [had, has] = [new Set(from), new Set(to)];
		const fresh = to.filter((id) => !had.has(id));
		const gone = from.filter((id) => !has.has(id));
		const kept = from.filter((id) => has.has(id));
		const simple = (fresh.length === 0 || gone.length === 0) && to.join() === [...kept, ...fresh].join();
		if (!simple && !back && Math.max(from.length, to.length) < maybeCut) replaced.set(cell.id, to);
		else {
			if (gone.length > 0) removed.set(cell.id, gone);
			if (fresh.length > 0) added.set(cell.id, fresh);
		}
	}
	const link = { link_id: String(column.data?.["link_id"]), table_id: tableId, other_table_id: linkedTableId(column, tableId) };
	await send(gateway, "DELETE", link, back ? turned(removed) : removed);
	await send(gateway, "PUT", link, replaced);
	await send(gateway, "POST", link, back ? turned(added) : added);
}

/** Writes those of the cells that are cells of link columns. */
export async function writeLinks(gateway: Gateway, table: Table, cells: CellLinks[]): Promise<void> {
	for (const column of table.columns.filter(isLink)) {
		const own = cells.filter((cell) => cell.key === column.key);
		if (own.length > 0) await writeColumn(gateway, table._id, column, own);
	}
}

/** Within a table that shows a link from one end only, the loaded rows' cells that hold one of these rows: with `to` back to what they hold
 * now. Nothing of the rows themselves tells of them. */
export function linksTo(table: Table, loaded: Row[], ids: ReadonlySet<string>): CellLinks[] {
	const cells: CellLinks[] = [];
	for (const { key, data } of table.columns.filter((one) => isLink(one) && linkedTableId(one, table._id) === table._id)) {
		if (table.columns.filter((one) => one.data?.["link_id"] === data?.["link_id"]).length > 1) continue;
		for (const row of loaded) {
			if (ids.has(row._id)) continue;
			const to = linkedRows(row[key]);
			const from = to.filter((one) => !ids.has(one.row_id));
			if (from.length < to.length) cells.push({ id: row._id, key, from, to });
		}
	}
	return cells;
}

/** Rows with all that their link cells hold, also where they were read with a part of it. */
export async function wholeLinks(gateway: Gateway, table: Table, rows: Row[]): Promise<Row[]> {
	const links = table.columns.filter(isLink);
	return Promise.all(rows.map(async (row) => {
		const whole = { ...row };
		for (const { key } of links) {
			if (linkedRows(row[key]).length < maybeCut) continue;
			const all: Linked[] = [];
			for (;;) {
				const page = await gateway.linkedRows({ table_id: table._id }, key, row._id, all.length, queryPage);
				all.push(...page);
				if (page.length < queryPage) break;
			}
			whole[key] = all;
		}
		return whole;
	}));
}
