// Cells on their way to the server and back: what a write wants of the values that the page holds.
import type { Cells, Column, Row, Table } from "./gateway";
import { optionsOf, typeOf } from "./types";

export function same(one: unknown, other: unknown): boolean {
	return one === other || JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

export function wire(value: unknown, column: Column): unknown {
	return value === null || value === undefined ? null : (typeOf(column).wire?.(value, column) ?? value);
}

export function isNewOption(value: unknown, column: Column): boolean {
	if (!typeOf(column).grows || value === null || value === undefined) return false;
	const known = new Set(optionsOf(column).map((option) => option.id));
	return (Array.isArray(value) ? value : [value]).some((id) => !known.has(String(id)));
}

const computed = new Set(["formula", "link", "link-formula", "button", "auto-number", "creator", "ctime", "last-modifier", "mtime"]);

/** Cells by name, as a write wants them. A row without any cell needs one, or the server makes none. */
export function named(cells: Cells, table: Table): Cells {
	const row: Cells = {};
	for (const column of table.columns) if (column.key in cells && !computed.has(column.type)) row[column.name] = wire(cells[column.key], column);
	if (Object.keys(row).length === 0) row[table.columns[0]!.name] = "";
	if (typeof cells["_id"] === "string") row["_id"] = cells["_id"];
	return row;
}

/** A deleted row as it comes back: its own id and its cells. */
export function copyOf(row: Row): Cells {
	return Object.fromEntries(Object.entries(row).filter(([key]) => key === "_id" || !key.startsWith("_")));
}
