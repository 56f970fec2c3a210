// Columns whose cells are computed: their values look as those of the result's type do, with the column's own settings.
import type { Column } from "../gateway";
import { element, setting, type ColumnType, type Context } from "./type";

const typesOfResults: Record<string, string> = { number: "number", date: "date", bool: "checkbox", string: "text" };

export const isComputed = ({ type }: Pick<Column, "type">): boolean => type === "formula" || type === "link-formula";

/** A result is an error where the formula could not be computed for that row. */
export function isError(value: unknown): value is string {
	return typeof value === "string" && /^#(DIV\/0!|VALUE!|NUM!|N\/A)$/.test(value);
}

/** A column as the results would have it; of the elements, when they are lists. */
export function resultColumn(column: Column): Column {
	const result = setting(column, "result_type");
	if (result === "array") {
		const elements = { ...column, type: setting(column, "array_type") || "text", data: (column.data?.["array_data"] ?? null) as Column["data"] };
		return isComputed(elements) ? resultColumn(elements) : elements;
	}
	const type = result === "number" && setting(column, "format") === "duration" ? "duration" : (typesOfResults[result] ?? "text");
	return { ...column, type };
}

/** Computing leaves tails like 3.8249999999999997; eight decimals are shown (formulas.md 9). */
const rounded = (value: unknown): unknown => (typeof value === "number" ? Number(value.toFixed(8)) : value);

/** These are drawn as lists anyway; other values are drawn one beside the other. */
const drawLists = new Set(["single-select", "multiple-select", "collaborator", "creator", "last-modifier"]);

function drawn(value: unknown, shown: Column, type: ColumnType, context: Context): Node | string {
	if (isError(value)) return element("span", "failed", value);
	if (!type.draw) return listText(value, shown, type, context);
	if (value === null || value === undefined) return "";
	if (!Array.isArray(value) || drawLists.has(shown.type)) return type.draw(value, shown, context);
	return element("span", "pills", ...value.map((one) => type.draw!(one, shown, context)));
}

function listText(value: unknown, shown: Column, type: ColumnType, context: Context): string {
	if (isError(value)) return value;
	if (Array.isArray(value) && !drawLists.has(shown.type)) return value.map((one) => type.text(rounded(one), shown, context)).filter(Boolean).join(", ");
	return type.text(rounded(value), shown, context);
}

/** How such a column's cells read and look. `of`: the type that a column has. */
export function computedType(column: Column, icon: ColumnType["icon"], of: (column: Column) => ColumnType): ColumnType {
	const shown = resultColumn(column);
	const type = of(shown);
	return {
		icon,
		right: type.right === true && setting(column, "result_type") !== "array",
		text: (value, _column, context) => listText(value, shown, type, context),
		draw: (value, _column, context) => drawn(value, shown, type, context),
		parse: () => undefined,
	};
}
