// Which described operations no test has called: node called.mjs FILE, the one that ATOLL_CALLED named during the tests.
import { readFileSync } from "node:fs";

import { startServer } from "./server.mjs";

const called = new Set(readFileSync(process.argv[2], "utf8").split("\n"));
const server = await startServer();
const { paths } = (await server.request("GET", "/openapi.json")).json;
await server.stop();
const missing = Object.entries(paths)
	.flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
	.filter((operation) => !called.has(operation));
if (missing.length > 0) {
	console.error(`No test calls these operations of /openapi.json:\n${missing.join("\n")}`);
	process.exit(1);
}
console.log(`every one of the ${called.size - 1} described operations was called and answered as described`);
