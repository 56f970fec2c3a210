// Texts that are pasted into link cells: they stand for the rows that read exactly so.
import type { Column } from "../gateway";
import type { BaseStore } from "../store.svelte";
import type { Linked } from "../types";
import { rowsNamed, targetOf } from "./target";

/** A cell's text is its rows' joined by this, and a row's own text may contain it: so many parts of a text may belong together. */
const mark = ", ";
const mostParts = 4;

const partsOf = (text: string): string[] => text.trim().split(mark).filter(Boolean);

/** All that may be one row's text. */
function* candidates(text: string): Generator<string> {
	const parts = partsOf(text);
	for (const at of parts.keys())
		for (let count = 1; count <= mostParts && at + count <= parts.length; count++) yield parts.slice(at, at + count).join(mark);
	yield text.trim();
}

export type Pasted = { rows: Linked[]; isWhole: boolean };

/** The longest texts that are rows'; of rows that read alike each is taken once. */
function read(text: string, found: ReadonlyMap<string, Linked[]>): Pasted {
	const whole = found.get(text.trim())?.[0];
	if (whole) return { rows: [whole], isWhole: true };
	const parts = partsOf(text);
	const rows: Linked[] = [];
	let isWhole = true;
	for (let at = 0; at < parts.length; ) {
		let count = Math.min(mostParts, parts.length - at);
		const row = () => found.get(parts.slice(at, at + count).join(mark))?.find((one) => !rows.includes(one));
		while (count > 1 && !row()) count--;
		const one = row();
		if (one) rows.push(one);
		else isWhole = false;
		at += count;
	}
	return { rows, isWhole };
}

/** Looks up what the texts of a link column stand for: by text, the rows that are known of it. */
export async function readPasted(store: BaseStore, column: Column, texts: Iterable<string>): Promise<(text: string) => Pasted> {
	const target = targetOf(store.tables, column, store.tableId);
	const wanted = new Set([...texts].flatMap((text) => [...candidates(text)]).filter(Boolean));
	const found = target && wanted.size > 0 ? await rowsNamed(store.gateway, target, [...wanted], store.context) : new Map<string, Linked[]>();
	return (text) => {
		const { rows, isWhole } = read(text, found);
		return target?.isMultiple === false ? { rows: rows.slice(0, 1), isWhole: isWhole && rows.length <= 1 } : { rows, isWhole };
	};
}
