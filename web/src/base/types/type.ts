// What the page knows of a column type: how a value reads as text (in a cell, on the clipboard), how text becomes a value,
// what is sent to the server, and which editor opens.
import type { IconNode } from "lucide";
import type { Column } from "../gateway";

export type Person = { email: string; name: string; contact_email: string };

/** What values need beside their column. */
export type Context = { people: ReadonlyMap<string, Person>; lang: string; yes: string; no: string; unnamed: string };

export type EditorKind = "line" | "lines" | "date" | "list" | "toggle" | "links";

/** One line of a list editor. `value` is what the cell holds when it is chosen. */
export type Choice = { value: unknown; text: string; color?: string; textColor?: string; person?: boolean };

export type ColumnType = {
	icon: IconNode;
	/** Missing: the page can't change such cells. */
	editor?: EditorKind;
	right?: boolean;
	text: (value: unknown, column: Column, context: Context) => string;
	/** null clears the cell; undefined: the text is no such value. */
	parse: (text: string, column: Column, context: Context) => unknown;
	/** What a write sends for a stored value. Most values travel as they are. */
	wire?: (value: unknown, column: Column) => unknown;
	/** How a cell looks where plain text is not enough. */
	draw?: (value: unknown, column: Column, context: Context) => Node | string;
	/** For list editors. */
	choices?: (column: Column, context: Context) => Choice[];
	multiple?: boolean;
	/** A list editor may make an option of what was typed. */
	grows?: boolean;
};

export type Option = { id: string; name: string; color?: string; textColor?: string; borderColor?: string };

export function optionsOf(column: Column): Option[] {
	const options = column.data?.["options"];
	return Array.isArray(options) ? (options as Option[]) : [];
}

export function setting(column: Column, name: string): string {
	const value = column.data?.[name];
	return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

export function element<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, ...children: Array<Node | string>): HTMLElementTagNameMap[K] {
	const node = document.createElement(tag);
	node.className = className;
	node.append(...children);
	return node;
}
