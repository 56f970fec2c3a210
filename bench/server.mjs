// What the parts of the benchmark share: a server of their own, the load, the floor, and how figures are reported.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

export const { values: options } = parseArgs({
	options: { binary: { type: "string" }, floor: { type: "string" }, compile: { type: "string" }, rounds: { type: "string", default: "5" },
		bases: { type: "string", default: "10000" }, rows: { type: "string", default: "1000000" }, only: { type: "string" } },
});
export const rounds = Number(options.rounds);
export const work = mkdtempSync(join(tmpdir(), "atoll-bench-"));
const email = "bench@example.org";
const password = "bench-password";

/** Servers that would be left over when the benchmark fails. */
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

export class Server {
	static async start(name) {
		const server = new Server();
		server.dir = join(work, name);
		const began = process.hrtime.bigint();
		server.child = spawn(options.binary,
			["serve", "--data", server.dir, "--listen", "127.0.0.1:0", "--log-level", "warn"],
			{ env: { ...process.env, ATOLL_ADMIN_EMAIL: email, ATOLL_ADMIN_PASSWORD: password },
			  stdio: ["ignore", "pipe", "inherit"] });
		running.add(server.child);
		server.url = await new Promise((resolve, reject) => {
			let seen = "";
			server.child.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
			server.child.stdout.on("data", (bytes) => {
				seen += bytes;
				const ready = seen.match(/listening on (http:\/\/\S+)/);
				if (ready) resolve(ready[1]);
			});
		});
		await (await fetch(`${server.url}/api2/ping/`)).text();
		server.startMs = Number(process.hrtime.bigint() - began) / 1e6;
		return server;
	}

	residentMb() {
		const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
		return Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024;
	}

	async call(method, path, { token, form, json } = {}) {
		const headers = token ? { Authorization: `Token ${token}` } : {};
		if (json !== undefined) headers["Content-Type"] = "application/json";
		const body = json !== undefined ? JSON.stringify(json) : form && new URLSearchParams(form);
		const reply = await fetch(this.url + path, { method, headers, body });
		const text = await reply.text();
		if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
		return JSON.parse(text);
	}

	async signIn() {
		this.account = (await this.call("POST", "/api2/auth-token/", { form: { username: email, password } })).token;
	}

	/** A base with an API token and a base token. */
	async makeBase(name) {
		const { table } = await this.call("POST", "/api/v2.1/dtables/", { token: this.account, form: { name } });
		const made = await this.call("POST", `/api/v2.1/workspace/${table.workspace_id}/dtable/${name}/api-tokens/`,
			{ token: this.account, form: { app_name: "bench", permission: "rw" } });
		const access = await this.call("GET", "/api/v2.1/dtable/app-access-token/", { token: made.api_token });
		return { uuid: table.uuid, apiToken: made.api_token, token: access.access_token,
			 root: `/api-gateway/api/v2/dtables/${table.uuid}` };
	}

	async makeTable(base, name, columns) {
		const columnObjects = columns.map(([column_name, column_type]) => ({ column_name, column_type }));
		return this.call("POST", `${base.root}/tables/`,
			{ token: base.token, json: { table_name: name, columns: columnObjects } });
	}

	async stop() {
		this.child.removeAllListeners("exit");
		const ended = new Promise((resolve) => this.child.on("exit", resolve));
		this.child.kill("SIGTERM");
		await ended;
		running.delete(this.child);
	}
}

/** Requests a second that `connections` keep-alive clients get, by wrk; fails when any answer was not a 2xx. */
export function load(server, { path, method = "GET", token, bodyFile, connections, seconds = 3 }) {
	const script = join(work, "request.lua");
	writeFileSync(script, [
		`wrk.method = "${method}"`,
		token ? `wrk.headers["Authorization"] = "Token ${token}"` : "",
		bodyFile ? `wrk.headers["Content-Type"] = "application/json"` : "",
		bodyFile ? `local f = io.open("${bodyFile}", "rb"); wrk.body = f:read("*a"); f:close()` : "",
	].join("\n"));
	const text = execFileSync("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "20s", "-s", script,
		server.url + path], { encoding: "utf8" });
	if (/Non-2xx|Socket errors/.test(text)) throw new Error(`${path}: ${text}`);
	return Number(text.match(/Requests\/sec:\s+([\d.]+)/)[1]);
}

export function floor(...args) {
	return Number(execFileSync(options.floor, args.map(String), { encoding: "utf8" }));
}

export const median = (list) => list.slice().sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Measures the pairs in turn, `rounds` times, and gives the median of each and of their ratio. */
export function pairs(measure, against) {
	const mine = [], other = [], ratios = [];
	for (let i = 0; i < rounds; i++) {
		other.push(against());
		mine.push(measure());
		ratios.push(mine.at(-1) / other.at(-1));
	}
	return { mine: median(mine), other: median(other), ratio: median(ratios) };
}

export function report(name, words, unit, { mine, other, ratio }, against) {
	console.log(`\n${name}\n  ${words}`);
	console.log(`  ${Math.round(mine).toLocaleString("en")} ${unit}; ${against}: ${Math.round(other).toLocaleString("en")}; ratio ${ratio.toFixed(2)}`);
}

export function reportValue(name, words, text) {
	console.log(`\n${name}\n  ${words}\n  ${text}`);
}
