/** The neutral model as JSON: what crosses a relay is checked like anything that comes from outside. */
import * as z from "zod";
import { BridgeError, ERROR_KINDS, type ErrorCode } from "../../turn/error.ts";
import type { TurnEvent, Usage } from "../../turn/event.ts";
import type { Message, Part } from "../../turn/message.ts";
import type { AskedBy, ResponseFormat, Thinking, Tool, TurnRequest } from "../../turn/request.ts";
import { cut, list, maybe, shown } from "../../wire/bounded.ts";
import { safeLine } from "../mcp/safe-line.ts";

/** Names every member of `Type`, optional ones too, so that one that is added there cannot be forgotten here. */
type Shape<Type> = { readonly [Key in keyof Type]-?: z.ZodType };
type PartOf<Kind extends Part["type"]> = Extract<Part, { type: Kind }>;
/** An event of a host. Which of several answers it belongs to is for the side that asked to say. */
type EventOf<Kind extends TurnEvent["type"]> = Omit<Extract<TurnEvent, { type: Kind }>, "choice">;

const text = z.string();
const anything = z.record(z.string(), z.unknown());

const textPart = z.object({ type: z.literal("text"), text } satisfies Shape<PartOf<"text">>);
const mediaPart = z.object({
  type: z.enum(["image", "audio"]),
  mimeType: text,
  data: text,
} satisfies Shape<Extract<Part, { data: string }>>);
const part = z.discriminatedUnion("type", [
  textPart,
  mediaPart,
  z.object({
    type: z.literal("reasoning"),
    text,
    signature: text.exactOptional(),
  } satisfies Shape<PartOf<"reasoning">>),
  z.object({
    type: z.literal("tool-call"),
    id: text,
    name: text,
    input: text,
  } satisfies Shape<PartOf<"tool-call">>),
  z.object({
    type: z.literal("tool-result"),
    callId: text,
    content: list(z.discriminatedUnion("type", [textPart, mediaPart])),
    isError: z.boolean(),
  } satisfies Shape<PartOf<"tool-result">>),
]);
const message = z.object({
  role: z.enum(["system", "user", "assistant"]),
  parts: list(part),
} satisfies Shape<Message>);
const tool = z.object({
  name: text,
  description: text.exactOptional(),
  inputSchema: anything,
} satisfies Shape<Tool>);

export const turnRequest: z.ZodType<TurnRequest> = z.object({
  model: text,
  hints: list(text).exactOptional(),
  system: list(textPart),
  messages: list(message),
  tools: list(tool),
  toolChoice: z.union([
    z.object({ type: z.enum(["auto", "none", "required"]) }),
    z.object({ type: z.literal("tool"), name: text }),
  ]),
  parallelToolCalls: z.boolean(),
  responseFormat: z.union([
    z.object({ type: z.literal("text") }),
    z.object({
      type: z.literal("json"),
      name: text.exactOptional(),
      schema: anything.exactOptional(),
    } satisfies Shape<Extract<ResponseFormat, { type: "json" }>>),
  ]),
  maxTokens: maybe(z.number().nonnegative()),
  temperature: maybe(z.number()),
  stopSequences: list(text),
  thinking: z
    .object({
      enabled: z.boolean().exactOptional(),
      effort: text.exactOptional(),
      budgetTokens: z.number().nonnegative().exactOptional(),
    } satisfies Shape<Thinking>)
    .exactOptional(),
  conversation: maybe(text),
  askedBy: z.object({ client: text, key: text } satisfies Shape<AskedBy>).exactOptional(),
} satisfies Shape<TurnRequest>);

/** What may go wrong with a turn at a host; anything else that the other side says is a failure of the host. */
const HOST_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "invalid_request",
  "unsupported_feature",
  "context_too_long",
  "consent_denied",
  "model_not_found",
  "payload_too_large",
  "queue_full",
  "queue_timeout",
  "host_rate_limited",
  "host_quota_exhausted",
  "host_failed",
  "host_gone",
  "host_cannot_sample",
  "host_timeout",
  "shutting_down",
]);
const LONGEST_MESSAGE = 1000;

const errorCode = z
  .enum(Object.keys(ERROR_KINDS) as [ErrorCode, ...ErrorCode[]])
  .catch("host_failed")
  .transform((code) => (HOST_CODES.has(code) ? code : "host_failed"));

/** What is told of an error: nothing that a client may not see. */
export const wireError = z.object({
  code: errorCode,
  message: text.transform((words) => safeLine(words, LONGEST_MESSAGE)),
  param: shown(200).exactOptional(),
  transient: z.boolean().exactOptional(),
});
export type WireError = z.output<typeof wireError>;

export function encodeError({ code, message: words, param, transient }: BridgeError): WireError {
  return {
    code,
    message: cut(words, LONGEST_MESSAGE),
    ...(param !== undefined && { param }),
    ...(transient && { transient }),
  };
}

export function decodeError({ code, message: words, ...detail }: WireError): BridgeError {
  return new BridgeError(code, words, detail);
}

/** Names that the host gives to what it sends; they go back to it, so none can be cut. */
const name = z.string().max(4096);
const block = { id: name };

/** A count that no host can have is not known. */
const count = z.int().nonnegative().optional().catch(undefined);
const usage = z
  .object({ inputTokens: count, outputTokens: count, estimated: z.boolean() } satisfies Shape<Usage>)
  .transform(({ inputTokens, outputTokens, estimated }) => ({
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    estimated,
  }));

export const turnEvent: z.ZodType<TurnEvent> = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("turn-wait"),
    reason: z.enum(["slot", "consent", "host"]),
    elapsedMs: z.number().nonnegative().catch(0),
    message: shown(500).exactOptional(),
  } satisfies Shape<EventOf<"turn-wait">>),
  z.object({
    type: z.literal("turn-start"),
    model: text.transform((model) => cut(model, 500)),
  } satisfies Shape<EventOf<"turn-start">>),
  z.object({ type: z.literal("text-start"), ...block } satisfies Shape<EventOf<"text-start">>),
  z.object({ type: z.literal("text-delta"), ...block, text } satisfies Shape<EventOf<"text-delta">>),
  z.object({ type: z.literal("text-end"), ...block } satisfies Shape<EventOf<"text-end">>),
  z.object({ type: z.literal("reasoning-start"), ...block } satisfies Shape<EventOf<"reasoning-start">>),
  z.object({
    type: z.literal("reasoning-delta"),
    ...block,
    text,
  } satisfies Shape<EventOf<"reasoning-delta">>),
  z.object({
    type: z.literal("reasoning-end"),
    ...block,
    signature: text.exactOptional(),
  } satisfies Shape<EventOf<"reasoning-end">>),
  z.object({
    type: z.literal("tool-call-start"),
    ...block,
    callId: name,
    name,
  } satisfies Shape<EventOf<"tool-call-start">>),
  z.object({
    type: z.literal("tool-call-delta"),
    ...block,
    json: text,
  } satisfies Shape<EventOf<"tool-call-delta">>),
  z.object({ type: z.literal("tool-call-end"), ...block } satisfies Shape<EventOf<"tool-call-end">>),
  z.object({
    type: z.literal("turn-end"),
    stopReason: z.object({
      unified: z.enum(["end", "max-tokens", "stop-sequence", "tool-calls", "refusal"]),
      raw: shown(200).exactOptional(),
      sequence: text.exactOptional(),
    } satisfies Shape<EventOf<"turn-end">["stopReason"]>),
    usage,
  } satisfies Shape<EventOf<"turn-end">>),
  z.object({
    type: z.literal("turn-error"),
    error: wireError.transform(decodeError),
  } satisfies Shape<EventOf<"turn-error">>),
]);

/** An event as JSON can carry it. */
export function encodeEvent(event: TurnEvent): unknown {
  return event.type === "turn-error" ? { ...event, error: encodeError(event.error) } : event;
}
