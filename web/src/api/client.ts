// One way to call the server: JSON out, JSON in, the session's cookie and CSRF token, and every failure as an ApiError that
// ui/words.ts can put into the person's language.

export type Method = "GET" | "POST" | "PUT" | "DELETE";
export type Query = Record<string, string | number | boolean | undefined>;

/** Of a statement or formula that is wrong: the characters that the error is about. */
export type ErrorPlace = { from: number; to: number };

export class ApiError extends Error {
	/** 0 when no answer came. */
	readonly status: number;
	readonly place: ErrorPlace | undefined;

	constructor(status: number, message: string, place?: ErrorPlace) {
		super(message);
		this.name = "ApiError";
		this.status = status;
		this.place = place;
	}
}

let csrfToken = "";
let onSignedOut = (): void => {};

export function setCsrfToken(token: string): void {
	csrfToken = token;
}

/** Called when the server no longer knows the session. */
export function whenSignedOut(action: () => void): void {
	onSignedOut = action;
}

/** A path from parts that need encoding: path`/api/v2.1/groups/${id}/`. */
export function path(texts: TemplateStringsArray, ...values: Array<string | number>): string {
	return String.raw({ raw: texts }, ...values.map((value) => encodeURIComponent(value)));
}

export type Options = {
	query?: Query;
	body?: unknown;
	signal?: AbortSignal;
	/** A base token: the call is then made with it and not with the session. */
	baseToken?: string;
	/** Told the headers of a good answer. */
	onheaders?: (headers: Headers) => void;
};

export async function call<T>(method: Method, url: string, options: Options = {}): Promise<T> {
	const reply = await send(method, url, options);
	const body = await read(reply);
	if (reply.ok) {
		options.onheaders?.(reply.headers);
		return body as T;
	}
	if (!options.baseToken && isSignedOut(reply.status, body)) onSignedOut();
	throw new ApiError(reply.status, messageOf(body), (body as { error_place?: ErrorPlace } | undefined)?.error_place);
}

async function send(method: Method, url: string, { query, body, signal, baseToken }: Options): Promise<Response> {
	const headers: Record<string, string> = {};
	if (baseToken) headers["Authorization"] = `Token ${baseToken}`;
	else if (method !== "GET") headers["X-CSRF-Token"] = csrfToken;
	if (body !== undefined) headers["Content-Type"] = "application/json";
	try {
		const init: RequestInit = {
			method,
			headers,
			signal: signal ?? null,
			credentials: baseToken ? "omit" : "same-origin",
		};
		if (body !== undefined) init.body = JSON.stringify(body);
		return await fetch(url + queryText(query), init);
	} catch (failure) {
		if (signal?.aborted) throw failure;
		throw new ApiError(0, "");
	}
}

function queryText(query: Query = {}): string {
	const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
	const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
	return text && `?${text}`;
}

async function read(reply: Response): Promise<unknown> {
	const text = await reply.text();
	try {
		return text === "" ? undefined : JSON.parse(text);
	} catch {
		return undefined;
	}
}

type ErrorBody = { error_msg?: string; error_message?: string; detail?: string; non_field_errors?: string[] };

/** The families of endpoints write their errors under different names. */
function messageOf(body: unknown): string {
	if (typeof body !== "object" || body === null) return "";
	const { error_msg, error_message, detail, non_field_errors } = body as ErrorBody;
	return error_msg ?? error_message ?? detail ?? non_field_errors?.[0] ?? "";
}

function isSignedOut(status: number, body: unknown): boolean {
	return status === 401 || (status === 403 && messageOf(body) === "Authentication credentials were not provided.");
}
