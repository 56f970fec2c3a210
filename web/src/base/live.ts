// What others change: the server's event stream of this base, read with fetch because the token travels in a header, which
// EventSource can't send. A server without the stream (404) leaves the page as it is.
import type { Event } from "../api/schemas";
import type { Gateway } from "./gateway";

/** One operation of the journal, as far as the page looks at it. */
export type Change = { version: number; op_type: string; table_id: string };

const firstWaitMs = 500;
const longestWaitMs = 15_000;

/** Calls `changed` for every event after `version`, reconnecting until the signal aborts. `connection` tells whether the server is
 * there. */
export async function follow(gateway: Gateway, version: number, changed: (change: Change) => void, connection: (there: boolean) => void, signal: AbortSignal): Promise<void> {
	let wait = firstWaitMs;
	while (!signal.aborted) {
		try {
			const headers = { Authorization: `Token ${await gateway.token()}`, Accept: "text/event-stream" };
			const reply = await fetch(`${gateway.url("events/")}?after=${version}`, { headers, signal, credentials: "omit" });
			if (reply.status === 404 || reply.status === 403) return;
			if (reply.ok && reply.body) {
				wait = firstWaitMs;
				connection(true);
				for await (const change of events(reply.body as ReadableStream<BufferSource>)) {
					version = Math.max(version, change.version);
					changed(change);
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

async function* events(body: ReadableStream<BufferSource>): AsyncGenerator<Change> {
	const reader = body.pipeThrough(new TextDecoderStream()).getReader();
	let rest = "";
	for (;;) {
		const { value, done } = await reader.read();
		if (done) return;
		const blocks = (rest + value).replace(/\r\n/g, "\n").split("\n\n");
		rest = blocks.pop() ?? "";
		for (const block of blocks) {
			const change = parse(block);
			if (change) yield change;
		}
	}
}

/** An event of the stream; comments (":" lines that keep the connection open) are none. */
function parse(block: string): Change | undefined {
	const data = [...block.matchAll(/^data: ?(.*)$/gm)].map((match) => match[1]).join("\n");
	if (!data) return undefined;
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
