// What the grid shows, line by line: rows, and between them the headers of groups, some of them closed.
import type { RowGroup } from "../api/schemas";

export type Group = Omit<RowGroup, "groups"> & { groups?: Group[] };

/** The line above a group's rows. `path` names the group as long as rows come and go. */
export type Header = { group: Group; depth: number; path: string; closed: boolean };

/** A run of rows that follow one another, or one header (`count` lines from `line` on). */
type Run = { line: number; count: number; header: Header } | { line: number; count: number; first: number };

export class Lines {
	#runs: Run[] = [];
	readonly length: number;

	/** `rows` rows, in `groups` if there are any. */
	constructor(rows: number, groups: Group[] | undefined, closed: ReadonlySet<string>) {
		if (groups) this.#add(groups, 0, "", 0, closed);
		else if (rows > 0) this.#runs.push({ line: 0, count: rows, first: 0 });
		this.length = this.#end;
	}

	get #end(): number {
		const last = this.#runs.at(-1);
		return last ? last.line + last.count : 0;
	}

	#add(groups: Group[], depth: number, around: string, first: number, closed: ReadonlySet<string>): void {
		let row = first;
		for (const group of groups) {
			const path = `${around}/${JSON.stringify(group.value)}`;
			const isClosed = closed.has(path);
			this.#runs.push({ line: this.#end, count: 1, header: { group, depth, path, closed: isClosed } });
			if (!isClosed && group.groups) this.#add(group.groups, depth + 1, path, row, closed);
			else if (!isClosed && group.count > 0) this.#runs.push({ line: this.#end, count: group.count, first: row });
			row += group.count;
		}
	}

	#runAt(line: number): Run | undefined {
		let [low, high] = [0, this.#runs.length - 1];
		while (low <= high) {
			const middle = (low + high) >> 1;
			const run = this.#runs[middle]!;
			if (line < run.line) high = middle - 1;
			else if (line >= run.line + run.count) low = middle + 1;
			else return run;
		}
		return undefined;
	}

	/** Which row stands in a line, counted without headers; -1 in a header and past the end. */
	rowAt(line: number): number {
		const run = this.#runAt(line);
		return run && "first" in run ? run.first + line - run.line : -1;
	}

	headerAt(line: number): Header | undefined {
		const run = this.#runAt(line);
		return run && "header" in run ? run.header : undefined;
	}

	/** The line of a row; -1 within a closed group. */
	lineOf(row: number): number {
		const run = this.#runs.find((one) => "first" in one && row >= one.first && row < one.first + one.count);
		return run && "first" in run ? run.line + row - run.first : -1;
	}
}
