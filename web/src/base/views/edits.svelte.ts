// What a person does to the views of the open table. All of it can be taken back.
import { session } from "../../api/session.svelte";
import type { SummaryRequest, View, ViewChange } from "../gateway";
import type { BaseStore } from "../store.svelte";
import { requestOf, sumsOf, type SumMethod } from "./sums";

/** What makes a view itself: the rest of the object is the server's. */
const settings = [
	"type", "is_locked", "private_for", "filter_conjunction", "filters", "sorts", "groupbys", "hidden_columns", "row_height", "colorbys", "custom_settings",
] as const satisfies Array<keyof View>;

/** What changes which rows there are, their order, or what comes with them. */
const selecting: readonly string[] = ["filter_conjunction", "filters", "sorts", "groupbys", "hidden_columns", "colorbys", "custom_settings"];

function settingsOf(view: View): ViewChange {
	return Object.fromEntries(settings.flatMap((key) => (view[key] === undefined ? [] : [[key, view[key]]])));
}

export class ViewEdits {
	#store: BaseStore;

	constructor(store: BaseStore) {
		this.#store = store;
	}

	/** Those of everybody, and this person's own. */
	list = $derived.by((): View[] => {
		const all = this.#store.table?.views ?? [];
		const mine = all.filter((view) => !view.private_for || view.private_for === session.user?.email);
		return mine.length > 0 ? mine : all.slice(0, 1);
	});

	/** The open view's settings may be changed. */
	get canChange(): boolean {
		return !this.#store.readOnly && this.#store.view?.is_locked !== true;
	}

	/** How the columns of the open view are summed, by key. */
	sums = $derived.by(() => sumsOf(this.#store.view));

	/** What the server is asked to sum: that of columns that are there and have that sum. */
	asked = $derived.by((): SummaryRequest[] => this.#store.visible.flatMap((column) => requestOf(column, this.sums[column.key]) ?? []));

	/** The open view, or another, gets other settings. */
	async change(change: ViewChange, view = this.#store.view): Promise<boolean> {
		if (!view) return false;
		const { redo, undo } = this.#steps(view, change);
		return this.#store.step(redo, undo);
	}

	#steps(view: View, change: ViewChange): { redo: () => Promise<void>; undo: () => Promise<void> } {
		const table = this.#store.ref;
		// Read when its turn has come: changes before this one may still be on their way.
		let before: ViewChange | undefined;
		const read = () => {
			const now = this.#store.tables.find((one) => one._id === table.table_id)?.views.find((one) => one._id === view._id) ?? view;
			return Object.fromEntries(Object.keys(change).map((key) => [key, now[key as keyof View] ?? empty(key)])) as ViewChange;
		};
		const apply = async (values: ViewChange) => {
			this.#store.patchView(table.table_id, view._id, values);
			await this.#store.gateway.changeView(table, view._id, values);
			// Taken back, it is shown, even when another view is open by now.
			if (table.table_id !== this.#store.tableId || view._id !== this.#store.view?._id) await this.#store.show(table.table_id, view._id);
			else if (Object.keys(values).some((key) => selecting.includes(key))) await this.#store.reload();
		};
		const redo = () => {
			before = read();
			return apply(change);
		};
		return { redo, undo: () => apply(before ?? {}) };
	}

	setSum(key: string, method: SumMethod | ""): Promise<boolean> {
		const { [key]: _, ...others } = this.sums;
		const sums = method ? { ...others, [key]: method } : others;
		return this.change({ custom_settings: { ...this.#store.view?.custom_settings, summaries: sums } });
	}

	/** Throws what the server says, for the dialog to show. */
	async rename(view: View, name: string): Promise<void> {
		const { redo, undo } = this.#steps(view, { name });
		await this.#store.history.run({ table: this.#store.tableId, redo, undo });
	}

	/** A new view, like another one where that is given. Throws what the server says. */
	async add(name: string, like?: View): Promise<void> {
		const table = this.#store.ref;
		let made: View | undefined;
		const redo = async () => {
			made = await this.#store.gateway.createView(table, { ...(like && settingsOf(like)), is_locked: false, name });
			await this.#store.loadStructure();
			await this.#store.show(table.table_id, made._id);
		};
		await this.#store.history.run({ table: table.table_id, redo, undo: () => this.#remove(table, made!) });
	}

	/** Throws what the server says. */
	async remove(view: View): Promise<void> {
		const table = this.#store.ref;
		const position = this.#store.table?.views.findIndex((one) => one._id === view._id);
		let shown = view;
		const undo = async () => {
			shown = await this.#store.gateway.createView(table, { ...settingsOf(view), name: view.name });
			await this.#store.gateway.changeView(table, shown._id, { position });
			await this.#store.loadStructure();
			await this.#store.show(table.table_id, shown._id);
		};
		await this.#store.history.run({ table: table.table_id, redo: () => this.#remove(table, shown), undo });
	}

	async #remove(table: { table_id: string }, view: View): Promise<void> {
		await this.#store.gateway.deleteView(table, view._id);
		await this.#store.loadStructure();
		if (this.#store.tableId === table.table_id && this.#store.viewId === view._id) await this.#store.show(table.table_id);
	}

	/** Puts a view in front of another, or at the end. */
	async move(view: View, before: View | undefined): Promise<boolean> {
		const table = this.#store.ref;
		const all = this.#store.table?.views ?? [];
		const placeOf = (wanted: View) => all.findIndex((one) => one._id === wanted._id);
		const from = placeOf(view);
		const target = before ? placeOf(before) : all.length;
		const to = target > from ? target - 1 : target;
		if (from < 0 || to === from) return true;
		const place = async (position: number) => {
			await this.#store.gateway.changeView(table, view._id, { position });
			await this.#store.loadStructure();
		};
		return this.#store.step(() => place(to), () => place(from));
	}
}

/** What takes a setting back that was not there. */
function empty(key: string): unknown {
	if (key === "is_locked") return false;
	if (key === "private_for") return null;
	if (key === "filter_conjunction") return "And";
	return key === "colorbys" || key === "custom_settings" ? {} : [];
}
