/** The neutral model as JSON: what crosses a relay is checked like anything that comes from outside. */
import * as z from "zod";
import { BridgeError, ERROR_KINDS, type ErrorCode } from "../../turn/error.ts";
import type { TurnEvent } from "../../turn/event.ts";
import type { Message } from "../../turn/message.ts";
import type { TurnRequest } from "../../turn/request.ts";

const text = z.string();
const anything = z.record(z.string(), z.unknown());

const textPart = z.object({ type: z.literal("text"), text });
const mediaPart = z.object({ type: z.enum(["image", "audio"]), mimeType: text, data: text });
const part = z.discriminatedUnion("type", [
  textPart,
  mediaPart,
  z.object({ type: z.literal("reasoning"), text, signature: text.exactOptional() }),
  z.object({ type: z.literal("tool-call"), id: text, name: text, input: text }),
  z.object({
    type: z.literal("tool-result"),
    callId: text,
    content: z.array(z.discriminatedUnion("type", [textPart, mediaPart])),
    isError: z.boolean(),
  }),
]);
const message: z.ZodType<Message> = z.object({
  role: z.enum(["system", "user", "assistant"]),
  parts: z.array(part),
});

/** JSON has no `undefined`: the member is left out. */
function maybe<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().default(undefined as never);
}

export const turnRequest: z.ZodType<TurnRequest> = z.object({
  model: text,
  hints: z.array(text).exactOptional(),
  system: z.array(textPart),
  messages: z.array(message),
  tools: z.array(z.object({ name: text, description: text.exactOptional(), inputSchema: anything })),
  toolChoice: z.union([
    z.object({ type: z.enum(["auto", "none", "required"]) }),
    z.object({ type: z.literal("tool"), name: text }),
  ]),
  parallelToolCalls: z.boolean(),
  responseFormat: z.union([
    z.object({ type: z.literal("text") }),
    z.object({ type: z.literal("json"), name: text.exactOptional(), schema: anything.exactOptional() }),
  ]),
  maxTokens: maybe(z.number()),
  temperature: maybe(z.number()),
  stopSequences: z.array(text),
  thinking: z
    .object({
      enabled: z.boolean().exactOptional(),
      effort: text.exactOptional(),
      budgetTokens: z.number().exactOptional(),
    })
    .exactOptional(),
  conversation: maybe(text),
  askedBy: z.object({ client: text, key: text }).exactOptional(),
});

const CODES = Object.keys(ERROR_KINDS) as [ErrorCode, ...ErrorCode[]];

/** What is told of an error: nothing that a client may not see. */
export const wireError = z.object({
  code: z.enum(CODES),
  message: text,
  param: text.exactOptional(),
  details: anything.exactOptional(),
  transient: z.boolean().exactOptional(),
});
export type WireError = z.output<typeof wireError>;

export function encodeError({ code, message: words, param, details, transient }: BridgeError): WireError {
  return {
    code,
    message: words,
    ...(param !== undefined && { param }),
    ...(details !== undefined && { details: { ...details } }),
    ...(transient && { transient }),
  };
}

export function decodeError({ code, message: words, ...detail }: WireError): BridgeError {
  return new BridgeError(code, words, detail);
}

const block = { id: text };

export const turnEvent: z.ZodType<TurnEvent> = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("turn-wait"),
    reason: z.enum(["slot", "consent", "host"]),
    elapsedMs: z.number(),
    message: text.exactOptional(),
  }),
  z.object({ type: z.literal("turn-start"), model: text }),
  z.object({ type: z.literal("text-start"), ...block }),
  z.object({ type: z.literal("text-delta"), ...block, text }),
  z.object({ type: z.literal("text-end"), ...block }),
  z.object({ type: z.literal("reasoning-start"), ...block }),
  z.object({ type: z.literal("reasoning-delta"), ...block, text }),
  z.object({ type: z.literal("reasoning-end"), ...block, signature: text.exactOptional() }),
  z.object({ type: z.literal("tool-call-start"), ...block, callId: text, name: text }),
  z.object({ type: z.literal("tool-call-delta"), ...block, json: text }),
  z.object({ type: z.literal("tool-call-end"), ...block }),
  z.object({
    type: z.literal("turn-end"),
    stopReason: z.object({
      unified: z.enum(["end", "max-tokens", "stop-sequence", "tool-calls", "refusal"]),
      raw: text.exactOptional(),
      sequence: text.exactOptional(),
    }),
    usage: z.object({
      inputTokens: z.number().exactOptional(),
      outputTokens: z.number().exactOptional(),
      estimated: z.boolean(),
    }),
  }),
  z.object({ type: z.literal("turn-error"), error: wireError.transform(decodeError) }),
]);

/** An event as JSON can carry it. */
export function encodeEvent(event: TurnEvent): unknown {
  return event.type === "turn-error" ? { ...event, error: encodeError(event.error) } : event;
}
