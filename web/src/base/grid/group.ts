// The line above a group's rows: what they have in common, how many they are, and their sums.
import type { Column } from "../gateway";
import { t } from "../views/i18n";
import type { Header } from "../lines";
import type { BaseStore } from "../store.svelte";
import { element, typeOf, valueTypeOf } from "../types";
import { sumText } from "../views/sums";

/** The cut dates of the server ("2024-05", "2024-Q2"), as people write them. */
function dateGroup(value: string, count_type: unknown, lang: string): string {
	const [year = "", rest = ""] = value.split("-");
	if (count_type === "year") return year;
	if (rest.startsWith("Q")) return `${rest} ${year}`;
	if (count_type === "day") return new Date(`${value}T00:00`).toLocaleDateString(lang, { dateStyle: "medium" });
	if (count_type === "week") return t("group.week", { day: new Date(`${value}T00:00`).toLocaleDateString(lang, { dateStyle: "medium" }) });
	return new Date(`${value}-01T00:00`).toLocaleDateString(lang, { year: "numeric", month: "long" });
}

function drawn({ group, depth }: Header, store: BaseStore): { name: string; look: Node | string } {
	const groupby = store.view?.groupbys?.[depth] as { column_key?: string; count_type?: unknown } | undefined;
	const column = store.column(groupby?.column_key ?? "");
	const shown = column && valueTypeOf(column);
	const { value } = group;
	const name = column?.name ?? "";
	if (value === null || !shown) return { name, look: t("group.empty") };
	if (["date", "ctime", "mtime"].includes(shown.type)) return { name, look: dateGroup(String(value), groupby?.count_type, store.context.lang) };
	if (shown.list && !Array.isArray(value)) return { name, look: typeof value === "string" ? value : typeOf(shown).text(value, shown, store.context) };
	const type = typeOf(shown);
	const look = type.draw && shown.type !== "url" && shown.type !== "email" ? type.draw(value, shown, store.context) : type.text(value, shown, store.context);
	return { name, look };
}

export function groupGutter({ closed }: Header): HTMLElement {
	return element("span", closed ? "group-arrow" : "group-arrow open");
}

/** In the first column the group itself, in the others their sums. */
export function groupCell(header: Header, column: Column, store: BaseStore): HTMLElement | string {
	const { group, closed } = header;
	if (column.key !== store.visible[0]?.key) {
		const at = store.views.asked.findIndex((one) => one.column_key === column.key);
		const method = store.views.sums[column.key];
		return at < 0 || !method ? "" : element("span", "group-sum", sumText(column, method, group.summaries[at], group.count, store.context));
	}
	const { name, look } = drawn(header, store);
	const button = element("button", "group-toggle", element("span", "group-column", name), element("span", "group-value", look));
	button.type = "button";
	button.tabIndex = -1;
	button.ariaExpanded = String(!closed);
	return element("span", "group-title", button, element("span", "group-count", group.count.toLocaleString(store.context.lang)));
}
