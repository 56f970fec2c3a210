// Link columns: cells hold rows of another table, each shown by its value in one column there. The value reads and looks as that
// column's type has it.
import type { Column } from "../gateway";
import { element, setting, type ColumnType, type Context } from "./type";

/** A row that a cell holds. */
export type Linked = { row_id: string; display_value: unknown };

/** More chips than a cell has room for are not drawn. */
const mostChips = 30;
/** Drawn in a chip as they are in a cell; other values are text there. */
const drawnTypes = new Set(["single-select", "multiple-select", "collaborator", "creator", "last-modifier", "checkbox", "rate"]);

export function linkedRows(value: unknown): Linked[] {
	return Array.isArray(value) ? (value as Linked[]) : [];
}

const displayColumns = new WeakMap<Column, Column>();

/** The other table's column that is shown, as far as its values need it. */
function displayColumn(column: Column): Column {
	let display = displayColumns.get(column);
	if (!display) {
		display = { ...column, type: setting(column, "array_type") || "text", data: (column.data?.["array_data"] ?? null) as Column["data"] };
		displayColumns.set(column, display);
	}
	return display;
}

function isEmpty(value: unknown): boolean {
	return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** How link cells read and look. `of`: the type that a column has. */
export function linkType(icon: ColumnType["icon"], of: (column: Column) => ColumnType): ColumnType {
	const name = ({ display_value }: Linked, column: Column, context: Context) => {
		const display = displayColumn(column);
		return (isEmpty(display_value) ? "" : of(display).text(display_value, display, context)) || context.unnamed;
	};
	const chip = (row: Linked, column: Column, context: Context) => {
		const display = displayColumn(column);
		const text = name(row, column, context);
		const draws = drawnTypes.has(display.type) && !isEmpty(row.display_value);
		const node = element("span", text === context.unnamed ? "chip unnamed" : "chip", draws ? (of(display).draw?.(row.display_value, display, context) ?? text) : text);
		node.dataset["row"] = row.row_id;
		node.title = text;
		return node;
	};
	return {
		icon,
		editor: "links",
		multiple: true,
		text: (value, column, context) => linkedRows(value).map((row) => name(row, column, context)).join(", "),
		parse: () => undefined,
		draw: (value, column, context) => {
			const rows = linkedRows(value);
			if (rows.length === 0) return "";
			const rest = rows.length - mostChips;
			const chips = rows.slice(0, mostChips).map((row) => chip(row, column, context));
			return element("span", "pills", ...chips, ...(rest > 0 ? [element("span", "more", `+${rest.toLocaleString(context.lang)}`)] : []));
		},
	};
}
