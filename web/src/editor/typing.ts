// Typing over a selection. The browser would put a copy of the old text's look into a style attribute, which the pages' policy
// refuses and reports; so the editor does it itself.
import { EditorView } from "@codemirror/view";

export const typingOver = EditorView.domEventHandlers({
	beforeinput(event, view) {
		const { main } = view.state.selection;
		const text = event.data;
		if (event.inputType !== "insertText" || text === null || main.empty || view.composing) return false;
		const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
		const handled = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, main.from, main.to, text, insert));
		if (!handled) view.dispatch(insert());
		return true;
	},
});
