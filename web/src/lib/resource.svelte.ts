// Something that a page loads: what came, whether it is on its way, and what went wrong.

const freshMs = 5_000;
const pauseMs = 250;

export class Resource<T> {
	value = $state.raw<T>();
	error = $state.raw<unknown>();
	loading = $state(false);
	/** Of a list that comes in pages: the one that is shown, from 1. */
	page = $state(1);
	#load: (page: number) => Promise<T>;
	#attempt = 0;

	constructor(load: (page: number) => Promise<T>) {
		this.#load = load;
	}

	/** Loads again; the old value stays visible meanwhile, and an answer that was overtaken is dropped. */
	reload = async (): Promise<void> => {
		const attempt = ++this.#attempt;
		this.loading = true;
		try {
			const value = await this.#load(this.page);
			if (attempt !== this.#attempt) return;
			this.value = value;
			this.error = undefined;
		} catch (error) {
			if (attempt === this.#attempt) this.error = error;
		} finally {
			if (attempt === this.#attempt) this.loading = false;
		}
	};

	turn = (page: number): Promise<void> => {
		this.page = page;
		return this.reload();
	};
}

/** Shows the first page of what `wanted` asks for: at once, and again whenever it has changed and the person pauses. Called
 * while a component is set up. */
export function loadWhenChanged(resource: Resource<unknown>, wanted: () => unknown): void {
	let first = true;
	$effect(() => {
		wanted();
		const timer = setTimeout(() => void resource.turn(1), first ? 0 : pauseMs);
		first = false;
		return () => clearTimeout(timer);
	});
}

/** Loads again when the person comes back to the window, and now and then while it is in sight. Called while a component is
 * set up; ends with it. */
export function keepFresh(resource: { reload: () => Promise<void> }): void {
	$effect(() => {
		const again = () => document.visibilityState === "visible" && void resource.reload();
		const timer = setInterval(again, freshMs);
		addEventListener("focus", again);
		return () => {
			clearInterval(timer);
			removeEventListener("focus", again);
		};
	});
}
