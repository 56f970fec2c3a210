// The part of a text that an error is about, marked until the text changes.
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, type DecorationSet } from "@codemirror/view";
import type { ErrorPlace } from "../api/client";

const marked = StateEffect.define<ErrorPlace | undefined>();
const mark = Decoration.mark({ class: "cm-wrong" });

export const wrongPlace = StateField.define<DecorationSet>({
	create: () => Decoration.none,
	update(now, transaction) {
		let next = transaction.docChanged ? Decoration.none : now;
		for (const effect of transaction.effects)
			if (effect.is(marked)) next = effect.value ? Decoration.set(mark.range(effect.value.from, effect.value.to)) : Decoration.none;
		return next;
	},
	provide: (field) => EditorView.decorations.from(field),
});

/** The server counts characters, the editor UTF-16 units. */
function unitsBefore(text: string, characters: number): number {
	return [...text].slice(0, characters).join("").length;
}

export function markError(view: EditorView, place: ErrorPlace | undefined): void {
	const text = view.state.doc.toString();
	let range: ErrorPlace | undefined;
	if (place && text) {
		// At the end of the text there is nothing to underline but what stands before.
		const to = Math.min(Math.max(unitsBefore(text, place.to), 1), text.length);
		range = { from: Math.min(unitsBefore(text, place.from), to - 1), to };
	}
	view.dispatch({ effects: marked.of(range) });
}
