/**
 * The wire format of our extension to MCP: deltas of a sampling answer while the model writes. It is specified in
 * `docs/streaming-extension.md`; the bridge and our own host both use this file. Pure functions.
 */
import * as z from "zod";
import type { ErrorCode } from "../../turn/error-kinds.ts";

/** The extension's name in capabilities and in `_meta`. */
export const EXTENSION = "mcp-token-bridge/sampling-stream";
/** The declaration of each side under that name. */
export const OFFER = { version: 1, reasoning: true, batches: true };
/** Maximum number of deltas in one message. */
export const MOST_IN_BATCH = 256;
/** The modern era's notification of one delta. */
export const DELTA_METHOD = "notifications/mcp-token-bridge/sampling-delta";
/** In the `_meta` of a result: the token counts of the model. */
export const USAGE = "mcp-token-bridge/usage";
/**
 * In the `_meta` of a text or call: the signatures of the reasoning before it, as a list. In the `metadata` of a request:
 * how much the model should think.
 */
export const REASONING = "mcp-token-bridge/reasoning";

/** JSON-RPC codes with which a host reports the kind of a failure. */
export const FAILURE_CODES = {
  host_failed: -32_070,
  host_rate_limited: -32_071,
  host_quota_exhausted: -32_072,
  context_too_long: -32_073,
} as const satisfies Partial<Record<ErrorCode, number>>;
export type FailureKind = keyof typeof FAILURE_CODES;

const string = z.string();
/** Maximum length of a model name. */
const modelName = string.transform((name) => name.slice(0, 200));

/** A text that goes back to the host with the next request, unread. */
const signature = z.string().regex(/^\S+$/);

const delta = z.discriminatedUnion("type", [
  z.object({ type: z.literal("start"), model: modelName }),
  z.object({ type: z.literal("text"), text: string }),
  z.object({ type: z.literal("reasoning"), text: string, signature: signature.optional() }),
  z.object({ type: z.literal("tool-call-start"), id: string, name: string }),
  z.object({ type: z.literal("tool-call-delta"), id: string, json: string }),
  z.object({ type: z.literal("tool-call-end"), id: string }),
  z.object({ type: z.literal("error"), code: z.number(), message: string }),
]);

/**
 * A delta of an answer. A `signature` ends its block of reasoning. `id` is the id of the call; the `json` of one call
 * concatenates to its input. `error` replaces the JSON-RPC error, for which the modern era has no place.
 */
export type Delta = Readonly<z.infer<typeof delta>>;

/** A received delta. */
export interface Piece {
  readonly delta: Delta;
  /** Its number in the answer, from 1 on, where the message has one. */
  readonly seq: number | undefined;
}

const offer = z.looseObject({
  version: z.number().default(1),
  reasoning: z.boolean().optional(),
  batches: z.boolean().optional(),
});

interface Declaring {
  readonly experimental?: Readonly<Record<string, unknown>> | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** Whether capabilities declare the extension: `experimental` in the legacy era, `extensions` in the modern one. */
export function declaresStream(capabilities: Declaring): boolean {
  return declared(capabilities) !== undefined;
}

/** Whether the host accepts a reasoning effort and earlier reasoning of its model. */
export function declaresReasoning(capabilities: Declaring): boolean {
  return declared(capabilities)?.reasoning === true;
}

/** Whether a message may carry several deltas. */
export function declaresBatches(capabilities: Declaring): boolean {
  return declared(capabilities)?.batches === true;
}

function declared({ experimental, extensions }: Declaring): z.infer<typeof offer> | undefined {
  const { data } = offer.safeParse(experimental?.[EXTENSION] ?? extensions?.[EXTENSION]);
  return data !== undefined && data.version >= OFFER.version ? data : undefined;
}

/**
 * Reads the params of a `notifications/progress` for our token, or of the modern notification; unknown kinds of
 * deltas are skipped.
 */
export function decodeDeltas(params: Readonly<Record<string, unknown>>): Piece[] {
  const { _meta: meta, message, seq: first, delta: given } = params;
  const raw = given ?? (meta as Readonly<Record<string, unknown>> | undefined)?.[EXTENSION];
  if (raw === undefined) {
    return typeof message === "string" ? [{ delta: { type: "text", text: message }, seq: undefined }] : [];
  }
  const batch: readonly unknown[] = Array.isArray(raw) ? raw.slice(0, MOST_IN_BATCH) : [raw];
  return batch.flatMap((each, at): Piece[] => {
    const { data } = delta.safeParse(each);
    return data === undefined
      ? []
      : [{ delta: data, seq: typeof first === "number" ? first + at : undefined }];
  });
}

/** The params of a `notifications/progress` that carries deltas: a single text as its `message`, all else in `_meta`. */
export function progressParams(
  token: string | number,
  progress: number,
  [first, ...others]: readonly [Delta, ...Delta[]],
): Record<string, unknown> {
  if (others.length > 0)
    return { progressToken: token, progress, _meta: { [EXTENSION]: [first, ...others] } };
  return {
    progressToken: token,
    progress,
    ...(first.type === "text" ? { message: first.text } : { _meta: { [EXTENSION]: first } }),
  };
}

/** The params of `DELTA_METHOD`; `seq` is the number of the first of the deltas. */
export function deltaParams(
  token: string,
  seq: number,
  [first, ...others]: readonly [Delta, ...Delta[]],
): Record<string, unknown> {
  return { token, seq, delta: others.length > 0 ? [first, ...others] : first };
}

const request = z.looseObject({
  _meta: z.looseObject({ progressToken: z.union([string, z.number()]).optional() }).optional(),
  metadata: z.looseObject({ [EXTENSION]: z.looseObject({ token: string }).optional() }).optional(),
});

/** The target of the deltas of a request. */
export type StreamTarget =
  | { readonly era: "legacy"; readonly token: string | number }
  | { readonly era: "modern"; readonly token: string };

/** The target of deltas in a sampling request; `undefined` when it asks for none. */
export function targetOf(params: unknown): StreamTarget | undefined {
  const { data } = request.safeParse(params);
  const stream = data?.metadata?.[EXTENSION] as { readonly token: string } | undefined;
  if (stream !== undefined) return { era: "modern", token: stream.token };
  const token = data?._meta?.progressToken;
  return token === undefined ? undefined : { era: "legacy", token };
}

const signed = z.looseObject({ [REASONING]: z.array(signature) });

/** The signatures in the `_meta` of a block; a value of another form is ignored. */
export function signaturesIn(meta: unknown): readonly string[] {
  return meta === undefined ? [] : (signed.safeParse(meta).data?.[REASONING] ?? []);
}
