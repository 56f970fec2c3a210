// Writes src/editor/functions.ts: the functions of formulas and SQL, from the table that the server itself is built with.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { functionSections } from "../../tools/functions-table.mjs";

const target = new URL("../src/editor/functions.ts", import.meta.url);

const functions = functionSections().flatMap(({ title, rows }) =>
	rows.map(({ name, signature, help, example }) => ({ name, signature, help, example, section: title })));
const text = `// Made by tools/functions.mjs from the server's table of functions. Not kept in git.
export type FunctionHelp = { name: string; signature: string; help: string; example: string; section: string };

export const functions: FunctionHelp[] = ${JSON.stringify(functions, null, "\t")};
`;
// Left alone when nothing changed, so that make sees no newer file.
if (!existsSync(target) || readFileSync(target, "utf8") !== text) writeFileSync(target, text);
