// A list of settings while a panel edits it: what is typed is seen at once and sent a moment later; what others change
// meanwhile is taken over, unless it is what was just sent.
import { onDestroy } from "svelte";

const sendAfterMs = 300;

export class Draft<T> {
	value = $state() as T;
	#known: string;
	#send: (value: T) => Promise<unknown>;
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** Own changes on their way: what is stored is older than the draft. */
	#sending = $state(0);

	/** `read` gives the stored value, now and when it changes; a component's own, as it uses its effects. */
	constructor(read: () => T, send: (value: T) => Promise<unknown>) {
		this.value = structuredClone(read());
		this.#known = JSON.stringify(this.value);
		this.#send = send;
		$effect(() => {
			const stored = JSON.stringify(read());
			if (this.#sending > 0 || this.#timer !== undefined || stored === this.#known) return;
			this.#known = stored;
			this.value = JSON.parse(stored) as T;
		});
		onDestroy(() => this.flush());
	}

	/** Sends what the draft holds, `soon` when more may be typed. */
	changed(soon = false): void {
		clearTimeout(this.#timer);
		this.#timer = soon ? setTimeout(() => this.flush(), sendAfterMs) : undefined;
		if (!soon) this.flush();
	}

	flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const now = JSON.stringify($state.snapshot(this.value));
		if (now === this.#known) return;
		this.#known = now;
		this.#sending++;
		void this.#send(JSON.parse(now) as T).finally(() => this.#sending--);
	}
}
