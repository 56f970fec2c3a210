// The command line, and accounts made by it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";

import { binary } from "./server.mjs";

/** Runs `atoll ...args` to its end: {code, stdout, stderr}. `input` is its standard input. */
export function atoll(args, { env = {}, input = "" } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(binary, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
		const seen = { stdout: "", stderr: "" };
		for (const name of ["stdout", "stderr"]) {
			child[name].setEncoding("utf8");
			child[name].on("data", (text) => (seen[name] += text));
		}
		const late = setTimeout(() => child.kill("SIGKILL"), 60_000); // a command that never ends has the code null
		child.on("error", reject);
		child.on("close", (code) => {
			clearTimeout(late);
			resolve({ code, ...seen });
		});
		child.stdin.on("error", () => {}); // a command that doesn't read it
		child.stdin.end(input);
	});
}

/** The same for commands that must succeed: what they print. */
export async function atollOk(args, options) {
	const { code, stdout, stderr } = await atoll(args, options);
	assert.equal(code, 0, `atoll ${args.join(" ")}: ${stderr}`);
	return stdout.trimEnd();
}

/** A person with an account: {email, username, token}. */
export async function addPerson(server, email, options = []) {
	const password = `password of ${email}`;
	await atollOk(["user", "add", email, "--data", server.dir, ...options], { env: { ATOLL_PASSWORD: password } });
	const token = await server.signIn(email, password);
	const { email: username } = await server.call("GET", "/api2/account/info/", { token });
	return { email, username, password, token };
}

/** A group of `owner` with further members: its id and the id of its workspace. */
export async function addGroup(server, owner, name, members = []) {
	const { id } = await server.call("POST", "/api/v2.1/groups/", { token: owner.token, form: { name } });
	for (const { username } of members) {
		await server.call("POST", `/api/v2.1/groups/${id}/members/`, { token: owner.token, form: { email: username } });
	}
	const { workspace_list: workspaces } = await server.call("GET", "/api/v2.1/workspaces/", { token: owner.token });
	return { id, name, workspaceId: workspaces.find(({ group_id }) => group_id === id).id };
}

/** The id of a person's own workspace. */
export async function personalWorkspace(server, person) {
	const { workspace_list: workspaces } = await server.call("GET", "/api/v2.1/workspaces/", { token: person.token });
	return workspaces.find(({ type }) => type === "personal").id;
}
