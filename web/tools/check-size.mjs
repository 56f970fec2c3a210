// Weighs what a browser loads, compressed, and refuses a build over the budget: everything but the pages of a base's data (as
// if one visit opened every page, in the largest language), the base page with all that it needs, and the SQL console. Reads
// Vite's manifest, then deletes it, because it is not for serving.
import { readFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const manifestFolder = new URL(".vite/", dist);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", manifestFolder), "utf8"));
const entry = "index.html";
/** By name: a chunk that shares modules with others has no key of its own file. */
const named = (name) => Object.keys(manifest).find((key) => manifest[key].name === name);
const [basePage, sqlPage] = [named("BasePage"), named("SqlPage")];
const budgets = { home: 200, base: 500, sql: 250 };

const weight = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

/** The files of a chunk and of all that it imports; `follow` says which of the lazy ones count too. */
function closure(key, follow, seen = new Set(), files = new Set()) {
	if (seen.has(key)) return files;
	seen.add(key);
	const { file, imports = [], dynamicImports = [], css = [], assets = [] } = manifest[key];
	for (const name of [file, ...css, ...assets]) files.add(name);
	for (const next of [...imports, ...dynamicImports.filter(follow)]) closure(next, follow, seen, files);
	return files;
}

const sum = (files) => [...files].reduce((total, file) => total + weight(file), 0) / 1024;
const isPage = (key) => /Page$/.test(manifest[key].name);
const isLanguage = (key) => /^src\/.*i18n\/\w+\.ts$/.test(key);
const isOtherLanguage = (key) => isLanguage(key) && !key.endsWith("/fr.ts");

const start = closure(entry, (key) => isLanguage(key) && !isOtherLanguage(key));
const home = closure(entry, (key) => key !== basePage && key !== sqlPage && !isOtherLanguage(key));
const pageOf = (key) => new Set([...start, ...closure(key, (one) => !isOtherLanguage(one) && !isPage(one))]);

const rows = [
	["first page (sign-in, home, API tokens)", sum(start), budgets.home],
	["all pages but those of a base's data", sum(home), budgets.home],
	["the base's page", sum(pageOf(basePage)), budgets.base],
	["the SQL console", sum(pageOf(sqlPage)), budgets.sql],
];
for (const [what, kb, budget] of rows) console.log(`${kb.toFixed(1).padStart(7)} KB of ${budget}  ${what}`);
rmSync(manifestFolder, { recursive: true });
if (rows.some(([, kb, budget]) => kb > budget)) process.exit(1);
