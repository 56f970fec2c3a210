// Some thousand movies (npm's vega-datasets) as a table of a base, written by the official client as any program would.
import { readFileSync } from "node:fs";

const data = new URL("../tests/node_modules/vega-datasets/data/movies.json", import.meta.url);
export const movies = JSON.parse(readFileSync(data, "utf8"));

const movieColumns = [
	["Title", "text"],
	["Release Date", "date", { format: "YYYY-MM-DD" }],
	["Major Genre", "single-select", { options: [] }],
	["MPAA Rating", "single-select", { options: [] }],
	["Director", "text"],
	["Distributor", "text"],
	["Running Time min", "number"],
	["IMDB Rating", "number"],
	["IMDB Votes", "number"],
	["Rotten Tomatoes Rating", "number"],
	["Production Budget", "number", { format: "dollar", decimal: "dot", thousands: "comma" }],
	["Worldwide Gross", "number", { format: "dollar", decimal: "dot", thousands: "comma" }],
];

/** "Jun 12 1998" as a date column takes it; null for what is no date. */
function isoDate(text) {
	const time = Date.parse(`${text} UTC`);
	return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, 10);
}

function movieRow(movie) {
	const row = {};
	for (const [name] of movieColumns) {
		if (movie[name] !== null && movie[name] !== undefined) row[name] = movie[name];
	}
	if (row["Release Date"]) row["Release Date"] = isoDate(row["Release Date"]);
	if (row.Title !== undefined) row.Title = String(row.Title);
	return row;
}

/** Adds the table "Movies" with `list` to the base of a client that has a base token. */
export async function addMovies(client, list = movies) {
	const columns = movieColumns.map(([column_name, column_type, column_data]) => ({ column_name, column_type, column_data }));
	await client.addTable("Movies", "en", columns);
	for (let from = 0; from < list.length; from += 1000) {
		await client.batchAppendRows("Movies", list.slice(from, from + 1000).map(movieRow));
	}
}
