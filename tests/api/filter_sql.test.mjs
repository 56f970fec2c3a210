// A view's filters and the SQL that says the same give the same rows: random rows, every predicate of every kind of column,
// alone and joined (views.md 3.4 to 3.6, sql.md 6 and 7). The seed is printed when they differ; ATOLL_SEED takes it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

const ROWS = 300;
const ROUNDS = 150;
const seed = Number(process.env.ATOLL_SEED ?? 20260301);

let state = seed;
function chance(below) {
	state = (Math.imul(state, 1103515245) + 12345) >>> 0;
	return (state >>> 8) % below;
}
const one = (list) => list[chance(list.length)];
const some = (list) => list.filter(() => chance(2)).concat(one(list)).filter((x, i, all) => all.indexOf(x) === i);

const states = ["ok", "low", "out"], tags = ["red", "blue", "green"];
const texts = ["a", "A", "ab", "ba", "50%", "a_b", "x\\y", "ä", "Ä", "🧮 a", "it's"];
const days = ["2024-02-28", "2024-02-29", "2024-03-01", "2024-12-31", "2025-01-01"];
const options = (names) => ({ options: names.map((name, i) => ({ id: `${10 + i}`, name })) });
const idOf = (names) => (name) => `${10 + names.indexOf(name)}`;

let server, base, people;
before(async () => {
	server = await startServer({ args: ["--time-zone", "Europe/Berlin"] });
	base = await server.createBase();
	people = ["a@auth.local", "b@auth.local", "c@auth.local"];
	await base.createTable("T", [
		["Name", "text"], ["Mail", "email"], ["Num", "number"], ["Took", "duration", { duration_format: "h:mm" }], ["Stars", "rate", { rate_max_number: 5 }], ["Done", "checkbox"],
		["State", "single-select", options(states)], ["Tags", "multiple-select", options(tags)], ["Who", "collaborator"], ["Day", "date", { format: "YYYY-MM-DD" }],
		["Seen", "date", { format: "YYYY-MM-DD HH:mm" }], ["Note", "long-text"],
	]);
	for (const [name, formula] of [["Twice", "{Num} * 2"], ["Shout", "upper({Name})"], ["Later", "dateAdd({Day}, 1, \"days\")"], ["Big", "{Num} > 2"]])
		await base.call("POST", "columns/", { table_name: "T", column_name: name, column_type: "formula", column_data: { formula } });
	const maybe = (make) => (chance(4) ? make() : null);
	await base.append("T", Array.from({ length: ROWS }, () => ({
		Name: maybe(() => one(texts)), Mail: maybe(() => one(texts)), Num: maybe(() => chance(5)), Took: maybe(() => 60 * chance(5)), Stars: maybe(() => 1 + chance(5)), Done: maybe(() => chance(2) === 1),
		State: maybe(() => one(states)), Tags: maybe(() => some(tags)), Who: maybe(() => some(people)), Day: maybe(() => one(days)), Seen: maybe(() => `${one(days)} ${one(["00:00", "13:45", "23:59"])}`), Note: maybe(() => one(texts)),
	})));
});
after(() => server.stop());

const quote = (text) => `'${String(text).replaceAll("'", "''")}'`;
const pattern = (text) => quote(`%${text.replaceAll("\\", "\\\\").replaceAll("%", "\\%")}%`);
const list = (values) => `(${values.map(quote).join(", ")})`;

/* For a column and a random term: [predicate, term, condition, modifier] of each predicate. */
const text = (column, term = one(texts)) => [
	["contains", term, `${column} ILIKE ${pattern(term)}`], ["does_not_contain", term, `${column} NOT ILIKE ${pattern(term)}`], ["is", term, `${column} = ${quote(term)}`], ["is_not", term, `${column} != ${quote(term)}`],
	["is_empty", null, `${column} IS NULL`], ["is_not_empty", null, `${column} IS NOT NULL`],
];
const number = (column, term = chance(5)) => [
	["equal", term, `${column} = ${term}`], ["not_equal", term, `${column} != ${term}`], ["less", term, `${column} < ${term}`], ["greater", term, `${column} > ${term}`],
	["less_or_equal", term, `${column} <= ${term}`], ["greater_or_equal", term, `${column} >= ${term}`], ["is_empty", null, `${column} IS NULL`], ["is_not_empty", null, `${column} IS NOT NULL`],
];
const checkbox = (column) => [["is", true, `${column} IS TRUE`], ["is", false, `${column} IS NOT TRUE`]];
const select = (column, names = states, term = one(names), terms = some(names)) => [
	["is", idOf(names)(term), `${column} = ${quote(term)}`], ["is_not", idOf(names)(term), `${column} != ${quote(term)}`], ["is_any_of", terms.map(idOf(names)), `${column} IN ${list(terms)}`],
	["is_none_of", terms.map(idOf(names)), `${column} NOT IN ${list(terms)}`], ["is_empty", null, `${column} IS NULL`], ["is_not_empty", null, `${column} IS NOT NULL`],
];
const many = (column, values, id, terms = some(values)) => [
	["has_any_of", terms.map(id), `${column} HAS ANY OF ${list(terms)}`], ["has_all_of", terms.map(id), `${column} HAS ALL OF ${list(terms)}`], ["has_none_of", terms.map(id), `${column} HAS NONE OF ${list(terms)}`],
	["is_exactly", terms.map(id), `${column} IS EXACTLY ${list(terms)}`], ["is_empty", null, `${column} IS NULL`], ["is_not_empty", null, `${column} IS NOT NULL`],
];
/* By day, whatever the time; an empty date fits no predicate but is_empty. */
const date = (column, term = one(days)) => [
	["is", term, `isodate(${column}) = ${quote(term)}`], ["is_not", term, `isodate(${column}) != ${quote(term)} AND ${column} IS NOT NULL`], ["is_before", term, `isodate(${column}) < ${quote(term)}`],
	["is_after", term, `isodate(${column}) > ${quote(term)}`], ["is_on_or_before", term, `isodate(${column}) <= ${quote(term)}`], ["is_on_or_after", term, `isodate(${column}) >= ${quote(term)}`],
].map((each) => [...each, "exact_date"]).concat([["is_empty", null, `${column} IS NULL`], ["is_not_empty", null, `${column} IS NOT NULL`]]);
const presence = (column) => [["is_empty", null, `${column} IS NULL`], ["is_not_empty", null, `${column} IS NOT NULL`]];

const columns = {
	Name: text, Mail: text, Shout: text, Num: number, Twice: number, Took: (column) => number(column, 60 * chance(5)), Stars: number, Done: checkbox, Big: checkbox, State: select,
	Tags: (column) => many(column, tags, idOf(tags)), Who: (column) => many(column, people, (id) => id), Day: date, Seen: date, Later: date, Note: presence,
};

const item = ([column, [filter_predicate, filter_term, , filter_term_modifier]]) => ({
	column_name: column, filter_predicate, ...(filter_term !== null && { filter_term }), ...(filter_term_modifier && { filter_term_modifier }),
});
const condition = ([, [, , sql]]) => `(${sql})`;

async function compare(filters, filter_conjunction, where) {
	await base.call("PUT", "views/Default%20View/?table_name=T", { filters, filter_conjunction });
	const listed = (await base.call("GET", "rows/?table_name=T&view_name=Default%20View")).rows.map(({ _id }) => _id);
	const { results } = await base.call("POST", "sql/", { sql: `SELECT _id FROM T WHERE ${where} LIMIT 10000` });
	assert.deepEqual(results.map(({ _id }) => _id), listed, `seed ${seed}: ${JSON.stringify(filters)} gives other rows than ${where}`);
	return listed.length;
}

test("each predicate of each column", async () => {
	let found = 0;
	for (const [column, make] of Object.entries(columns))
		for (const each of make(column)) found += await compare([item([column, each])], "And", condition([column, each]));
	assert.ok(found > ROWS, "the filters find rows at all");
});

test("several, joined by And and Or, in groups", async () => {
	const any = () => {
		const column = one(Object.keys(columns));
		return [column, one(columns[column](column))];
	};
	for (let i = 0; i < ROUNDS; i++) {
		const [word, other] = chance(2) ? ["And", "Or"] : ["Or", "And"];
		const plain = Array.from({ length: 1 + chance(3) }, any), group = Array.from({ length: 1 + chance(3) }, any);
		const filters = [...plain.map(item), { filter_conjunction: other, filters: group.map(item) }];
		await compare(filters, word, [...plain.map(condition), `(${group.map(condition).join(` ${other} `)})`].join(` ${word} `));
	}
});
