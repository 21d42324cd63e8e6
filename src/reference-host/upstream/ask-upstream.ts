/** One request to an upstream: the only file here that opens a connection. */
import type { CreateMessageRequestParams, CreateMessageResultWithTools } from "@modelcontextprotocol/client";
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { Delta } from "../../hosts/mcp/sampling-stream.ts";
import { Answer } from "./answer.ts";
import { refused, unreachable } from "./failure.ts";
import { UpstreamError, type UpstreamApi } from "./upstream.ts";

export interface Upstream {
  readonly api: UpstreamApi;
  readonly endpoint: URL;
  readonly key: string | undefined;
}

/** Sends a delta on; the upstream is read no faster than this resolves. */
export type Emit = (delta: Delta) => Promise<void>;

/** No model writes so much between two events; a stream that does is none. */
const LONGEST_EVENT = 16 * 1_048_576;
const LONGEST_ERROR = 65_536;

/**
 * Asks the upstream's model and emits its answer as it comes; resolves with the whole answer. Aborting the signal ends
 * the request.
 *
 * @throws UpstreamError what went wrong, in words for a client; the signal's reason.
 */
export async function askUpstream(
  { api, endpoint, key }: Upstream,
  request: { readonly params: CreateMessageRequestParams; readonly model: string },
  emit: Emit,
  signal: AbortSignal,
): Promise<CreateMessageResultWithTools> {
  const { params, model } = request;
  const headers = {
    "content-type": "application/json",
    accept: "text/event-stream",
    ...api.headers(key),
  };
  const body = JSON.stringify(api.body(params, model, endpoint));
  try {
    const response = await fetch(endpoint, { method: "POST", headers, body, signal, redirect: "error" });
    return await read(response, api, new Answer(model), endpoint, emit);
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown instanceof UpstreamError ? thrown : unreachable(thrown, endpoint);
  }
}

async function read(
  response: Response,
  api: UpstreamApi,
  answer: Answer,
  endpoint: URL,
  emit: Emit,
): Promise<CreateMessageResultWithTools> {
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok) {
    const text = (await response.text()).slice(0, LONGEST_ERROR);
    throw refused(
      { status: response.status, retryAfter: response.headers.get("retry-after"), text },
      endpoint,
    );
  }
  if (response.body === null || !type.startsWith("text/event-stream")) {
    await response.body?.cancel();
    throw new UpstreamError(
      `The upstream ${endpoint.host} does not stream: it answers with ${type || "nothing"}.`,
    );
  }
  const reader = api.reader();
  const events = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ maxBufferSize: LONGEST_EVENT }));
  for await (const { data } of events) {
    for (const delta of reader.read(data)) {
      answer.add(delta);
      await emit(delta);
    }
  }
  const ending = reader.ending();
  if (ending === undefined) {
    throw new UpstreamError(`The upstream ${endpoint.host} cut its answer off before it was complete.`);
  }
  return answer.result(ending);
}
