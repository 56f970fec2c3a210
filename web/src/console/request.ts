// A request as a program sends it: with a token, not with the page's session. Also the same request for a shell.
import type { Method } from "../api/client";

export type Request = { method: Method; url: string; body: string | undefined };

export type Answer = {
	status: number;
	milliseconds: number;
	bytes: number;
	headers: Array<[name: string, value: string]>;
	text: string;
	/** The answer was longer than what is kept of it. */
	cut: boolean;
};

/** The most of an answer that is shown. */
export const shownBytes = 256 * 1024;

/** Exchanges an API token for a base token, as every program does. */
export async function exchange(apiToken: string): Promise<string> {
	const { status, text } = await send({ method: "GET", url: "/api/v2.1/dtable/app-access-token/", body: undefined }, apiToken);
	if (status !== 200) throw new Error(text);
	return (JSON.parse(text) as { access_token: string }).access_token;
}

/** `onpart` is told what has come so far: an answer may go on without end. Ends with the answer, or with `signal`. */
export async function send(
	{ method, url, body }: Request,
	token: string,
	signal?: AbortSignal,
	onpart: (answer: Answer) => void = () => {},
): Promise<Answer> {
	const began = performance.now();
	const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
	if (body !== undefined) headers["Content-Type"] = "application/json";
	const init: RequestInit = { method, headers, credentials: "omit", cache: "no-store", signal: signal ?? null };
	const reply = await fetch(url, body === undefined ? init : { ...init, body });
	const answer: Answer = {
		status: reply.status,
		milliseconds: performance.now() - began,
		bytes: 0,
		headers: [...reply.headers],
		text: "",
		cut: false,
	};
	await readParts(reply, answer, () => {
		answer.milliseconds = performance.now() - began;
		onpart({ ...answer });
	}).catch((failure: unknown) => {
		if (!signal?.aborted) throw failure;
	});
	return answer;
}

async function readParts(reply: Response, answer: Answer, tell: () => void): Promise<void> {
	const decoder = new TextDecoder();
	const reader = reply.body?.getReader();
	tell();
	for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
		answer.cut ||= answer.bytes + part.value.length > shownBytes;
		const room = Math.max(0, shownBytes - answer.bytes);
		answer.text += decoder.decode(part.value.subarray(0, room), { stream: true });
		answer.bytes += part.value.length;
		tell();
	}
}

/** For the shell: nothing in single quotes is special but the quote itself. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

export function curlOf({ method, url, body }: Request, apiToken: string): string {
	const server = location.origin;
	const lines = [
		`API_TOKEN=${quoted(apiToken)}`,
		`BASE_TOKEN=$(curl -s -H "Authorization: Bearer $API_TOKEN" \\`,
		`  ${quoted(`${server}/api/v2.1/dtable/app-access-token/`)} |`,
		`  sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')`,
		"",
		`curl -s${method === "GET" ? "" : ` -X ${method}`} -H "Authorization: Bearer $BASE_TOKEN" \\`,
	];
	if (body !== undefined) lines.push(`  -H 'Content-Type: application/json' -d ${quoted(body)} \\`);
	return [...lines, `  ${quoted(server + url)}`, ""].join("\n");
}

/** JSON set out for reading; any other text as it is. */
export function pretty(text: string): string {
	try {
		return JSON.stringify(JSON.parse(text), null, 2);
	} catch {
		return text;
	}
}
