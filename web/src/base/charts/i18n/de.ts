import type { Translation } from "../../../i18n/catalog.svelte";
import type { en } from "./en";

export const de: Translation<typeof en> = {
	title: "Diagramm",
	subtitle: "Die Zeilen der Ansicht {view} von {table}",
	kind: "Art",
	"kind.column": "Säulen",
	"kind.bar": "Balken",
	"kind.line": "Linie",
	"kind.pie": "Kreis",
	x: "Für jede",
	step: "Schritt",
	measure: "Zeigen",
	"measure.count": "Anzahl der Zeilen",
	"measure.sum": "Summe",
	"measure.average": "Durchschnitt",
	"measure.min": "Kleinster Wert",
	"measure.max": "Größter Wert",
	y: "Der Spalte",
	picture: "{y}, für jede {x}",
	cut: "Gezeigt werden die ersten {n} Werte.",
	numbers: "Zahlen",
	kept: "Gespeicherte Diagramme",
	"kept.none": "Neues Diagramm",
	name: "Name des Diagramms",
	keep: "Speichern",
	forget: "Diagramm löschen",
};
