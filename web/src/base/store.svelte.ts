// The opened base: its tables, the table and view that are shown, the rows, and everything that a person does to them. Cells
// change here first and on the server right after; when the server refuses, they change back and the error is told.
import { language } from "../i18n";
import { errorText, toasts } from "../ui";
import { session } from "../api/session.svelte";
import type { Base } from "../api/types";
import { Gateway, pageSize, type Cells, type Column, type Row, type RowSource, type Structure, type Summary, type Table, type View, type ViewChange } from "./gateway";
import { History, type Run, type Step } from "./history.svelte";
import { t } from "./i18n";
import { isLink, linksTo, wholeLinks, writeLinks } from "./links/write";
import { copyOf, isNewOption, named, same, wire } from "./cells";
import { follow, type Message, pause, type Change } from "./live";
import { t as rowText } from "./row/i18n";
import { Talk } from "./row/talk.svelte";
import { Rows } from "./rows";
import { StructureEdits } from "./structure";
import { optionsOf, typeOf, type Context, type Person } from "./types";
import { ViewEdits } from "./views/edits.svelte";
import { prefilled } from "./views/prefill";

export type CellChange = { id: string; key: string; value: unknown };
type Edit = { id: string; key: string; before: unknown; after: unknown };

/** Changes that come in a burst (a program that imports) are shown together. */
const settleMs = 250;
const parallel = 8;

/** What a program tells the person at this page. */
function showMessage({ toast_type, detail }: Message): void {
	const text = String(detail.msg ?? "");
	if (!text) return;
	if (toast_type === "error") toasts.error(text);
	else toasts.good(text);
}

export class BaseStore {
	readonly base: Base;
	readonly readOnly: boolean;
	readonly gateway: Gateway;
	readonly history = new History();
	readonly talk: Talk;
	tables = $state.raw<Table[]>([]);
	tableId = $state("");
	viewId = $state("");
	people = $state.raw<ReadonlyMap<string, Person>>(new Map());
	rows = $state.raw<Rows>();
	summary = $state.raw<Summary>({ count: 0, summaries: [] });
	/** The server can't be reached: what others change comes when it can be again. */
	offline = $state(false);
	/** The places that the grid shows; the grid sets it. */
	shown = { from: 0, to: 60 };
	/** Set by the grid: draw places from..to again, or everything. */
	redraw: (from?: number, to?: number) => void = () => {};
	/** Set by the page: rows have changed. */
	ondrawn: () => void = () => {};
	/** Set by the page: shows the details of a row of any table. */
	openRecord: (tableId: string, rowId: string) => void = () => {};
	#closing = new AbortController();
	#version = 0;
	#settling = false;
	#changedSince = false;
	#structural = false;
	/** How often a view or column was changed here before the server knew. */
	#patches = 0;

	constructor(base: Base, readOnly: boolean) {
		this.base = base;
		this.readOnly = readOnly;
		this.gateway = new Gateway(base);
		this.talk = new Talk(this.gateway, this.#closing.signal);
	}

	table = $derived(this.tables.find((table) => table._id === this.tableId));
	readonly structure = new StructureEdits(this);
	readonly views = new ViewEdits(this);
	view = $derived(this.table?.views.find((view) => view._id === this.viewId) ?? this.views.list[0]);
	rowCount = $derived(this.summary.count);
	hidden = $derived(new Set(this.view?.hidden_columns ?? []));
	/** The columns that the grid shows: frozen ones first. */
	visible = $derived.by((): Column[] => {
		const shown = (this.table?.columns ?? []).filter((column) => !this.hidden.has(column.key));
		return [...shown.filter((column) => column.frozen), ...shown.filter((column) => !column.frozen)];
	});
	context = $derived.by((): Context => ({ people: this.people, lang: language(), yes: t("yes"), no: t("no"), unnamed: t("link.unnamed") }));

	get ref(): { table_id: string } {
		return { table_id: this.tableId };
	}

	/* Opening and following */

	async open(wanted: { table?: string | null; view?: string | null }): Promise<void> {
		await this.loadStructure();
		const table = this.tables.find((one) => one._id === wanted.table) ?? this.tables[0];
		if (table) await this.show(table._id, wanted.view ?? undefined);
		void this.#loadPeople();
		void this.talk.load();
		const listeners = { changed: this.#changed, toasted: showMessage, connection: this.#connection };
		void follow(this.gateway, this.#version, listeners, this.#closing.signal);
	}

	close(): void {
		this.#closing.abort();
	}

	/** `isOurs`: as part of a change of ours. Else what was changed here meanwhile counts more than the answer. */
	async loadStructure(isOurs = true): Promise<void> {
		const patches = this.#patches;
		const structure: Structure = await this.gateway.structure();
		if (!isOurs && patches !== this.#patches) {
			this.#structural = true;
			return this.#soon();
		}
		this.#version = structure.version;
		this.tables = structure.tables;
		if (this.tableId && !this.table && structure.tables[0]) await this.show(structure.tables[0]._id);
	}

	async #loadPeople(): Promise<void> {
		try {
			this.people = new Map((await this.gateway.people()).map((user) => [user.email, user]));
		} catch (error) {
			toasts.error(errorText(error));
		}
	}

	/** Shows a table, in that view or in its first. */
	async show(tableId: string, viewId?: string): Promise<void> {
		const table = this.tables.find((one) => one._id === tableId);
		if (!table) return;
		this.tableId = tableId;
		this.viewId = (table.views.find((one) => one._id === viewId) ?? this.views.list[0])?._id ?? "";
		const rows = new Rows(this.gateway, this.#source);
		rows.onchange = (from, to) => {
			if (this.rows !== rows) return;
			this.summary = rows.summary;
			this.#draw(from, to);
		};
		rows.onerror = (error) => toasts.error(errorText(error));
		this.rows = undefined;
		const shown = this.viewId;
		await rows.start(this.#source, this.views.asked);
		if (this.tableId !== tableId || this.viewId !== shown) return;
		this.rows = rows;
		this.summary = rows.summary;
	}

	get #source(): RowSource {
		const view = this.view;
		const colored = typeof view?.colorbys?.["type"] === "string" && view.colorbys["type"] !== "";
		return { table_id: this.tableId, view_id: view?._id ?? "", grouped: (view?.groupbys?.length ?? 0) > 0, colored };
	}

	/** The view selects, orders or colours other rows than before. */
	async reload(): Promise<void> {
		await this.rows?.start(this.#source, this.views.asked);
	}

	#changed = (change: Change): void => {
		const cellsOnly = /^(insert|append|modify|update|delete|lock|unlock|restore|archive|unarchive)_rows?$|^update_rows_links$/.test(change.op_type);
		void this.talk.happened(change.op_type);
		if (/_comment$/.test(change.op_type)) return;
		this.#structural ||= !cellsOnly;
		this.#soon();
	};

	#connection = (there: boolean): void => {
		if (there && this.offline) {
			this.#structural = true;
			this.#soon();
		}
		this.offline = !there;
	};

	#soon(): void {
		this.#changedSince = true;
		if (!this.#settling) void this.#settle();
	}

	/** One refresh after another, for as long as changes come: a stream of them must not put it off. */
	async #settle(): Promise<void> {
		this.#settling = true;
		while (this.#changedSince && !this.#closing.signal.aborted) {
			await pause(settleMs, this.#closing.signal);
			this.#changedSince = false;
			await this.refresh();
		}
		this.#settling = false;
	}

	/** Loads anew what is shown. Own writes go first: an older answer must not undo them on the screen. */
	refresh = async (): Promise<void> => {
		if (this.history.busy) return this.#soon();
		try {
			if (this.#structural) {
				this.#structural = false;
				await this.loadStructure(false);
			}
			await this.rows?.refresh(this.#source, this.views.asked, this.shown.from, this.shown.to);
		} catch (error) {
			console.warn(error);
		}
	};

	/* Doing */

	/** Does a step; a failure is told in words and leads back to what the server has. */
	async step(redo: () => Promise<void>, undo: () => Promise<void>, run: Run = this.history.run): Promise<boolean> {
		const step: Step = { table: this.tableId, redo, undo };
		return this.#told(() => run(step));
	}

	async #told(work: () => Promise<unknown>): Promise<boolean> {
		try {
			await work();
			return true;
		} catch (error) {
			toasts.error(errorText(error));
			this.#structural = true;
			this.#soon();
			return false;
		}
	}

	async undo(): Promise<void> {
		await this.#told(async () => this.#follow(await this.history.undo()));
	}

	async redo(): Promise<void> {
		await this.#told(async () => this.#follow(await this.history.redo()));
	}

	#draw(from?: number, to?: number): void {
		this.redraw(from, to);
		this.ondrawn();
	}

	/** An undone change is shown, even when another table is open by now. */
	async #follow(step: Step | undefined): Promise<void> {
		if (step && step.table !== this.tableId) await this.show(step.table);
	}

	/* Cells */

	column(key: string): Column | undefined {
		return this.table?.columns.find((column) => column.key === key);
	}

	async setCells(changes: CellChange[], run?: Run): Promise<void> {
		const rows = this.rows;
		if (!rows || this.readOnly || changes.length === 0) return;
		const loaded = rows.byId(new Set(changes.map((change) => change.id)));
		const locked = [...loaded.values()].filter((row) => row._locked).length;
		if (locked > 0) toasts.error(rowText("locked.refused", { n: locked }));
		const edits = changes.flatMap(({ id, key, value }): Edit[] => {
			const row = loaded.get(id);
			if (row?._locked) return [];
			const before = row?.[key] ?? null;
			const after = isLink(this.column(key)) ? (value ?? []) : value;
			return row && !same(before, after) ? [{ id, key, before, after }] : [];
		});
		if (edits.length === 0) return;
		const table = this.tableId;
		const write = (side: "before" | "after") => this.#write(table, edits, side);
		this.#place(edits, "after");
		const done = await this.step(() => write("after"), () => write("before"), run);
		if (!done) this.#place(edits, "before");
	}

	/** A cell of a row of any table, which may not be shown. */
	async setCellOf(tableId: string, edit: Edit, run?: Run): Promise<void> {
		const edits = [edit];
		if (this.readOnly || same(edit.before, edit.after)) return;
		const done = await this.step(() => this.#write(tableId, edits, "after"), () => this.#write(tableId, edits, "before"), run);
		if (!done && tableId === this.tableId) this.#place(edits, "before");
	}

	/** Puts values into the rows that are loaded. */
	#place(edits: Edit[], side: "before" | "after"): void {
		const rows = this.rows;
		if (!rows) return;
		rows.outdate();
		const loaded = rows.byId(new Set(edits.map((edit) => edit.id)));
		for (const edit of edits) {
			const row = loaded.get(edit.id);
			if (row) row[edit.key] = edit[side];
		}
		if (loaded.size > 0) this.#draw(0, rows.getLength() - 1);
	}

	async #write(tableId: string, edits: Edit[], side: "before" | "after"): Promise<void> {
		const table = this.tables.find((one) => one._id === tableId);
		if (!table) return;
		if (tableId === this.tableId) this.#place(edits, side);
		const updates = new Map<string, Cells>();
		let grown = false;
		for (const edit of edits) {
			const column = table.columns.find((one) => one.key === edit.key);
			if (!column || isLink(column)) continue;
			const cells = updates.get(edit.id) ?? {};
			cells[column.name] = wire(edit[side], column);
			grown ||= isNewOption(edit[side], column);
			updates.set(edit.id, cells);
		}
		const list = [...updates].map(([row_id, row]) => ({ row_id, row }));
		for (let at = 0; at < list.length; at += pageSize) await this.gateway.update({ table_id: tableId }, list.slice(at, at + pageSize));
		await writeLinks(this.gateway, table, edits.map(({ id, key, before, after }) => (side === "after" ? { id, key, from: before, to: after } : { id, key, from: after, to: before })));
		if (grown) {
			await this.loadStructure();
			this.#adoptOptions(tableId, edits, side);
		}
	}

	/** The server made options of names that were typed: the cells hold their ids from now on. */
	#adoptOptions(tableId: string, edits: Edit[], side: "before" | "after"): void {
		const table = this.tables.find((one) => one._id === tableId);
		for (const edit of edits) {
			const column = table?.columns.find((one) => one.key === edit.key);
			if (!column || !typeOf(column).grows) continue;
			const id = (value: unknown) => optionsOf(column).find((option) => option.name === value)?.id ?? value;
			edit[side] = Array.isArray(edit[side]) ? edit[side].map(id) : id(edit[side]);
		}
		if (tableId === this.tableId) this.#place(edits, side);
	}

	/* Rows */

	/** Changed cells and new rows at the end, as one step. */
	async paste(changes: CellChange[], added: Cells[]): Promise<void> {
		await this.history.together(async (run) => {
			await this.setCells(changes, run);
			if (added.length > 0) await this.insertRows(added, this.rows?.getLength(), run);
		});
	}

	/** New rows at a place (below the last one where none is given). Cells by column key. The ids of the new rows. */
	async insertRows(given: Cells[], place = this.rows?.getLength() ?? 0, run?: Run): Promise<string[]> {
		const rows = this.rows;
		if (!rows || this.readOnly) return [];
		await rows.ensure(place - 1, place);
		const above = rows.getItem(place - 1)?._id;
		const below = rows.getItem(place)?._id;
		const known = prefilled(this.view, this.table?.columns ?? [], rows.getItem(place - 1) ?? rows.getItem(place));
		const cells = given.map((one) => ({ ...known, ...one }));
		const table = this.tableId;
		let ids: string[] = [];
		const done = await this.step(
			async () => {
				ids = await this.#append(table, ids.length ? cells.map((one, index) => ({ ...one, _id: ids[index] })) : cells, above, below);
			},
			() => this.#remove(table, ids),
			run,
		);
		return done ? ids : [];
	}

	/** Appends in pages below the row above, and shows the rows at once. */
	async #append(tableId: string, cells: Cells[], above?: string, below?: string): Promise<string[]> {
		const table = this.tables.find((one) => one._id === tableId);
		if (!table) return [];
		const ids: string[] = [];
		const columns = new Map(table.columns.map((column) => [column.key, column]));
		const grown = cells.some((one) => Object.entries(one).some(([key, value]) => columns.has(key) && isNewOption(value, columns.get(key)!)));
		for (let at = 0; at < cells.length; at += pageSize) {
			const part = cells.slice(at, at + pageSize).map((one) => named(one, table));
			const anchor = ids.at(-1) ?? above;
			const where = below === undefined && !anchor ? {} : anchor
				? ({ anchor_row_id: anchor, row_insert_position: "insert_below" } as const)
				: ({ anchor_row_id: below!, row_insert_position: "insert_above" } as const);
			// At the end no anchor is needed: rows that others added meanwhile come first.
			ids.push(...(await this.gateway.append({ table_id: tableId }, part, below === undefined ? {} : where, !part.some((row) => "_id" in row))));
		}
		const links = cells.flatMap((one, index) => Object.entries(one).map(([key, to]) => ({ id: ids[index] ?? "", key, from: [], to })));
		// The rows are there, whatever becomes of their links: what they led to may be gone.
		await writeLinks(this.gateway, table, links).catch((error: unknown) => toasts.error(errorText(error)));
		if (grown) await this.loadStructure();
		if (tableId !== this.tableId || !this.rows) return ids;
		this.rows.added(above, cells.map((one, index): Row => ({ ...one, _id: ids[index] ?? "" })));
		if (this.rows.source.grouped) await this.#reread();
		if (grown || cells.length > 1 || table.columns.some((column) => column.data?.["enable_fill_default_value"] || !typeOf(column).editor)) this.#soon();
		return ids;
	}

	/** A new row at the end of a table, which may be another one than is shown. Its id. */
	async appendTo(tableId: string, cells: Cells): Promise<string> {
		return (await this.#append(tableId, [cells], ""))[0] ?? "";
	}

	removeFrom(tableId: string, ids: string[]): Promise<void> {
		return this.#remove(tableId, ids);
	}

	async #remove(tableId: string, ids: string[]): Promise<void> {
		for (let at = 0; at < ids.length; at += pageSize) await this.gateway.deleteRows({ table_id: tableId }, ids.slice(at, at + pageSize));
		if (tableId !== this.tableId || !this.rows) return;
		this.rows.removed(new Set(ids));
		if (this.rows.source.grouped) await this.#reread();
	}

	/** In groups only the server knows where a row belongs. */
	async #reread(): Promise<void> {
		await this.rows?.refresh(this.#source, this.views.asked, this.shown.from, this.shown.to);
	}

	/** How many were deleted: locked ones stay. */
	async deleteRows(from: number, to: number): Promise<number> {
		const rows = this.rows;
		if (!rows || this.readOnly) return 0;
		await rows.ensure(from - 1, to + 1);
		let gone = Array.from({ length: to - from + 1 }, (_, index) => rows.getItem(from + index)).filter((row): row is Row => row !== undefined);
		const kept = gone.filter((row) => row._locked).length;
		if (kept > 0) toasts.error(rowText("locked.kept", { n: kept }));
		gone = gone.filter((row) => !row._locked);
		if (gone.length === 0) return 0;
		// A view's rows come without the cells of its hidden columns; undo needs them.
		if (this.hidden.size > 0) gone = await this.#whole(gone);
		if (this.table) gone = await wholeLinks(this.gateway, this.table, gone);
		const [above, below] = [rows.getItem(from - 1)?._id, rows.getItem(to + 1)?._id];
		const table = this.tableId;
		const ids = gone.map((row) => row._id);
		const incoming = this.table ? linksTo(this.table, rows.loaded(), new Set(ids)) : [];
		const done = await this.step(
			() => this.#remove(table, ids),
			async () => {
				await this.#append(table, gone.map(copyOf), above, below);
				const shown = this.tables.find((one) => one._id === table);
				if (shown) await writeLinks(this.gateway, shown, incoming);
			},
		);
		return done ? ids.length : 0;
	}

	/** Locks rows of any table, or unlocks them: for this page's people, programs may go on. */
	async lockRows(table_id: string, ids: string[], locked: boolean): Promise<boolean> {
		if (this.readOnly) return false;
		const set = async (now: boolean) => {
			await this.gateway.lockRows({ table_id }, ids, now);
			if (table_id !== this.tableId || !this.rows) return;
			for (const row of this.rows.byId(new Set(ids)).values()) Object.assign(row, { _locked: now || null, _locked_by: now ? session.user?.email : null });
			this.#draw(0, this.rows.getLength() - 1);
		};
		return this.step(() => set(locked), () => set(!locked));
	}

	async #whole(rows: Row[]): Promise<Row[]> {
		const whole: Row[] = [];
		for (let at = 0; at < rows.length; at += parallel)
			whole.push(...(await Promise.all(rows.slice(at, at + parallel).map((row) => this.gateway.row(this.ref, row._id)))));
		return whole;
	}

	/* What is changed here before the server tells it */

	patchColumn(tableId: string, column: Column): void {
		this.#patches++;
		const replace = (table: Table) => ({ ...table, columns: table.columns.map((one) => (one.key === column.key ? column : one)) });
		this.tables = this.tables.map((table) => (table._id === tableId ? replace(table) : table));
	}

	setHidden(hidden_columns: string[]): Promise<boolean> {
		return this.views.change({ hidden_columns });
	}

	/** What a view is about to be on the server is shown at once. */
	patchView(tableId: string, viewId: string, change: ViewChange): void {
		this.#patches++;
		const replace = (table: Table) => ({ ...table, views: table.views.map((one): View => (one._id === viewId ? { ...one, ...change } : one)) });
		this.tables = this.tables.map((table) => (table._id === tableId ? replace(table) : table));
	}
}
