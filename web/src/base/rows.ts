// The rows of a view, loaded page by page as the grid comes to them, in their groups. A place is a line of the grid: what stands
// there is a row, a row that isn't loaded yet, or the header of a group.
import { ApiError } from "../api/client";
import { pageSize, type Gateway, type Row, type RowSource, type Summary, type SummaryRequest } from "./gateway";
import { Lines, type Header } from "./lines";

let serial = 0;

const nothing: Summary = { count: 0, summaries: [] };

export class Rows {
	/** Tells one from another. */
	readonly serial = ++serial;
	#gateway: Gateway;
	#source: RowSource;
	#rows: Array<Row | undefined> = [];
	#lines = new Lines(0, undefined, new Set());
	#closed = new Set<string>();
	#summary = nothing;
	#colors = new Map<string, string>();
	#loading = new Map<number, Promise<void>>();
	#stale = new Set<number>();
	#turn = 0;
	/** Called when places from..to have new content; with no arguments when the number of lines changed too. */
	onchange: (from?: number, to?: number) => void = () => {};
	onerror: (error: unknown) => void = () => {};

	constructor(gateway: Gateway, source: RowSource) {
		this.#gateway = gateway;
		this.#source = source;
	}

	get source(): RowSource {
		return this.#source;
	}

	/** How many rows there are, and what their columns hold together. */
	get summary(): Summary {
		return this.#summary;
	}

	/* What the grid asks of its data */
	getLength = (): number => this.#lines.length;
	getItem = (place: number): Row | undefined => this.#rows[this.#lines.rowAt(place)];
	headerAt = (place: number): Header | undefined => this.#lines.headerAt(place);
	/** From 1. */
	numberAt = (place: number): number => this.#lines.rowAt(place) + 1;
	colorAt = (place: number): string | undefined => this.#colors.get(this.getItem(place)?._id ?? "");

	/** Opens or closes a group. */
	toggle(path: string): void {
		if (!this.#closed.delete(path)) this.#closed.add(path);
		this.#layOut();
		this.onchange();
	}

	/** Closes all groups, or opens them. */
	toggleAll(close: boolean): void {
		const closed = new Set<string>();
		const add = (groups: Summary["groups"], around: string) => {
			for (const group of groups ?? []) {
				const path = `${around}/${JSON.stringify(group.value)}`;
				closed.add(path);
				add(group.groups, path);
			}
		};
		if (close) add(this.#summary.groups, "");
		this.#closed = closed;
		this.#layOut();
		this.onchange();
	}

	/** The nearest line of a row after (step 1) or before (-1) a place; -1 when there is none. */
	next(place: number, step: 1 | -1): number {
		let line = place + step;
		while (line >= 0 && line < this.getLength() && this.headerAt(line)) line += step;
		return line >= 0 && line < this.getLength() ? line : -1;
	}

	#layOut(): void {
		this.#lines = new Lines(this.#summary.count, this.#source.grouped ? this.#summary.groups : undefined, this.#closed);
	}

	/** The first page, and how many rows there are. */
	async start(source = this.#source, asked: SummaryRequest[] = []): Promise<void> {
		const turn = this.outdate();
		this.#source = source;
		const [summary, first] = await Promise.all([this.#summarize(asked), this.#gateway.rows(source, 0, pageSize)]);
		if (turn !== this.#turn) return;
		this.#rows = [...first];
		this.#colors.clear();
		this.#stale.clear();
		this.#take(summary);
		this.onchange();
		void this.#color(first, turn);
	}

	#take(summary: Summary): void {
		this.#summary = summary;
		this.#rows.length = summary.count;
		this.#layOut();
	}

	/** Too many groups, or a sum that a column no longer has: the rows are shown without, and it is said. */
	async #summarize(asked: SummaryRequest[]): Promise<Summary> {
		try {
			return await this.#gateway.summarize(this.#source, asked);
		} catch (error) {
			if (!(error instanceof ApiError) || error.status !== 400) throw error;
			this.onerror(error);
			return this.#gateway.summarize({ ...this.#source, grouped: false }, []);
		}
	}

	/** Loads what isn't loaded of these places. */
	async ensure(from: number, to: number): Promise<void> {
		const pages = new Set<number>();
		for (let place = Math.max(0, from); place <= Math.min(to, this.getLength() - 1); place++) {
			const row = this.#lines.rowAt(place);
			if (row >= 0) pages.add(Math.floor(row / pageSize));
		}
		await Promise.all([...pages].filter((page) => this.#stale.has(page) || this.#hasGap(page)).map((page) => this.#load(page)));
	}

	#hasGap(page: number): boolean {
		for (let row = page * pageSize; row < Math.min((page + 1) * pageSize, this.#rows.length); row++) if (!this.#rows[row]) return true;
		return false;
	}

	#load(page: number): Promise<void> {
		let load = this.#loading.get(page);
		if (!load) {
			load = this.#fetch(page).finally(() => this.#loading.delete(page));
			this.#loading.set(page, load);
		}
		return load;
	}

	async #fetch(page: number): Promise<void> {
		const turn = this.#turn;
		this.#stale.delete(page);
		try {
			const start = page * pageSize;
			const rows = await this.#gateway.rows(this.#source, start, pageSize);
			if (turn !== this.#turn) return;
			for (const [index, row] of rows.entries()) if (start + index < this.#rows.length) this.#rows[start + index] = row;
			this.#changed(start, start + rows.length - 1);
			await this.#color(rows, turn);
		} catch (error) {
			this.onerror(error);
		}
	}

	/** Rows of these numbers have new content. In closed groups they have no places. */
	#changed(first: number, last: number): void {
		if (this.#source.grouped) this.onchange(0, this.getLength() - 1);
		else this.onchange(first, last);
	}

	async #color(rows: Row[], turn: number): Promise<void> {
		if (!this.#source.colored || rows.length === 0) return;
		const colors = await this.#gateway.colors(this.#source, rows.map((row) => row._id));
		if (turn !== this.#turn) return;
		for (const { _id } of rows) this.#colors.delete(_id);
		for (const [id, color] of Object.entries(colors)) this.#colors.set(id, color);
		this.onchange(0, this.getLength() - 1);
	}

	/** Others changed something: what is shown (from..to) is loaded anew, the rest when the grid comes to it. */
	async refresh(source: RowSource, asked: SummaryRequest[], from: number, to: number): Promise<void> {
		const turn = this.outdate();
		this.#source = source;
		const summary = await this.#summarize(asked);
		if (turn !== this.#turn) return;
		this.#take(summary);
		for (let page = 0; page * pageSize < summary.count; page++) this.#stale.add(page);
		this.onchange();
		await this.ensure(from, to);
	}

	/** Our own new rows behind a row, or in front of all, until the next refresh. In groups their places are the server's to tell. */
	added(above: string | undefined, rows: Row[]): void {
		if (this.#source.grouped) return;
		this.outdate();
		const at = above === undefined ? 0 : this.#rows.findIndex((row) => row?._id === above) + 1 || this.#rows.length;
		if (rows.length < 1000) this.#rows.splice(at, 0, ...rows);
		else this.#rows = [...this.#rows.slice(0, at), ...rows, ...this.#rows.slice(at)];
		this.#recount();
	}

	/** Rows that we deleted. */
	removed(ids: ReadonlySet<string>): void {
		if (this.#source.grouped) return;
		this.outdate();
		this.#rows = Array.from(this.#rows).filter((row) => !row || !ids.has(row._id)); // filter() alone would drop what isn't loaded
		this.#recount();
	}

	#recount(): void {
		this.#take({ ...this.#summary, count: this.#rows.length });
		this.onchange();
	}

	/** Drops answers that are under way: cells were just changed here. */
	outdate(): number {
		this.#loading.clear();
		return ++this.#turn;
	}

	placeOf(id: string): number {
		return this.#lines.lineOf(this.#rows.findIndex((row) => row?._id === id));
	}

	/** The rows that are loaded, also those within closed groups. */
	loaded(): Row[] {
		return this.#rows.filter((row) => row !== undefined);
	}

	/** The loaded ones of these rows, found in one pass, also those within closed groups. */
	byId(ids: ReadonlySet<string>): Map<string, Row> {
		const found = new Map<string, Row>();
		for (let at = 0; at < this.#rows.length && found.size < ids.size; at++) {
			const row = this.#rows[at];
			if (row && ids.has(row._id)) found.set(row._id, row);
		}
		return found;
	}
}
