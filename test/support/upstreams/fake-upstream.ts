/**
 * A model server for tests: it speaks true event streams over HTTP, in the pieces that a test wants, and holds back what
 * the test has not released.
 */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";

export interface UpstreamCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  readonly reply: ServerResponse;
  /** Settles when the client has closed the connection before the reply was complete. */
  readonly left: Promise<void>;
}

export interface FakeUpstream {
  readonly url: string;
  readonly calls: UpstreamCall[];
  /** What answers the next calls. */
  script: (call: UpstreamCall) => Promise<void> | void;
  /** What it says to have; `undefined`: it has no such list. */
  models: readonly string[] | undefined;
  /** With which the list is answered. */
  status: number;
  /** The requests for the list. */
  readonly lists: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

export async function startUpstream(script: FakeUpstream["script"]): Promise<FakeUpstream> {
  const lent: Omit<FakeUpstream, "url" | "calls" | "close"> = {
    script,
    models: ["m"],
    status: 200,
    lists: [],
  };
  const calls: UpstreamCall[] = [];
  const server = createServer((request, reply) => {
    if (request.method === "GET") {
      lent.lists.push({ path: request.url ?? "", headers: request.headers });
      reply.writeHead(lent.models === undefined ? 404 : lent.status);
      reply.end(JSON.stringify({ data: (lent.models ?? []).map((id) => ({ id })) }));
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const left = new Promise<void>((resolve) => {
        reply.once("close", () => {
          if (!reply.writableFinished) resolve();
        });
      });
      const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as UpstreamCall["body"];
      const call = { path: request.url ?? "", headers: request.headers, body, reply, left };
      calls.push(call);
      void lent.script(call);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(lent, {
    url: `http://127.0.0.1:${port}`,
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

/** Begins an event stream. */
export function stream(call: UpstreamCall): void {
  call.reply.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  call.reply.flushHeaders();
}

/** Writes bytes in pieces of at most `size`, each on the wire before the next. */
export async function write(call: UpstreamCall, text: string, size = Infinity): Promise<void> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    await new Promise<void>((resolve) => {
      call.reply.write(bytes.subarray(at, Math.min(bytes.length, at + size)), () => resolve());
    });
  }
}

export function sse(...events: readonly unknown[]): string {
  return events
    .map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`)
    .join("");
}

/** One chunk of a chat completion. */
export function chunk(delta: object, finish: string | null = null, more: object = {}): object {
  return {
    id: "c1",
    object: "chat.completion.chunk",
    model: "fake/large",
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  };
}

/** The usage that ends a chat completion. */
export const USAGE_CHUNK = {
  id: "c1",
  object: "chat.completion.chunk",
  model: "fake/large",
  choices: [],
  usage: { prompt_tokens: 1204, completion_tokens: 87, total_tokens: 1291 },
};

/** Ends with an error status. */
export function fail(
  call: UpstreamCall,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  call.reply.writeHead(status, { "content-type": "application/json", ...headers });
  call.reply.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** The events of an Anthropic message with a text and a call of `read_file`. */
export function anthropicEvents(text: string, input: object): string {
  const json = JSON.stringify(input);
  const half = Math.floor(text.length / 2);
  const events: readonly (readonly [string, object])[] = [
    [
      "message_start",
      {
        message: {
          model: "fake/claude",
          usage: { input_tokens: 10, cache_read_input_tokens: 20, output_tokens: 1 },
        },
      },
    ],
    ["ping", {}],
    ["content_block_start", { index: 0, content_block: { type: "text", text: "" } }],
    ["content_block_delta", { index: 0, delta: { type: "text_delta", text: text.slice(0, half) } }],
    ["content_block_delta", { index: 0, delta: { type: "text_delta", text: text.slice(half) } }],
    ["content_block_stop", { index: 0 }],
    [
      "content_block_start",
      { index: 1, content_block: { type: "tool_use", id: "toolu_1", name: "read_file", input: {} } },
    ],
    [
      "content_block_delta",
      { index: 1, delta: { type: "input_json_delta", partial_json: json.slice(0, 5) } },
    ],
    ["content_block_delta", { index: 1, delta: { type: "input_json_delta", partial_json: json.slice(5) } }],
    ["content_block_stop", { index: 1 }],
    [
      "message_delta",
      { delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 9 } },
    ],
    ["message_stop", {}],
  ];
  return events
    .map(([type, members]) => `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`)
    .join("");
}
