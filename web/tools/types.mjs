// Writes src/api/schemas.ts: a TypeScript type for every schema of the server's OpenAPI document, from the file that the
// server itself is built with. It runs before every build and check, so the types are never older than the server.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const source = new URL("../../src/defs/openapi_schemas.json", import.meta.url);
const target = new URL("../src/api/schemas.ts", import.meta.url);

const scalars = { string: "string", integer: "number", number: "number", boolean: "boolean", null: "null" };

function typeOf(schema) {
	const type = plainTypeOf(schema);
	return schema.nullable ? `${type} | null` : type;
}

function plainTypeOf(schema) {
	if (schema.$ref) return schema.$ref.split("/").at(-1);
	const parts = schema.oneOf ?? schema.anyOf;
	if (parts) return parts.map(typeOf).join(" | ");
	if (schema.allOf) return schema.allOf.map(typeOf).join(" & ");
	if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
	if (Array.isArray(schema.type)) return schema.type.map((type) => scalars[type] ?? "unknown").join(" | ");
	if (schema.type === "array") return `Array<${schema.items ? typeOf(schema.items) : "unknown"}>`;
	if (schema.type === "object") return objectType(schema);
	return scalars[schema.type] ?? "unknown";
}

function objectType(schema) {
	const required = new Set(schema.required);
	const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
		const comment = field.description ? `/** ${field.description.replaceAll("*/", "* /")} */ ` : "";
		return `${comment}${JSON.stringify(name)}${required.has(name) ? "" : "?"}: ${typeOf(field)};`;
	});
	if (schema.additionalProperties || fields.length === 0) fields.push("[key: string]: unknown;");
	return `{ ${fields.join(" ")} }`;
}

const lines = ["// Made by tools/types.mjs from the server's OpenAPI schemas. Not kept in git."];
for (const [name, schema] of Object.entries(JSON.parse(readFileSync(source, "utf8")))) {
	if (schema.description) lines.push(`/** ${schema.description.replaceAll("*/", "* /")} */`);
	lines.push(`export type ${name} = ${typeOf(schema)};`);
}
// Left alone when nothing changed, so that make sees no newer file.
const text = `${lines.join("\n")}\n`;
if (!existsSync(target) || readFileSync(target, "utf8") !== text) writeFileSync(target, text);
