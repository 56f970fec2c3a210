// Numbers in the formats of their columns, and durations.
import type { Column } from "../gateway";
import { setting } from "./type";

const symbols: Record<string, string> = { dollar: "$", euro: "€", yuan: "￥" };
const separators: Record<string, string> = { comma: ",", dot: ".", space: "\u202f" };

function precisionOf(column: Column): number | undefined {
	const precision = column.data?.["precision"];
	return column.data?.["enable_precision"] && typeof precision === "number" ? precision : undefined;
}

function decimalMark(column: Column): string {
	return setting(column, "decimal") === "comma" ? "," : ".";
}

/** Plain digits, without the exponent that JavaScript gives to very large and very small numbers. */
function digits(value: number, precision: number | undefined): string {
	if (precision !== undefined) return value.toFixed(Math.min(100, precision));
	const text = String(value);
	return /e-/.test(text) ? value.toFixed(20).replace(/0+$/, "") : /e/.test(text) ? BigInt(value).toString() : text;
}

function plain(value: number, column: Column): string {
	const percent = setting(column, "format") === "percent";
	// 0.07 * 100 is 7.000000000000001
	const shown = percent ? Number((value * 100).toPrecision(15)) : value;
	const [whole = "", fraction] = digits(Math.abs(shown), precisionOf(column)).split(".");
	const grouped = whole.replace(/\B(?=(\d{3})+$)/g, separators[setting(column, "thousands")] ?? "");
	const sign = value < 0 ? "-" : "";
	return sign + grouped + (fraction ? decimalMark(column) + fraction : "");
}

export function numberText(value: unknown, column: Column): string {
	if (typeof value !== "number") return value === null || value === undefined ? "" : String(value);
	const text = plain(value, column);
	const format = setting(column, "format");
	if (format === "percent") return `${text}%`;
	if (format === "custom_currency") return withSymbol(text, setting(column, "currency_symbol"), setting(column, "currency_symbol_position") === "after");
	return symbols[format] ? withSymbol(text, symbols[format], false) : text;
}

function withSymbol(text: string, symbol: string, after: boolean): string {
	const [sign, rest] = text.startsWith("-") ? ["-", text.slice(1)] : ["", text];
	return after ? `${sign}${rest}\u00a0${symbol}` : `${sign}${symbol}${rest}`;
}

/** Reads what people write: the column's own decimal mark, and where that is not meant, the mark that stands last. */
export function parseNumber(text: string, column: Column): number | null | undefined {
	const bare = text.replace(/[\s\u202f\u00a0'’]/g, "").replace(setting(column, "currency_symbol") || "\u0000", "").replace(/[$€¥￥£]/g, "");
	if (bare === "") return null;
	const percent = bare.endsWith("%") || setting(column, "format") === "percent";
	const body = normalized(bare.replace(/%$/, ""), decimalMark(column));
	if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(body)) return undefined;
	const value = Number(body);
	if (!Number.isFinite(value)) return undefined;
	return percent ? Number((value / 100).toPrecision(15)) : value;
}

function normalized(text: string, mark: string): string {
	const dots = text.split(".").length - 1;
	const commas = text.split(",").length - 1;
	let decimal = mark;
	if (dots && commas) decimal = text.lastIndexOf(".") > text.lastIndexOf(",") ? "." : ",";
	else if (dots > 1) decimal = ",";
	else if (commas > 1) decimal = ".";
	else if (commas === 1 && mark === "." && !/^[-+]?\d{1,3},\d{3}$/.test(text)) decimal = ",";
	else if (dots === 1 && mark === "," && !/^[-+]?\d{1,3}\.\d{3}$/.test(text)) decimal = ".";
	return text.replaceAll(decimal === "." ? "," : ".", "").replace(decimal, ".");
}

export function durationText(value: unknown, column: Column): string {
	if (typeof value !== "number") return value === null || value === undefined ? "" : String(value);
	const format = setting(column, "duration_format") || "h:mm";
	const decimals = /\.(s+)$/.exec(format)?.[1]?.length ?? 0;
	const withSeconds = format.includes(":ss");
	const total = withSeconds ? Number(Math.abs(value).toFixed(decimals)) : Math.round(Math.abs(value) / 60) * 60;
	const two = (part: number) => String(Math.floor(part)).padStart(2, "0");
	const seconds = (total % 60).toFixed(decimals).padStart(decimals ? decimals + 3 : 2, "0");
	const text = `${Math.floor(total / 3600)}:${two((total / 60) % 60)}${withSeconds ? `:${seconds}` : ""}`;
	return value < 0 && total > 0 ? `-${text}` : text;
}

/** "1:30", "1:30:05", and a bare number of minutes (or of seconds, where the column shows seconds). */
export function parseDuration(text: string, column: Column): number | null | undefined {
	const trimmed = text.trim().replaceAll("：", ":");
	if (trimmed === "") return null;
	const match = /^(-?)(\d+)(?::(\d{1,2}))?(?::(\d{1,2}(?:\.\d+)?))?$/.exec(trimmed);
	if (!match) return undefined;
	const [, sign, first, second, third] = match;
	const withSeconds = setting(column, "duration_format").includes(":ss");
	const single = Number(first) * (withSeconds ? 1 : 60);
	const seconds = second === undefined ? single : Number(first) * 3600 + Number(second) * 60 + Number(third ?? 0);
	return sign && seconds ? -seconds : seconds;
}
