// `make run`: serves a demo base and prints how to reach it. The first start makes the data: a base of some thousand movies
// (npm's vega-datasets), written by the official client as any program would. The data stays in demo-data/; delete the
// folder to begin anew.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { addMovies } from "./movies.mjs";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(join(top, "tests", "package.json"));
const { values: options } = parseArgs({ options: { binary: { type: "string" }, port: { type: "string" } } });

const folder = join(top, "demo-data");
const stateFile = join(folder, "demo.json");

function loadState() {
	if (existsSync(stateFile)) return JSON.parse(readFileSync(stateFile, "utf8"));
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const state = { email: "demo@example.org", password: randomBytes(9).toString("base64url") };
	saveState(state);
	return state;
}

function saveState(state) {
	writeFileSync(stateFile, JSON.stringify(state), { mode: 0o600 });
}

/** Starts the server and resolves to its URL once it listens. */
function startServer(state) {
	const child = spawn(options.binary,
		["serve", "--data", folder, "--listen", `127.0.0.1:${options.port}`, "--log-level", "warn"], {
		env: { ...process.env, ATOLL_ADMIN_EMAIL: state.email, ATOLL_ADMIN_PASSWORD: state.password },
		stdio: ["ignore", "pipe", "inherit"],
	});
	for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill("SIGTERM"));
	child.on("exit", (code) => process.exit(code ?? 1));
	return new Promise((resolve) => {
		let seen = "";
		child.stdout.on("data", (bytes) => {
			seen += bytes;
			const ready = seen.match(/listening on (http:\/\/\S+)/);
			if (ready) resolve(ready[1]);
		});
	});
}

async function call(method, url, { token, form } = {}) {
	const reply = await fetch(url, {
		method,
		headers: token ? { Authorization: `Token ${token}` } : {},
		body: form && new URLSearchParams(form),
	});
	const text = await reply.text();
	if (!reply.ok) throw new Error(`${method} ${url}: ${reply.status} ${text}`);
	return JSON.parse(text);
}

/** Makes the base, its API token and its rows; what is there already is kept. */
async function fillDemo(url, state) {
	if (state.apiToken) return;
	console.log("making the demo base (3,201 movies) ...");
	const account = (await call("POST", `${url}/api2/auth-token/`, {
		form: { username: state.email, password: state.password },
	})).token;
	const { table: base } = await call("POST", `${url}/api/v2.1/dtables/`, { token: account, form: { name: "Movies" } });
	const tokens = `${url}/api/v2.1/workspace/${base.workspace_id}/dtable/Movies/api-tokens/`;
	const made = await call("POST", tokens, { token: account, form: { app_name: "demo", permission: "rw" } });

	const { Base } = require("seatable-api");
	const client = new Base({ server: url, APIToken: made.api_token });
	await client.auth();
	await addMovies(client);
	await client.deleteTable("Table1");
	state.apiToken = made.api_token;
	state.uuid = base.uuid;
	saveState(state);
}

const state = loadState();
const url = await startServer(state);
await fillDemo(url, state);
console.log(`
Atoll serves a demo base on ${url}

  sign in    ${state.email}
  password   ${state.password}
  API token  ${state.apiToken}   (read and write, base "Movies")

Its first rows, with the API token exchanged for a base token:

  curl -s -H "Authorization: Bearer $(curl -s -H 'Authorization: Bearer ${state.apiToken}' ${url}/api/v2.1/dtable/app-access-token/ | sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')" '${url}/api-gateway/api/v2/dtables/${state.uuid}/rows/?table_name=Movies&convert_keys=true&limit=3'

Ctrl-C stops it.
`);
