import type { Translation } from "../../../i18n/catalog.svelte";
import type { en } from "./en";

export const de: Translation<typeof en> = {
	title: "Diagramm",
	subtitle: "Alle Zeilen der Tabelle {table}",
	kind: "Art",
	"kind.column": "Säulen",
	"kind.bar": "Balken",
	"kind.line": "Linie",
	"kind.pie": "Kreis",
	x: "Für jede",
	step: "Schritt",
	"step.year": "Jahr",
	"step.month": "Monat",
	"step.day": "Tag",
	measure: "Zeigen",
	"measure.count": "Anzahl der Zeilen",
	"measure.sum": "Summe",
	"measure.avg": "Durchschnitt",
	"measure.min": "Kleinster Wert",
	"measure.max": "Größter Wert",
	y: "Der Spalte",
	empty: "(leer)",
	picture: "{y}, für jede {x}",
	cut: "Gezeigt werden die ersten {n} Werte.",
	numbers: "Zahlen",
};
