// The rows of one table or view, loaded page by page as the grid comes to them. A place whose row isn't loaded yet is empty.
import { pageSize, type Gateway, type Row, type TableRef } from "./gateway";

/** How many places are asked at once while looking for the end. */
const probes = 8;

let serial = 0;

export class Rows {
	/** Tells one from another. */
	readonly serial = ++serial;
	#gateway: Gateway;
	readonly source: TableRef & { view_id?: string };
	#rows: Array<Row | undefined> = [];
	#loading = new Map<number, Promise<void>>();
	#stale = new Set<number>();
	#turn = 0;
	/** Called when places from..to have new content; with no arguments when the number of rows changed too. */
	onchange: (from?: number, to?: number) => void = () => {};
	onerror: (error: unknown) => void = () => {};

	constructor(gateway: Gateway, source: TableRef & { view_id?: string }) {
		this.#gateway = gateway;
		this.source = source;
	}

	/* What the grid asks of its data */
	getLength = (): number => this.#rows.length;
	getItem = (place: number): Row | undefined => this.#rows[place];

	/** The first page; how many rows follow is found out after that. */
	async start(): Promise<void> {
		const turn = ++this.#turn;
		const first = await this.#gateway.rows(this.source, 0, pageSize);
		if (turn !== this.#turn) return;
		this.#rows = [...first];
		this.#loading.clear();
		this.#stale.clear();
		this.onchange();
		if (first.length === pageSize) void this.#extend(turn);
	}

	async #extend(turn: number): Promise<void> {
		try {
			const length = await this.#findEnd(pageSize);
			if (turn !== this.#turn || length <= this.#rows.length) return;
			this.#rows = Array.from({ length }, (_, place) => this.#rows[place]);
			this.onchange();
		} catch (error) {
			this.onerror(error);
		}
	}

	/** The API doesn't tell how many rows there are: asks for single rows at several places at once, closer each time, and for the
	 * last page when it must be that one. `known` rows there are at least. */
	async #findEnd(known: number): Promise<number> {
		const firstMissing = async (places: number[]) => {
			const found = await Promise.all(places.map(async (place) => (await this.#gateway.rows(this.source, place, 1)).length > 0));
			return found.indexOf(false);
		};
		let [low, high] = [known, 0];
		for (let reach = known; high === 0; reach *= 2 ** probes) {
			const places = Array.from({ length: probes }, (_, step) => reach * 2 ** step);
			const missing = await firstMissing(places);
			if (missing >= 0) high = places[missing]!;
			if (missing !== 0) low = (missing > 0 ? places[missing - 1]! : places.at(-1)!) + 1;
		}
		while (high - low >= pageSize) {
			const step = Math.ceil((high - low) / (probes + 1));
			const places = Array.from({ length: probes }, (_, index) => low + step * (index + 1)).filter((place) => place < high);
			const missing = await firstMissing(places);
			if (missing >= 0) high = places[missing]!;
			if (missing !== 0) low = (missing > 0 ? places[missing - 1]! : places.at(-1)!) + 1;
		}
		return low + (await this.#gateway.rows(this.source, low, pageSize)).length;
	}

	/** Loads what isn't loaded of these places. */
	async ensure(from: number, to: number): Promise<void> {
		const pages = [];
		for (let page = Math.floor(Math.max(0, from) / pageSize); page <= Math.floor(Math.min(to, this.#rows.length - 1) / pageSize); page++)
			if (this.#stale.has(page) || this.#hasGap(page)) pages.push(this.#load(page));
		await Promise.all(pages);
	}

	#hasGap(page: number): boolean {
		for (let place = page * pageSize; place < Math.min((page + 1) * pageSize, this.#rows.length); place++)
			if (!this.#rows[place]) return true;
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
			const rows = await this.#gateway.rows(this.source, start, pageSize);
			if (turn !== this.#turn) return;
			const length = this.#rows.length;
			for (const [index, row] of rows.entries()) this.#rows[start + index] = row;
			if (rows.length < pageSize) this.#rows.length = start + rows.length;
			if (this.#rows.length === length) this.onchange(start, start + rows.length - 1);
			else this.onchange();
		} catch (error) {
			this.onerror(error);
		}
	}

	/** Others changed something: what is shown (from..to) is loaded anew, the rest when the grid comes to it. */
	async refresh(from: number, to: number): Promise<void> {
		const turn = ++this.#turn;
		this.#loading.clear();
		const last = Math.max(0, this.#rows.length - 1);
		const tail = await this.#gateway.rows(this.source, last, pageSize);
		if (turn !== this.#turn) return;
		const length = tail.length === pageSize ? await this.#findEnd(last + pageSize) : last + tail.length;
		if (turn !== this.#turn) return;
		if (tail.length === 0 && last > 0) return this.start();
		this.#rows.length = length;
		tail.forEach((row, index) => (this.#rows[last + index] = row));
		for (let page = 0; page * pageSize < length; page++) this.#stale.add(page);
		this.onchange();
		await this.ensure(from, to);
	}

	/** Our own change of rows that are loaded. An answer that is under way must not undo it. */
	splice(place: number, remove: number, ...added: Row[]): void {
		this.#turn++;
		this.#loading.clear();
		if (added.length < 1000) this.#rows.splice(place, remove, ...added);
		else this.#rows = [...this.#rows.slice(0, place), ...added, ...this.#rows.slice(place + remove)];
		this.onchange();
	}

	/** Drops answers that are under way: cells were just changed here. */
	outdate(): void {
		this.#turn++;
		this.#loading.clear();
	}

	placeOf(id: string): number {
		return this.#rows.findIndex((row) => row?._id === id);
	}

	/** The loaded rows of these ids, found in one pass. */
	places(ids: ReadonlySet<string>): Map<string, number> {
		const found = new Map<string, number>();
		for (let place = 0; place < this.#rows.length && found.size < ids.size; place++) {
			const id = this.#rows[place]?._id;
			if (id !== undefined && ids.has(id)) found.set(id, place);
		}
		return found;
	}
}
