// What a view can be sorted and grouped by.
import type { Column } from "../gateway";
import { valueTypeOf } from "../types";
import { t } from "./i18n";

export type Direction = "up" | "down";
export type Sort = { column_key: string; sort_type?: Direction };
export type GroupBy = Sort & { count_type?: string };

/** The most groups within each other. */
export const mostGroups = 3;

const unsortable: readonly string[] = ["long-text", "image", "file", "geolocation", "creator", "last-modifier", "digital-sign", "button"];
const ungroupable: readonly string[] = ["long-text", "image", "file", "auto-number", "button", "digital-sign"];

export const canSort = (column: Column): boolean => !unsortable.includes(column.type);
export const canGroup = (column: Column): boolean => !ungroupable.includes(column.type);

/** How finely a column's groups are cut; the first is usual. */
const steps: Record<string, readonly ("day" | "week" | "month" | "quarter" | "year" | "province" | "city" | "district" | "country")[]> = {
	date: ["month", "day", "week", "quarter", "year"],
	ctime: ["month", "day", "week", "quarter", "year"],
	mtime: ["month", "day", "week", "quarter", "year"],
	geolocation: ["province", "city", "district", "country"],
};

export function stepsOf(column: Column | undefined): (typeof steps)[string] {
	return (column && steps[valueTypeOf(column).type]) ?? [];
}

export function freshGroup(column: Column): GroupBy {
	return { column_key: column.key, sort_type: "up", count_type: stepsOf(column)[0] ?? "" };
}

export const directions = (): Array<{ value: Direction; text: string }> => (["up", "down"] as const).map((value) => ({ value, text: t(`sort.${value}`) }));
