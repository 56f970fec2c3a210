// Cells as spreadsheets put them on the clipboard: tab-separated text, with quotes where a cell holds tabs, quotes or line
// breaks, and the same as an HTML table.

export function toText(cells: string[][]): string {
	return cells.map((row) => row.map((cell) => (/[\t\n\r"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join("\t")).join("\n");
}

export function toHtml(cells: string[][]): string {
	const escape = (text: string) => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`).replaceAll("\n", "<br>");
	const rows = cells.map((row) => `<tr>${row.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`);
	return `<table>${rows.join("")}</table>`;
}

export function fromText(text: string): string[][] {
	const rows: string[][] = [[]];
	let at = 0;
	const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
	while (at <= source.length) {
		const [cell, next] = source[at] === '"' ? quoted(source, at) : bare(source, at);
		rows.at(-1)!.push(cell);
		if (source[next] === "\n") rows.push([]);
		at = next + 1;
	}
	return rows;
}

function bare(source: string, from: number): [cell: string, end: number] {
	const length = source.slice(from).search(/[\t\n]/);
	const end = length < 0 ? source.length : from + length;
	return [source.slice(from, end), end];
}

/** A cell that only begins with a quote, as prose may, is none that was quoted. */
function quoted(source: string, from: number): [cell: string, end: number] {
	let end = from + 1;
	while (end < source.length && (source[end] !== '"' || source[end + 1] === '"')) end += source[end] === '"' ? 2 : 1;
	const after = source[end + 1];
	if (end >= source.length || (after !== undefined && after !== "\t" && after !== "\n")) return bare(source, from);
	return [source.slice(from + 1, end).replaceAll('""', '"'), end + 1];
}
