// The editors that open in a cell. Each reads the cell's value, and hands over a new one or says that the text is no such
// value; what is done with it is the grid's matter.
import type { Editor, EditorArguments, EditorConstructor, EditorValidationResult } from "slickgrid";
import { place } from "../../lib/place";
import type { Column, Row } from "../gateway";
import { t } from "../i18n";
import { cellValue, hasTime, inputValue } from "../types/date";
import { person, pill, stars } from "../types/draw";
import { element, typeOf, type Choice, type Context } from "../types";

/** What a grid column carries for its editor (in `params`). */
export type EditorParams = { column: Column; context: () => Context };

/** Set by the key that opened the editor: the letter replaces what the cell holds. */
export const opening = { typed: false };

const invalid = Symbol("invalid");

/** What all editors share; each builds its elements in `init`, which its constructor calls. `read` gives the value, or `invalid`. */
abstract class CellEditor implements Editor {
	protected readonly args: EditorArguments;
	protected readonly column: Column;
	protected readonly context: Context;
	protected before: unknown = null;

	constructor(args: EditorArguments) {
		this.args = args;
		const { column, context } = args.column.params as EditorParams;
		this.column = column;
		this.context = context();
	}

	abstract init(): void;
	abstract destroy(): void;
	abstract focus(): void;
	protected abstract fill(value: unknown): void;
	protected abstract read(): unknown;

	loadValue(item: Row): void {
		this.before = item[this.column.key] ?? null;
		this.fill(this.before);
	}

	serializeValue(): unknown {
		return this.read();
	}

	applyValue(item: Row, value: unknown): void {
		item[this.column.key] = value;
	}

	isValueChanged(): boolean {
		const value = this.read();
		return value === invalid || JSON.stringify(value) !== JSON.stringify(this.before);
	}

	validate(): EditorValidationResult {
		const valid = this.read() !== invalid;
		return { valid, msg: valid ? null : t("edit.invalid", { name: this.column.name }) };
	}
}

/** Keys that the text in an editor needs for itself; the grid gets the others. */
function keepKeys(event: KeyboardEvent, passed: string[]): void {
	const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
	if (!plain || event.isComposing || !passed.includes(event.key)) event.stopPropagation();
}

class LineEditor extends CellEditor {
	protected input!: HTMLInputElement;

	constructor(args: EditorArguments) {
		super(args);
		this.init();
	}

	init(): void {
		this.input = element("input", "cell-input");
		this.input.ariaLabel = this.column.name;
		this.input.inputMode = { number: "decimal", email: "email", url: "url" }[this.column.type] ?? "text";
		this.input.addEventListener("keydown", (event) => keepKeys(event, ["Enter", "Tab", "Escape", "ArrowUp", "ArrowDown"]));
		this.prepare();
		this.args.container.append(this.input);
		this.focus();
	}

	protected prepare(): void {}

	destroy(): void {
		this.input.remove();
	}

	focus(): void {
		this.input.focus({ preventScroll: true });
	}

	protected fill(value: unknown): void {
		this.input.value = typeOf(this.column).text(value, this.column, this.context);
		if (opening.typed) this.input.select();
		else this.input.setSelectionRange(this.input.value.length, this.input.value.length);
	}

	/** Text that was not touched stands for the value as it was: the text may be rounded. */
	protected read(): unknown {
		const { text, parse } = typeOf(this.column);
		if (this.input.value === text(this.before, this.column, this.context)) return this.before;
		const value = parse(this.input.value, this.column, this.context);
		return value === undefined ? invalid : value;
	}
}

class DateEditor extends LineEditor {
	protected override prepare(): void {
		this.input.type = hasTime(this.column) ? "datetime-local" : "date";
		this.input.max = hasTime(this.column) ? "9999-12-31T23:59" : "9999-12-31";
		this.input.addEventListener("keydown", (event) => event.key.startsWith("Arrow") && event.stopPropagation());
	}

	protected override fill(value: unknown): void {
		this.input.value = inputValue(value, this.column);
	}

	protected override read(): unknown {
		if (this.input.validity.badInput) return invalid;
		if (this.input.value === inputValue(this.before, this.column)) return this.before;
		return cellValue(this.input.value, this.column);
	}
}

/** An editor that floats above the grid, on the browser's top layer. */
abstract class FloatingEditor extends CellEditor {
	protected box!: HTMLElement;

	protected float(className: string): void {
		this.box = element("div", `cell-float ${className}`);
		this.box.popover = "manual";
		this.box.addEventListener("keydown", (event) => event.stopPropagation());
		document.body.append(this.box);
		this.box.showPopover();
	}

	position(): void {
		place(this.args.container, this.box, "start", true);
	}

	destroy(): void {
		this.box.remove();
	}

	protected leave(event: KeyboardEvent): boolean {
		if (event.key === "Escape") this.args.cancelChanges();
		else if (event.key === "Tab") {
			this.args.commitChanges();
			if (event.shiftKey) this.args.grid.navigatePrev();
			else this.args.grid.navigateNext();
		} else return false;
		event.preventDefault();
		return true;
	}
}

class LinesEditor extends FloatingEditor {
	#text!: HTMLTextAreaElement;

	constructor(args: EditorArguments) {
		super(args);
		this.init();
	}

	init(): void {
		this.float("lines");
		this.#text = element("textarea", "control");
		this.#text.ariaLabel = this.column.name;
		this.#text.addEventListener("keydown", (event) => {
			if (this.leave(event) || event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing) return;
			event.preventDefault();
			this.args.commitChanges();
		});
		this.box.append(this.#text, element("p", "hint", t("edit.linesHint")));
		this.position();
		this.focus();
	}

	focus(): void {
		this.#text.focus({ preventScroll: true });
	}

	protected fill(value: unknown): void {
		this.#text.value = typeOf(this.column).text(value, this.column, this.context);
		if (opening.typed) this.#text.select();
	}

	protected read(): unknown {
		return this.#text.value === "" ? null : this.#text.value;
	}
}

/** Choose from a list that narrows while one types: options, people, stars. */
class ListEditor extends FloatingEditor {
	#input!: HTMLInputElement;
	#list!: HTMLElement;
	#chosen: unknown[] = [];
	#shown: Choice[] = [];
	#active = 0;

	constructor(args: EditorArguments) {
		super(args);
		this.init();
	}

	init(): void {
		this.float("list");
		const id = `choices-${this.column.key}`;
		this.#input = element("input", "control small");
		this.#input.role = "combobox";
		this.#input.ariaLabel = this.column.name;
		this.#input.placeholder = typeOf(this.column).grows ? t("edit.findOrAdd") : t("edit.find");
		this.#input.autocomplete = "off";
		this.#input.setAttribute("aria-controls", id);
		this.#input.ariaExpanded = "true";
		this.#input.ariaAutoComplete = "list";
		this.#input.addEventListener("input", () => {
			this.#active = 0;
			this.#draw();
		});
		this.#input.addEventListener("keydown", (event) => this.#key(event));
		this.#list = element("div", "choices");
		this.#list.id = id;
		this.#list.role = "listbox";
		this.#list.ariaLabel = this.column.name;
		if (typeOf(this.column).multiple) this.#list.ariaMultiSelectable = "true";
		this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
		this.#list.addEventListener("click", (event) => {
			const line = (event.target as Element).closest<HTMLElement>("[role=option]");
			if (line) this.#choose(this.#shown[Number(line.dataset["index"])]!);
		});
		this.box.append(this.#input, this.#list);
		this.focus();
	}

	focus(): void {
		this.#input.focus({ preventScroll: true });
	}

	protected fill(value: unknown): void {
		this.#chosen = Array.isArray(value) ? [...value] : value === null ? [] : [value];
		const single = typeOf(this.column).multiple ? -1 : this.#choices().findIndex((choice) => choice.value === value);
		this.#active = Math.max(0, single);
		this.#draw();
		this.position();
	}

	protected read(): unknown {
		if (typeOf(this.column).multiple) return this.#chosen.length ? this.#chosen : null;
		return this.#chosen[0] ?? null;
	}

	/** What is known, what fits the text, and (where the list may grow) the text itself as a new option. */
	#choices(): Choice[] {
		const type = typeOf(this.column);
		const known = type.choices?.(this.column, this.context) ?? [];
		const names = new Set(known.map((choice) => choice.value));
		const fresh = type.grows ? this.#chosen.filter((value) => !names.has(value)).map((value) => ({ value, text: String(value) })) : [];
		const wanted = this.#input.value.trim();
		const fitting = [...known, ...fresh].filter((choice) => choice.text.toLocaleLowerCase().includes(wanted.toLocaleLowerCase()));
		const exact = [...known, ...fresh].some((choice) => choice.text === wanted);
		return type.grows && wanted && !exact ? [...fitting, { value: wanted, text: wanted }] : fitting;
	}

	#draw(): void {
		const known = new Set(typeOf(this.column).choices?.(this.column, this.context).map((choice) => choice.value));
		this.#shown = this.#choices();
		this.#active = Math.min(this.#active, Math.max(0, this.#shown.length - 1));
		const lines = this.#shown.map((choice, index) => {
			const line = element("div", index === this.#active ? "choice active" : "choice", this.#look(choice, known.has(choice.value) || this.#chosen.includes(choice.value)));
			line.role = "option";
			line.id = `${this.#list.id}-${index}`;
			line.dataset["index"] = String(index);
			line.ariaSelected = String(this.#chosen.includes(choice.value));
			return line;
		});
		this.#list.replaceChildren(...(lines.length ? lines : [element("p", "hint", t(typeOf(this.column).grows ? "edit.noOptions" : "edit.nothingFound"))]));
		const active = lines[this.#active];
		if (active) {
			this.#input.setAttribute("aria-activedescendant", active.id);
			active.scrollIntoView({ block: "nearest" });
		} else this.#input.removeAttribute("aria-activedescendant");
	}

	#look(choice: Choice, known: boolean): Node | string {
		if (this.column.type === "rate") return stars(choice.value, this.column);
		if (choice.person) return person(choice.text);
		const look = pill(choice.text, choice.color, choice.textColor);
		return known ? look : element("span", "adding", t("edit.add"), look);
	}

	#key(event: KeyboardEvent): void {
		if (event.isComposing || this.leave(event)) return;
		if (event.key === "ArrowDown" || event.key === "ArrowUp") {
			this.#active = (this.#active + (event.key === "ArrowDown" ? 1 : -1) + this.#shown.length) % Math.max(1, this.#shown.length);
			this.#draw();
		} else if (event.key === "Enter") {
			const choice = this.#shown[this.#active];
			if (choice && !(event.ctrlKey || event.metaKey)) this.#choose(choice);
			else this.args.commitChanges();
		} else if (event.key === "Backspace" && this.#input.value === "" && this.#chosen.length) {
			this.#chosen.pop();
			this.#draw();
		} else return;
		event.preventDefault();
	}

	#choose(choice: Choice): void {
		const has = this.#chosen.includes(choice.value);
		if (typeOf(this.column).multiple) {
			this.#chosen = has ? this.#chosen.filter((value) => value !== choice.value) : [...this.#chosen, choice.value];
			this.#input.value = "";
			this.#draw();
			this.focus();
		} else {
			this.#chosen = [choice.value];
			this.args.commitChanges();
		}
	}
}

const editors = { line: LineEditor, lines: LinesEditor, date: DateEditor, list: ListEditor } as const;

export function editorOf(column: Column): EditorConstructor | undefined {
	const kind = typeOf(column).editor;
	return kind && kind !== "toggle" && kind !== "links" ? (editors[kind] as unknown as EditorConstructor) : undefined;
}

/** Multiple choices close by Escape or by going elsewhere; Escape takes them back, Tab keeps them. */
export function isFloating(target: EventTarget | null): boolean {
	return target instanceof Element && target.closest(".cell-float") !== null;
}
