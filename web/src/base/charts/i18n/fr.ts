import type { Translation } from "../../../i18n/catalog.svelte";
import type { en } from "./en";

export const fr: Translation<typeof en> = {
	title: "Graphique",
	subtitle: "Les lignes de la vue {view} de {table}",
	kind: "Type",
	"kind.column": "Colonnes",
	"kind.bar": "Barres",
	"kind.line": "Courbe",
	"kind.pie": "Secteurs",
	x: "Pour chaque",
	step: "Pas",
	measure: "Afficher",
	"measure.count": "Nombre de lignes",
	"measure.sum": "Somme",
	"measure.average": "Moyenne",
	"measure.min": "Plus petite valeur",
	"measure.max": "Plus grande valeur",
	y: "De la colonne",
	picture: "{y}, pour chaque {x}",
	cut: "Les {n} premières valeurs sont affichées.",
	numbers: "Chiffres",
	kept: "Graphiques gardés",
	"kept.none": "Nouveau graphique",
	name: "Nom du graphique",
	keep: "Garder",
	forget: "Supprimer le graphique",
};
