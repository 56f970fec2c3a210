// What people say in the base: how many comments each row has, and of what this person was told. Loaded anew when an event tells
// of something new, and when the window comes to the front again.
import { errorText, toasts } from "../../ui";
import type { Gateway, Notification } from "../gateway";
import { pause } from "../live";

/** Events that come in a burst are answered together. */
const settleMs = 300;

export class Talk {
	readonly #gateway: Gateway;
	readonly #signal: AbortSignal;
	counts = $state.raw<Record<string, number>>({});
	notifications = $state.raw<Notification[]>([]);
	/** Grows when somebody commented: open lists of comments load anew. */
	turn = $state(0);
	#waiting = false;

	constructor(gateway: Gateway, signal: AbortSignal) {
		this.#gateway = gateway;
		this.#signal = signal;
	}

	unseen = $derived(this.notifications.filter((one) => !one.seen).length);

	async load(): Promise<void> {
		try {
			[this.counts, this.notifications] = await Promise.all([this.#gateway.commentCounts(), this.#gateway.notifications()]);
		} catch (error) {
			console.warn(error);
		}
	}

	/** Something happened: comments are counted, and changed cells may name this person. */
	async happened(op_type: string): Promise<void> {
		if (/comment/.test(op_type)) this.turn++;
		if (this.#waiting || !/comment|row/.test(op_type)) return;
		this.#waiting = true;
		await pause(settleMs, this.#signal);
		this.#waiting = false;
		if (!this.#signal.aborted) await this.load();
	}

	async #told(work: Promise<unknown>): Promise<void> {
		try {
			await work;
		} catch (error) {
			toasts.error(errorText(error));
		}
		await this.load();
	}

	markSeen(id?: number): Promise<void> {
		const mark = (one: Notification): Notification => (id === undefined || one.id === id ? { ...one, seen: 1 } : one);
		this.notifications = this.notifications.map(mark);
		return this.#told(this.#gateway.markNotifications(true, id));
	}

	deleteAll(): Promise<void> {
		this.notifications = [];
		return this.#told(this.#gateway.deleteNotifications());
	}
}
