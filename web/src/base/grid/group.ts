// The line above a group's rows: what they have in common, how many they are, and their sums.
import type { Column } from "../gateway";
import type { Header } from "../lines";
import type { BaseStore } from "../store.svelte";
import { element } from "../types";
import { groupLook } from "../views/group_value";
import { sumText } from "../views/sums";

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
	const groupby = store.view?.groupbys?.[header.depth] as { column_key?: string; count_type?: unknown } | undefined;
	const grouped = store.column(groupby?.column_key ?? "");
	const look = groupLook(group.value, grouped, groupby?.count_type, store.context);
	const button = element("button", "group-toggle", element("span", "group-column", grouped?.name ?? ""), element("span", "group-value", look));
	button.type = "button";
	button.tabIndex = -1;
	button.ariaExpanded = String(!closed);
	return element("span", "group-title", button, element("span", "group-count", group.count.toLocaleString(store.context.lang)));
}
