// Functions as completions, each with what it does beside it.
import type { Completion } from "@codemirror/autocomplete";
import { functions, type FunctionHelp } from "./functions";

function info({ signature, help, example }: FunctionHelp): Node {
	const box = document.createElement("div");
	for (const [tag, text] of [["code", signature], ["p", help], ["code", example]] as const) {
		const line = box.appendChild(document.createElement(tag));
		line.textContent = text;
	}
	return box;
}

export const functionCompletions: Completion[] = functions.map((one) => ({
	label: one.name,
	detail: one.signature.slice(one.name.length),
	type: "function",
	info: () => info(one),
	apply: (view, _completion, from, to) => {
		const insert = `${one.name}()`;
		// Behind the bracket, or between the two when something is to be written there.
		const cursor = from + insert.length - (one.signature.endsWith("()") ? 0 : 1);
		view.dispatch({ changes: { from, to, insert }, selection: { anchor: cursor }, userEvent: "input.complete" });
	},
}));
