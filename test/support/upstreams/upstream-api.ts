import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import type { Delta } from "../../../src/hosts/mcp/sampling-stream.ts";
import { blocksOf } from "../../../src/reference-host/upstream/content.ts";
import { UpstreamClient } from "../../../src/reference-host/upstream/ask-upstream.ts";
import type { Body, UpstreamApi } from "../../../src/reference-host/upstream/upstream.ts";

/** The body of a request for which nothing is kept. */
export function bodyOf(api: UpstreamApi, params: CreateMessageRequestParams, endpoint: URL): Body {
  const messages = params.messages.map((message) => ({
    role: message.role,
    blocks: blocksOf(message).map((block) => ({ block, kept: [] })),
  }));
  return api.body({ params, messages, model: "m", endpoint });
}

/** What a reader makes of events, to their end. */
export function readAll(
  api: UpstreamApi,
  events: readonly unknown[],
  taken: ReadonlySet<string> = new Set(),
): { readonly deltas: Delta[]; readonly ending: unknown } {
  const reader = api.reader(taken);
  const pieces = events.flatMap((event) =>
    reader.read(typeof event === "string" ? event : JSON.stringify(event)),
  );
  pieces.push(...reader.rest());
  return {
    deltas: pieces.flatMap((piece) => (piece.type === "keep" ? [] : [piece])),
    ending: reader.ending(),
  };
}

/** A client of the upstream at `url`, with what it tells its person and its bridge. */
export function clientOf(url: string, api: UpstreamApi, sealKey?: Buffer) {
  const told: string[] = [];
  const deltas: Delta[] = [];
  const endpoint = api.endpoint(new URL(url));
  const client = new UpstreamClient(
    { api, endpoint, key: undefined, ...(sealKey !== undefined && { sealKey }) },
    (text) => told.push(text),
  );
  const ask = (params: Partial<CreateMessageRequestParams> = {}, model = "m") =>
    client.ask(
      { params: { messages: [], maxTokens: 9, ...params }, model },
      (delta) => {
        deltas.push(delta);
        return Promise.resolve();
      },
      new AbortController().signal,
    );
  return { ask, told, deltas };
}
