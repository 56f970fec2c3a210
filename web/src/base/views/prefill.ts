// A new row in a filtered or grouped view gets the cells that keep it where it was made.
import type { Cells, Column, Row, View } from "../gateway";
import { typeOf } from "../types";
import { isGroup, type Filter, type FilterItem } from "./filters";

/** What a condition asks of a cell, where that is one value. */
function wanted({ filter_predicate, filter_term }: FilterItem, column: Column): unknown {
	if (filter_term === undefined || filter_term === null || filter_term === "") return undefined;
	if (filter_predicate === "equal") return Number(filter_term);
	return filter_predicate === "is" && ["text", "email", "url", "checkbox", "single-select"].includes(column.type) ? filter_term : undefined;
}

/** `like`: a row of the same group. */
export function prefilled(view: View | undefined, columns: Column[], like: Row | undefined): Cells {
	const cells: Cells = {};
	const put = (key: unknown, value: (column: Column) => unknown) => {
		const column = columns.find((one) => one.key === key && typeOf(one).editor);
		const cell = column && value(column);
		if (column && cell !== undefined && cell !== null) cells[column.key] = cell;
	};
	const filters = (view?.filters ?? []) as Filter[];
	const all = view?.filter_conjunction !== "Or" || filters.length === 1;
	for (const filter of all ? filters : []) if (!isGroup(filter)) put(filter.column_key, (column) => wanted(filter, column));
	for (const { column_key } of view?.groupbys ?? []) put(column_key, (column) => like?.[column.key]);
	return cells;
}
