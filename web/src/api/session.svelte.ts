// Who is signed in. The session itself is a cookie that scripts can't read; this holds what the server tells about it.
import { setLanguage } from "../i18n/catalog.svelte";
import { ApiError, call, setCsrfToken, whenSignedOut } from "./client";
import type { ChangeProfile, Profile, Session as Answer } from "./schemas";

const url = "/api/v2.1/session/";

class Session {
	user = $state.raw<Profile>();

	/** Asks the server whether the browser's cookie is still good. */
	async restore(): Promise<void> {
		try {
			await this.#begin(await call<Answer>("GET", url));
		} catch (error) {
			if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) throw error;
		}
	}

	async signIn(username: string, password: string): Promise<void> {
		await this.#begin(await call<Answer>("POST", url, { body: { username, password } }));
	}

	async signOut(): Promise<void> {
		await call("DELETE", url);
		location.assign("/login");
	}

	async changeProfile(change: ChangeProfile): Promise<void> {
		this.user = await call<Profile>("PUT", "/api/v2.1/user/", { body: change });
		if (change.language !== undefined) await setLanguage(change.language);
	}

	async changePassword(old_password: string, new_password: string): Promise<void> {
		await call("PUT", "/api/v2.1/user/password/", { body: { old_password, new_password } });
	}

	async #begin(answer: Answer): Promise<void> {
		setCsrfToken(answer.csrf_token);
		if (answer.user.language) await setLanguage(answer.user.language);
		this.user = answer.user;
	}

	/** The page is loaded anew, so that nothing that this person saw is left for the next. */
	constructor() {
		whenSignedOut(() => {
			if (this.user) location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
		});
	}
}

export const session = new Session();
