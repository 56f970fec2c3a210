// Times, numbers and sizes as the person writes them: in their language and, when the profile names one, their time zone.
import { session } from "../api/session.svelte";
import { language } from "./catalog.svelte";

const units: Array<[Intl.RelativeTimeFormatUnit, number]> = [
	["year", 31536000],
	["month", 2592000],
	["week", 604800],
	["day", 86400],
	["hour", 3600],
	["minute", 60],
];

/** "3 hours ago"; for a table where the full time stands in the tooltip. */
export function ago(iso: string): string {
	const seconds = (Date.parse(iso) - Date.now()) / 1000;
	const [unit, length] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
	const format = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
	return unit === "second" ? format.format(0, "second") : format.format(Math.trunc(seconds / length), unit);
}

export function dateTime(iso: string): string {
	return format(iso, { dateStyle: "medium", timeStyle: "short" });
}

export function date(iso: string): string {
	return format(iso, { dateStyle: "medium" });
}

function format(iso: string, options: Intl.DateTimeFormatOptions): string {
	const timeZone = session.user?.time_zone || undefined;
	return new Intl.DateTimeFormat(language(), { ...options, timeZone }).format(new Date(iso));
}

export function number(value: number): string {
	return value.toLocaleString(language());
}

export function bytes(value: number): string {
	const names = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
	const power = Math.min(names.length - 1, Math.floor(Math.log(Math.max(value, 1)) / Math.log(1000)));
	const options = {
		style: "unit",
		unit: names[power],
		unitDisplay: power ? "short" : "long",
		maximumFractionDigits: 1,
	} as const;
	return (value / 1000 ** power).toLocaleString(language(), options);
}
