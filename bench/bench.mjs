// `make bench`: what we claim about speed, each figure beside the floor measured in the same run. Machines are noisy: compare
// ratios within one run, never figures of two runs. Every figure is the median of ROUNDS rounds, floor and server in turn.
// `--only query` measures queries alone, `--only view` views in the browser.
import { rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { measureQueries } from "./query.mjs";
import { measureView } from "./view.mjs";
import { floor, load, median, options, pairs, report, reportValue, rounds, Server, work } from "./server.mjs";

const BASES = Number(options.bases);
const CONNECTIONS = 10000;

const columns = [
	["Name", "text"], ["Maker", "text"], ["Note", "text"], ["Mail", "email"], ["Price", "number"], ["Stock", "number"],
	["Weight", "number"], ["Arrived", "date"], ["Checked", "checkbox"], ["State", "single-select"],
];

/** 1,000 rows of 10 columns, the same for the server (JSON) and the floor (values in the form they are stored). */
function makeRows() {
	const states = ["ok", "recount", "sold", "ordered"];
	return Array.from({ length: 1000 }, (_, i) => ({
		Name: `Bolt M${i % 24} number ${i}`,
		Maker: `Nordmetall ${i % 50}`,
		Note: `counted on the shelf ${i % 97}, left side, second box from above`,
		Mail: `maker${i % 50}@example.org`,
		Price: (i * 37) % 1000 + 0.25,
		Stock: (i * 7) % 500,
		Weight: ((i * 13) % 100) / 8,
		Arrived: `2026-0${1 + (i % 9)}-${String(1 + (i % 28)).padStart(2, "0")}`,
		Checked: i % 2 === 0,
		State: states[i % 4],
	}));
}

async function main() {
	const rows = makeRows();
	const tsv = join(work, "rows.tsv");
	writeFileSync(tsv, rows.map((r) => Object.values(r).map((v) => (v === true ? 1 : v === false ? 0 : v)).join("\t") + "\n").join(""));
	const starts = [];
	for (let i = 0; i < 5; i++) {
		const once = await Server.start(i === 4 ? "data" : `start-${i}`);
		starts.push(once.startMs);
		if (i < 4) await once.stop();
		else globalThis.server = once;
	}
	const server = globalThis.server;
	const idle = server.residentMb();
	reportValue("start", "From starting the process on an empty folder (it makes catalog, keys, first team and admin) to the first answered request.",
		`${median(starts).toFixed(0)} ms`);
	reportValue("memory, idle", "Resident memory after the start.", `${idle.toFixed(1)} MB`);
	await server.signIn();
	const base = await server.makeBase("bench");

	// Durable append, batches of 1,000, one client.
	const batchFile = join(work, "batch.json");
	let table = 0;
	const append = (count, connections, seconds) => {
		const name = `T${table}`;
		const file = count === 1 ? join(work, "one.json") : batchFile;
		writeFileSync(file, JSON.stringify({ table_name: name, rows: rows.slice(0, count) }));
		return count * load(server, { path: `${base.root}/rows/`, method: "POST", token: base.token, bodyFile: file, connections, seconds });
	};
	const tables = 2 * rounds + 2;
	for (let i = 0; i < tables; i++) await server.makeTable(base, `T${i}`, columns);
	report("append, 1,000 rows a call, 1 client",
		"Rows a second through POST rows/: JSON parsed, cells checked, journal written, committed durably. Floor: the same rows inserted by a plain C loop with a unique id, one durable commit a 1,000.",
		"rows/s",
		pairs(() => { table++; return append(1000, 1, 3); },
			() => { const file = join(work, `floor-${table}.db`); const v = floor("append", file, tsv, 500); rmSync(file); return v; }),
		"floor");
	report("append, 1 row a call, 64 clients against 1",
		"Durable single-row appends a second at 64 clients; beside it the same at 1 client.", "rows/s",
		pairs(() => append(1, 64, 3), () => append(1, 1, 3)), "1 client");

	// Lists.
	const made = await server.makeTable(base, "List", columns);
	await server.call("POST", `${base.root}/rows/`, { token: base.token, json: { table_name: "List", rows } });
	const keys = made.columns.map((c) => `"${c.key}" AS "${c.name}"`).join(", ");
	const sql = `SELECT _id, _ctime, _mtime, _creator, _last_modifier, _locked_by, _archived, ${keys} FROM "rows_${made._id}" ORDER BY _n LIMIT 1000`;
	const listPath = `${base.root}/rows/?table_name=List&convert_keys=true&limit=1000`;
	for (const connections of [1, 4]) {
		report(`list 1,000 rows, ${connections} client${connections > 1 ? "s" : ""}`,
			"Answers a second of GET rows/ with 1,000 rows of 10 columns and the 8 system fields. Floor: a bare C loop on one core that steps the same rows of the same file and formats them as JSON.",
			"answers/s",
			pairs(() => load(server, { path: listPath, token: base.token, connections }),
				() => floor("list", join(server.dir, "bases", `${base.uuid}.db`), sql, 1000)),
			"floor");
	}

	// Small calls against the server's own ping.
	const one = await server.call("GET", `${base.root}/rows/?table_name=List&limit=1`, { token: base.token });
	const ping = () => load(server, { path: "/api2/ping/", connections: 64 });
	report("get a row", "Answers a second of GET rows/{id}/ at 64 clients, beside the same server's /api2/ping/.", "answers/s",
		pairs(() => load(server, { path: `${base.root}/rows/${one.rows[0]._id}/?table_name=List&convert_keys=true`, token: base.token, connections: 64 }), ping), "ping");
	report("token exchange", "API token for base token, answers a second at 64 clients, beside the same server's /api2/ping/.", "answers/s",
		pairs(() => load(server, { path: "/api/v2.1/dtable/app-access-token/", token: base.apiToken, connections: 64 }), ping), "ping");
	reportValue("memory, loaded", "Resident memory of the server that answered all of the above.", `${server.residentMb().toFixed(1)} MB`);
	await server.stop();

	await measureAllTypes();
	await measureLargeBase();
	await measureQueries();
	await measureView();
	await measureManyBases();
	await measureIdleConnections();
}

const allTypes = [
	["Name", "text"], ["Note", "long-text"], ["Mail", "email"], ["Site", "url"], ["Price", "number"], ["Rate", "rate"], ["Took", "duration"],
	["Done", "checkbox"], ["Day", "date"], ["Seen", "date", { format: "YYYY-MM-DD HH:mm" }], ["State", "single-select", { options: [{ name: "ok" }, { name: "low" }] }],
	["Tags", "multiple-select", { options: [{ name: "a" }, { name: "b" }, { name: "c" }] }], ["People", "collaborator"], ["Photo", "image"], ["Place", "geolocation"],
	["No", "auto-number"], ["Made", "ctime"], ["By", "creator"],
];

/** 1,000 rows of 20 columns of all types, two of them links, each to ten rows. */
async function measureAllTypes() {
	const server = await Server.start("types");
	await server.signIn();
	const base = await server.makeBase("types");
	const call = (method, path, json) => server.call(method, `${base.root}/${path}`, { token: base.token, json });
	const asColumn = ([column_name, column_type, column_data]) => ({ column_name, column_type, column_data });
	await call("POST", "tables/", { table_name: "Makers", columns: [["Name", "text"]].map(asColumn) });
	const table = await call("POST", "tables/", { table_name: "All", columns: allTypes.map(asColumn) });
	const ids = async (table_name, rows) => (await call("POST", "rows/", { table_name, rows })).row_ids.map(({ _id }) => _id);
	const makers = await ids("Makers", Array.from({ length: 1000 }, (_, i) => ({ Name: `Maker ${i}` })));
	const rows = await ids("All", Array.from({ length: 1000 }, (_, i) => ({
		Name: `Bolt ${i}`, Note: "# counted\non the shelf", Mail: "m@example.org", Site: "https://example.org/", Price: i / 4, Rate: i % 6, Took: i, Done: i % 2 === 0,
		Day: "2026-03-01", Seen: "2026-03-01 14:30", State: i % 2 ? "ok" : "low", Tags: ["a", "c"], People: ["x@auth.local"], Photo: ["https://example.org/a.png"], Place: { lng: 10, lat: 20 },
	})));
	const links = [];
	for (const column_name of ["Maker", "Seller"]) {
		const { data } = await call("POST", "columns/", { table_name: "All", column_name, column_type: "link", column_data: { table: "All", other_table: "Makers" } });
		links.push(data.link_id);
	}
	const pairs10000 = Object.fromEntries(rows.map((id, i) => [id, Array.from({ length: 10 }, (_, n) => makers[(i * 10 + n) % 1000])]));
	const linkMs = async (link_id) => {
		const began = process.hrtime.bigint();
		await call("POST", "links/", { link_id, table_name: "All", other_table_name: "Makers", other_rows_ids_map: pairs10000 });
		return Number(process.hrtime.bigint() - began) / 1e6;
	};
	const mine = [await linkMs(links[0]), await linkMs(links[1])];
	const bare = Array.from({ length: rounds }, (_, i) => floor("pairs", join(work, `pairs-${i}.db`), 10000));
	reportValue("link 10,000 row pairs", "One call of POST links/ with 1,000 rows of ten each: rows checked, order kept, journal written. Floor: a plain C loop that inserts the pairs in one durable commit.",
		`${median(mine).toFixed(0)} ms; floor: ${median(bare).toFixed(0)} ms; ratio ${(median(mine) / median(bare)).toFixed(1)}`);
	const stored = table.columns.filter(({ type }) => !["ctime", "creator"].includes(type)).map(({ key, name }) => `r."${key}" AS "${name}"`).join(", ");
	const makersId = (await call("GET", "metadata/")).metadata.tables.find(({ name }) => name === "Makers")._id;
	const linked = links.map((id, i) => `(SELECT json_group_array(json_object('row_id', o._id, 'display_value', o."0000")) FROM "links_${id}" l JOIN "rows_${makersId}" o ON o._id = l.row2 WHERE l.row1 = r._id) AS l${i}`).join(", ");
	const sql = `SELECT r._id, r._ctime, r._mtime, r._creator, r._last_modifier, r._locked_by, r._archived, ${stored}, ${linked} FROM "rows_${table._id}" r ORDER BY r._n LIMIT 1000`;
	report("list 1,000 rows of 20 columns of all types", "Answers a second of GET rows/, two link columns of ten rows a cell among them. Floor: a bare C loop that steps the same rows and lists, made by SQLite as JSON.", "answers/s",
		pairs(() => load(server, { path: `${base.root}/rows/?table_name=All&convert_keys=true&limit=1000`, token: base.token, connections: 1 }),
			() => floor("list", join(server.dir, "bases", `${base.uuid}.db`), sql, 100)), "floor");
	await server.stop();
}

/** A table of a million rows beside one of a thousand. */
async function measureLargeBase() {
	const server = await Server.start("large");
	await server.signIn();
	const base = await server.makeBase("large");
	const rows = makeRows();
	const append = (table_name) => server.call("POST", `${base.root}/rows/`, { token: base.token, json: { table_name, rows } });
	for (const name of ["Small", "Large"]) await server.makeTable(base, name, columns);
	const few = await append("Small");
	await append("Large");
	const before = server.residentMb();
	let last;
	for (let i = 1; i < 1000; i++) last = await append("Large");
	const after = server.residentMb();
	const file = join(work, "append.json");
	const one = (table_name) => {
		writeFileSync(file, JSON.stringify({ table_name, rows: rows.slice(0, 1) }));
		return load(server, { path: `${base.root}/rows/`, method: "POST", token: base.token, bodyFile: file, connections: 16 });
	};
	const get = (table_name, id) => load(server, { path: `${base.root}/rows/${id}/?table_name=${table_name}`, token: base.token, connections: 16 });
	const page = (table_name, start) => load(server, { path: `${base.root}/rows/?table_name=${table_name}&start=${start}&limit=100`, token: base.token, connections: 1 });
	const against = "1,000 rows";
	report("a million rows: append", "Appends of one row a second at 16 clients, beside a table of 1,000 rows in the same base.", "rows/s", pairs(() => one("Large"), () => one("Small")), against);
	report("a million rows: get a row", "Answers a second of GET rows/{id}/ at 16 clients.", "answers/s",
		pairs(() => get("Large", last.row_ids[500]._id), () => get("Small", few.row_ids[500]._id)), against);
	report("a million rows: a page 500,000 rows in", "Answers a second of GET rows/ with 100 rows from there, beside the same from row 500 of 1,000.", "answers/s",
		pairs(() => page("Large", 500000), () => page("Small", 500)), against);
	reportValue("a million rows: memory", "Resident memory after the first 1,000 rows, after a million, and after all of the above.",
		`${before.toFixed(1)} MB, ${after.toFixed(1)} MB, ${server.residentMb().toFixed(1)} MB`);
	await server.stop();
}

/** Calls work(i) for i below count, `width` at a time. */
async function inParallel(count, width, work) {
	let next = 0;
	await Promise.all(Array.from({ length: width }, async () => {
		while (next < count) await work(next++);
	}));
}

async function measureManyBases() {
	const many = await Server.start("many");
	await many.signIn();
	const bases = [];
	const began = Date.now();
	await inParallel(BASES, 8, async (i) => {
		const { table } = await many.call("POST", "/api/v2.1/dtables/", { token: many.account, form: { name: `b${i}` } });
		bases.push(table);
	});
	const madeIn = (Date.now() - began) / 1000;
	const read = async (base) => {
		const access = await many.call("GET", `/api/v2.1/workspace/${base.workspace_id}/dtable/${base.name}/access-token/`,
			{ token: many.account });
		await many.call("GET", `/api-gateway/api/v2/dtables/${base.uuid}/rows/?table_name=Table1`, { token: access.access_token });
	};
	const open = async () => (await (await fetch(`${many.url}/metrics`)).text()).match(/^atoll_bases_open (\d+)/m)[1];
	await many.stop();

	const again = await Server.start("many");
	many.url = again.url;
	await inParallel(200, 4, (i) => read(bases[i]));
	reportValue("memory, 200 open bases", `Resident memory of a new process with ${BASES.toLocaleString("en")} bases on its disk, after 200 of them were read through the API.`,
		`${again.residentMb().toFixed(1)} MB with ${await open()} open`);
	await inParallel(2000, 8, () => read(bases[Math.floor(Math.random() * bases.length)]));
	reportValue("memory, 2,000 bases in turn", "The same process after 2,000 reads of bases at random: those idle longest are closed.",
		`${again.residentMb().toFixed(1)} MB with ${await open()} open; making the bases took ${(1000 * madeIn / BASES).toFixed(1)} ms each`);
	await again.stop();
}

/** Opens idle keep-alive connections, each of which has made one request. */
async function measureIdleConnections() {
	const server = await Server.start("idle");
	const before = server.residentMb();
	const { port } = new URL(server.url);
	const sockets = [];
	try {
		await inParallel(CONNECTIONS, 50, () => new Promise((resolve, reject) => {
			const socket = connect(port, "127.0.0.1", () => socket.write("GET /api2/ping/ HTTP/1.1\r\nHost: x\r\n\r\n"));
			socket.once("data", resolve);
			socket.once("error", reject);
			sockets.push(socket);
		}));
	} catch (error) {
		console.log(`  only ${sockets.length} connections could be opened: ${error.code}`);
	}
	const ping = load(server, { path: "/api2/ping/", connections: 16, seconds: 2 });
	reportValue("memory, idle connections", "Resident memory with idle keep-alive connections open, each of which has made a request; and what others get meanwhile.",
		`${server.residentMb().toFixed(1)} MB with ${sockets.length.toLocaleString("en")} connections (${before.toFixed(1)} MB without); /api2/ping/ for 16 other clients: ${Math.round(ping).toLocaleString("en")} answers/s`);
	for (const socket of sockets) socket.destroy();
	await server.stop();
}

try {
	await ({ query: measureQueries, view: measureView }[options.only] ?? main)();
} finally {
	rmSync(work, { recursive: true, force: true });
}
