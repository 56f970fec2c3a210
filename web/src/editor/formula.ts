// Formulas for the editor: their colours, completion of columns and functions, and in which call the cursor stands.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { StreamLanguage } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { functionCompletions } from "./function_help";
import { functions } from "./functions";

/** A column as it is named in braces, and what it is. Names of linked tables' columns have a dot for each link on the way. */
export type FormulaName = { name: string; detail: string; isLink: boolean; hops: number };
/** The innermost call around the cursor, which of its arguments is being written, from 0, and where they begin. */
export type OpenCall = { name: string; argument: number; from: number };

type Reading = { quote: string };

const language = StreamLanguage.define<Reading>({
	startState: () => ({ quote: "" }),
	token(stream, reading) {
		if (!reading.quote && stream.eatSpace()) return null;
		if (!reading.quote && stream.match(/^["']/)) reading.quote = stream.current();
		if (reading.quote) {
			while (!stream.eol()) {
				const next = stream.next();
				if (next === "\\") stream.next();
				else if (next === reading.quote && stream.pos > stream.start + 1) {
					reading.quote = "";
					break;
				}
			}
			return "string";
		}
		if (stream.match(/^\{[^{}]*\}?/)) return "propertyName";
		if (stream.match(/^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/i)) return "number";
		if (stream.match(/^[\p{L}_][\p{L}\p{N}_]*(?=\s*\()/u)) return "variableName.function";
		if (stream.match(/^(true|false|pi|e)(?![\p{L}\p{N}_])/iu)) return "bool";
		stream.next();
		return null;
	},
	languageData: { closeBrackets: { brackets: ["(", "{", '"', "'"] } },
});

/** Columns, texts, the beginnings and ends of calls, and commas; of a call its name is kept. */
const marks = /\{[^{}]*\}?|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|([\p{L}_][\p{L}\p{N}_]*)?\s*\(|[,)]/gsu;

export function callAt(text: string, at: number): OpenCall | undefined {
	const open: OpenCall[] = [];
	for (const { 0: mark, 1: name, index } of text.slice(0, at).matchAll(marks)) {
		if (mark === ")") open.pop();
		else if (mark === "," && open.length) open.at(-1)!.argument++;
		else if (mark.endsWith("(") && !/^[{"']/.test(mark)) open.push({ name: name ?? "", argument: 0, from: index + mark.length });
	}
	return open.findLast((call) => call.name !== "");
}

/** Is the cursor within a text or, when it counts, behind an open brace? */
function openMark(text: string): string {
	const last = [...text.matchAll(marks)].at(-1)?.[0] ?? "";
	const ends = text.endsWith(last);
	return ends && /^["']/.test(last) && (last.length === 1 || !last.endsWith(last[0]!)) ? last[0]! : "";
}

function inBraces({ name, detail }: FormulaName): Completion {
	return {
		label: name,
		detail,
		type: "property",
		apply: (view, _completion, from, to) => {
			const closed = view.state.sliceDoc(to, to + 1) === "}";
			view.dispatch({
				changes: { from, to: closed ? to + 1 : to, insert: `${name}}` },
				selection: { anchor: from + name.length + 1 },
				userEvent: "input.complete",
			});
		},
	};
}

/** What the function of a call takes at the cursor: "link", "column", "number" … */
function wantedAt(call: OpenCall): string {
	const { signature } = functions.find((one) => one.name.toLowerCase() === call.name.toLowerCase()) ?? {};
	return signature?.slice(call.name.length + 1, -1).split(", ")[call.argument] ?? "";
}

/** Columns that a function takes by name, as a text; behind a link the linked table's. */
function inText(names: FormulaName[], before: string): Completion[] {
	const call = callAt(before, before.length);
	const wanted = call ? wantedAt(call) : "";
	const link = /^\s*["']([^"']*)["']\s*,/.exec(before.slice(call?.from))?.[1];
	if (wanted === "link") return names.filter(({ hops, isLink }) => isLink && hops === 0).map(({ name, detail }) => ({ label: name, detail, type: "property" }));
	if (wanted !== "column") return [];
	const own = names.filter(({ hops }) => hops === 0).map(({ name, detail }) => ({ label: name, detail, type: "property" }));
	if (link === undefined) return own;
	const linked = names.filter(({ name, hops }) => hops === 1 && name.startsWith(`${link}.`));
	return linked.map(({ name, detail }) => ({ label: name.slice(link.length + 1), detail, type: "property" }));
}

/** `oncall` is told in which call the cursor stands, whenever that may have changed. */
export function formulaLanguage(names: FormulaName[], oncall: (call: OpenCall | undefined) => void): Extension {
	const within = names.map(inBraces);
	const anywhere: Completion[] = [
		...names.map(({ name, detail }): Completion => ({ label: name, detail, apply: `{${name}}`, type: "property", boost: 2 })),
		...functionCompletions,
	];
	const complete = (context: CompletionContext): CompletionResult | null => {
		const before = context.state.sliceDoc(0, context.pos);
		const quote = openMark(before);
		if (quote) return { from: before.lastIndexOf(quote) + 1, options: inText(names, before), validFor: /^[^"']*$/ };
		const brace = context.matchBefore(/\{[^{}]*/);
		if (brace) return { from: brace.from + 1, options: within, validFor: /^[^{}]*$/ };
		const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*/u);
		if (!word && !context.explicit) return null;
		return { from: word?.from ?? context.pos, options: anywhere, validFor: /^[\p{L}\p{N}_]*$/u };
	};
	return [
		language,
		language.data.of({ autocomplete: complete }),
		EditorView.updateListener.of(({ state, docChanged, selectionSet }) => {
			if (docChanged || selectionSet) oncall(callAt(state.doc.toString(), state.selection.main.head));
		}),
	];
}
