// What can be computed of linked rows' values.
import type { Column } from "../gateway";
import { resultColumn } from "../types/computed";

const kinds: Record<string, string> = { number: "number", duration: "number", rate: "number", date: "date", ctime: "date", mtime: "date" };

/** "number", "date" or "other". */
export function kindOfValues(column: Column): string {
	const isComputed = column.type === "formula" || column.type === "link-formula";
	if (isComputed && column.data?.["result_type"] === "array") return "other";
	return kinds[isComputed ? resultColumn(column).type : column.type] ?? "other";
}

/** The methods of a rollup, and the kinds of values that each takes. */
export const methods = {
	sum: ["number"],
	average: ["number"],
	max: ["number", "date"],
	min: ["number", "date"],
	concatenate: ["number", "date", "other"],
};
export type Method = keyof typeof methods;
