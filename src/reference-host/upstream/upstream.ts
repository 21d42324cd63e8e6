import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import * as z from "zod";
import { FAILURE_CODES, REASONING, type Delta, type FailureKind } from "../../hosts/mcp/sampling-stream.ts";
import { LendingError } from "../model.ts";
import type { Adaptation } from "./adapt.ts";
import type { Block } from "./content.ts";
import type { Kept } from "./kept.ts";

/** What a stream says at its end. */
export interface Ending {
  /** In the words of MCP: `endTurn`, `maxTokens`, `stopSequence`, `toolUse`, `refusal`, or the upstream's own. */
  readonly stopReason: string;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/** A piece of an answer: what goes to the bridge, and what comes back with the next request. */
export type Piece = Delta | { readonly type: "keep"; readonly kept: Kept };

/** Reads one answer, event by event. */
export interface AnswerReader {
  /** The pieces in one event's data. Throws `UpstreamError` for an error that the upstream tells in its stream. */
  read(data: string): Piece[];
  /** Whether nothing more can come. */
  readonly done: boolean;
  /** What is left to tell when the stream has ended. */
  rest(): Piece[];
  /** `undefined` as long as the upstream has not said that the answer is complete. */
  ending(): Ending | undefined;
}

/** A block of the conversation, with what was kept before it. */
export interface GivenBlock {
  readonly block: Block;
  readonly kept: readonly Kept[];
}

export interface GivenMessage {
  readonly role: "user" | "assistant";
  readonly blocks: readonly GivenBlock[];
}

export interface UpstreamRequest {
  readonly params: CreateMessageRequestParams;
  /** The messages of `params`, with what is kept for the upstream. */
  readonly messages: readonly GivenMessage[];
  readonly model: string;
  readonly endpoint: URL;
}

export type Body = Record<string, unknown>;

/** The API of an upstream, as pure mapping. */
export interface UpstreamApi {
  readonly name: string;
  /** Where requests go, for an address as people write it: with or without `/v1` or the whole path. */
  endpoint(base: URL): URL;
  headers(key: string | undefined): Readonly<Record<string, string>>;
  /** Throws `UpstreamError` for what this API cannot say. */
  body(request: UpstreamRequest): Body;
  /** `taken`: ids of the conversation's calls. */
  reader(taken: ReadonlySet<string>): AnswerReader;
  /** How a body changes when the upstream refuses a part of it. */
  readonly adaptations: readonly Adaptation[];
}

/** A failure of the upstream, in one sentence that a client may read. */
export class UpstreamError extends LendingError {
  override readonly name = "UpstreamError";

  constructor(message: string, options?: ErrorOptions, kind: FailureKind = "host_failed") {
    super(FAILURE_CODES[kind], message, options);
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
  const start = url.pathname.replace(/(?<!\/)\/+$/, "");
  const version = /\/(?:v\d\w*|openai)$/.test(start) ? "" : "/v1";
  url.pathname = start.endsWith(path) ? start : `${start}${version}${path}`;
  return url;
}

const thinking = z.object({
  enabled: z.boolean().optional(),
  effort: z.string().optional(),
  budgetTokens: z.number().positive().optional(),
});

/** How much the bridge's client wants the model to think; `{}` where it does not say. */
export function thinkingIn({ metadata }: CreateMessageRequestParams): z.infer<typeof thinking> {
  const given = (metadata as Readonly<Record<string, unknown>> | undefined)?.[REASONING];
  return thinking.safeParse(given).data ?? {};
}
