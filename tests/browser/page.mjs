// A real browser before a real server, for a test file: openWeb() starts both. Whatever a page does that no page of ours
// may do (an error, a breach of the Content-Security-Policy, a request to another host) fails the test that opened it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { chromium } from "playwright-core";

import { startServer } from "../api/server.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Chromium is Debian's. It looks for nothing outside: no updates, no reports, no prefetching. Root has no sandbox.
const flags = [
	...(process.getuid() === 0 ? ["--no-sandbox"] : []),
	"--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

export function launchChromium() {
	return chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
}

const timeoutMs = 20_000; // instrumented servers are slow

class Web {
	constructor(server, chromium) {
		this.server = server;
		this.chromium = chromium;
		this.contexts = [];
		this.faults = [];
	}

	/** A page in a window of its own, signed in as `person` ({email, password}; null: nobody) and opened at `path`.
	 * `expected`: texts of console errors that the test brings about; `phone`: a small window, touched by a finger. */
	async open(path = "/", options = {}) {
		const { person = this.server.admin, locale = "en-US", phone = false, dark = false, expected = [] } = options;
		const { width = phone ? 390 : 1280, height = phone ? 844 : 800, sharpness = 1 } = options;
		const context = await this.chromium.newContext({
			baseURL: this.server.url,
			locale,
			timezoneId: "Europe/Berlin",
			viewport: { width, height },
			deviceScaleFactor: sharpness,
			isMobile: phone,
			hasTouch: phone,
			colorScheme: dark ? "dark" : "light",
			permissions: ["clipboard-read", "clipboard-write"],
		});
		this.contexts.push(context);
		if (person) await this.#signIn(context, person);
		const page = await context.newPage();
		page.setDefaultTimeout(timeoutMs);
		// Whether somebody is signed in is asked by every page, and the browser logs each refusal.
		this.#watch(page, person ? expected : [...expected, "/api/v2.1/session/"]);
		await page.goto(path);
		return page;
	}

	async #signIn(context, { email, password }) {
		const reply = await context.request.post("/api/v2.1/session/", { data: { username: email, password } });
		assert.equal(reply.status(), 200, await reply.text());
	}

	#watch(page, expected) {
		const fault = (text) => {
			if (!expected.some((part) => text.includes(part))) this.faults.push(text);
		};
		page.on("pageerror", (error) => fault(`error in the page: ${error.stack}`));
		page.on("console", (message) => {
			if (message.type() === "error") fault(`console: ${message.text()} ${message.location().url}`);
		});
		page.on("request", (request) => {
			const { origin, protocol } = new URL(request.url());
			if (/^http/.test(protocol) && origin !== this.server.url) fault(`request to another host: ${request.url()}`);
		});
	}

	/** Closes what the test opened, and fails it for what its pages did wrong. Call it after each test. */
	async closePages() {
		await Promise.all(this.contexts.splice(0).map((context) => context.close()));
		assert.deepEqual(this.faults.splice(0), []);
	}

	async close() {
		await this.chromium.close();
		await this.server.stop();
	}
}

export async function openWeb(options) {
	const server = await startServer(options);
	return new Web(server, await launchChromium());
}

/** Axe (https://github.com/dequelabs/axe-core) finds nothing by its rules for WCAG 2.1 A and AA, or by `rules` alone. */
export async function assertAccessible(page, rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]) {
	await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== "running"));
	// Evaluated by the browser's debugger: a <script> of it would be against the pages' policy.
	if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
	const { violations } = await page.evaluate((runOnly) => globalThis.axe.run("body", { runOnly }), rules);
	const told = ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join("\n")}`;
	assert.deepEqual(violations.map(told), []);
}

/** The page is not wider than its window. */
export async function assertNoSidewaysScroll(page) {
	const { content, window } = await page.evaluate(() => ({
		content: document.documentElement.scrollWidth, window: document.documentElement.clientWidth,
	}));
	assert.ok(content <= window, `the page is ${content} px wide in a window of ${window} px`);
}

/** Waits until `find` answers true. */
export async function until(find, { timeout = timeoutMs, what = "the change" } = {}) {
	const end = performance.now() + timeout;
	while (!(await find())) {
		assert.ok(performance.now() < end, `${what} did not come within ${timeout} ms`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
