// The settings that a column's dialog edits, by type. Settings that it doesn't know stay as they are.
import type { Column, ColumnData } from "../gateway";
import { rateColor } from "../types/draw";
import type { Option } from "../types";

export const dateFormats = [
	"YYYY-MM-DD", "YYYY-MM-DD HH:mm", "M/D/YYYY", "M/D/YYYY HH:mm", "DD/MM/YYYY", "DD/MM/YYYY HH:mm", "DD.MM.YYYY", "DD.MM.YYYY HH:mm",
];
export const durationFormats = ["h:mm", "h:mm:ss"];

/** SeaTable's palette: background, border, text. */
export const palette = [
	"#FFFCB5/#E8E79D/#212529", "#FFEAB6/#ECD084/#212529", "#FFD9C8/#EFBAA3/#212529", "#FFDDE5/#EDC4C1/#212529", "#FFD4FF/#E6B6E6/#212529",
	"#DAD7FF/#C3BEEF/#212529", "#DDFFE6/#BBEBCD/#212529", "#DEF7C4/#C5EB9E/#212529", "#D8FAFF/#B4E4E9/#212529", "#D7E8FF/#BAD1E9/#212529",
	"#B7CEF9/#96B2E1/#212529", "#E9E9E9/#DADADA/#212529", "#FBD44A/#E5C142/#FFFFFF", "#EAA775/#D59361/#FFFFFF", "#F4667C/#DC556A/#FFFFFF",
	"#DC82D2/#D166C5/#FFFFFF", "#9860E5/#844BD2/#FFFFFF", "#9F8CF1/#8F75E2/#FFFFFF", "#59CB74/#4EB867/#FFFFFF", "#ADDF84/#9CCF72/#FFFFFF",
	"#89D2EA/#7BC0D6/#FFFFFF", "#4ECCCB/#45BAB9/#FFFFFF", "#46A1FD/#3C8FE4/#FFFFFF", "#C2C2C2/#ADADAD/#FFFFFF",
].map((line) => {
	const [color = "", borderColor = "", textColor = ""] = line.split("/");
	return { color, borderColor, textColor };
});

export function freshOption(name: string, others: Option[]): Option {
	const taken = new Set(others.map((option) => option.id));
	let id = "";
	do id = String(Math.floor(Math.random() * 1_000_000));
	while (taken.has(id));
	return { id, name, ...palette[others.length % palette.length] };
}

type Data = Record<string, unknown>;

const usualFormats: Record<string, { decimal: string; date: string }> = {
	en: { decimal: "dot", date: "YYYY-MM-DD" },
	fr: { decimal: "comma", date: "DD/MM/YYYY" },
	de: { decimal: "comma", date: "DD.MM.YYYY" },
};
const formatKeys = ["format", "decimal", "thousands", "precision", "enable_precision", "currency_symbol", "currency_symbol_position", "duration_format"];
const lookupKeys = ["summary_method", "column_key_in_linked_record", "column_key_for_comparison", "level1_linked_table_column_key", "level2_linked_table_column_key"];

function textOf(data: Data, name: string, fallback: string): string {
	const value = data[name];
	return typeof value === "string" && value ? value : fallback;
}

/** What the dialog holds while it is open: every setting as text or list, whatever the type. */
export class Settings {
	format = $state("number");
	symbol = $state("");
	precision = $state("");
	decimal = $state("dot");
	thousands = $state("no");
	dateFormat = $state("YYYY-MM-DD");
	durationFormat = $state("h:mm");
	rateMax = $state(5);
	rateStyle = $state("dtable-icon-rate");
	rateColor = $state(rateColor);
	options = $state<Option[]>([]);
	digits = $state(4);
	prefix = $state("");
	formula = $state("");
	/** The server does not take the formula as it stands. */
	formulaWrong = $state(false);
	/** "number", "string", "bool", "date", "array"; empty as long as nobody knows. */
	resultType = $state("");
	/** Of a link column; of one that is computed of linked rows, null as long as something is missing. */
	link = $state.raw<ColumnData>(null);
	lookup = $state.raw<ColumnData>(null);
	#formatChosen = false;
	#usual: { decimal: string; date: string };

	constructor(column: Column | undefined, lang: string) {
		const data = column?.data ?? {};
		const isComputed = column?.type === "formula" || column?.type === "link-formula";
		this.#usual = usualFormats[lang] ?? usualFormats["en"]!;
		this.formula = column?.type === "formula" ? textOf(data, "formula", "") : "";
		this.resultType = isComputed ? textOf(data, "result_type", "") : "";
		this.#formatChosen = isComputed;
		this.#readNumberFormat(data, !column, column?.type === "number" || this.resultType === "number");
		this.#readDateFormat(column?.type === "date" || this.resultType === "date" ? data : {});
		this.rateMax = Number(data["rate_max_number"]) || 5;
		this.rateStyle = textOf(data, "rate_style_type", "dtable-icon-rate");
		this.rateColor = textOf(data, "rate_style_color", rateColor);
		this.options = Array.isArray(data["options"]) ? structuredClone(data["options"] as Option[]) : [];
		this.digits = Number(data["digits"]) || 4;
		this.prefix = textOf(data, "prefix", "");
	}

	/** A new column gets the decimal mark that is usual in the language. */
	#readNumberFormat(data: Data, isNew: boolean, isNumber = true) {
		this.format = isNumber ? textOf(data, "format", "number") : "number";
		this.symbol = textOf(data, "currency_symbol", "");
		this.precision = data["enable_precision"] ? String(data["precision"] ?? "") : "";
		this.decimal = textOf(data, "decimal", isNew ? this.#usual.decimal : "dot");
		this.thousands = textOf(data, "thousands", "no");
		this.durationFormat = textOf(data, "duration_format", "h:mm");
	}

	#readDateFormat(data: Data, withTime = false) {
		this.dateFormat = textOf(data, "format", this.#usual.date + (withTime ? " HH:mm" : ""));
	}

	/** Somebody chose how a formula's results are shown. */
	choseFormat() {
		this.#formatChosen = true;
	}

	/** What the formula gives is known. Until somebody chooses another, its format is that of the column that the formula is, or
	 * the usual one. */
	formulaGives(data: Data) {
		const isColumn = /^\s*\{[^{}]+\}\s*$/.test(this.formula);
		this.resultsAre(textOf(data, "result_type", ""), isColumn ? data : {}, textOf(data, "format", "").includes("HH:mm"));
	}

	/** The same of results that are known to be of a type, and like the values of a column with those settings. */
	resultsAre(type: string, like: Data, withTime = false) {
		const keeps = this.#formatChosen && type === this.resultType;
		this.resultType = type;
		if (keeps) return;
		this.#formatChosen = false;
		if (type === "number") this.#readNumberFormat(like, true);
		if (type === "date") this.#readDateFormat(like, withTime);
	}

	/** The column's data for a type, on top of what it has when the type stays. */
	data(type: string, before: Column | undefined): ColumnData {
		const own = this.#own(type);
		const kept = before?.type === type ? { ...before.data } : null;
		// A format of another kind of result would stay in the way of the new one's.
		if (kept && (type === "formula" || type === "link-formula")) for (const key of [...formatKeys, ...lookupKeys]) delete kept[key];
		return own || kept ? { ...kept, ...own } : null;
	}

	/** How a formula's results are shown. */
	resultFormat(): Data {
		if (this.resultType === "number" && this.format === "duration") return { format: "duration", duration_format: this.durationFormat };
		if (this.resultType === "number") return this.#numberFormat();
		return this.resultType === "date" ? { format: this.dateFormat } : {};
	}

	#numberFormat(): Data {
		return {
			format: this.format,
			decimal: this.decimal,
			thousands: this.thousands,
			enable_precision: this.precision !== "",
			...(this.precision !== "" && { precision: Number(this.precision) }),
			...(this.format === "custom_currency" && { currency_symbol: this.symbol, currency_symbol_position: "after" }),
		};
	}

	#own(type: string): ColumnData {
		switch (type) {
			case "number":
				return this.#numberFormat();
			case "link":
				return this.link;
			case "link-formula":
				return { ...this.lookup, ...this.resultFormat() };
			case "formula":
				return { formula: this.formula, ...this.resultFormat() };
			case "date":
				return { format: this.dateFormat };
			case "duration":
				return { format: "duration", duration_format: this.durationFormat };
			case "rate":
				return { rate_max_number: this.rateMax, rate_style_type: this.rateStyle, rate_style_color: this.rateColor };
			case "single-select":
			case "multiple-select":
				return { options: $state.snapshot(this.options).filter((option) => option.name.trim() !== "") };
			case "auto-number":
				return { format: "0".repeat(this.digits), digits: this.digits, prefix_type: this.prefix ? "string" : null, prefix: this.prefix };
			default:
				return null;
		}
	}
}
