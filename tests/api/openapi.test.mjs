// The OpenAPI document is made from the route table: it must be whole, and what it says must be true.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base, document;

before(async () => {
	server = await startServer();
	base = await server.createBase();
	document = (await server.request("GET", "/openapi.json")).json;
});

after(() => server.stop());

function* operations() {
	for (const [path, methods] of Object.entries(document.paths)) {
		for (const [method, operation] of Object.entries(methods)) yield { path, method, operation };
	}
}

function* references(node) {
	if (node === null || typeof node !== "object") return;
	if (typeof node.$ref === "string") yield node.$ref;
	for (const child of Object.values(node)) yield* references(child);
}

const resolve = (reference) => reference.slice(2).split("/").reduce((node, key) => node?.[key], document);

/** Problems of a value against a schema, as far as our schemas use the language. */
function problems(schema, value, where = "reply") {
	if (schema.$ref) return problems(resolve(schema.$ref), value, where);
	if (value === null && schema.nullable) return [];
	if (schema.allOf) return schema.allOf.flatMap((one) => problems(one, value, where));
	if (schema.oneOf) return schema.oneOf.some((one) => problems(one, value, where).length === 0) ? [] : [`${where}: none fits`];
	const kind = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
	const wanted = schema.type === "integer" ? "number" : schema.type;
	if (wanted && kind !== wanted) return [`${where}: ${kind} instead of ${schema.type}`];
	if (schema.enum && !schema.enum.includes(value)) return [`${where}: ${value} is not one of ${schema.enum}`];
	if (kind === "array") return value.flatMap((one, i) => problems(schema.items, one, `${where}[${i}]`));
	if (kind !== "object") return [];
	const missing = (schema.required ?? []).filter((key) => !(key in value)).map((key) => `${where}: ${key} is missing`);
	const wrong = Object.entries(schema.properties ?? {}).flatMap(([key, one]) =>
		key in value ? problems(one, value[key], `${where}.${key}`) : []);
	return [...missing, ...wrong];
}

test("the document is whole", () => {
	assert.match(document.openapi, /^3\.0\./);
	assert.equal(document.servers[0].url, server.url);
	for (const reference of references(document)) assert.ok(resolve(reference), `${reference} leads nowhere`);
	const ids = new Set();
	for (const { path, method, operation } of operations()) {
		const where = `${method} ${path}`;
		assert.match(path, /^\//, where);
		assert.match(operation.operationId, /^[a-z][a-z0-9_]*$/, where);
		assert.ok(!ids.has(operation.operationId), `${where}: ${operation.operationId} twice`);
		ids.add(operation.operationId);
		assert.ok(operation.summary.length > 5, where);
		assert.ok(operation["x-permission"], where);
		for (const requirement of operation.security) {
			for (const scheme of Object.keys(requirement)) assert.ok(document.components.securitySchemes[scheme], where);
		}
		const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
		const declared = operation.parameters.filter((parameter) => parameter.in === "path").map((parameter) => parameter.name);
		assert.deepEqual(declared, inPath, where);
		assert.ok(!(method === "get" && operation.requestBody), where);
	}
});

test("every base operation stands in the group where people look for it", () => {
	for (const { path, method, operation } of operations()) {
		if (!operation.security.some((kind) => kind.baseToken)) continue;
		assert.notDeepEqual(operation.tags, ["Base operations"], `${method} ${path} has no row in base_groups (api/openapi.c)`);
	}
});

test("every schema is used, every base operation has its schemas", () => {
	const used = new Set([...references(document)].map((reference) => reference.split("/").pop()));
	for (const name of Object.keys(document.components.schemas)) {
		assert.ok(used.has(name) || name.endsWith("Query"), `${name} is used nowhere`);
	}
	for (const { path, method, operation } of operations()) {
		if (!path.startsWith("/api-gateway")) continue;
		const [reply] = Object.values(operation.responses["200"].content ?? {});
		assert.ok(reply?.schema, `${method} ${path} says nothing of its reply`);
		if (method === "get") continue;
		const names = operation.parameters.filter((one) => one.name !== "base_uuid");
		if (method === "delete" && path.endsWith("/notifications/")) continue; // the caller's own list, whole
		assert.ok(operation.requestBody || names.length > 0, `${method} ${path} says nothing of what it works on`);
	}
});

test("replies are as the document says", async () => {
	const { first_row } = await base.append("Table1", [{ Name: "x" }]);
	const table_name = "Table1";
	const column = { table_name, column: "State" };
	const steps = [
		["GET", "metadata/"], ["GET", "related-users/"], ["POST", "tables/", { table_name: "New" }],
		["PUT", "tables/", { table_name: "New", new_table_name: "Newer" }], ["DELETE", "tables/", { table_name: "Newer" }],
		["POST", "columns/", { table_name, column_name: "State", column_type: "single-select" }],
		["POST", "column-options/", { ...column, options: [{ name: "ok" }] }],
		["PUT", "column-options/", { ...column, options: [], return_options: true }], ["PUT", "column-options/", { ...column, options: [] }],
		["GET", "columns/"], ["PUT", "columns/", { ...column, op_type: "resize_column", new_column_width: 100 }],
		["POST", "batch-append-columns/", { table_name, columns: [{ column_name: "A" }] }], ["DELETE", "columns/", { table_name, column: "A" }],
		["POST", "rows/", { table_name, rows: [{ Name: "y", State: "ok" }], return_rows: true }], ["GET", "rows/"],
		["PUT", "rows/", { table_name, updates: [] }], ["GET", "rows/{row_id}/"], ["PUT", "lock-rows/", { table_name, row_ids: [first_row._id] }],
		["PUT", "unlock-rows/", { table_name, row_ids: [] }], ["DELETE", "rows/", { table_name, row_ids: [] }],
		["GET", "views/"], ["POST", "views/", { table_name, name: "V" }], ["GET", "views/{view_name}/"],
		["PUT", "views/{view_name}/", { row_height: "double" }], ["DELETE", "views/{view_name}/"],
	];
	for (const [method, path, body] of steps) {
		const operation = document.paths[`/api-gateway/api/v2/dtables/{base_uuid}/${path}`][method.toLowerCase()];
		const called = path.replace("{row_id}", first_row._id).replace("{view_name}", "V");
		const sent = operation.requestBody?.content["application/json"].schema;
		if (sent && body) assert.deepEqual(problems(sent, body, "request"), [], `${method} ${path}`);
		const reply = await base.call(method, `${called}?table_name=Table1`, body);
		assert.deepEqual(problems(operation.responses["200"].content["application/json"].schema, reply), [], `${method} ${path}`);
	}
	const error = await base.request("GET", "rows/?table_name=Nothing");
	assert.deepEqual(problems(document.components.schemas.Error, error.json), []);
});
