// What a person does in a link cell, as steps that can be undone.
import { errorText, toasts } from "../../ui";
import type { Cells } from "../gateway";
import type { BaseStore } from "../store.svelte";
import { typeOf, type Context, type Linked } from "../types";
import type { Target } from "./target";

/** Makes the cell hold other rows. */
export type SetLinks = (before: Linked[], after: Linked[]) => Promise<void>;
export type LinkCell = { tableId: string; rowId: string; key: string };

const takesText = new Set(["line", "lines", "date", "list"]);

/** The cell of a new row that gets what was typed: the shown column where one can write it there, else the first. By key and value. */
function cellFor(target: Target, text: string, context: Context): [key: string, value: unknown] | undefined {
	for (const column of [target.display, target.table.columns[0]!]) {
		const { editor, parse } = typeOf(column);
		const value = text && editor && takesText.has(editor) ? parse(text, column, context) : null;
		if (value !== null && value !== undefined) return [column.key, value];
	}
	return undefined;
}

/** A new row of the other table, linked: one step. By then the page may show something else than the cell. */
export async function linkNewRow(store: BaseStore, target: Target, text: string, cell: LinkCell, linked: Linked[]): Promise<void> {
	const { table, display } = target;
	const given = cellFor(target, text, store.context);
	const cells: Cells = given ? { [given[0]]: given[1] } : {};
	let id = "";
	const add = async () => {
		id = await store.appendTo(table._id, id ? { ...cells, _id: id } : cells);
	};
	const remove = () => store.removeFrom(table._id, [id]);
	try {
		await store.history.together(async (run) => {
			await run({ table: store.tableId, redo: add, undo: remove });
			const row = { row_id: id, display_value: given?.[0] === display.key ? given[1] : null };
			const after = target.isMultiple ? [...linked, row] : [row];
			await store.setCellOf(cell.tableId, { id: cell.rowId, key: cell.key, before: linked, after }, run);
		});
	} catch (error) {
		toasts.error(errorText(error));
	}
}
