#!/usr/bin/env node
// docs/functions.md from src/defs/functions.def. tools/functions-doc.mjs check | write
import { readFileSync, writeFileSync } from 'node:fs';

import { functionSections } from './functions-table.mjs';

const page = new URL('../docs/functions.md', import.meta.url);
const resultNames = { NUMBER: 'number', TEXT: 'text', BOOL: 'yes or no', DATE: 'date', BRANCHES: 'as chosen', ARITHMETIC: 'number or date', LIST: 'list', ROW: 'row', ANY: 'by method' };

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
			lines.push(`| \`${f.signature}\` | ${resultNames[f.result]} | ${cell(f.help)} | \`${cell(f.example)}\` |`);
	}
	return `${lines.join('\n')}\n`;
}

const text = write(functionSections());
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
