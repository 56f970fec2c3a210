// Short messages at the edge of the page: "Moved to the trash", with a way back where there is one.

export type Toast = { id: number; kind: "good" | "error"; text: string; action?: { label: string; run: () => void } };

const visibleMs = 6000;
let next = 0;

class Toasts {
	list = $state.raw<Toast[]>([]);

	#show(toast: Omit<Toast, "id">): void {
		const id = ++next;
		this.list = [...this.list.slice(-2), { ...toast, id }];
		setTimeout(() => this.dismiss(id), visibleMs);
	}

	good(text: string, action?: Toast["action"]): void {
		this.#show({ kind: "good", text, action });
	}

	error(text: string): void {
		this.#show({ kind: "error", text });
	}

	dismiss(id: number): void {
		this.list = this.list.filter((toast) => toast.id !== id);
	}
}

export const toasts = new Toasts();
