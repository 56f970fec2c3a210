// The web app as the server gives it away: what browsers may keep, what pages may do, and which paths are the app's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import http from "node:http";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";

import { binary, send, startServer } from "./server.mjs";

/* What the binary was built with: a row a file. */
const table = readFileSync(join(dirname(binary), "gen", "defs", "web_files.def"), "utf8");
const files = new Map([...table.matchAll(/^WEB_FILE\(\d+, "([^"]+)", "[^"]+", "\w+", "([^"]+)"/gm)].map(([, path, bytes]) => [path, bytes]));
const contentOf = (path) => readFileSync(files.get(path), "utf8");
const withApp = files.size > 0 ? {} : { skip: "the web app is not built" };
const withoutApp = withApp.skip ? {} : { skip: "the web app is built" };

let server;

before(async () => {
	server = await startServer();
});

after(() => server.stop());

const get = (path, headers = {}) => server.request("GET", path, { headers });
const apiPaths = [
	"/api", "/api/", "/api/v2.1/nothing/", "/api2/nothing", "/api-gateway/api/v3/", "//api2//nothing", "/dtable-server/x", "/dtable-db/x",
	"/seafhttp/files/x", "/workspace/1/asset/x", "/media/avatars/x.png", "/thumbnail/x", "/metrics/x", "/openapi.json/x", "/server-info/x",
	"/assets/", "/assets/nothing.js", "/assets/../index.html",
];

/** Header names and values that every page of ours has. */
function assertStrict(reply, where) {
	const policy = Object.fromEntries(reply.headers["content-security-policy"].split("; ").map((part) => part.split(/ (.*)/s)));
	assert.equal(policy["default-src"], "'self'", where);
	assert.equal(policy["connect-src"], "'self'", where);
	assert.equal(policy["img-src"], "'self' data:", where);
	assert.equal(policy["form-action"], "'self'", where);
	for (const name of ["frame-ancestors", "base-uri", "object-src"]) assert.equal(policy[name], "'none'", where);
	assert.ok(!("script-src" in policy) && !("style-src" in policy), where);
	assert.equal(reply.headers["x-content-type-options"], "nosniff", where);
	assert.equal(reply.headers["x-frame-options"], "DENY", where);
	assert.equal(reply.headers["referrer-policy"], "same-origin", where);
	assert.equal(reply.headers["access-control-allow-origin"], undefined, where);
}

test("the page, for every path that is the app's", withApp, async () => {
	const page = contentOf("/index.html");
	for (const path of ["/", "/index.html", "/team/tokens", "/base/0000/x.y", "/apis", "/workspaces", "/assetsx", "/%C3%A9", "/?next=%2Fapi"]) {
		const reply = await get(path);
		assert.equal(reply.status, 200, path);
		assert.equal(reply.text, page, path);
		assert.equal(reply.headers["content-type"], "text/html; charset=utf-8");
		assert.equal(reply.headers["cache-control"], "no-cache");
		assertStrict(reply, path);
	}
});

test("what belongs to the API stays an error that a client can read", async () => {
	for (const path of apiPaths) {
		const reply = await send(server.url, "GET", path);
		assert.equal(reply.status, 404, path);
		assert.equal(reply.json.error_msg, "No such path.", path);
	}
	for (const [method, path] of [["POST", "/"], ["POST", "/login"], ["PUT", "/base/x"], ["DELETE", "/index.html"]]) {
		const reply = await send(server.url, method, path);
		assert.equal(reply.status, 404, `${method} ${path}`);
		assert.equal(reply.json.error_msg, "No such path.", path);
	}
	assert.equal((await send(server.url, "GET", "/%zz")).status, 400);
	assert.equal((await get("/api/v2.1/dtables/")).status, 405);
});

test("files: type, for ever, compressed where it pays", withApp, async () => {
	const types = { js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8", svg: "image/svg+xml" };
	let compressed = 0;
	for (const path of [...files.keys()].filter((one) => one.startsWith("/assets/"))) {
		const bytes = contentOf(path);
		const plain = await get(path);
		assert.equal(plain.status, 200, path);
		assert.ok(plain.text === bytes, path);
		assert.equal(plain.headers["content-encoding"], undefined);
		assert.equal(plain.headers["cache-control"], "public, max-age=31536000, immutable");
		assert.equal(plain.headers.vary, "Accept-Encoding");
		const wanted = types[path.split(".").pop()];
		if (wanted) assert.equal(plain.headers["content-type"], wanted);
		assertStrict(plain, path);

		const packed = await fetchRaw(path, "br, gzip;q=0.8");
		if (packed.encoding !== "gzip") continue;
		compressed++;
		assert.ok(packed.bytes.length < 0.9 * Buffer.byteLength(bytes), path);
		assert.ok(gunzipSync(packed.bytes).toString("utf8") === bytes, path);
		assert.notEqual(packed.etag, plain.headers.etag);
	}
	assert.ok(compressed > 0);
	for (const refusing of ["identity", "gzip;q=0", "gzip; q=0.000", "br", "gzippy", ""]) {
		assert.equal((await fetchRaw("/", refusing)).encoding, undefined, refusing);
	}
	for (const taking of ["gzip", "GZIP", "deflate, gzip;q=1.0, *;q=0.5"]) assert.equal((await fetchRaw("/", taking)).encoding, "gzip", taking);
});

function fetchRaw(path, encoding) {
	return new Promise((resolve, reject) => {
		http.get(new URL(path, server.url), { headers: { "Accept-Encoding": encoding } }, (reply) => {
			const chunks = [];
			reply.on("data", (chunk) => chunks.push(chunk));
			reply.on("end", () => resolve({ bytes: Buffer.concat(chunks), encoding: reply.headers["content-encoding"], etag: reply.headers.etag }));
		}).on("error", reject);
	});
}

test("what the browser has is not sent again", withApp, async () => {
	const { etag } = (await get("/")).headers;
	const packed = (await fetchRaw("/", "gzip")).etag;
	for (const held of [etag, packed, `W/${etag}`, `"x", ${etag}`]) {
		const reply = await get("/", { "If-None-Match": held });
		assert.equal(reply.status, 304, held);
		assert.equal(reply.text, "");
		assert.equal(reply.headers["cache-control"], "no-cache");
	}
	for (const held of ['"x"', "", etag.slice(0, 8)]) assert.equal((await get("/", { "If-None-Match": held })).status, 200, held);
	const head = await server.request("HEAD", "/");
	assert.equal(head.status, 200);
	assert.equal(head.text, "");
	assert.ok(Number(head.headers["content-length"]) > 0);
});

test("a build without the app says so", withoutApp, async () => {
	const reply = await get("/");
	assert.equal(reply.status, 200);
	assert.match(reply.headers["content-type"], /^text\/plain/);
	assert.match(reply.text, /openapi\.json/);
	assertStrict(reply, "/");
	for (const path of ["/team", "/index.html"]) assert.equal((await get(path)).status, 404);
});
