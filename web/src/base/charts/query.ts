// The statement that computes a chart: one group a bar, one number each.
import { quoted } from "../../editor/names";
import type { Column } from "../gateway";

export const kinds = ["column", "bar", "line", "pie"] as const;
export const steps = ["year", "month", "day"] as const;
export const measures = ["count", "sum", "avg", "min", "max"] as const;
export type ChartSettings = { kind: (typeof kinds)[number]; x: string; step: (typeof steps)[number]; measure: (typeof measures)[number]; y: string };

/** More bars than these can't be told apart. */
export const mostGroups = 60;

const noGroups: readonly string[] = ["long-text", "image", "file", "geolocation", "digital-sign", "button", "link", "link-formula"];
const numbers: readonly string[] = ["number", "duration", "rate"];
const stepFunctions = { year: "year", month: "isomonth", day: "isodate" };

export const canGroup = (column: Column): boolean => !noGroups.includes(column.type);
export const isDate = (column: Column | undefined): boolean => ["date", "ctime", "mtime"].includes(column?.type ?? "");
export const isNumber = (column: Column): boolean => numbers.includes(column.type) || (column.type === "formula" && column.data?.["result_type"] === "number");

export function chartQuery(table: string, x: Column, y: Column | undefined, { step, measure }: ChartSettings): string {
	const name = quoted(x.name);
	const group = isDate(x) ? `${stepFunctions[step]}(${name})` : name;
	const value = measure === "count" || !y ? "COUNT(*)" : `${measure.toUpperCase()}(${quoted(y.name)})`;
	return `SELECT ${group}, ${value} FROM ${quoted(table)} GROUP BY 1 ORDER BY 1 LIMIT ${mostGroups}`;
}
