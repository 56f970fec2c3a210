// Something that a page loads: what came, whether it is on its way, and what went wrong.

const freshMs = 5_000;

export class Resource<T> {
	value = $state.raw<T>();
	error = $state.raw<unknown>();
	loading = $state(false);
	#load: () => Promise<T>;
	#turn = 0;

	constructor(load: () => Promise<T>) {
		this.#load = load;
	}

	/** Loads again; the old value stays visible meanwhile, and an answer that was overtaken is dropped. */
	reload = async (): Promise<void> => {
		const turn = ++this.#turn;
		this.loading = true;
		try {
			const value = await this.#load();
			if (turn !== this.#turn) return;
			this.value = value;
			this.error = undefined;
		} catch (error) {
			if (turn === this.#turn) this.error = error;
		} finally {
			if (turn === this.#turn) this.loading = false;
		}
	};
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
