#!/usr/bin/env node
// docs/functions.md from src/defs/functions.def. tools/functions-doc.mjs check | write
import { readFileSync, writeFileSync } from 'node:fs';

const table = new URL('../src/defs/functions.def', import.meta.url);
const page = new URL('../docs/functions.md', import.meta.url);
const parameterNames = { n: 'number', s: 'text', b: 'condition', d: 'date', a: 'value', c: 'column', L: 'link', C: 'column', f: 'condition', r: 'row' };
const resultNames = { NUMBER: 'number', TEXT: 'text', BOOL: 'yes or no', DATE: 'date', BRANCHES: 'as chosen', ARITHMETIC: 'number or date', LIST: 'list', ROW: 'row', ANY: 'by method' };

// The string literals of C text, adjacent ones not joined: the table has one literal a value.
const row = /FUNCTION\(("(?:[^"\\]|\\.)*"), (-?\d+), (-?\d+), "(\w*)", (\w+), (\w+), \w+\(\w+\),\s*("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*")\)/g;
const heading = /^\/\* ---- (.+) ---- \*\/$/gm;

function signature(name, least, most, parameters) {
	const count = most < 0 ? Math.max(least, parameters.length) : most;
	const names = Array.from({ length: count }, (_, i) => {
		const text = parameterNames[parameters[Math.min(i, parameters.length - 1)]];
		return i < least ? text : `[${text}]`;
	});
	if (most < 0) names.push('…');
	return `${name}(${names.join(', ')})`;
}

function sections(source) {
	const found = [...source.matchAll(heading)].map((match) => ({ title: match[1], at: match.index, rows: [] }));
	for (const match of source.matchAll(row)) {
		const [name, least, most, parameters, result, dialects, help, example] = match.slice(1);
		found.findLast((section) => section.at < match.index).rows.push({
			name: JSON.parse(name), least: +least, most: +most, parameters, result, dialects, help: JSON.parse(help), example: JSON.parse(example),
		});
	}
	return found.filter((section) => section.rows.length > 0);
}

function write(found) {
	const count = found.reduce((sum, section) => sum + section.rows.length, 0);
	const cell = (text) => text.replaceAll('|', '\\|');
	const lines = [
		'# Functions', '',
		`The ${count} functions of formula columns and SQL. Names may be written in any letter case. An empty cell counts as 0 or as an`,
		'empty text; where a date is needed it is an error, which SQL shows as an empty value. An argument in brackets may be left out.', '',
		'This page is made by `tools/functions-doc.mjs write` from `src/defs/functions.def`.',
	];
	for (const section of found) {
		lines.push('', `## ${section.title[0].toUpperCase()}${section.title.slice(1)}`, '', '| function | gives | what it does | example |', '| --- | --- | --- | --- |');
		for (const f of section.rows)
			lines.push(`| \`${signature(f.name, f.least, f.most, f.parameters)}\` | ${resultNames[f.result]} | ${cell(f.help)} | \`${cell(f.example)}\` |`);
	}
	return `${lines.join('\n')}\n`;
}

const text = write(sections(readFileSync(table, 'utf8')));
if (process.argv[2] === 'write') {
	writeFileSync(page, text);
} else if (process.argv[2] === 'check') {
	if (readFileSync(page, 'utf8') !== text) {
		console.error('docs/functions.md differs from src/defs/functions.def: run tools/functions-doc.mjs write');
		process.exit(1);
	}
} else {
	console.error('tools/functions-doc.mjs check | write');
	process.exit(2);
}
