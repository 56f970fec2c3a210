// What a view can be filtered by: for each kind of column the predicates, and what each compares with.
import type { Column } from "../gateway";
import { optionsOf, valueTypeOf, type Choice, type Context } from "../types";

export type FilterItem = { column_key: string; filter_predicate: string; filter_term?: unknown; filter_term_modifier?: string };
export type Conjunction = "And" | "Or";
export type FilterGroup = { filter_conjunction: Conjunction; filters: FilterItem[] };
export type Filter = FilterItem | FilterGroup;

export function isGroup(filter: Filter): filter is FilterGroup {
	return "filters" in filter;
}

/** What stands behind a predicate. `choice`: one of the column's options or people, `choices`: several. */
export type TermKind = "none" | "text" | "number" | "yesno" | "day" | "range" | "choice" | "choices";

const presence = { is_empty: "none", is_not_empty: "none" } as const;
const text = { contains: "text", does_not_contain: "text", is: "text", is_not: "text" } as const;
const list = { has_any_of: "choices", has_all_of: "choices", has_none_of: "choices", is_exactly: "choices" } as const;

/** By what a column filters as; in the order of the menu. */
const predicates: Record<string, Record<string, TermKind>> = {
	text: { ...text, ...presence, is_current_user_ID: "none" },
	"plain-text": { ...text, ...presence },
	"auto-number": text,
	number: { equal: "number", not_equal: "number", less: "number", greater: "number", less_or_equal: "number", greater_or_equal: "number", ...presence },
	checkbox: { is: "yesno" },
	date: { is: "day", is_not: "day", is_within: "range", is_before: "day", is_after: "day", is_on_or_before: "day", is_on_or_after: "day", ...presence },
	"single-select": { is: "choice", is_not: "choice", is_any_of: "choices", is_none_of: "choices", ...presence },
	"multiple-select": { ...list, ...presence },
	collaborator: { ...list, include_me: "none", ...presence },
	creator: { contains: "choices", does_not_contain: "choices", include_me: "none", is: "choice", is_not: "choice" },
	presence,
};

const kinds: Record<string, string> = {
	text: "text", default: "text", url: "plain-text", email: "plain-text", geolocation: "plain-text", "auto-number": "auto-number",
	number: "number", duration: "number", rate: "number", checkbox: "checkbox", date: "date", ctime: "date", mtime: "date",
	"single-select": "single-select", "department-single-select": "single-select", "multiple-select": "multiple-select",
	collaborator: "collaborator", creator: "creator", "last-modifier": "creator",
	"long-text": "presence", image: "presence", file: "presence", "digital-sign": "presence",
};

const listKinds: Record<string, string> = {
	"single-select": "multiple-select", "multiple-select": "multiple-select", collaborator: "collaborator", creator: "collaborator", "last-modifier": "collaborator",
	checkbox: "checkbox", number: "number", duration: "number", rate: "number", date: "date", ctime: "date", mtime: "date",
};

function kindOf(column: Column): string | undefined {
	const { type, list, data } = valueTypeOf(column);
	if (list) return listKinds[type] ?? "text";
	return type === "text" && data?.["display_type"] === "phone" ? "plain-text" : kinds[type];
}

export function canFilter(column: Column): boolean {
	return kindOf(column) !== undefined;
}

export function predicatesOf(column: Column): string[] {
	return Object.keys(predicates[kindOf(column) ?? ""] ?? {});
}

export function termKind(column: Column, predicate: string): TermKind {
	return predicates[kindOf(column) ?? ""]?.[predicate] ?? "none";
}

/** The columns' own options, or people. */
export function choicesOf(column: Column, context: Context): Choice[] {
	const kind = kindOf(column);
	if (kind === "collaborator" || kind === "creator") return [...context.people.values()].map(({ email, name }) => ({ value: email, text: name, person: true }));
	return optionsOf(valueTypeOf(column)).map(({ id, name, color, textColor }) => ({ value: id, text: name, color, textColor }));
}

/** Of days, and of ranges; the value says what stands behind the modifier. */
export const modifiers = {
	day: {
		today: "none", tomorrow: "none", yesterday: "none", one_week_ago: "none", one_week_from_now: "none", one_month_ago: "none", one_month_from_now: "none",
		number_of_days_ago: "days", number_of_days_from_now: "days", exact_date: "date",
	},
	range: {
		this_week: "none", the_past_week: "none", the_next_week: "none", this_month: "none", the_past_month: "none", the_next_month: "none",
		this_year: "none", the_past_year: "none", the_next_year: "none", the_past_numbers_of_days: "days", the_next_numbers_of_days: "days",
	},
} as const satisfies Record<"day" | "range", Record<string, "none" | "days" | "date">>;

export type Modifier = keyof (typeof modifiers)["day"] | keyof (typeof modifiers)["range"];

export function modifierTerm(kind: "day" | "range", modifier: string | undefined): "none" | "days" | "date" {
	return (modifiers[kind] as Record<string, "none" | "days" | "date">)[modifier ?? ""] ?? "none";
}

/** A first condition on a column: the first predicate, without a term, which counts for nothing until it has one. */
export function freshItem(column: Column): FilterItem {
	return withPredicate({ column_key: column.key, filter_predicate: "" }, column, predicatesOf(column)[0]!);
}

/** The item with another predicate; the term stays where it still makes sense. */
export function withPredicate(item: FilterItem, column: Column, predicate: string): FilterItem {
	const [before, now] = [termKind(column, item.filter_predicate), termKind(column, predicate)];
	const fresh: FilterItem = { column_key: column.key, filter_predicate: predicate };
	if (now === "yesno") return { ...fresh, filter_term: true };
	if (now === "day" || now === "range") {
		const kept = before === now ? { filter_term: item.filter_term, filter_term_modifier: item.filter_term_modifier } : undefined;
		return { ...fresh, ...(kept ?? { filter_term_modifier: now === "day" ? "today" : "this_week" }) };
	}
	if (now === before) return { ...fresh, filter_term: item.filter_term };
	// A creator is one person, but its term is a list all the same.
	if (now === "choices" && before === "choice" && item.filter_term) return { ...fresh, filter_term: [item.filter_term].flat() };
	return fresh;
}

/** The term of one choice: people are always listed. */
export function choiceTerm(column: Column, value: unknown): unknown {
	return kindOf(column) === "creator" ? [value] : value;
}
