// A body to begin with, made from the operation's schema and from what is in the base: it can be sent as it stands.
import type { Column, Row, Table } from "../base/gateway";
import type { Description, Schema } from "./openapi";

/** What the examples speak of: a table of the base, and its first rows by key. */
export type Subject = { table: Table; rows: Row[] };

const written = new Set(["text", "long-text", "number", "checkbox", "rate", "date", "url", "email", "duration"]);

const samples: Record<string, unknown> = {
	number: 42,
	checkbox: true,
	rate: 4,
	date: "2026-03-01",
	url: "https://example.org",
	email: "ana@example.org",
	duration: "1:30",
};

function sampleOf(column: Column): unknown {
	return samples[column.type] ?? "New text";
}

function cells({ table }: Subject): Record<string, unknown> {
	const some = table.columns.filter((column) => written.has(column.type)).slice(0, 3);
	return Object.fromEntries(some.map((column) => [column.name, sampleOf(column)]));
}

const idOf = ({ rows }: Subject, at = 0) => String(rows[at]?.["_id"] ?? "");
const selectColumn = ({ table }: Subject) => table.columns.find((column) => column.type.endsWith("-select"));

/** By the name of a property: what stands for it in this base. */
const known: Record<string, (subject: Subject) => unknown> = {
	table_name: ({ table }) => table.name,
	table_id: ({ table }) => table._id,
	view_name: ({ table }) => table.views[0]?.name,
	view_id: ({ table }) => table.views[0]?._id,
	column: (subject) => (selectColumn(subject) ?? subject.table.columns.at(-1))?.name,
	anchor_column: ({ table }) => table.columns.at(-1)?.name,
	row_id: idOf,
	row_ids: (subject) => [idOf(subject)],
	row: cells,
	rows: (subject) => [cells(subject)],
	updates: (subject) => [{ row_id: idOf(subject), row: cells(subject) }],
};

/** The value that a parameter begins with; "" for one that may be left out. */
export function parameterOf(name: string, required: boolean, schema: Schema, subject: Subject): string {
	if (["row_id", "table_name"].includes(name) || (required && name in known)) return String(known[name]!(subject) ?? "");
	if (name === "convert_keys") return "true";
	return required ? String(schema.example ?? "") : "";
}

/** Required properties and those that name the table; the others are told by the description. */
export function bodyOf(schema: Schema, subject: Subject, description: Description): unknown {
	const plain = description.schema(schema);
	if (plain.example !== undefined) return fill(plain.example, subject);
	if (plain.type === "array") return plain.items ? [bodyOf(plain.items, subject, description)] : [];
	if (plain.type !== "object" && !plain.properties) return scalarOf(plain);
	// Of several ways to say it, the first.
	const required = new Set([...(plain.required ?? []), ...(plain.anyOf?.[0]?.required ?? [])]);
	const entries = Object.entries(plain.properties ?? {}).filter(([name]) => required.has(name) || name === "table_name");
	return Object.fromEntries(
		entries.map(([name, property]) => [
			name,
			property.example ?? known[name]?.(subject) ?? bodyOf(property, subject, description),
		]),
	);
}

function scalarOf(schema: Schema): unknown {
	if (schema.default !== undefined) return schema.default;
	if (schema.enum) return schema.enum[0];
	return { integer: 1, number: 1, boolean: true }[schema.type ?? ""] ?? "";
}

/** What the document's examples call the table that is there already; another name is that of a new one. */
const anyTable = "Table1";

/** An example of the document, with the base's own names in it. */
function fill(example: unknown, subject: Subject): unknown {
	if (typeof example !== "object" || example === null || Array.isArray(example)) return example;
	const own = (name: string, value: unknown) =>
		name === "table_name" && value !== anyTable ? undefined : known[name]?.(subject);
	return Object.fromEntries(
		Object.entries(example).map(([name, value]) => [name, own(name, value) ?? fill(value, subject)]),
	);
}
