// What stands below a column: how its cells can be summed, and how that reads. Kept in the view's `custom_settings`.
import type { Column, SummaryRequest, View } from "../gateway";
import { t } from "./i18n";
import { dateText } from "../types/date";
import { typeOf, valueTypeOf, type Context } from "../types";

/** What the person chooses; `server` is what is asked for, `share` of all rows. */
const methods = {
	filled: { server: "filled" },
	filledShare: { server: "filled", share: true },
	empty: { server: "empty" },
	unique: { server: "unique" },
	sum: { server: "sum", of: "number" },
	average: { server: "average", of: "number" },
	median: { server: "median", of: "number" },
	min: { server: "min", of: "ordered" },
	max: { server: "max", of: "ordered" },
	checked: { server: "checked", of: "checkbox" },
	unchecked: { server: "unchecked", of: "checkbox" },
	checkedShare: { server: "checked", of: "checkbox", share: true },
} as const satisfies Record<string, { server: SummaryRequest["method"]; of?: "number" | "ordered" | "checkbox"; share?: boolean }>;

export type SumMethod = keyof typeof methods;

const counted: readonly string[] = ["filled", "empty", "unique", "checked", "unchecked"];

function fits(method: SumMethod, column: Column): boolean {
	const { type, list } = valueTypeOf(column);
	const { of } = methods[method] as { of?: string };
	if (list) return of === undefined;
	const isNumber = ["number", "duration", "rate"].includes(type);
	if (of === "number") return isNumber;
	if (of === "ordered") return isNumber || ["date", "ctime", "mtime"].includes(type);
	if (of === "checkbox") return type === "checkbox";
	return type !== "checkbox" && type !== "button";
}

export function sumMethods(column: Column): SumMethod[] {
	return (Object.keys(methods) as SumMethod[]).filter((method) => fits(method, column));
}

export function sumsOf(view: View | undefined): Record<string, SumMethod> {
	const sums = view?.custom_settings?.["summaries"];
	if (typeof sums !== "object" || sums === null) return {};
	return Object.fromEntries(Object.entries(sums).filter(([, method]) => method in methods)) as Record<string, SumMethod>;
}

export function requestOf(column: Column, method: SumMethod | undefined): SummaryRequest | undefined {
	return method && fits(method, column) ? { column_key: column.key, method: methods[method].server } : undefined;
}

/** A sum as it reads; `rows` is how many rows were summed. */
export function sumText(column: Column, method: SumMethod, value: unknown, rows: number, context: Context): string {
	if (value === null || value === undefined) return "–";
	const { server, share } = methods[method] as { server: string; share?: boolean };
	const number = (value: number, options?: Intl.NumberFormatOptions) => value.toLocaleString(context.lang, options);
	if (share) return number(rows ? Number(value) / rows : 0, { style: "percent", maximumFractionDigits: 1 });
	if (counted.includes(server) || typeof value !== "number") return typeof value === "number" ? number(value) : dateText(value, valueTypeOf(column));
	// Averages have tails that say nothing; sums, that of adding in binary.
	const rounded = Number(value.toPrecision(server === "average" || server === "median" ? 6 : 12));
	const shown = valueTypeOf(column);
	return shown.type === "rate" ? number(rounded, { maximumFractionDigits: 2 }) : typeOf(shown).text(rounded, shown, context);
}

export function sumLabel(method: SumMethod): string {
	return t(`sum.${method}`);
}
