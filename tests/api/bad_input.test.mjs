// What is no good is refused with a clear 4xx and changes nothing; the server goes on serving.
import assert from "node:assert/strict";
import net from "node:net";
import { after, before, test } from "node:test";

import { startServer } from "./server.mjs";

let server, base;

before(async () => {
	server = await startServer();
	base = await server.createBase();
	await base.createTable("Parts", [["Name", "text"], ["Note", "long-text"], ["Stock", "number"], ["Tags", "multiple-select"]]);
});

after(async () => {
	assert.equal((await base.call("GET", "metadata/")).metadata.tables.length, 2, "the server still serves");
	await server.stop();
});

const rows = () => base.rows("Parts");
const appendBody = (value) => `{"table_name":"Parts","rows":[{"Name":${value}}]}`;
const post = (body, headers = { "Content-Type": "application/json" }) => base.request("POST", "rows/", { body, headers });

test("a body of 100 MB is refused and not waited for", async () => {
	const { hostname, port } = new URL(server.url);
	const size = 100 * 1024 * 1024;
	const reply = await new Promise((resolve, reject) => {
		const socket = net.connect(port, hostname);
		const chunk = Buffer.alloc(1024 * 1024, 0x20);
		let sent = 0;
		let seen = "";
		const pour = () => {
			while (sent < size && !socket.destroyed) {
				sent += chunk.length;
				if (!socket.write(chunk)) return;
			}
		};
		socket.write(`POST ${base.gateway}/rows/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token ${base.token}\r\n` +
			`Content-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`);
		socket.on("drain", pour);
		socket.on("data", (bytes) => {
			seen += bytes;
			if (seen.includes("\r\n\r\n")) socket.destroy();
		});
		/* The server may close before all is sent: what it said until then counts. */
		socket.on("error", (error) => (seen ? resolve(seen) : reject(error)));
		socket.on("close", () => resolve(seen));
		pour();
	});
	assert.match(reply, /^HTTP\/1\.1 413 /);
	assert.deepEqual(await rows(), []);
});

test("a body above the limit of its route", async () => {
	const reply = await base.request("POST", "tables/", { json: { table_name: "X", junk: "x".repeat(3 * 1024 * 1024) } });
	assert.equal(reply.status, 413);
	assert.match(reply.json.error_msg, /larger than/);
	assert.equal(reply.json.error_message, reply.json.error_msg);
});

test("deep nesting", async () => {
	for (const depth of [1000, 100000]) {
		const reply = await post(appendBody("[".repeat(depth) + "]".repeat(depth)));
		assert.equal(reply.status, 400);
		assert.match(reply.json.error_msg, /JSON/);
		assert.equal((await post("[".repeat(depth))).status, 400);
		assert.equal((await post('{"a":'.repeat(depth))).status, 400);
	}
	assert.deepEqual(await rows(), []);
});

test("what is no JSON", async () => {
	const bad = ["{", "{}}", '{"a":1,}', "{'a':1}", '{"a"}', "[1 2]", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":-Infinity}", "nul",
		'{"a":"\t"}', '{"a":"\\x"}', '{"a":01}', '{"a":1e999}', '{"a":"\\ud800"}', '{"a":"\\u0000"}', "\u0000", "{\"a\":\"x",
		'{"table_name":"Parts"} {}'];
	for (const body of bad) {
		const reply = await post(body);
		assert.equal(reply.status, 400, `${JSON.stringify(body)}: ${reply.status} ${reply.text}`);
		assert.equal(reply.json.error_message, reply.json.error_msg);
	}
	for (const value of ["NaN", "Infinity", "1e999"]) {
		assert.equal((await post(`{"table_name":"Parts","rows":[{"Stock":${value}}]}`)).status, 400);
	}
	assert.deepEqual(await rows(), []);
});

test("invalid UTF-8, everywhere a text can be", async () => {
	const bad = [[0xff], [0xc3, 0x28], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]];
	for (const bytes of bad) {
		const raw = Buffer.from(bytes);
		const escaped = bytes.map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
		const json = Buffer.concat([Buffer.from('{"table_name":"Parts","rows":[{"Name":"'), raw, Buffer.from('"}]}')]);
		const attempts = [
			["POST", "rows/", { body: json, headers: { "Content-Type": "application/json" } }],
			["GET", `rows/?table_name=${escaped}`, {}], ["GET", `rows/?table_name=Parts&${escaped}=1`, {}],
			["GET", `views/${escaped}/?table_name=Parts`, {}], ["GET", `rows/${escaped}/?table_name=Parts`, {}],
			["POST", "tables/", { body: `table_name=${escaped}`, headers: { "Content-Type": "application/x-www-form-urlencoded" } }],
			["GET", "rows/?table_name=%", {}], ["GET", "views/%zz/?table_name=Parts", {}],
		];
		for (const [method, path, options] of attempts) {
			const reply = await base.request(method, path, options);
			assert.equal(reply.status, 400, `${method} ${path} ${escaped}: ${reply.status} ${reply.text}`);
			assert.equal(reply.json.error_message, reply.json.error_msg);
		}
	}
	assert.deepEqual(await rows(), []);
});

test("odd characters come out as they went in", async () => {
	const texts = ["\u{1f600}\u{1f468}\u200d\u{1f469}", "Zürich", "\u05e9\u05dc\u05d5\u05dd", "a\u0301", "\u202eright", "tab\tand\nline", 'quo"te\\back', "</script>",
		"'; DROP TABLE t; --", "\ufeffbom", "\ue000", "\u{10ffff}", "%00%zz", "{{=x}}", " padded "];
	const { row_ids } = await base.append("Parts", texts.map((Name) => ({ Name, Note: Name, Tags: [Name] })));
	const back = await rows();
	assert.deepEqual(back.map((row) => row.Name), texts);
	assert.deepEqual(back.map((row) => row.Note), texts);
	assert.deepEqual(back.map((row) => row.Tags[0].trim()), texts.map((text) => text.trim()));
	await base.call("DELETE", "rows/", { table_name: "Parts", row_ids: row_ids.map((id) => id._id) });
	const name = "\u{1f600} `\"'; --";
	const table = await base.call("POST", "tables/", { table_name: name, columns: [{ column_name: name, column_type: "text" }] });
	assert.equal(table.name, name);
	await base.append(name, [{ [name]: "in" }]);
	assert.equal((await base.rows(name))[0][name], "in");
	await base.call("DELETE", "tables/", { table_name: name });
});

test("a cell of 1 MB is cut to what a cell may hold", async () => {
	const long = "\u{1f600}".repeat(262144);
	const { first_row } = await base.append("Parts", [{ Name: long, Note: long }]);
	const row = await base.call("GET", `rows/${first_row._id}/?table_name=Parts&convert_keys=true`);
	assert.equal([...row.Name].length, 10000);
	assert.equal([...row.Note].length, 100000);
	await base.call("DELETE", "rows/", { table_name: "Parts", row_id: first_row._id });
});

test("numbers at the edges", async () => {
	const numbers = [0, -0.5, 1e-300, 1.7976931348623157e308, 9007199254740993, -1e21, 0.1];
	const { row_ids } = await base.append("Parts", numbers.map((Stock) => ({ Name: "n", Stock })));
	assert.deepEqual((await rows()).map((row) => row.Stock), numbers);
	await base.call("DELETE", "rows/", { table_name: "Parts", row_ids: row_ids.map((id) => id._id) });
});

test("arguments of a wrong kind", async () => {
	const bad = [
		["GET", "rows/?table_name=Parts&limit=-1"], ["GET", "rows/?table_name=Parts&start=99999999999999999999"],
		["POST", "rows/", [1, 2]], ["POST", "rows/", "text"], ["POST", "rows/", 5], ["POST", "rows/", null],
		["PUT", "rows/", { table_name: "Parts", updates: [null] }], ["POST", "tables/", { table_name: { a: 1 } }],
		["POST", "columns/", { table_name: "Parts", column_name: ["x"] }],
		["DELETE", "rows/", { table_name: "Parts", row_ids: Array(10001).fill("x") }],
	];
	for (const [method, path, body] of bad) {
		const { status } = await base.refused(method, path, body);
		assert.equal(status, 400, `${method} ${path} ${JSON.stringify(body)?.slice(0, 80)}`);
	}
	const { status } = await base.refused("POST", "rows/", { table_name: { a: 1 }, rows: [{ Name: "x" }] });
	assert.equal(status, 404);
	assert.deepEqual(await rows(), []);
});

test("half a request, no request, and strange ones", async () => {
	const { hostname, port } = new URL(server.url);
	const answerTo = (text) => new Promise((resolve) => {
		const socket = net.connect(port, hostname, () => socket.end(text));
		let seen = "";
		socket.on("data", (bytes) => (seen += bytes));
		socket.on("error", () => resolve(seen));
		socket.on("close", () => resolve(seen));
	});
	const head = `POST ${base.gateway}/rows/ HTTP/1.1\r\nHost: x\r\nAuthorization: Token ${base.token}\r\n`;
	const strange = [
		"", "\r\n\r\n", "GET", "GET /\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", `${head}Content-Length: 100\r\n\r\n{"table`,
		`${head}Content-Length: -1\r\n\r\n`, `${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
		`GET /${"a".repeat(100000)} HTTP/1.1\r\nHost: x\r\n\r\n`, `GET / HTTP/1.1\r\n${"A: b\r\n".repeat(1000)}\r\n`,
	];
	for (const text of strange) assert.doesNotMatch(await answerTo(text), /^HTTP\/1\.1 [25]00 /, text.slice(0, 60));
	assert.deepEqual(await rows(), []);
});
