// The build: everything under assets/ with hashed names, nothing inlined, so that the page lives with
// `Content-Security-Policy: default-src 'self'`. `npm run dev` passes the API on to a server of your own (ATOLL_URL).
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const server = process.env["ATOLL_URL"] ?? "http://127.0.0.1:8000";
const apiPaths = ["/api/", "/api2/", "/api-gateway/", "/openapi.json", "/server-info/"];

export default defineConfig({
	plugins: [svelte()],
	build: {
		target: "es2022",
		assetsInlineLimit: 0,
		manifest: true,
		modulePreload: { polyfill: false },
		reportCompressedSize: false,
	},
	server: { proxy: Object.fromEntries(apiPaths.map((path) => [path, { target: server, changeOrigin: true }])) },
});
