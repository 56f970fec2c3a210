// The messages about a row: its comments, what happened to it, its lock, and notifications.
import { Catalog } from "../../../i18n/catalog.svelte";
import type { en } from "./en";

export const words = new Catalog<typeof en>({
	en: async () => (await import("./en")).en,
	fr: async () => (await import("./fr")).fr,
	de: async () => (await import("./de")).de,
});

export const t = words.t;
