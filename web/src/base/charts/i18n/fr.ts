import type { Translation } from "../../../i18n/catalog.svelte";
import type { en } from "./en";

export const fr: Translation<typeof en> = {
	title: "Graphique",
	subtitle: "Toutes les lignes de la table {table}",
	kind: "Type",
	"kind.column": "Colonnes",
	"kind.bar": "Barres",
	"kind.line": "Courbe",
	"kind.pie": "Secteurs",
	x: "Pour chaque",
	step: "Pas",
	"step.year": "Année",
	"step.month": "Mois",
	"step.day": "Jour",
	measure: "Afficher",
	"measure.count": "Nombre de lignes",
	"measure.sum": "Somme",
	"measure.avg": "Moyenne",
	"measure.min": "Plus petite valeur",
	"measure.max": "Plus grande valeur",
	y: "De la colonne",
	empty: "(vide)",
	picture: "{y}, pour chaque {x}",
	cut: "Les {n} premières valeurs sont affichées.",
	numbers: "Chiffres",
};
