// SlickGrid, fitted to this page. Three things differ from the library: its rules go into a constructed style sheet, which a
// strict Content-Security-Policy allows; focus is on the active cell itself, so that a screen reader reads it; rows tell their
// number.
import { SlickGrid, type Column as SlickColumn, type GridOption } from "slickgrid";
import type { Row } from "../gateway";
import "./sortable";

export type GridColumn = SlickColumn<Row>;
export type GridSource = {
	getLength: () => number;
	getItem: (place: number) => Row | undefined;
	getItemMetadata: (place: number) => { cssClasses?: string; selectable?: boolean } | null;
	/** The colour that the view gives to the row. */
	colorAt: (place: number) => string | undefined;
};

export const rowHeight = 36;
export const footerHeight = 34;

export class Sheet extends SlickGrid<Row, GridColumn, GridOption<GridColumn>> {
	#source: GridSource;

	constructor(host: HTMLElement, source: GridSource, columns: GridColumn[], options: GridOption<GridColumn>) {
		super(host, source as never, columns, options);
		this.#source = source;
		// Panes and hidden elements that would take the focus too.
		for (const node of host.querySelectorAll("div[tabindex]:not([role])")) node.removeAttribute("tabindex");
	}

	protected override createCssRules(): void {
		const sheet = new CSSStyleSheet();
		const rule = (selector: string, text = "") => sheet.insertRule(`.${this.uid} ${selector} { ${text} }`, sheet.cssRules.length);
		rule(".slick-header-column", "left: 1000px");
		rule(".slick-cell", `height: ${this._options.rowHeight! - this.cellHeightDiff}px`);
		rule(".slick-row", `height: ${this._options.rowHeight}px`);
		rule(".slick-footerrow-columns", `height: ${footerHeight}px`);
		for (const index of this.columns.keys()) {
			rule(`.l${index}`);
			rule(`.r${index}`);
		}
		document.adoptedStyleSheets.push(sheet);
		this.stylesheet = sheet as never;
		// The library looks for its column rules in the document's sheets, where this one isn't.
		const all = [...sheet.cssRules] as CSSStyleRule[];
		this.columnCssRulesL = all.filter((one) => /\.l\d+$/.test(one.selectorText));
		this.columnCssRulesR = all.filter((one) => /\.r\d+$/.test(one.selectorText));
	}

	protected override removeCssRules(): void {
		const old: unknown = this.stylesheet;
		document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== old);
		this.stylesheet = null;
	}

	protected override setFocus(): void {
		this.getActiveCellNode()?.focus({ preventScroll: true });
	}

	/** Tab goes through the cells of a row; at the row's ends it leaves the grid, which the library wouldn't let it. */
	protected override handleKeyDown(event: Parameters<SlickGrid["handleKeyDown"]>[0]): void {
		const cell = this.getActiveCell()?.cell ?? 0;
		const atEnd = event.shiftKey ? cell <= 1 : cell >= this.columns.length - 1;
		if (event.key === "Tab" && atEnd && (!this.getCellEditor() || this.getEditorLock()!.commitCurrentEdit())) return;
		super.handleKeyDown(event);
	}

	protected override appendRowHtml(...args: Parameters<SlickGrid["appendRowHtml"]>): void {
		super.appendRowHtml(...args);
		const [left, right, place] = args;
		const color = this.#source.colorAt(place);
		for (const list of [left, right]) {
			const row = list.at(-1);
			if (row?.dataset["row"] !== String(place)) continue;
			row.ariaRowIndex = String(place + 2);
			if (!color) continue;
			row.classList.add("colored");
			row.style.setProperty("--row-color", color);
		}
	}

	/** Takes the focus to the active cell, or to the first when none is. */
	focusCell(): void {
		if (!this.getActiveCell() && this.getDataLength() > 0) this.setActiveCell(0, 1);
		this.setFocus();
	}

	/** The one cell that Tab reaches. */
	markTabStop(): void {
		for (const cell of this.getContainerNode().querySelectorAll<HTMLElement>(".slick-cell[tabindex='0']")) cell.tabIndex = -1;
		const cell = this.getActiveCellNode() ?? this.getCellNode(0, 1);
		if (cell) cell.tabIndex = 0;
	}
}
