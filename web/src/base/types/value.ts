// What the values of a column are: its own type's, or for a computed column those that it gives.
import type { Column } from "../gateway";
import { resultColumn } from "./computed";
import { setting } from "./type";

/** A column whose cells hold what this one's show. `list`: each cell holds any number of them. */
export type ValueColumn = Column & { list: boolean };

export function valueTypeOf(column: Column): ValueColumn {
	if (!["formula", "link-formula", "link"].includes(column.type)) return { ...column, list: false };
	return { ...resultColumn(column), list: setting(column, "result_type") === "array" };
}
