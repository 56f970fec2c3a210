// Light, dark, or as the system says; kept in this browser.

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const storageKey = "atoll.theme";

class Appearance {
	theme = $state<Theme>(themes.find((name) => name === localStorage.getItem(storageKey)) ?? "system");

	set(theme: Theme): void {
		this.theme = theme;
		localStorage.setItem(storageKey, theme);
		this.#apply();
	}

	#apply(): void {
		if (this.theme === "system") delete document.documentElement.dataset["theme"];
		else document.documentElement.dataset["theme"] = this.theme;
	}

	constructor() {
		this.#apply();
	}
}

export const appearance = new Appearance();
