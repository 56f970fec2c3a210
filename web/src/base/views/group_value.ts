// What the rows of a group have in common, as people read it.
import type { Column } from "../gateway";
import { typeOf, valueTypeOf, type Context } from "../types";
import { t } from "./i18n";

const isDate = (type: string): boolean => ["date", "ctime", "mtime"].includes(type);

/** The cut dates of the server ("2024-05", "2024-Q2"), as people write them. */
function dateText(value: string, count_type: unknown, lang: string): string {
	const [year = "", rest = ""] = value.split("-");
	const day = (text: string) => new Date(`${text}T00:00`).toLocaleDateString(lang, { dateStyle: "medium" });
	if (count_type === "year") return year;
	if (rest.startsWith("Q")) return `${rest} ${year}`;
	if (count_type === "day") return day(value);
	if (count_type === "week") return t("group.week", { day: day(value) });
	return new Date(`${value}-01T00:00`).toLocaleDateString(lang, { year: "numeric", month: "long" });
}

export function groupText(value: unknown, column: Column | undefined, count_type: unknown, context: Context): string {
	if (value === null || !column) return t("group.empty");
	const shown = valueTypeOf(column);
	if (isDate(shown.type)) return dateText(String(value), count_type, context.lang);
	if (shown.list && typeof value === "string") return value;
	return typeOf(shown).text(value, shown, context);
}

export function groupLook(value: unknown, column: Column | undefined, count_type: unknown, context: Context): Node | string {
	const shown = column && valueTypeOf(column);
	const { draw } = shown ? typeOf(shown) : {};
	const isText = !draw || value === null || isDate(shown!.type) || shown!.type === "url" || shown!.type === "email" || (shown!.list && !Array.isArray(value));
	return isText ? groupText(value, column, count_type, context) : draw(value, shown!, context);
}
