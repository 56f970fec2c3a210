// Prepares the built web app for the binary: tools/embed-web.mjs web/dist build/gen
// Writes build/gen/defs/web_files.def, a row a file (read by src/api/web_app.c), and beside it the bytes of each file as they
// are and compressed; the compressed form is empty when it saves nothing.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const types = {
	".html": "text/html; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".json": "application/json",
	".webmanifest": "application/manifest+json",
	".svg": "image/svg+xml",
	".png": "image/png",
	".ico": "image/x-icon",
	".woff2": "font/woff2",
	".txt": "text/plain; charset=utf-8",
};

const [dist, gen] = process.argv.slice(2);
const bytesFolder = join(gen, "web");
rmSync(bytesFolder, { recursive: true, force: true });
mkdirSync(bytesFolder, { recursive: true });
mkdirSync(join(gen, "defs"), { recursive: true });

function* filesOf(folder, path) {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		if (entry.isDirectory()) yield* filesOf(join(folder, entry.name), `${path}${entry.name}/`);
		else yield { path: path + entry.name, bytes: readFileSync(join(folder, entry.name)) };
	}
}

function row({ path, bytes }, index) {
	const type = types[extname(path)];
	if (!type) throw new Error(`${path}: tools/embed-web.mjs knows no content type for it`);
	if (!/^[\w./-]+$/.test(path)) throw new Error(`${path}: a path must need no encoding`);
	const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 20);
	const packed = gzipSync(bytes, { level: 9 });
	const [plainFile, packedFile] = [join(bytesFolder, `${index}`), join(bytesFolder, `${index}.gz`)];
	writeFileSync(plainFile, bytes);
	writeFileSync(packedFile, packed.length < 0.9 * bytes.length ? packed : "");
	return `WEB_FILE(${index}, "${path}", "${type}", "${hash}", "${plainFile}", "${packedFile}")\n`;
}

const rows = [...filesOf(dist, "/")].sort((a, b) => (a.path < b.path ? -1 : 1)).map(row);
writeFileSync(join(gen, "defs", "web_files.def"), rows.join(""));
