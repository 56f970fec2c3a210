// Dates as their column writes them. The server sends them with the offset of its own time zone, in which they are meant: so
// the text of date and time is taken as it stands and never moved to the zone of the browser.
import type { Column } from "../gateway";
import { setting } from "./type";

export type Moment = { year: string; month: string; day: string; time: string };

export function moment(value: unknown): Moment | undefined {
	const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}:\d{2}))?/.exec(typeof value === "string" ? value : "");
	if (!match) return undefined;
	const [, year, month, day, time] = match;
	return { year: year!, month: month!.padStart(2, "0"), day: day!.padStart(2, "0"), time: (time ?? "00:00").padStart(5, "0") };
}

export function formatOf(column: Column): string {
	return setting(column, "format") || "YYYY-MM-DD";
}

export function hasTime(column: Column): boolean {
	return formatOf(column).includes("HH:mm");
}

export function dateText(value: unknown, column: Column): string {
	const at = moment(value);
	if (!at) return typeof value === "string" ? value : "";
	const [hours = "00", minutes = "00"] = at.time.split(":");
	const parts: Record<string, string> = {
		YYYY: at.year, MM: at.month, M: String(Number(at.month)), DD: at.day, D: String(Number(at.day)), HH: hours, mm: minutes, ss: "00",
	};
	return formatOf(column).replace(/YYYY|MM|M|DD|D|HH|mm|ss/g, (name) => parts[name]!);
}

/** What inputs of type date and datetime-local hold. */
export function inputValue(value: unknown, column: Column): string {
	const at = moment(value);
	if (!at) return "";
	const date = `${at.year}-${at.month}-${at.day}`;
	return hasTime(column) ? `${date}T${at.time}` : date;
}

/** What a cell holds and a write sends: "2026-03-01" or "2026-03-01 14:30". */
export function cellValue(text: string, column: Column): string | null {
	const at = moment(text);
	if (!at) return null;
	return `${at.year}-${at.month}-${at.day}${hasTime(column) ? ` ${at.time}` : ""}`;
}

/** ISO, or day, month and year in the order of the column's format. */
export function parseDate(text: string, column: Column): string | null | undefined {
	const trimmed = text.trim();
	if (trimmed === "") return null;
	const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}:\d{2}).*)?$/.exec(trimmed);
	if (iso) return checked(iso[1]!, iso[2]!, iso[3]!, iso[4], column);
	const other = /^(\d{1,2})([./-])(\d{1,2})[./-](\d{4}|\d{2})(?:[ ,T]+(\d{1,2}:\d{2}).*)?$/.exec(trimmed);
	if (!other) return undefined;
	const [, first, mark, second, year, time] = other;
	const fullYear = year!.length === 2 ? `20${year}` : year!;
	const monthFirst = mark === "/" && /^M\//.test(formatOf(column));
	const swapped = monthFirst ? Number(first) > 12 : Number(second) > 12;
	return monthFirst !== swapped ? checked(fullYear, first!, second!, time, column) : checked(fullYear, second!, first!, time, column);
}

function checked(year: string, month: string, day: string, time: string | undefined, column: Column): string | undefined {
	const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
	if (date.getUTCMonth() !== Number(month) - 1) return undefined;
	return cellValue(`${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")} ${time ?? "00:00"}`, column) ?? undefined;
}
