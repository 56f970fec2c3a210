// Every call that the tests make is held against the description that the server itself serves at /openapi.json: what is answered
// must be described, and be as it is described. Which operations were called is noted in the file that ATOLL_CALLED names.
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";

import Ajv from "ajv";

const apiPath = /^\/(api|api2|api-gateway|dtable-server|dtable-db)\//;

/** An operation's path as a pattern; a slash at its end may be missing, repeated ones count as one. */
function patternOf(path) {
	const literal = (text) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
	return new RegExp(`^${path.split(/\{\w+\}/).map(literal).join("[^/]+").replace(/\/$/, "")}/?$`);
}

/** OpenAPI 3.0 says "or null" in a way of its own. */
function plain(schema) {
	if (Array.isArray(schema)) return schema.map(plain);
	if (typeof schema !== "object" || schema === null) return schema;
	const { nullable, ...rest } = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, plain(value)]));
	return nullable === true ? { anyOf: [rest, { type: "null" }] } : rest;
}

class Wire {
	#called = new Set();

	constructor(document) {
		const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false });
		ajv.addSchema(plain(document), "api");
		this.operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({
			method: method.toUpperCase(),
			path,
			pattern: patternOf(path),
			parameters: (path.match(/\{/g) ?? []).length,
			operation,
		})));
		this.validate = (path, method, ...rest) => {
			const pointer = ["paths", path, method, ...rest].map((part) => part.replace(/~/g, "~0").replace(/\//g, "~1")).join("/");
			return ajv.compile({ $ref: `api#/${encodeURI(pointer)}` });
		};
		this.compiled = new Map();
	}

	/** The operation that answers; of several patterns the one with the fewest variables. */
	find(method, path) {
		const called = path.split("?")[0].replace(/\/+/g, "/");
		return this.operations.filter((one) => one.method === method && one.pattern.test(called)).sort((a, b) => a.parameters - b.parameters)[0];
	}

	#check(found, what, value, ...rest) {
		const key = `${found.method} ${found.path} ${what}`;
		if (!this.compiled.has(key)) this.compiled.set(key, this.validate(found.path, found.method.toLowerCase(), ...rest, "schema"));
		const valid = this.compiled.get(key);
		assert.ok(valid(value), `${key} is not as described: ${JSON.stringify(valid.errors)} in ${JSON.stringify(value)?.slice(0, 500)}`);
	}

	check(method, path, reply, json) {
		const found = this.find(method, path);
		const isGood = reply.status >= 200 && reply.status < 300;
		if (!found) {
			assert.ok(!isGood || !apiPath.test(path) || ["OPTIONS", "HEAD"].includes(method), `${method} ${path} answers and is not described`);
			return;
		}
		this.#note(found);
		const described = found.operation.responses;
		const status = [String(reply.status), `${Math.trunc(reply.status / 100)}XX`].find((one) => described[one]) ?? "default";
		assert.ok(!isGood || status !== "default", `${method} ${found.path}: ${reply.status} is not described`);
		const type = reply.headers["content-type"]?.split(";")[0];
		if (described[status].content?.[type] && type === "application/json" && reply.text) this.#check(found, `the reply ${status}`, reply.json, "responses", status, "content", type);
		const body = found.operation.requestBody?.content["application/json"];
		if (isGood && body && json !== undefined && typeof json === "object") this.#check(found, "the request", json, "requestBody", "content", "application/json");
	}

	#note({ method, path }) {
		const line = `${method} ${path}`;
		if (!process.env.ATOLL_CALLED || this.#called.has(line)) return;
		this.#called.add(line);
		appendFileSync(process.env.ATOLL_CALLED, `${line}\n`);
	}
}

let loading;

/** Holds a call against the description; `get` fetches /openapi.json from the server that answered it. */
export async function checkWire(get, method, path, reply, json) {
	loading ??= get().then((answer) => (answer.status === 200 ? new Wire(answer.json) : undefined), () => undefined);
	const wire = await loading;
	if (!wire) loading = undefined;
	wire?.check(method, path, reply, json);
}
