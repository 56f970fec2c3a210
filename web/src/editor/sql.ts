// SQL for the editor: its colours, and completion of tables, columns, words and functions.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { SQLDialect } from "@codemirror/lang-sql";
import type { Extension } from "@codemirror/state";
import type { Structure } from "../base/gateway";
import { functionCompletions } from "./function_help";
import { quoted, words } from "./names";

const dialect = SQLDialect.define({ keywords: words, types: "number text date bool", doubleQuotedStrings: true, identifierQuotes: "`", hashComments: false });

export function sqlLanguage(tables: Structure["tables"]): Extension {
	const names = new Map<string, Completion>();
	for (const table of tables) {
		names.set(`table ${table.name}`, { label: table.name, apply: quoted(table.name), type: "table", boost: 3 });
		for (const column of table.columns) {
			const known = names.get(`column ${column.name}`);
			const detail = known ? `${known.detail}, ${table.name}` : table.name;
			names.set(`column ${column.name}`, { label: column.name, apply: quoted(column.name), detail, type: "property", boost: 2 });
		}
	}
	const all: Completion[] = [
		...names.values(),
		...words.split(" ").map((word): Completion => ({ label: word.toUpperCase(), type: "keyword" })),
		...functionCompletions,
	];
	const columnsOf = (name: string): Completion[] => {
		const table = tables.find((one) => one.name.toLowerCase() === name.toLowerCase());
		return (table?.columns ?? []).map((column) => ({ label: column.name, apply: quoted(column.name), detail: column.type, type: "property" }));
	};
	const complete = (context: CompletionContext): CompletionResult | null => {
		const behindDot = context.matchBefore(/(?:`[^`]+`|[\p{L}\p{N}_]+)\.`?[\p{L}\p{N}_]*/u);
		if (behindDot) {
			const at = behindDot.text.lastIndexOf(".");
			const options = columnsOf(behindDot.text.slice(0, at).replaceAll("`", ""));
			if (options.length) return { from: behindDot.from + at + 1, options };
		}
		const word = context.matchBefore(/`?[\p{L}\p{N}_]+/u);
		if (!word && !context.explicit) return null;
		return { from: word?.from ?? context.pos, options: all, validFor: /^[\p{L}\p{N}_]*$/u };
	};
	return [dialect.extension, dialect.language.data.of({ autocomplete: complete })];
}
