// The statements of one base and person that are kept in this browser: those saved under a name, and what was run last.
import { toasts } from "../ui";
import { t } from "./i18n";

export type Saved = { name: string; text: string };

const mostHistory = 50;
const mostSaved = 200;
/** Longer statements are programs' work: they run, but are not remembered. */
const longest = 10_000;

type Kept = { saved: Saved[]; history: string[] };

function read(key: string): Kept {
	try {
		const { saved, history } = JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Kept>;
		return { saved: Array.isArray(saved) ? saved : [], history: Array.isArray(history) ? history : [] };
	} catch {
		return { saved: [], history: [] };
	}
}

export class KeptStatements {
	saved = $state.raw<Saved[]>([]);
	history = $state.raw<string[]>([]);
	#key: string;

	constructor(base: string, person: string) {
		this.#key = `atoll.sql.${base}.${person}`;
		({ saved: this.saved, history: this.history } = read(this.#key));
	}

	/** A name that is there already is overwritten. */
	save(name: string, text: string): void {
		const rest = this.saved.filter((one) => one.name !== name);
		if (text.length > longest || rest.length >= mostSaved) return toasts.error(t("saveTooMuch"));
		this.saved = [...rest, { name, text }].sort((a, b) => a.name.localeCompare(b.name));
		this.#write();
	}

	remove(name: string): void {
		this.saved = this.saved.filter((one) => one.name !== name);
		this.#write();
	}

	/** Newest first, each once. */
	ran(text: string): void {
		if (text.length > longest) return;
		this.history = [text, ...this.history.filter((one) => one !== text)].slice(0, mostHistory);
		this.#write();
	}

	forget(): void {
		this.history = [];
		this.#write();
	}

	#write(): void {
		try {
			localStorage.setItem(this.#key, JSON.stringify({ saved: this.saved, history: this.history }));
		} catch {
			toasts.error(t("saveFailed"));
		}
	}
}
