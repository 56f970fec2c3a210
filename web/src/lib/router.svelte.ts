// The address bar as state. Links are plain <a href>: a click on one of the app's own changes the page without a reload.

function currentPath(): string {
	return location.pathname.replace(/(.)\/+$/, "$1");
}

class Router {
	/** Without a slash at the end. */
	path = $state(currentPath());
	search = $state.raw(new URLSearchParams(location.search));
	/** What the page calls itself; read out when it changes. */
	pageTitle = $state("");

	go(url: string, { replace = false } = {}): void {
		if (replace) history.replaceState(null, "", url);
		else history.pushState(null, "", url);
		this.#read();
		window.scrollTo(0, 0);
	}

	/** Names the page; call it in an effect so that it follows the language. */
	title(text: string): void {
		this.pageTitle = text;
		document.title = text ? `${text} · Atoll` : "Atoll";
	}

	#read = (): void => {
		this.path = currentPath();
		this.search = new URLSearchParams(location.search);
	};

	constructor() {
		addEventListener("popstate", this.#read);
		document.addEventListener("click", (event) => {
			const link = event.target instanceof Element ? event.target.closest("a") : null;
			if (!link || !isPlainClick(event) || !isOwn(link)) return;
			event.preventDefault();
			this.go(link.pathname + link.search);
		});
	}
}

function isPlainClick(event: MouseEvent): boolean {
	return (
		!event.defaultPrevented && event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
	);
}

function isOwn(link: HTMLAnchorElement): boolean {
	return link.origin === location.origin && !link.target && !link.hasAttribute("download") && !link.hash;
}

export const router = new Router();
