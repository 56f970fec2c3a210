import type { Translation } from "../../../i18n/catalog.svelte";
import type { en } from "./en";

export const fr: Translation<typeof en> = {
	linked: "Lignes liées",
	find: "Chercher dans {table}…",
	results: "Lignes de {table}",
	open: "Ouvrir {name}",
	unlink: "Délier {name}",
	more: { one: "1 autre", other: "{n} autres" },
	nothing: "Aucun résultat.",
	empty: "{table} n’a pas encore de ligne.",
	make: "Nouvelle ligne",
	makeNamed: "Nouvelle ligne « {name} »",
	back: "Retour",
	add: "Lier une ligne…",
	choose: "Choisir une ligne…",
	first: "Les {n} premières lignes. Tapez pour en trouver d’autres.",
};
