// The command line on a data folder, beside the server that works on it.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { addPerson, atoll, atollOk } from "./command.mjs";
import { startServer } from "./server.mjs";

let server, ana;
const folders = [];

before(async () => {
	server = await startServer();
	ana = await addPerson(server, "ana@example.org", ["--name", "Ana Prado"]);
});

after(async () => {
	await server.stop();
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const run = (...args) => atoll([...args, "--data", server.dir]);
const ok = (...args) => atollOk([...args, "--data", server.dir]);
const lines = (text) => (text === "" ? [] : text.split("\n").map((line) => line.split("\t")));

function newFolder() {
	const folder = mkdtempSync(join(tmpdir(), "atoll-command-"));
	folders.push(folder);
	return folder;
}

/** Until the server has noticed what a command did, a second at most. */
async function eventually(check) {
	for (let i = 0; ; i++) {
		try {
			return await check();
		} catch (error) {
			if (i === 60) throw error;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}
}

async function fails(code, text, ...args) {
	const result = await atoll(args);
	assert.equal(result.code, code, `${args.join(" ")}: ${result.stderr}`);
	assert.match(result.stderr, text);
	assert.equal(result.stdout, "");
}

test("help: the commands, those of a kind, one command", async () => {
	const overview = await atollOk(["--help"]);
	for (const command of ["serve", "user add EMAIL", "team list", "base create NAME", "token create", "check [UUID]", "backup DIR"]) {
		assert.ok(overview.includes(`atoll ${command} `), command);
	}
	assert.equal(await atollOk(["help"]), overview);
	const ofUser = await atollOk(["user", "--help"]);
	assert.match(ofUser, /user deactivate/);
	assert.doesNotMatch(ofUser, /base list/);
	for (const line of overview.matchAll(/^ {2}atoll ([a-z]+(?: [a-z]+)?)/gm)) {
		assert.match(await atollOk([...line[1].split(" "), "--help"]), /--data /, line[1]);
	}
});

test("wrongly called: exit status 2, and standard error says how", async () => {
	await fails(2, /^Atoll, /);
	await fails(2, /no command "sevre"/, "sevre");
	await fails(2, /user list/, "user");
	await fails(2, /user list/, "user", "lits");
	await fails(2, /Unknown option --dta/, "user", "list", "--dta", "x");
	await fails(2, /Wrong number of arguments/, "user", "add");
	await fails(2, /takes no arguments/, "user", "list", "x");
});

test("a folder without data: exit status 1, and nothing is made in it", async () => {
	const folder = newFolder();
	await fails(1, /holds no data of Atoll/, "user", "list", "--data", folder);
	await fails(1, /holds no data of Atoll/, "check", "--data", join(folder, "missing"));
	assert.deepEqual(readdirSync(folder), []);
});

test("users: add, list, password, deactivate, activate", async () => {
	const password = async (text) => (await server.request("POST", "/api2/auth-token/", { form: { username: "ben@example.org", password: text } })).status;
	await atollOk(["user", "add", "ben@example.org", "--data", server.dir, "--name", "Ben", "--password", "from option 1"]);
	assert.equal(await password("from option 1"), 200);
	await atollOk(["user", "password", "ben@example.org", "--data", server.dir], { env: { ATOLL_PASSWORD: "from env 22" } });
	assert.equal(await password("from option 1"), 400);
	assert.equal(await password("from env 22"), 200);
	await atollOk(["user", "password", "BEN@example.org", "--data", server.dir], { input: "from input 333\nmore" });
	assert.equal(await password("from input 333"), 200);
	await atollOk(["user", "password", "ben@example.org", "--data", server.dir, "--password", "-"], { input: "dash 4444\r\n", env: { ATOLL_PASSWORD: "x" } });
	assert.equal(await password("dash 4444"), 200);

	const listed = lines(await ok("user", "list")).map(([email, name, state]) => [email, name, state]);
	assert.deepEqual(listed, [
		[server.admin.email, "Admin", "active,team-admin,admin"],
		["ana@example.org", "Ana Prado", "active"],
		["ben@example.org", "Ben", "active"],
	]);

	const token = await server.signIn("ben@example.org", "dash 4444");
	const status = async () => (await server.request("GET", "/api2/account/info/", { token })).status;
	assert.equal(await status(), 200);
	await ok("user", "deactivate", "ben@example.org");
	await eventually(async () => assert.notEqual(await status(), 200));
	assert.equal(await password("dash 4444"), 400);
	await ok("user", "activate", "ben@example.org");
	await eventually(async () => assert.equal(await status(), 200));
});

test("users: what is refused", async () => {
	const add = (...args) => atoll(["user", "add", ...args, "--data", server.dir, "--password", "a password"]);
	for (const [args, text] of [
		[["ana@example.org"], /ana@example\.org already exists/],
		[["ANA@example.org"], /already exists/],
		[["no address"], /EMAIL invalid/],
		[["x@example.org", "--team", "Nowhere"], /Nowhere not found/],
	]) {
		const { code, stderr } = await add(...args);
		assert.equal(code, 1, args.join(" "));
		assert.match(stderr, text);
	}
	const empty = await atoll(["user", "add", "x@example.org", "--data", server.dir], { env: { ATOLL_PASSWORD: "" } });
	assert.deepEqual([empty.code, /password is empty/.test(empty.stderr)], [1, true]);
	const none = await atoll(["user", "add", "x@example.org", "--data", server.dir]);
	assert.deepEqual([none.code, /A password is expected/.test(none.stderr)], [1, true]);
	assert.equal((await run("user", "deactivate", "nobody@example.org")).code, 1);
});

test("teams: with two, user add needs to know which", async () => {
	await ok("team", "add", "Second");
	assert.equal((await run("team", "add", "Second")).code, 1);
	assert.deepEqual(lines(await ok("team", "list")).map(([, name]) => name), ["Team", "Second"]);
	const vague = await atoll(["user", "add", "dora@example.org", "--data", server.dir, "--password", "a password"]);
	assert.deepEqual([vague.code, /--team/.test(vague.stderr)], [1, true]);
	const dora = await addPerson(server, "dora@example.org", ["--team", "Second", "--team-admin"]);
	const info = await server.call("GET", "/api/v2.1/org/admin/info/", { token: dora.token });
	assert.equal(info.org_name, "Second");
});

test("bases: create, list, copy, delete, restore", async () => {
	const uuid = await ok("base", "create", "By command", "--owner", "ana@example.org");
	assert.match(uuid, /^[0-9a-f-]{36}$/);
	const { personal } = await server.call("GET", "/api/v2.1/user-admin-dtables/", { token: ana.token });
	assert.deepEqual(personal.map(({ name, uuid: id }) => [name, id]), [["By command", uuid]]);
	const copy = await ok("base", "copy", uuid);
	await ok("base", "copy", uuid, "--name", "Named copy");
	const listed = async (...args) => lines(await ok("base", "list", ...args)).map(([, , name, owner]) => [name, owner]);
	assert.deepEqual(await listed(), [["By command", "Ana Prado"], ["By command (1)", "Ana Prado"], ["Named copy", "Ana Prado"]]);
	await ok("base", "delete", copy);
	assert.deepEqual(await listed("--trash"), [["By command (1)", "Ana Prado"]]);
	assert.equal(await ok("base", "restore", copy), "By command (1)");
	assert.deepEqual(await listed("--trash"), []);

	for (const [args, text] of [
		[["create", "By command", "--owner", "ana@example.org"], /already exists/],
		[["create", "a/b", "--owner", "ana@example.org"], /name invalid/],
		[["create", "x"], /--owner, --group and --workspace/],
		[["create", "x", "--owner", "ana@example.org", "--workspace", "1"], /--owner, --group and --workspace/],
		[["create", "x", "--workspace", "99999"], /Workspace 99999 not found/],
		[["create", "x", "--workspace", "abc"], /must be a number/],
		[["create", "x", "--group", "99999"], /Group 99999 not found/],
		[["copy", "0d4f3c52-9b1a-4d7e-8a61-5f2c9e7b1a10"], /not found/],
		[["copy", uuid, "--name", "Named copy"], /already exists/],
		[["delete", "nonsense"], /nonsense not found/],
		[["restore", uuid], /not found/],
	]) {
		const { code, stderr } = await run("base", ...args);
		assert.equal(code, 1, args.join(" "));
		assert.match(stderr, text);
	}
});

test("tokens: made by command, they work at once; deleted, they end within a second", async () => {
	const base = await server.createBase("Tokens", { token: ana.token });
	const token = await ok("token", "create", "--base", base.uuid, "--name", "cron job", "--permission", "r");
	assert.match(token, /^[0-9a-f]{40}$/);
	base.token = await base.baseToken("r", token);
	assert.equal((await base.request("GET", "metadata/")).status, 200);
	assert.equal((await base.request("POST", "rows/", { json: { table_name: "Table1", rows: [{}] } })).status, 403);
	const listed = lines(await ok("token", "list", "--base", base.uuid));
	assert.deepEqual(listed.map(([name, permission]) => [name, permission]), [["app 1", "rw"], ["cron job", "r"]]);
	assert.doesNotMatch(await ok("token", "list", "--base", base.uuid), new RegExp(token));
	await ok("token", "delete", "--base", base.uuid, "--name", "cron job");
	await eventually(async () => assert.equal((await base.request("GET", "metadata/")).status, 403));
	for (const [args, text] of [
		[["create", "--name", "x"], /--base is needed/],
		[["create", "--base", base.uuid], /--name is needed/],
		[["create", "--base", base.uuid, "--name", "x", "--permission", "w"], /r or rw/],
		[["create", "--base", base.uuid, "--name", "app 1"], /already exists/],
		[["delete", "--base", base.uuid, "--name", "nobody"], /not found/],
	]) {
		const { code, stderr } = await run("token", ...args);
		assert.equal(code, 1, args.join(" "));
		assert.match(stderr, text);
	}
});

test("check: sound, then a broken file and one of nobody", async (t) => {
	const own = await startServer();
	t.after(() => own.ended ?? own.kill());
	const sound = await own.createBase("Sound");
	const broken = await own.createBase("Broken");
	assert.match(await atollOk(["check", "--data", own.dir]), /^catalog: sound\nbase .* "Broken": sound\nbase .* "Sound": sound$/);
	await own.stop({ keep: true });
	folders.push(own.dir);
	writeFileSync(join(own.dir, "bases", `${broken.uuid}.db`), "this is no database ".repeat(500));
	const orphan = "0d4f3c52-9b1a-4d7e-8a61-5f2c9e7b1a10";
	writeFileSync(join(own.dir, "bases", `${orphan}.db`), "");
	const { code, stdout } = await atoll(["check", "--data", own.dir]);
	assert.equal(code, 1);
	assert.match(stdout, /catalog: sound/);
	assert.match(stdout, /"Sound": sound/);
	assert.match(stdout, /"Broken": \n?.*damaged/);
	assert.match(stdout, new RegExp(`${orphan}.*belongs to no base`));
	assert.match(await atollOk(["check", sound.uuid, "--data", own.dir]), /sound$/);
	assert.equal((await atoll(["check", broken.uuid, "--data", own.dir])).code, 1);
	await fails(1, /not found/, "check", orphan, "--data", own.dir);
});

test("backup: a data folder of its own, made while the server writes", async (t) => {
	const base = await server.createBase("Backed up", { token: ana.token });
	let written = 0, stop = false;
	const writer = (async () => {
		for (; !stop; written++) await base.append("Table1", [{ Name: `row ${written}` }]);
	})();
	while (written < 5) await new Promise((resolve) => setTimeout(resolve, 5));
	const before = written;
	const to = join(newFolder(), "copy");
	assert.match(await ok("backup", to), /copied the catalog and \d+ bases? to/);
	stop = true;
	await writer;
	assert.equal(statSync(to).mode & 0o777, 0o700);
	assert.equal(statSync(join(to, "secret.key")).mode & 0o777, 0o600);
	assert.match(await atollOk(["check", "--data", to]), /^catalog: sound/);

	const copy = await startServer({ dir: to });
	t.after(() => copy.ended ?? copy.kill());
	base.server = copy;
	const rows = await base.rows("Table1"); // with the base token of the original
	assert.ok(rows.length >= 3 + before && rows.length <= 3 + written);
	await copy.stop();
	await fails(1, /can't be made/, "backup", server.dir, "--data", server.dir);
	assert.ok(existsSync(join(server.dir, "catalog.db")));
});

test("query selects from a base; --explain shows every phase, and where an error is", async () => {
	const base = await server.createBase("Asked");
	await base.createTable("Parts", [["Name", "text"], ["Stock", "number"]]);
	await base.append("Parts", [{ Name: "Bolt", Stock: 3 }, { Name: "Nut" }]);
	assert.deepEqual(JSON.parse(await ok("query", "SELECT Name FROM Parts WHERE Stock > 2", "--base", base.uuid)).results, [{ Name: "Bolt" }]);
	const phases = await ok("query", "SELECT Name FROM Parts WHERE Stock > 2", "--explain", "--base", base.uuid);
	assert.deepEqual(phases.match(/^-- .*$/gm), ["-- words", "-- tree", "-- checked", "-- SQL"]);
	assert.match(phases, /^\?1 = 2$/m);
	const folder = newFolder(), tables = join(folder, "tables.json");
	writeFileSync(tables, JSON.stringify((await base.call("GET", "metadata/")).metadata));
	const apart = (...args) => atoll(["query", ...args, "--tables", tables, "--explain"]);
	const formula = await apart("{Stock} * 2", "--formula-of", "Parts");
	assert.match(formula.stdout, /call multiply: number/);
	const filters = await apart('[{"column_name": "Stock", "filter_predicate": "greater", "filter_term": 2}]', "--filters-of", "Parts");
	assert.match(filters.stdout, /^-- SQL\n/);
	const wrong = await apart("SELECT Name,\n  Stok FROM Parts");
	assert.equal(wrong.code, 1);
	assert.ok(wrong.stdout.endsWith("  Stok FROM Parts\n  ^^^^\n"), wrong.stdout);
	assert.equal(wrong.stderr, "atoll query: no such column: Stok\n");
	for (const [args, text] of [
		[["SELECT 1"], /--base or --tables/], [["SELECT 1", "--tables", tables], /--explain/], [["SELECT 1", "--tables", join(folder, "none"), "--explain"], /can't be read/],
		[["DELETE FROM Parts", "--base", base.uuid], /permission/], [["x", "--tables", tables, "--explain", "--formula-of", "Nope"], /Nope|table/],
	]) {
		const { code, stderr } = await run("query", ...args);
		assert.equal(code, 1, args.join(" "));
		assert.match(stderr, text);
	}
	assert.equal((await base.rows("Parts")).length, 2);
});
