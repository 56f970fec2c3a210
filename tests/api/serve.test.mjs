// `atoll serve` as an operator meets it: the first start, the lock, settings, signals.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { atoll, atollOk } from "./command.mjs";
import { binary, send, startServer } from "./server.mjs";

const folders = [], children = [];
after(() => {
	children.forEach((child) => child.kill("SIGKILL")); // those of tests that failed
	folders.forEach((folder) => rmSync(folder, { recursive: true, force: true }));
});

function newFolder() {
	const folder = mkdtempSync(join(tmpdir(), "atoll-serve-"));
	folders.push(folder);
	return folder;
}

/** Starts a server by hand: {child, url, said}. */
async function serve(args, env = {}) {
	const child = spawn(binary, ["serve", ...args], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
	const server = { child, said: "", logged: "" };
	children.push(child);
	child.stdout.setEncoding("utf8").on("data", (text) => (server.said += text));
	child.stderr.setEncoding("utf8").on("data", (text) => (server.logged += text));
	server.ended = once(child, "close");
	let over = false;
	server.ended.then(() => (over = true));
	while (!over && !server.said.includes("listening on ")) await Promise.race([once(child.stdout, "data"), server.ended]);
	server.url = server.said.match(/listening on (\S+)/)?.[1];
	return server;
}

async function stop(server, signal = "SIGTERM") {
	server.child.kill(signal);
	const [code] = await server.ended;
	assert.equal(code, 0, server.logged);
}

const signIn = (url, username, password) =>
	send(url, "POST", "/api2/auth-token/", {
		headers: { "Content-Type": "application/json" }, body: JSON.stringify({ username, password }),
	});

test("the first start makes an admin with a password made up and said once", async () => {
	const data = join(newFolder(), "new");
	let server = await serve(["--data", data, "--listen", "127.0.0.1:0"], { ATOLL_ADMIN_EMAIL: "boss@example.org" });
	const [, email, password] = server.said.match(/^first admin: (\S+), password: (\S+) /);
	assert.equal(email, "boss@example.org");
	assert.ok(password.length >= 20);
	const { token } = (await signIn(server.url, email, password)).json;
	const info = (await send(server.url, "GET", "/api2/account/info/", { headers: { Authorization: `Token ${token}` } })).json;
	assert.equal(info.is_staff, true);
	assert.equal(info.is_org_staff, 1);
	assert.ok(!server.logged.includes(password), "not in the log");
	await stop(server);

	server = await serve(["--data", data, "--listen", "127.0.0.1:0"], { ATOLL_ADMIN_EMAIL: "other@example.org", ATOLL_ADMIN_PASSWORD: "another one" });
	assert.match(server.said, /^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
	assert.equal((await signIn(server.url, email, password)).status, 200);
	assert.equal((await signIn(server.url, "other@example.org", "another one")).status, 400);
	await stop(server);
	assert.match(await atollOk(["user", "list", "--data", data]), /^boss@example\.org\t[^\n]*$/);
});

test("an admin's email that is none is refused, and nothing is half made", async () => {
	const data = newFolder();
	const args = ["--data", data, "--listen", "127.0.0.1:0"];
	const { code, stderr } = await atoll(["serve", ...args], { env: { ATOLL_ADMIN_EMAIL: "nonsense" } });
	assert.equal(code, 1);
	assert.match(stderr, /ATOLL_ADMIN_EMAIL invalid/);
	const server = await serve(args, { ATOLL_ADMIN_EMAIL: "boss@example.org", ATOLL_ADMIN_PASSWORD: "a password" });
	assert.equal((await signIn(server.url, "boss@example.org", "a password")).status, 200);
	await stop(server);
});

test("what lies in the folder is its owner's alone", async (t) => {
	const server = await startServer();
	t.after(() => server.ended ?? server.kill());
	await server.createBase();
	for (const entry of readdirSync(server.dir, { recursive: true })) {
		assert.equal(statSync(join(server.dir, entry)).mode & 0o077, 0, entry);
	}
	await server.stop();
});

test("a second server on the folder is refused, the first goes on", async (t) => {
	const server = await startServer();
	t.after(() => server.ended ?? server.kill());
	const second = await atoll(["serve", "--data", server.dir, "--listen", "127.0.0.1:0"]);
	assert.equal(second.code, 1);
	assert.match(second.stderr, new RegExp(`Another server works on .* \\(process ${server.child.pid}\\)`));
	assert.equal((await server.request("GET", "/api2/ping/")).json, "pong");
	await server.kill(); // a lock dies with its process
	await server.restart();
	await server.stop();
});

test("SIGTERM and SIGINT end it cleanly, with nothing left in a WAL", async () => {
	for (const signal of ["SIGTERM", "SIGINT"]) {
		const data = newFolder();
		const server = await serve(["--data", data, "--listen", "127.0.0.1:0"], { ATOLL_ADMIN_PASSWORD: "a password" });
		const { token } = (await signIn(server.url, "admin@example.org", "a password")).json;
		const made = await send(server.url, "POST", "/api/v2.1/dtables/", {
			headers: { Authorization: `Token ${token}`, "Content-Type": "application/json" }, body: '{"name":"x"}',
		});
		assert.equal(made.status, 201);
		await stop(server, signal);
		assert.deepEqual(readdirSync(data, { recursive: true }).filter((name) => /-(wal|shm)$/.test(name)), []);
		await assert.rejects(send(server.url, "GET", "/api2/ping/"));
	}
});

test("settings: a flag before a variable before the config file", async () => {
	const data = newFolder();
	const config = join(data, "atoll.conf");
	writeFileSync(config, `# of the test\ndata = ${join(data, "from-config")}\nlisten = 127.0.0.1:0\npublic-url = https://from.config/\n`);
	const cases = [
		[[], {}, "https://from.config", "from-config"],
		[[], { ATOLL_PUBLIC_URL: "https://from.variable" }, "https://from.variable", "from-config"],
		[["--public-url", "https://from.flag"], { ATOLL_PUBLIC_URL: "https://from.variable", ATOLL_DATA: join(data, "from-variable") }, "https://from.flag", "from-variable"],
	];
	for (const [args, env, origin, folder] of cases) {
		const server = await serve([...args, "--config", config], { ATOLL_ADMIN_PASSWORD: "a password", ...env });
		assert.ok(server.url, server.logged);
		const { token } = (await signIn(server.url, "admin@example.org", "a password")).json;
		const ask = async (method, path, body) =>
			(await send(server.url, method, path, { headers: { Authorization: `Token ${token}`, "Content-Type": "application/json" }, body })).json;
		const name = `b${Math.random()}`;
		const { table } = await ask("POST", "/api/v2.1/dtables/", JSON.stringify({ name }));
		const { user_list: users } = await ask("GET", `/api/v2.1/workspace/${table.workspace_id}/dtable/${name}/related-users/`);
		assert.ok(users[0].avatar_url.startsWith(`${origin}/`), users[0].avatar_url);
		await stop(server);
		assert.ok(readdirSync(join(data, folder)).includes("catalog.db"));
	}
});

test("settings that can't be: exit status 2 or 1, and what is wrong", async () => {
	const data = join(newFolder(), "never-made");
	const config = join(newFolder(), "atoll.conf");
	writeFileSync(config, "listen = 127.0.0.1:0\nmax-conections = 5\n");
	for (const [code, text, args, env] of [
		[2, /Unknown option --max-conections/, ["--max-conections", "5"]],
		[2, /max-workers must be a number from 1 to 4096, not "0"/, ["--max-workers", "0"]],
		[2, /ATOLL_MAX_BODY: max-body must be a size/, [], { ATOLL_MAX_BODY: "much" }],
		[2, /atoll\.conf:2: there is no setting "max-conections"/, ["--config", config]],
		[1, /log-level must be/, ["--log-level", "loud"]],
		[1, /no time zone "Mars\/Olympus"/, ["--time-zone", "Mars/Olympus"]],
		[1, /can't be made/, ["--data", "/proc/atoll"]],
	]) {
		const args_ = args.includes("--data") ? args : ["--data", data, ...args];
		const result = await atoll(["serve", ...args_], { env });
		assert.equal(result.code, code, `${args.join(" ")}: ${result.stderr}`);
		assert.match(result.stderr, text);
	}
	for (const [text, listen] of [[/listen must be/, "8000"], [/listen must be/, "127.0.0.1:99999"], [/./, "256.0.0.1:0"]]) {
		const folder = newFolder();
		const result = await atoll(["serve", "--data", folder, "--listen", listen], { env: { ATOLL_ADMIN_PASSWORD: "a password" } });
		assert.equal(result.code, 1, listen);
		assert.match(result.stderr, text);
	}
});

test("serve --help lists every setting with variable and default", async () => {
	const help = await atollOk(["serve", "--help"]);
	for (const [flag, variable, fallback] of [
		["data", "ATOLL_DATA", "atoll-data"], ["listen", "ATOLL_LISTEN", "127.0.0.1:8000"], ["max-body", "ATOLL_MAX_BODY", "64M"],
		["trash-days", "ATOLL_TRASH_DAYS", "30"], ["rate-per-base", "ATOLL_RATE_PER_BASE", "0"], ["public-url", "ATOLL_PUBLIC_URL", "empty"],
	]) {
		assert.match(help, new RegExp(`--${flag} [A-Z]+\\n.*\\n +${variable}, default ${fallback}\\n`));
	}
	for (const name of ["ATOLL_SECRET_KEY", "ATOLL_ADMIN_EMAIL", "ATOLL_ADMIN_PASSWORD", "ATOLL_CONFIG"]) assert.ok(help.includes(name), name);
});

test("with ATOLL_SECRET_KEY no key lies in the folder, and another key opens no token", async () => {
	const data = newFolder();
	const args = ["--data", data, "--listen", "127.0.0.1:0"];
	const env = (digit) => ({ ATOLL_SECRET_KEY: digit.repeat(64), ATOLL_ADMIN_PASSWORD: "a password" });
	let server = await serve(args, env("a"));
	const { token } = (await signIn(server.url, "admin@example.org", "a password")).json;
	const status = async () => (await send(server.url, "GET", "/api2/account/info/", { headers: { Authorization: `Token ${token}` } })).status;
	assert.equal(await status(), 200);
	await stop(server);
	assert.ok(!readdirSync(data).includes("secret.key"));
	server = await serve(args, env("b"));
	assert.equal(await status(), 401);
	await stop(server);
	const bad = await atoll(["serve", ...args], { env: { ATOLL_SECRET_KEY: "short" } });
	assert.equal(bad.code, 1);
});
