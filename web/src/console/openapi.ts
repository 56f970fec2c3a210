// The operations of a base, read from the server's OpenAPI document: what the page shows is what is served.
import { call, type Method } from "../api/client";

export type Schema = {
	$ref?: string;
	type?: string;
	description?: string;
	default?: unknown;
	example?: unknown;
	enum?: string[];
	required?: string[];
	anyOf?: Schema[];
	properties?: Record<string, Schema>;
	items?: Schema;
	oneOf?: Schema[];
	minimum?: number;
	maximum?: number;
	additionalProperties?: boolean | Schema;
};

export type Parameter = { name: string; in: "path" | "query" | "header"; required: boolean; schema: Schema };

type Content = Record<string, { schema: Schema }>;

type Described = {
	operationId: string;
	summary: string;
	tags: string[];
	security: Array<Record<string, unknown>>;
	"x-permission": string;
	parameters: Parameter[];
	requestBody?: { content: Content };
};

export type Operation = {
	id: string;
	method: Method;
	path: string;
	summary: string;
	group: string;
	permission: string;
	/** Without the base's own id, which the page knows, second ways to name a table or view, and headers for retries. */
	parameters: Parameter[];
	body: Schema | undefined;
};

export type Description = {
	groups: Array<{ name: string; operations: Operation[] }>;
	/** The schema that a reference means. */
	schema: (schema: Schema) => Schema;
};

type Document = {
	paths: Record<string, Record<string, Described>>;
	components: { schemas: Record<string, Schema> };
};

export async function describe(): Promise<Description> {
	const document = await call<Document>("GET", "/openapi.json");
	const groups = new Map<string, Operation[]>();
	for (const [path, methods] of Object.entries(document.paths)) {
		for (const [method, described] of Object.entries(methods)) {
			if (!described.security.some((kind) => "baseToken" in kind)) continue;
			const operation = read(path, method, described);
			groups.set(operation.group, [...(groups.get(operation.group) ?? []), operation]);
		}
	}
	// What only older clients call comes last.
	const order = [...groups].sort(([, a], [, b]) => Number(isOlder(a)) - Number(isOlder(b)));
	return {
		groups: order.map(([name, operations]) => ({ name, operations })),
		schema: (schema) => (schema.$ref ? (document.components.schemas[schema.$ref.split("/").at(-1)!] ?? {}) : schema),
	};
}

function isOlder([first]: Operation[]): boolean {
	return !first!.path.startsWith("/api-gateway/api/v2/");
}

function read(path: string, method: string, described: Described): Operation {
	return {
		id: described.operationId,
		method: method.toUpperCase() as Method,
		path,
		summary: described.summary,
		group: described.tags[0] ?? "",
		permission: described["x-permission"],
		parameters: described.parameters.filter((parameter) => parameter.in !== "header" && !["base_uuid", "table_id", "view_id"].includes(parameter.name)),
		body: described.requestBody?.content["application/json"]?.schema,
	};
}
