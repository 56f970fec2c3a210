// The editor in the design's colours, light and dark.
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const look = EditorView.theme({
	"&": { fontSize: "0.875rem", color: "var(--text)" },
	"&.cm-focused": { outline: "none" },
	".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", minHeight: "var(--editor-height, 5em)", maxHeight: "40vh" },
	".cm-content": { padding: "10px 0", caretColor: "var(--text)" },
	".cm-line": { padding: "0 14px" },
	".cm-cursor": { borderLeftColor: "var(--text)" },
	"&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", color: "var(--on-accent-soft)" },
	".cm-wrong": { textDecoration: "underline wavy var(--danger) 1px", textUnderlineOffset: "3px" },
	".cm-tooltip": {
		border: "1px solid var(--border)",
		borderRadius: "var(--radius)",
		backgroundColor: "var(--raised)",
		color: "var(--text)",
		boxShadow: "var(--shadow-2)",
		overflow: "hidden",
	},
	".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "0.8125rem", maxHeight: "16em" },
	".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 10px" },
	".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--on-accent-soft)" },
	".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal" },
	".cm-completionIcon": { display: "none" },
	".cm-completionMatchedText": { textDecoration: "none", fontWeight: "650" },
	".cm-tooltip.cm-completionInfo": { maxWidth: "340px", padding: "10px 12px", fontFamily: "var(--font)", fontSize: "0.8125rem" },
});

export const colors = HighlightStyle.define([
	{ tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
	{ tag: [tags.string, tags.special(tags.string)], color: "var(--on-good-soft)" },
	{ tag: [tags.number, tags.bool, tags.null], color: "var(--on-warn-soft)" },
	{ tag: tags.propertyName, color: "var(--on-accent-soft)", backgroundColor: "var(--accent-soft)", borderRadius: "3px" },
	{ tag: tags.function(tags.variableName), color: "var(--accent)", fontWeight: "600" },
	{ tag: [tags.lineComment, tags.blockComment], color: "var(--muted)", fontStyle: "italic" },
]);
