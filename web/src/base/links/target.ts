// What a link column leads to: the other table, the column that shows its rows, a few more to tell them apart, and the search
// over them, which the server does.
import type { Column, Filter, Gateway, Row, Table } from "../gateway";
import { optionsOf, setting, typeOf, type Context, type Linked } from "../types";
import { linkedTableId } from "./write";

export type Target = {
	table: Table;
	display: Column;
	/** The first column of the choice: the one that is shown, unless the view's rows come without it. */
	first: Column;
	/** More columns of the other table, for telling its rows apart. */
	further: Column[];
	/** Rows of this view only. */
	viewId: string | undefined;
	isMultiple: boolean;
	/** Only new rows may be linked here. */
	onlyNew: boolean;
};

const mostFurther = 3;
export const mostFound = 50;
/** So many rows are looked through here when the server can't search the column. */
const mostRead = 1000;
const tellNothing = new Set(["link", "long-text", "image", "file", "button", "digital-sign", "geolocation"]);

export function targetOf(tables: readonly Table[], column: Column, tableId: string): Target | undefined {
	const table = tables.find((one) => one._id === linkedTableId(column, tableId));
	if (!table) return undefined;
	const display = table.columns.find((one) => one.key === column.data?.["display_column_key"]) ?? table.columns[0]!;
	const viewId = column.data?.["is_row_from_view"] === true ? setting(column, "other_view_id") : "";
	const view = table.views.find((one) => one._id === viewId);
	const hidden = new Set((view ?? table.views[0])?.hidden_columns);
	const first = view && hidden.has(display.key) ? table.columns[0]! : display;
	const tells = (one: Column) => one.key !== first.key && !hidden.has(one.key) && !tellNothing.has(one.type);
	return {
		table,
		display,
		first,
		further: table.columns.filter(tells).slice(0, mostFurther),
		viewId: view?._id,
		isMultiple: column.data?.["is_multiple"] !== false,
		onlyNew: column.data?.["only_adding_new_record"] === true,
	};
}

/** The row as a cell of the link column holds it. */
export function linkedTo(target: Target, row: Row): Linked {
	return { row_id: row._id, display_value: row[target.display.key] ?? null };
}

/* Searching */

/** The column whose filters apply: of a computed column, that of its results. */
function searched(column: Column): Column {
	if (column.type !== "formula" && column.type !== "link-formula") return column;
	const result = setting(column, "result_type");
	return { ...column, type: { number: "number", date: "date", bool: "checkbox", string: "text" }[result] ?? "" };
}

type Search = { predicate: string; modifier?: string; term: (text: string, column: Column, context: Context) => unknown };

const parsed: Search["term"] = (text, column, context) => typeOf(column).parse(text, column, context) ?? undefined;
const named = (text: string, all: Array<{ id: string; name: string }>) => {
	const found = all.filter(({ name }) => name.toLocaleLowerCase().includes(text.toLocaleLowerCase())).map(({ id }) => id);
	return found.length ? found : undefined;
};
const options: Search["term"] = (text, column) => named(text, optionsOf(column));
const people: Search["term"] = (text, _column, context) => named(text, [...context.people.values()].map(({ email, name }) => ({ id: email, name })));
const contains: Search = { predicate: "contains", term: (text) => text };
const equal: Search = { predicate: "equal", term: parsed };
const day: Search["term"] = (text, column, context) => (typeOf({ type: "date" }).parse(text, column, context) as string | undefined)?.slice(0, 10);
const onDay: Search = { predicate: "is", modifier: "exact_date", term: day };

/** How the server finds a typed text, by type. A type that isn't here is looked through in the page. */
const searches: Record<string, Search> = {
	text: contains,
	email: contains,
	url: contains,
	"auto-number": contains,
	number: equal,
	rate: equal,
	duration: equal,
	checkbox: { predicate: "is", term: parsed },
	date: onDay,
	ctime: onDay,
	mtime: onDay,
	"single-select": { predicate: "is_any_of", term: options },
	"multiple-select": { predicate: "has_any_of", term: options },
	collaborator: { predicate: "has_any_of", term: people },
};

function filterFor(column: Column, text: string, context: Context, exact: boolean): Filter | undefined {
	const shown = searched(column);
	const search = searches[shown.type];
	const term = search?.term(text, shown, context);
	if (!search || term === undefined) return undefined;
	const predicate = search === contains && exact ? "is" : search.predicate;
	return { column_key: column.key, filter_predicate: predicate, filter_term: term, ...(search.modifier && { filter_term_modifier: search.modifier }) };
}

const canSearch = (column: Column): boolean => searched(column).type in searches;

/** Filtered rows come by name: columns by theirs, selects with their options'. */
function byKey(row: Row, table: Table): Row {
	const result: Row = { ...row };
	for (const column of table.columns) {
		const id = (name: unknown) => optionsOf(column).find((option) => option.name === name)?.id ?? name;
		const value = row[column.name];
		result[column.key] = !column.type.endsWith("-select") ? value : Array.isArray(value) ? value.map(id) : id(value);
	}
	return result;
}

/** The first rows of the other table whose first shown value fits the text; with no text the first of all. */
export async function findRows(gateway: Gateway, target: Target, text: string, context: Context, signal: AbortSignal): Promise<Row[]> {
	const source = { table_id: target.table._id, ...(target.viewId && { view_id: target.viewId }) };
	if (target.onlyNew) return [];
	if (text === "") return gateway.rows(source, 0, mostFound, signal);
	const { first, table } = target;
	if (!canSearch(first)) {
		const fits = (row: Row) => typeOf(first).text(row[first.key], first, context).toLocaleLowerCase().includes(text.toLocaleLowerCase());
		return (await gateway.rows(source, 0, mostRead, signal)).filter(fits).slice(0, mostFound);
	}
	const filter = filterFor(first, text, context, false);
	return filter ? (await gateway.filteredRows(source, [filter], mostFound, signal)).map((row) => byKey(row, table)) : [];
}

/** The rows whose shown value reads exactly so, by text. */
export async function rowsNamed(gateway: Gateway, target: Target, texts: string[], context: Context): Promise<Map<string, Linked[]>> {
	const { display, table } = target;
	const source = { table_id: table._id, ...(target.viewId && { view_id: target.viewId }) };
	const found = new Map<string, Linked[]>();
	const wanted = new Set(texts);
	const take = (rows: Row[]) => {
		for (const row of rows) {
			const text = typeOf(display).text(row[display.key], display, context);
			if (wanted.has(text)) found.set(text, [...(found.get(text) ?? []), linkedTo(target, row)]);
		}
	};
	if (target.onlyNew) return found;
	if (!canSearch(display)) take(await gateway.rows(source, 0, mostRead));
	else {
		const filters = [...wanted].map((text) => filterFor(display, text, context, true)).filter((filter) => filter !== undefined);
		for (let at = 0; at < filters.length; at += 100) take((await gateway.filteredRows(source, filters.slice(at, at + 100), mostRead)).map((row) => byKey(row, table)));
	}
	return found;
}
