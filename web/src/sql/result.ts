// What a statement answered, as a table: its columns in order, values as a person reads them, and as a CSV file.
import { typeOf, type Context } from "../base/types";
import type { Column } from "../base/gateway";
import type { SqlResult } from "../api/schemas";

export type ResultColumn = { name: string; type: string; right: boolean; field: string; column: Column };
export type ResultTable = { columns: ResultColumn[]; rows: Array<Record<string, unknown>> };

type Described = NonNullable<SqlResult["metadata"]>[number] & { id?: string };

export function tableOf({ metadata, results, is_join_stmt }: SqlResult): ResultTable | undefined {
	if (!metadata) return undefined;
	const columns = (metadata as Described[]).map((one) => {
		const column = one as unknown as Column;
		const field = is_join_stmt && one.id ? one.id : one.name;
		return { name: one.name, type: one.type, right: typeOf(column).right === true || one.type === "rate", field, column };
	});
	return { columns, rows: (results ?? []) as Array<Record<string, unknown>> };
}

export function cellText(row: Record<string, unknown>, { field, column }: ResultColumn, context: Context): string {
	const value = row[field];
	if (typeof value === "boolean") return value ? context.yes : context.no;
	return value === null || value === undefined ? "" : typeOf(column).text(value, column, context);
}

/** Numbers as they are, all else as it is shown. Texts that a spreadsheet would take for formulas get an apostrophe. */
export async function csvOf({ columns, rows }: ResultTable, context: Context): Promise<Blob> {
	const { default: papa } = await import("papaparse");
	const cell = (row: Record<string, unknown>, column: ResultColumn) =>
		typeof row[column.field] === "number" ? row[column.field] : cellText(row, column, context);
	const lines = [columns.map(({ name }) => name), ...rows.map((row) => columns.map((column) => cell(row, column)))];
	// The mark at the front tells spreadsheets that it is UTF-8.
	return new Blob(["\ufeff", papa.unparse(lines, { escapeFormulae: true })], { type: "text/csv;charset=utf-8" });
}

export function download(blob: Blob, name: string): void {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(blob);
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href));
}
