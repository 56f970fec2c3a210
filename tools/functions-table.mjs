// src/defs/functions.def as data, for what is made of it: docs/functions.md and the web app's editors.
import { readFileSync } from 'node:fs';

const table = new URL('../src/defs/functions.def', import.meta.url);
const parameterNames = { n: 'number', s: 'text', b: 'condition', d: 'date', a: 'value', c: 'column', L: 'link', C: 'column', f: 'condition', r: 'row' };

// The string literals of C text, adjacent ones not joined: the table has one literal a value.
const row = /FUNCTION\(("(?:[^"\\]|\\.)*"), (-?\d+), (-?\d+), "(\w*)", (\w+), (\w+), \w+\(\w+\),\s*("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*")\)/g;
const heading = /^\/\* ---- (.+) ---- \*\/$/gm;

/** How a function is called: name(what, …), in brackets what may be left out. */
function signature(name, least, most, parameters) {
	const count = most < 0 ? Math.max(least, parameters.length) : most;
	const names = Array.from({ length: count }, (_, i) => {
		const text = parameterNames[parameters[Math.min(i, parameters.length - 1)]];
		return i < least ? text : `[${text}]`;
	});
	if (most < 0) names.push('…');
	return `${name}(${names.join(', ')})`;
}

/** The functions by section, in the file's order: [{title, rows: [{name, signature, result, dialects, help, example}]}]. */
export function functionSections() {
	const source = readFileSync(table, 'utf8');
	const found = [...source.matchAll(heading)].map((match) => ({ title: match[1], at: match.index, rows: [] }));
	for (const match of source.matchAll(row)) {
		const [name, least, most, parameters, result, dialects, help, example] = match.slice(1);
		found.findLast((section) => section.at < match.index).rows.push({
			name: JSON.parse(name), signature: signature(JSON.parse(name), +least, +most, parameters), result, dialects,
			help: JSON.parse(help), example: JSON.parse(example),
		});
	}
	return found.filter((section) => section.rows.length > 0);
}
