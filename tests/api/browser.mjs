// A browser as far as the server can tell: it keeps the session's cookie and sends the CSRF token along.
import assert from "node:assert/strict";

export class Browser {
	constructor(server) {
		this.server = server;
		this.cookie = "";
		this.csrf = undefined;
	}

	/** `csrf` null sends no such header, a text sends that one. `headers` win. */
	async request(method, path, { csrf = this.csrf, headers = {}, ...options } = {}) {
		const own = {};
		if (this.cookie) own.Cookie = `theme=dark; atoll_session=${this.cookie}`;
		if (csrf && method !== "GET") own["X-CSRF-Token"] = csrf;
		const reply = await this.server.request(method, path, { headers: { ...own, ...headers }, ...options });
		const set = reply.headers["set-cookie"]?.[0];
		if (set) this.cookie = set.match(/^atoll_session=([^;]*)/)[1];
		return reply;
	}

	async call(method, path, options) {
		const reply = await this.request(method, path, options);
		assert.equal(reply.status, 200, `${method} ${path}: ${reply.status} ${reply.text}`);
		return reply.json;
	}

	async signIn({ email, password }) {
		const answer = await this.call("POST", "/api/v2.1/session/", { json: { username: email, password } });
		this.csrf = answer.csrf_token;
		return answer;
	}
}

/** A browser in which the person is signed in. */
export async function openBrowser(server, person) {
	const browser = new Browser(server);
	await browser.signIn(person);
	return browser;
}
