import type { Translation } from "../../../i18n/catalog.svelte";
import type { en } from "./en";

export const de: Translation<typeof en> = {
	linked: "Verknüpfte Zeilen",
	find: "In {table} suchen…",
	results: "Zeilen von {table}",
	open: "{name} öffnen",
	unlink: "Verknüpfung mit {name} lösen",
	more: { one: "1 weitere", other: "{n} weitere" },
	nothing: "Nichts gefunden.",
	empty: "{table} hat noch keine Zeilen.",
	make: "Neue Zeile",
	makeNamed: "Neue Zeile „{name}“",
	back: "Zurück",
	add: "Zeile verknüpfen…",
	choose: "Zeile wählen…",
	first: "Die ersten {n} Zeilen. Tippen Sie, um andere zu finden.",
};
