// What others change: the server's event stream of this base, read with fetch because the token travels in a header, which
// EventSource can't send. A server without the stream (404) leaves the page as it is.
import type { Event } from "../api/schemas";
import type { Gateway } from "./gateway";

/** One operation of the journal, as far as the page looks at it. */
export type Change = { version: number; op_type: string; table_id: string };
/** A message that somebody sent to the person at this page. */
export type Message = { toast_type: string; detail: { msg?: unknown } };

const firstWaitMs = 500;
const longestWaitMs = 15_000;

type Listeners = {
	changed: (change: Change) => void;
	toasted: (message: Message) => void;
	/** Is the server there? */
	connection: (there: boolean) => void;
};

/** Calls the listeners for every event after `version`, reconnecting until the signal aborts. */
export async function follow(gateway: Gateway, version: number, { changed, toasted, connection }: Listeners, signal: AbortSignal): Promise<void> {
	let wait = firstWaitMs;
	while (!signal.aborted) {
		try {
			const headers = { Authorization: `Token ${await gateway.token()}`, Accept: "text/event-stream" };
			const reply = await fetch(`${gateway.url("events/")}?after=${version}`, { headers, signal, credentials: "omit" });
			if (reply.status === 404 || reply.status === 403) return;
			if (reply.ok && reply.body) {
				wait = firstWaitMs;
				connection(true);
				for await (const event of events(reply.body as ReadableStream<BufferSource>)) {
					if ("toast_type" in event) {
						toasted(event);
						continue;
					}
					version = Math.max(version, event.version);
					changed(event);
				}
			}
		} catch {
			if (signal.aborted) return;
			connection(false);
		}
		await pause(wait, signal);
		wait = Math.min(wait * 2, longestWaitMs);
	}
}

async function* events(body: ReadableStream<BufferSource>): AsyncGenerator<Change | Message> {
	const reader = body.pipeThrough(new TextDecoderStream()).getReader();
	let rest = "";
	for (;;) {
		const { value, done } = await reader.read();
		if (done) return;
		const blocks = (rest + value).replace(/\r\n/g, "\n").split("\n\n");
		rest = blocks.pop() ?? "";
		for (const block of blocks) {
			const event = parse(block);
			if (event) yield event;
		}
	}
}

/** An event of the stream; comments (":" lines that keep the connection open) are none. */
function parse(block: string): Change | Message | undefined {
	const data = [...block.matchAll(/^data: ?(.*)$/gm)].map((match) => match[1]).join("\n");
	if (!data) return undefined;
	if (/^event: toast$/m.test(block)) return JSON.parse(data) as Message;
	const { op_id, operation } = JSON.parse(data) as Event;
	const { op_type = "", table_id = "" } = JSON.parse(operation) as Partial<Change>;
	return { version: op_id, op_type, table_id };
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, ms);
		signal.addEventListener("abort", () => {
			clearTimeout(timer);
			resolve();
		}, { once: true });
	});
}
