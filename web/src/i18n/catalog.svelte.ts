// Messages in the person's language. A catalog is one table of messages a language, loaded when needed; the app has one, and a
// part that is loaded later (the base page) brings its own. The English table is the type: a language that lacks a message,
// or a call that forgets a parameter, doesn't compile.

export const languages = { en: "English", fr: "Français", de: "Deutsch" } as const;
export type Language = keyof typeof languages;

/** Forms for a number, in the person's language; English, French and German need no others. */
export type Plural = { one: string; other: string };
export type Message = string | Plural;

/** The type of a translated table: the same keys, a plural where English has one. */
export type Translation<T> = { [K in keyof T]: T[K] extends string ? string : Plural };

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type Names<M> = M extends string ? NamesIn<M> : M extends Plural ? NamesIn<M["other"]> | "n" : never;
type Arguments<M> = [Names<M>] extends [never] ? [] : [values: { [K in Names<M>]: string | number }];

const storageKey = "atoll.language";
const catalogs = new Set<{ load(language: Language): Promise<void> }>();
let current = $state<Language>("en");

function isLanguage(text: unknown): text is Language {
	return typeof text === "string" && text in languages;
}

/** The language that the person chose in this browser, else the first that the browser asks for and we have. */
function preferred(): Language {
	const stored = localStorage.getItem(storageKey);
	if (isLanguage(stored)) return stored;
	return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

export function language(): Language {
	return current;
}

async function use(wanted: Language): Promise<void> {
	await Promise.all([...catalogs].map((catalog) => catalog.load(wanted)));
	current = wanted;
	document.documentElement.lang = wanted;
}

/** Loads the tables of the preferred language; the page is drawn after that. */
export function startLanguage(): Promise<void> {
	return use(preferred());
}

/** Switches every catalog and remembers the choice; anything but a language of ours means "as the browser says". */
export function setLanguage(wanted: string): Promise<void> {
	if (isLanguage(wanted)) localStorage.setItem(storageKey, wanted);
	else localStorage.removeItem(storageKey);
	return use(preferred());
}

export class Catalog<T extends Record<string, Message>> {
	#loaders: Record<Language, () => Promise<Translation<T>>>;
	#table = $state.raw<Translation<T>>();
	#loaded: Language | undefined;

	constructor(loaders: Record<Language, () => Promise<Translation<T>>>) {
		this.#loaders = loaders;
		catalogs.add(this);
	}

	/** A part that is loaded later awaits this before it draws. */
	ready(): Promise<void> {
		return this.load(current);
	}

	async load(wanted: Language): Promise<void> {
		if (this.#loaded === wanted) return;
		this.#table = await this.#loaders[wanted]();
		this.#loaded = wanted;
	}

	/** The message with its {names} filled in; `n` also chooses between the forms of a plural, and is written with separators. */
	t = <K extends keyof T & string>(key: K, ...rest: Arguments<T[K]>): string => {
		const message: Message = (this.#table as Record<string, Message> | undefined)?.[key] ?? key;
		const values = rest[0] as Record<string, string | number> | undefined;
		const text = typeof message === "string" ? message : message[form(Number(values?.["n"]))];
		return text.replace(/\{(\w+)\}/g, (_, name: string) => show(values?.[name]));
	};
}

function form(n: number): "one" | "other" {
	return new Intl.PluralRules(current).select(n) === "one" ? "one" : "other";
}

function show(value: string | number | undefined): string {
	return typeof value === "number" ? value.toLocaleString(current) : (value ?? "");
}
