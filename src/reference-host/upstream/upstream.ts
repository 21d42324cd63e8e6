import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import type { Delta } from "../../hosts/mcp/sampling-stream.ts";
import { LendingError } from "../model.ts";

const SERVER_ERROR = -32_000;

/** What a stream says at its end. */
export interface Ending {
  /** In the words of MCP: `endTurn`, `maxTokens`, `stopSequence`, `toolUse`, `refusal`, or the upstream's own. */
  readonly stopReason: string;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/** Reads one answer, event by event. */
export interface AnswerReader {
  /** The deltas in one event's data. Throws `UpstreamError` for an error that the upstream tells in its stream. */
  read(data: string): Delta[];
  /** `undefined` as long as the upstream has not said that the answer is complete. */
  ending(): Ending | undefined;
}

/** The API of an upstream, as pure mapping. */
export interface UpstreamApi {
  /** Where requests go, for an address as people write it: with or without `/v1` or the whole path. */
  endpoint(base: URL): URL;
  headers(key: string | undefined): Readonly<Record<string, string>>;
  /** Throws `UpstreamError` for what this API cannot say. */
  body(params: CreateMessageRequestParams, model: string, endpoint: URL): object;
  reader(): AnswerReader;
}

/** A failure of the upstream, in one sentence that a client may read. */
export class UpstreamError extends LendingError {
  override readonly name = "UpstreamError";

  constructor(message: string, options?: ErrorOptions) {
    super(SERVER_ERROR, message, options);
  }
}

/** The object in an event's data. Throws `UpstreamError` when it is none. */
export function parseEvent(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    throw new UpstreamError("The upstream sent an event that is not JSON.");
  }
}

/** `base` with `path` at its end; `/v1` stands between where `base` names no version (`/openai` is one of Google's). */
export function endpointBelow(base: URL, path: string): URL {
  const url = new URL(base);
  const start = url.pathname.replace(/\/+$/, "");
  const version = /\/(?:v\d\w*|openai)$/.test(start) ? "" : "/v1";
  url.pathname = start.endsWith(path) ? start : `${start}${version}${path}`;
  return url;
}
