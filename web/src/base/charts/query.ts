// What a chart asks of the server: one group of the view's rows a bar, one number each.
import type { Column, GroupBy, SummaryRequest } from "../gateway";
import { valueTypeOf } from "../types";
import { stepsOf } from "../views/orders";

export const kinds = ["column", "bar", "line", "pie"] as const;
export const measures = ["count", "sum", "average", "min", "max"] as const;
/** `x` and `y` are keys of columns. */
export type ChartSettings = { kind: (typeof kinds)[number]; x: string; step: string; measure: (typeof measures)[number]; y: string };
export type KeptChart = ChartSettings & { name: string };

/** More bars than these can't be told apart. */
export const mostGroups = 60;

export function isNumber(column: Column): boolean {
	const { type, list } = valueTypeOf(column);
	return !list && ["number", "duration", "rate"].includes(type);
}

export function groupby(x: Column, { step }: ChartSettings): GroupBy {
	return { column_key: x.key, count_type: stepsOf(x).find((one) => one === step) ?? stepsOf(x)[0] ?? "" };
}

export function sums(y: Column | undefined, { measure }: ChartSettings): SummaryRequest[] {
	return y && measure !== "count" ? [{ column_key: y.key, method: measure }] : [];
}
