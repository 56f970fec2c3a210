// The app's own messages. `t` is reactive: what is drawn with it changes when the language does.
import { Catalog } from "./catalog.svelte";
import type { en } from "./en";

const catalog = new Catalog<typeof en>({
	en: async () => (await import("./en")).en,
	fr: async () => (await import("./fr")).fr,
	de: async () => (await import("./de")).de,
});

export const t = catalog.t;
export type MessageKey = keyof typeof en;
export { language, languages, setLanguage, startLanguage, type Language } from "./catalog.svelte";
