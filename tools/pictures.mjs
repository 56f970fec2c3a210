// `make pictures`: the web app's pictures in docs/pictures/. It fills a server of its own with what a small company might keep,
// in steps that lie days apart (faketime sets the server's clock back for each), and takes each page as Chromium shows it.
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { addGroup, addPerson, personalWorkspace } from "../tests/api/command.mjs";
import { openWeb } from "../tests/browser/page.mjs";
import { addMovies, movies } from "./movies.mjs";

const { Base } = createRequire(new URL("../tests/package.json", import.meta.url))("seatable-api");
const top = fileURLToPath(new URL("..", import.meta.url));
const folder = join(top, "docs", "pictures");
const largestBytes = 150_000;

process.env.FONTCONFIG_FILE = join(top, "tools", "fonts.conf");
mkdirSync(folder, { recursive: true });

const clock = (offset) => (offset ? { LD_PRELOAD: "/usr/$LIB/faketime/libfaketimeMT.so.1", FAKETIME: offset } : {});
const web = await openWeb({ env: clock("-200d") });
const { server } = web;

/** Goes on as if it were so long ago. */
async function turnClock(offset) {
	await server.stop({ keep: true });
	server.options.env = clock(offset);
	await server.restart();
}

/** A base of `person`, in their own workspace or a group's. */
async function addBase(person, name, icon, color, group) {
	const workspace_id = group?.workspaceId ?? (await personalWorkspace(server, person));
	const { table } = await server.call("POST", "/api/v2.1/dtables/", { token: person.token, json: { workspace_id, name, icon, color } });
	return { ...table, person };
}

/** An API token; `use` lets the program that has it work. */
async function addToken({ workspace_id, name, person }, appName, permission = "rw") {
	const path = `/api/v2.1/workspace/${workspace_id}/dtable/${encodeURIComponent(name)}/api-tokens/`;
	return (await server.call("POST", path, { token: person.token, json: { app_name: appName, permission } })).api_token;
}

async function use(...tokens) {
	for (const APIToken of tokens) await connect(APIToken);
}

async function connect(APIToken) {
	const client = new Base({ server: server.url, APIToken });
	await client.auth();
	return client;
}

const ana = await addPerson(server, "ana@example.org", ["--name", "Ana Prado", "--admin"]);
const ben = await addPerson(server, "ben@example.org", ["--name", "Ben Okafor"]);
const cleo = await addPerson(server, "cleo@example.org", ["--name", "Cleo Marin"]);
await addPerson(server, "deniz@example.org", ["--name", "Deniz Kaya"]);
const logistics = await addGroup(server, ana, "Logistics", [ben, cleo]);
const editorial = await addGroup(server, cleo, "Editorial", [ana]);

const suppliers = await addBase(ana, "Suppliers", "briefcase", "#4f6475", logistics);
const supplierSync = await addToken(suppliers, "invoice-import");
await turnClock("-71d");
const trucks = await addBase(ana, "Fleet", "truck", "#c2630b", logistics);
const tracker = await addToken(trucks, "gps-tracker");
const oldTokens = [await addToken(suppliers, "price-check", "r")];
await turnClock("-24d");
const warehouse = await addBase(ana, "Warehouse", "package", "#0b7a84");
const sync = await addToken(warehouse, "stock-sync");
const labels = await addToken(warehouse, "label-printer", "r");
await (await connect(sync)).renameTable("Table1", "Parts");
await use(tracker, ...oldTokens);
const lab = await addBase(ben, "Lab samples", "flask", "#6a5ae0");
await server.call("POST", `/api/v2.1/workspace/${lab.workspace_id}/dtable/Lab%20samples/share/`, {
	token: ben.token, form: { email: ana.username, permission: "r" },
});
const spectrometer = await addToken(lab, "spectrometer");
await turnClock("-9d");
const calendar = await addBase(cleo, "Content calendar", "calendar", "#a44ac2", editorial);
const site = await addToken(calendar, "website", "r");
await addToken(warehouse, "spring-stocktake", "r");
const film = await addBase(ana, "Movies", "film", "#cc4338");
const filmToken = await addToken(film, "film-night", "r");
const filler = await addToken(film, "importer");
const client = await connect(filler);
const complete = movies.filter((movie) => movie["Major Genre"] && movie["MPAA Rating"] && movie.Director && movie["Running Time min"]);
await addMovies(client, complete.sort((a, b) => b["IMDB Votes"] - a["IMDB Votes"]));
await client.deleteTable("Table1");
const widths = {
	Title: 220, "Release Date": 155, "Major Genre": 150, "MPAA Rating": 158, Director: 150, Distributor: 155, "Running Time min": 192,
};
for (const { key, name } of await client.listColumns("Movies")) {
	if (widths[name]) await client.resizeColumn("Movies", key, widths[name]);
}
await turnClock("-26h");
const customers = await addBase(ana, "Customers", "users", "#2f6fdd");
const crm = await addToken(customers, "newsletter", "r");
await addBase(ana, "Service visits", "wrench", "#94740a", logistics);
await use(supplierSync, filmToken);
await turnClock("-3h");
await addBase(ana, "Sales", "chart", "#1c8757");
await use(crm, labels);
await turnClock();
await use(sync, site, tracker, spectrometer);
for (const base of [film, warehouse]) {
	await server.call("POST", "/api/v2.1/starred-dtables/", { token: ana.token, json: { dtable_uuid: base.uuid } });
}

/** Takes the picture of what `prepare` brings about. */
async function take(name, path, { prepare, ...options } = {}) {
	const page = await web.open(path, { person: ana, sharpness: 1.5, ...options });
	await page.getByRole("heading").first().waitFor();
	await page.locator(".wait").waitFor({ state: "detached" }); // the progress of what loads
	await prepare?.(page);
	await page.waitForTimeout(500); // transitions, rows
	const file = join(folder, `${name}.png`);
	await page.screenshot({ path: file });
	execFileSync("pngquant", ["--force", "--strip", "--speed", "1", "--ext", ".png", file]);
	const { size } = statSync(file);
	if (size > largestBytes) throw new Error(`${file} has ${size} bytes, more than ${largestBytes}`);
	console.log(`  ${name}.png  ${Math.round(size / 1000)} KB`);
	await web.closePages();
}

const openTokens = async (page) => {
	await page.getByRole("button", { name: "Menu of Warehouse" }).first().click();
	await page.getByRole("menuitem", { name: "API Token" }).click();
	await page.getByRole("button", { name: "stock-sync", exact: true }).waitFor();
};
const sendRequest = async (page) => {
	await page.getByLabel("limit", { exact: true }).fill("2");
	await page.getByRole("button", { name: "Send", exact: true }).click();
	await page.getByText('"rows"').waitFor();
	await page.evaluate(() => scrollTo(0, 0));
};

const writeFormula = async (page) => {
	await page.getByRole("button", { name: "New column" }).click();
	await page.getByLabel("Name", { exact: true }).fill("Profit per minute");
	await page.getByLabel("Type", { exact: true }).selectOption("formula");
	await page.getByLabel("Formula", { exact: true }).click();
	await page.keyboard.insertText("round(({Worldwide Gross} - {Production Budget}) / {Running Time min}, 2)");
	await page.keyboard.press("ArrowLeft");
	await page.getByRole("region", { name: "Preview" }).waitFor();
	await page.getByLabel("Format", { exact: true }).selectOption("dollar");
	await page.getByLabel("Thousands").selectOption("comma");
};

/** A table of the directors with most films, linked with these, and what is computed of the links. */
async function addDirectors() {
	const client = await connect(filler);
	const films = {};
	for (const { _id, Director } of await client.listRows("Movies")) (films[Director] ??= []).push(_id);
	const names = Object.keys(films).sort((a, b) => films[b].length - films[a].length).slice(0, 20);
	await client.addTable("Directors", "en", [{ column_name: "Name", column_type: "text" }]);
	const { data } = await client.insertColumn("Directors", "Films", "link", "", { table: "Directors", other_table: "Movies" });
	const compute = (name, settings) => client.insertColumn("Directors", name, "link-formula", "", { link_column: "Films", ...settings });
	await compute("Number", { formula: "count_links" });
	await compute("Worldwide", { formula: "rollup", summary_column: "Worldwide Gross", summary_method: "sum", format: "dollar", thousands: "comma" });
	await compute("Genres", { formula: "lookup", level1_linked_column: "Major Genre", enable_deduplication: true });
	await client.batchAppendRows("Directors", names.map((Name) => ({ Name })));
	const rows = await client.listRows("Directors");
	const linked = Object.fromEntries(rows.map(({ _id, Name }) => [_id, films[Name]]));
	await client.batchUpdateLinks(data.link_id, data.table_id, data.other_table_id, Object.keys(linked), linked);
	for (const { key, name } of await client.listColumns("Directors")) {
		await client.resizeColumn("Directors", key, { Films: 400, Number: 130, Genres: 330 }[name] ?? 170);
	}
}

const chooseFilms = async (page) => {
	await page.getByRole("tab", { name: "Directors" }).click();
	await page.locator('[role=row][aria-rowindex="4"] .t-link').first().dblclick();
	await page.getByRole("combobox").fill("the");
	await page.getByRole("option").nth(3).waitFor();
};

/** The films' view, grouped, and a row that people talk about. */
const { access_token: filmAccess } = await server.call("GET", `/api/v2.1/workspace/${film.workspace_id}/dtable/Movies/access-token/`, { token: ana.token });
const inFilms = (method, path, json) => server.call(method, `/api-gateway/api/v2/dtables/${film.uuid}/${path}`, { token: filmAccess, json });
const [filmTable] = (await inFilms("GET", "metadata/")).metadata.tables;
const filmKey = (name) => filmTable.columns.find((column) => column.name === name).key;
await inFilms("POST", "views/?table_name=Movies", {
	name: "By genre",
	filters: [{ column_key: filmKey("IMDB Rating"), filter_predicate: "greater", filter_term: 7 }],
	groupbys: [{ column_key: filmKey("Major Genre"), sort_type: "up" }],
	sorts: [{ column_key: filmKey("Worldwide Gross"), sort_type: "down" }],
	colorbys: { type: "by_rules", color_by_rules: [{ color: "#59CB74", filter_conjunction: "And", filters: [{ column_key: filmKey("Worldwide Gross"), filter_predicate: "greater", filter_term: 400000000 }] }] },
	custom_settings: { summaries: { [filmKey("Worldwide Gross")]: "sum", [filmKey("Running Time min")]: "average", [filmKey("Title")]: "filled" } },
});
const { rows: [firstFilm] } = await inFilms("GET", "rows/?table_name=Movies&limit=1&convert_keys=true");
await server.call("POST", `/api/v2.1/workspace/${film.workspace_id}/dtable/Movies/share/`, { token: ana.token, json: { email: ben.username, permission: "rw" } });
const { access_token: bensAccess } = await server.call("GET", `/api/v2.1/workspace/${film.workspace_id}/dtable/Movies/access-token/`, { token: ben.token });
const say = (token, comment) => server.call("POST", `/api-gateway/api/v2/dtables/${film.uuid}/comments/?row_id=${firstFilm._id}`, { token, json: { comment } });
await say(filmAccess, "Shall we show this one in March?");
await say(bensAccess, "Yes. The hall is free on the 14th.");

const openView = async (page) => {
	await page.getByRole("button", { name: "View: " }).click();
	await page.getByRole("menuitemradio", { name: "By genre" }).click();
	await page.getByRole("button", { name: "Major Genre Action" }).click();
	await page.getByRole("button", { name: "Major Genre Adventure" }).click();
};
const openComments = async (page) => {
	await page.getByRole("complementary").getByRole("tab", { name: "Comments" }).click();
	await page.getByText("The hall is free").waitFor();
	await page.getByLabel("Write a comment").fill("Booked. @Ben Okafor, tell the others");
};
const drawChart = async (page) => {
	await page.getByRole("button", { name: "Chart" }).click();
	await page.getByLabel("For each", { exact: true }).selectOption("Major Genre");
	await page.getByLabel("Show").selectOption("Sum");
	await page.getByRole("dialog").getByLabel("Of the column").selectOption("Worldwide Gross");
};
const runStatement = async (page) => {
	const editor = page.getByRole("textbox").first();
	await editor.click();
	await page.keyboard.press("Control+a");
	await page.keyboard.insertText("SELECT `Major Genre`, COUNT(*) AS films, AVG(`IMDB Rating`) AS rating\nFROM Movies GROUP BY `Major Genre` ORDER BY rating DESC LIMIT 8");
	await page.keyboard.press("Control+Enter");
	await page.getByText("rating").first().waitFor();
};

await take("home", "/home");
await take("home-dark", "/home", { dark: true });
await take("tokens", "/home", { prepare: openTokens });
await take("team-api", "/team/api");
await take("grid", `/base/${film.uuid}`);
await take("view", `/base/${film.uuid}`, { prepare: openView });
await take("row", `/base/${film.uuid}?table=${filmTable._id}&row=${firstFilm._id}`, { prepare: openComments });
await take("chart", `/base/${film.uuid}`, { prepare: drawChart });
await take("sql", `/base/${film.uuid}/sql`, { prepare: runStatement });
await take("formula", `/base/${film.uuid}`, { prepare: writeFormula });
await addDirectors();
await take("links", `/base/${film.uuid}`, { prepare: chooseFilms });
await take("console", `/base/${film.uuid}/api?operation=list_rows`, { prepare: sendRequest });
await take("phone-home", "/home", { phone: true });
await take("phone-tokens", "/home", { phone: true, prepare: openTokens });
await web.close();
