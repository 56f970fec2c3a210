// Real data, in by the official client and out equal: thousands of rows with gaps, dates, numbers and odd characters, in
// batches of 1,000.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";

import { Base } from "seatable-api";

import { startServer } from "./server.mjs";

const data = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data");
let server, client;

before(async () => {
	server = await startServer({ args: ["--time-zone", "UTC"] });
	const base = await server.createBase();
	client = new Base({ server: server.url, APIToken: await base.apiToken() });
	await client.auth();
});

after(() => server.stop());

const readJson = (name) => JSON.parse(readFileSync(join(data, name), "utf8"));

/** Rows of a CSV file whose quoted fields hold no line breaks. */
function readCsv(name) {
	const [head, ...lines] = readFileSync(join(data, name), "utf8").trimEnd().split(/\r?\n/);
	const fields = (line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
		quoted === undefined ? plain : quoted.replaceAll('""', '"'));
	const names = fields(head);
	return lines.map((line) => Object.fromEntries(fields(line).map((value, i) => [names[i], value])));
}

/** Makes the table, writes the rows, reads them back and compares cell by cell. `columns` maps names to [type, settings]. */
async function roundTrip(table, columns, rows) {
	await client.addTable(table, "en", Object.entries(columns).map(([column_name, [column_type, column_data]]) => ({
		column_name, column_type, column_data,
	})));
	for (let from = 0; from < rows.length; from += 1000) {
		const batch = rows.slice(from, from + 1000);
		const reply = await client.batchAppendRows(table, batch);
		assert.equal(reply.inserted_row_count ?? reply, batch.length);
	}
	const names = Object.keys(columns);
	const pick = (row) => names.map((name) => row[name] ?? null);
	let read = 0;
	for (let start = 0; start < rows.length; start += 1000) {
		const page = await client.listRows(table, "", "", "", start || undefined, 1000);
		assert.deepEqual(page.map(pick), rows.slice(start, start + 1000).map(pick));
		read += page.length;
	}
	assert.equal(read, rows.length);
	assert.deepEqual(await client.listRows(table, "", "", "", rows.length, 1000), []);
}

const midnight = (text) => `${new Date(`${text} UTC`).toISOString().slice(0, 10)}T00:00:00+00:00`;

test("movies", async () => {
	const movies = readJson("movies.json").map((movie) => ({
		...movie,
		Title: movie.Title === null ? null : String(movie.Title),
		"Release Date": midnight(movie["Release Date"]),
	}));
	assert.equal(movies.length, 3201);
	await roundTrip("Movies", {
		"Title": ["text"], "Release Date": ["date", { format: "YYYY-MM-DD" }], "US Gross": ["number"],
		"Worldwide Gross": ["number", { format: "dollar", decimal: "dot", thousands: "comma" }], "US DVD Sales": ["number"],
		"Production Budget": ["number"], "MPAA Rating": ["single-select", { options: [] }], "Running Time min": ["number"],
		"Distributor": ["text"], "Source": ["single-select", { options: [] }], "Major Genre": ["single-select", { options: [] }],
		"Creative Type": ["single-select", { options: [] }], "Director": ["long-text"], "Rotten Tomatoes Rating": ["number"],
		"IMDB Rating": ["number"], "IMDB Votes": ["number"],
	}, movies);
	const column = (await client.listColumns("Movies")).find((one) => one.name === "MPAA Rating");
	const ratings = new Set(movies.map((movie) => movie["MPAA Rating"]).filter((rating) => rating !== null));
	assert.deepEqual(new Set(column.data.options.map((option) => option.name)), ratings);
});

test("cars", async () => {
	const cars = readJson("cars.json").map((car) => ({ ...car, Year: midnight(car.Year) }));
	assert.equal(cars.length, 406);
	await roundTrip("Cars", {
		"Name": ["text"], "Miles_per_Gallon": ["number"], "Cylinders": ["number"], "Displacement": ["number"],
		"Horsepower": ["number"], "Weight_in_lbs": ["number"], "Acceleration": ["number"],
		"Year": ["date", { format: "DD.MM.YYYY" }], "Origin": ["single-select", { options: [] }],
	}, cars);
});

test("airports", async () => {
	const airports = readCsv("airports.csv").map((airport) => ({
		...airport, latitude: Number(airport.latitude), longitude: Number(airport.longitude),
	}));
	assert.equal(airports.length, 3376);
	assert.ok(airports.some((airport) => airport.name.includes(",")));
	await roundTrip("Airports", {
		iata: ["text"], name: ["text"], city: ["text"], state: ["single-select", { options: [] }], country: ["text"],
		latitude: ["number"], longitude: ["number"],
	}, airports);
});
