// The column types, one row each. A type that isn't listed is shown as text and can't be changed here.
import {
	AlignLeft, ArrowRightLeft, AtSign, Calendar, CalendarClock, ChevronDown, Hash, Image, Link, ListChecks, Mail, MapPin, MousePointerClick, Paperclip,
	PenTool, Sigma, SquareCheck, SquareFunction, Star, Timer, Type, UserPen, UserPlus, Users,
} from "lucide";
import type { Column } from "../gateway";
import { computedType, isComputed } from "./computed";
import { dateText, moment, parseDate } from "./date";
import * as draw from "./draw";
import { linkType } from "./link";
import { durationText, numberText, parseDuration, parseNumber } from "./number";
import { optionsOf, type Choice, type ColumnType, type Context } from "./type";

export { linkedRows, type Linked } from "./link";
export * from "./type";
export { valueTypeOf } from "./value";

const plain = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

/** Lists, objects and links, as far as they can be read as text. */
function anything(value: unknown): string {
	if (Array.isArray(value)) return value.map(anything).filter(Boolean).join(", ");
	if (typeof value === "object" && value !== null) {
		const { display_value, name, text, address, detail } = value as Record<string, unknown>;
		return anything(display_value ?? name ?? text ?? address ?? detail ?? "");
	}
	return plain(value);
}

const textOrNull = (text: string): string | null => (text === "" ? null : text);
const nothing = (): undefined => undefined;

function optionNames(value: unknown, column: Column): string[] {
	const ids = Array.isArray(value) ? value : value === null || value === undefined ? [] : [value];
	return ids.map((id) => optionsOf(column).find((option) => option.id === id)?.name ?? String(id));
}

/** The id of the option of that name, or the name itself: the server makes an option of it. */
function optionId(name: string, column: Column): string {
	return optionsOf(column).find((option) => option.name === name)?.id ?? name;
}

const optionChoices = (column: Column): Choice[] =>
	optionsOf(column).map(({ id, name, color, textColor }) => ({ value: id, text: name, color, textColor }));

const userName = (value: unknown, context: Context): string => context.people.get(plain(value))?.name ?? plain(value);

function users(value: unknown, context: Context): string {
	return Array.isArray(value) ? value.map((email) => userName(email, context)).join(", ") : userName(value, context);
}

function parseUsers(text: string, context: Context): string[] | null | undefined {
	const names = text.split(/[,;]/).map((name) => name.trim()).filter(Boolean);
	const found = names.map((name) =>
		[...context.people.values()].find((one) => [one.email, one.contact_email, one.name].includes(name))?.email);
	if (found.includes(undefined)) return undefined;
	return found.length ? (found as string[]) : null;
}

/** A moment that the server wrote in UTC, in the zone and the language of who reads it. */
function time(value: unknown, context: Context): string {
	if (!moment(value)) return plain(value);
	return new Intl.DateTimeFormat(context.lang, { dateStyle: "medium", timeStyle: "short" }).format(new Date(String(value)));
}

const withScheme = (text: string): string => (/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`);

const readOnly = (icon: ColumnType["icon"], text: ColumnType["text"] = anything): ColumnType => ({ icon, text, parse: nothing });
const line = (icon: ColumnType["icon"]): ColumnType => ({ icon, editor: "line", text: anything, parse: textOrNull });

const types: Record<string, ColumnType> = {
	text: line(Type),
	"long-text": { icon: AlignLeft, editor: "lines", text: anything, parse: textOrNull },
	number: { icon: Hash, editor: "line", right: true, text: numberText, parse: parseNumber },
	date: { icon: Calendar, editor: "date", text: dateText, parse: parseDate },
	duration: { icon: Timer, editor: "line", right: true, text: durationText, parse: parseDuration },
	checkbox: {
		icon: SquareCheck,
		editor: "toggle",
		text: (value, _column, context) => (value === true ? context.yes : value === false ? context.no : ""),
		parse: (text, _column, context) =>
			["true", "1", "yes", "on", "x", "✓", context.yes.toLowerCase()].includes(text.trim().toLowerCase()) ? true : text.trim() ? false : null,
		draw: draw.tick,
	},
	rate: {
		icon: Star,
		editor: "list",
		text: plain,
		parse: (text, column) => {
			if (text.trim() === "") return null;
			const rate = Number(text);
			return Number.isInteger(rate) && rate >= 0 && rate <= draw.rateMax(column) ? rate : undefined;
		},
		draw: draw.stars,
		choices: (column) => Array.from({ length: draw.rateMax(column) }, (_, index) => ({ value: index + 1, text: String(index + 1) })),
	},
	"single-select": {
		icon: ChevronDown,
		editor: "list",
		grows: true,
		text: (value, column) => optionNames(value, column).join(", "),
		parse: (text, column) => (text.trim() ? optionId(text.trim(), column) : null),
		wire: (value, column) => optionNames(value, column)[0] ?? null,
		draw: draw.options,
		choices: optionChoices,
	},
	"multiple-select": {
		icon: ListChecks,
		editor: "list",
		grows: true,
		multiple: true,
		text: (value, column) => optionNames(value, column).join(", "),
		parse: (text, column) => {
			const names = [...new Set(text.split(",").map((name) => name.trim()).filter(Boolean))];
			return names.length ? names.map((name) => optionId(name, column)) : null;
		},
		wire: (value, column) => (value === null ? null : optionNames(value, column)),
		draw: draw.options,
		choices: optionChoices,
	},
	collaborator: {
		icon: Users,
		editor: "list",
		multiple: true,
		text: (value, _column, context) => users(value, context),
		parse: (text, _column, context) => parseUsers(text, context),
		draw: draw.people,
		choices: (_column, context) => [...context.people.values()].map(({ email, name }) => ({ value: email, text: name, person: true })),
	},
	email: { ...line(Mail), draw: (value) => draw.link(value, (text) => `mailto:${text}`) },
	url: { ...line(Link), draw: (value) => draw.link(value, withScheme) },
	image: readOnly(Image),
	file: readOnly(Paperclip),
	geolocation: readOnly(MapPin),
	formula: readOnly(SquareFunction),
	link: linkType(ArrowRightLeft, (column) => typeOf(column)),
	"link-formula": readOnly(Sigma),
	button: readOnly(MousePointerClick),
	"digital-sign": readOnly(PenTool),
	"auto-number": readOnly(Hash),
	creator: { ...readOnly(UserPlus, (value, _column, context) => userName(value, context)), draw: draw.people },
	"last-modifier": { ...readOnly(UserPen, (value, _column, context) => userName(value, context)), draw: draw.people },
	ctime: readOnly(CalendarClock, (value, _column, context) => time(value, context)),
	mtime: readOnly(CalendarClock, (value, _column, context) => time(value, context)),
	department: readOnly(AtSign),
};

const unknown = readOnly(Type);

const plainType = (column: Pick<Column, "type">): ColumnType => types[column.type] ?? unknown;

const computedTypes = new WeakMap<object, ColumnType>();

export function typeOf(column: Pick<Column, "type"> | Column): ColumnType {
	if (!isComputed(column) || !("data" in column)) return plainType(column);
	let type = computedTypes.get(column);
	if (!type) computedTypes.set(column, (type = computedType(column, plainType(column).icon, plainType)));
	return type;
}

/** The types that a person can make here, in the order of the menu. */
export const makeable = [
	"text", "long-text", "number", "date", "duration", "checkbox", "rate", "single-select", "multiple-select", "collaborator", "email", "url",
	"formula", "link", "link-formula", "auto-number", "creator", "ctime", "last-modifier", "mtime",
] as const;
export type MakeableType = (typeof makeable)[number];
