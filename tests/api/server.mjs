// A server of its own for a test file: startServer() runs the binary on an empty folder and gives back what tests need to
// call it. stop() fails the test when the server crashed, did not end cleanly, or when a sanitizer found something.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { checkWire } from "./wire.mjs";

const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const binary = process.env.ATOLL_BINARY ?? join(top, "build", "atoll");

const findings = /AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:|Assertion .* failed/;

/** One HTTP request as clients of all kinds send it: also a GET with a body, a path that no URL parser has cleaned. Of a
 * reply without end it takes the head. */
export function send(origin, method, path, { headers = {}, body, agent } = {}) {
	const { hostname, port } = new URL(origin);
	return new Promise((resolve, reject) => {
		const request = http.request({ hostname, port, method, path, headers, agent }, (reply) => {
			const chunks = [];
			if (reply.headers["content-type"] === "text/event-stream" && method !== "HEAD") {
				resolve({ status: reply.statusCode, headers: reply.headers, text: "" });
				reply.destroy();
				return;
			}
			reply.on("data", (chunk) => chunks.push(chunk));
			reply.on("error", reject);
			reply.on("end", () => {
				const text = Buffer.concat(chunks).toString("utf8");
				resolve({
					status: reply.statusCode,
					headers: reply.headers,
					text,
					get json() {
						return JSON.parse(text);
					},
				});
			});
		});
		request.on("error", reject);
		request.end(body);
	});
}

class Server {
	constructor(dir, options) {
		this.dir = dir;
		this.options = options;
		this.admin = { email: "admin@example.org", password: "correct horse battery staple" };
		this.agent = new http.Agent({ keepAlive: true });
		this.stderr = "";
		this.names = 0;
	}

	async start() {
		const { env = {}, args = [], wrap = [] } = this.options;
		const [program, ...before] = [...wrap, binary];
		this.ended = null;
		this.child = spawn(program, [...before, "serve", "--data", this.dir, "--listen", "127.0.0.1:0", ...args], {
			env: { ...process.env, ATOLL_ADMIN_EMAIL: this.admin.email, ATOLL_ADMIN_PASSWORD: this.admin.password, ...env },
			stdio: ["ignore", "pipe", "pipe"],
		});
		const child = this.child;
		this.onExit = () => child.kill("SIGKILL");
		process.on("exit", this.onExit);
		child.stderr.setEncoding("utf8");
		child.stderr.on("data", (text) => (this.stderr += text));
		child.on("close", (code, signal) => (this.ended = { code, signal }));
		this.url = await new Promise((resolve, reject) => {
			let seen = "";
			child.on("error", reject);
			child.on("close", (code, signal) => reject(new Error(`the server ended with ${code ?? signal}:\n${this.stderr}`)));
			child.stdout.setEncoding("utf8");
			child.stdout.on("data", (text) => {
				seen += text;
				const ready = seen.match(/listening on (http:\/\/\S+)/);
				if (ready) resolve(ready[1]);
			});
		});
		this.admin.token = await this.signIn(this.admin.email, this.admin.password);
	}

	async signIn(username, password) {
		const reply = await this.request("POST", "/api2/auth-token/", { form: { username, password } });
		assert.equal(reply.status, 200, reply.text);
		return reply.json.token;
	}

	/** `json` and `form` become the body; `body` is sent as it is. `headers` win. `odd`: the request is accepted, but not as
	 * described. */
	async request(method, path, { token, scheme = "Token", json, form, body, headers = {}, odd = false } = {}) {
		const all = {};
		if (token !== undefined) all.Authorization = `${scheme} ${token}`;
		if (json !== undefined) {
			all["Content-Type"] = "application/json";
			body = JSON.stringify(json);
		}
		if (form !== undefined) {
			all["Content-Type"] = "application/x-www-form-urlencoded";
			body = new URLSearchParams(form).toString();
		}
		if (body !== undefined) all["Content-Length"] = Buffer.byteLength(body);
		const reply = await send(this.url, method, path, { headers: { ...all, ...headers }, body, agent: this.agent });
		await checkWire(() => send(this.url, "GET", "/openapi.json", { agent: this.agent }), method, path, reply, odd ? undefined : json);
		return reply;
	}

	/** The same for calls that must succeed: the reply's JSON. */
	async call(method, path, options) {
		const reply = await this.request(method, path, options);
		assert.ok(reply.status === 200 || reply.status === 201, `${method} ${path}: ${reply.status} ${reply.text}`);
		return reply.json;
	}

	/** A new base of the admin, or of whom `token` speaks for. */
	async createBase(name = `Base ${++this.names}`, { token = this.admin.token } = {}) {
		const { table } = await this.call("POST", "/api/v2.1/dtables/", { token, form: { name } });
		const base = new Base(this, table, token);
		base.token = await base.baseToken("rw");
		return base;
	}

	/** Ends it as an operator does, and says whether all went well. */
	async stop({ keep = false } = {}) {
		this.agent.destroy();
		process.off("exit", this.onExit);
		const crashed = this.ended;
		if (!this.ended) {
			this.child.kill("SIGTERM");
			await once(this.child, "close");
		}
		if (!keep) rmSync(this.dir, { recursive: true, force: true });
		assert.ok(!crashed, `the server ended by itself with ${crashed?.code ?? crashed?.signal}:\n${this.stderr.slice(-8000)}`);
		assert.equal(this.ended.code, 0, `the server ended with ${this.ended.code ?? this.ended.signal}:\n${this.stderr.slice(-8000)}`);
		assert.doesNotMatch(this.stderr, findings);
	}

	/** Ends it as a power cut does; restart() brings it back on the same folder. */
	async kill() {
		this.child.kill("SIGKILL");
		if (!this.ended) await once(this.child, "close");
		process.off("exit", this.onExit);
		this.agent.destroy();
		this.agent = new http.Agent({ keepAlive: true });
		assert.doesNotMatch(this.stderr, findings);
	}

	async restart() {
		await this.start();
	}
}

/** A base and what reaches it. */
class Base {
	constructor(server, table, accountToken) {
		this.server = server;
		this.base = table;
		this.uuid = table.uuid;
		this.workspaceId = table.workspace_id;
		this.account = accountToken;
		this.gateway = `/api-gateway/api/v2/dtables/${table.uuid}`;
		this.apps = 0;
	}

	get tokensPath() {
		return `/api/v2.1/workspace/${this.workspaceId}/dtable/${encodeURIComponent(this.base.name)}/api-tokens/`;
	}

	/** A new API token (40 hex digits). */
	async apiToken(permission = "rw", appName = `app ${++this.apps}`) {
		const made = await this.server.call("POST", this.tokensPath, {
			token: this.account,
			json: { app_name: appName, permission },
		});
		return made.api_token;
	}

	/** The base token of an API token, or of a new one. */
	async baseToken(permission = "rw", apiToken) {
		const token = apiToken ?? (await this.apiToken(permission));
		return (await this.server.call("GET", "/api/v2.1/dtable/app-access-token/", { token })).access_token;
	}

	/** A base operation: "rows/?table_name=Table1". */
	request(method, path, options = {}) {
		return this.server.request(method, `${this.gateway}/${path}`, { token: this.token, ...options });
	}

	/** The same for operations that must succeed, which is status 200 and nothing else. */
	async call(method, path, json, options = {}) {
		const reply = await this.request(method, path, { json, ...options });
		assert.equal(reply.status, 200, `${method} ${path}: ${reply.text}`);
		return reply.json;
	}

	/** An operation that must fail: its status, and its message under both keys. */
	async refused(method, path, json, options = {}) {
		const reply = await this.request(method, path, { json, ...options });
		assert.ok(reply.status >= 400 && reply.status < 500, `${method} ${path}: ${reply.status} ${reply.text}`);
		const error = reply.json;
		assert.equal(typeof error.error_msg, "string", reply.text);
		assert.equal(error.error_message, error.error_msg);
		return { status: reply.status, message: error.error_msg, type: error.error_type };
	}

	/** A table of the columns [[name, type, data], ...], without rows. */
	createTable(name, columns) {
		return this.call("POST", "tables/", {
			table_name: name,
			columns: columns.map(([column_name, column_type, column_data]) => ({ column_name, column_type, column_data })),
		});
	}

	async append(table, rows, more = {}) {
		return this.call("POST", "rows/", { table_name: table, rows, ...more });
	}

	async rows(table, query = {}) {
		const search = new URLSearchParams({ table_name: table, convert_keys: "true", ...query });
		return (await this.call("GET", `rows/?${search}`)).rows;
	}
}

/** Starts a server on an empty folder, or on `dir`. `args` and `env` are added to the command line and environment; `wrap` is
 * a command that runs the server's command line given behind it. */
export async function startServer(options = {}) {
	const dir = options.dir ?? mkdtempSync(join(tmpdir(), "atoll-test-"));
	const server = new Server(dir, options);
	try {
		await server.start();
	} catch (error) {
		process.off("exit", server.onExit);
		server.child.kill("SIGKILL");
		if (!options.dir) rmSync(dir, { recursive: true, force: true });
		throw error;
	}
	return server;
}
