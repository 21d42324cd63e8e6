/** The pieces of an answer. A relay reads them by their schema, so a member that is added here crosses it. */
import * as z from "zod";
import { cut, first, shown, type Immutable } from "../util/shape.ts";
import { notice } from "./notice.ts";
import { errorOf, failure, failureOf } from "./failure.ts";

const stopReason = z.object({
  unified: z.enum(["end", "max-tokens", "stop-sequence", "tool-calls", "refusal"]),
  /** The host's own value. */
  raw: shown(200).exactOptional(),
  /** The stop sequence that ended the answer, if one did. */
  sequence: z.string().exactOptional(),
});
/** Why a turn ended. */
export type StopReason = Immutable<z.output<typeof stopReason>>;

/** A count that is not a plausible number is treated as unknown. */
const count = z.int().nonnegative().optional().catch(undefined);
const usage = z
  .object({ inputTokens: count, cachedTokens: count, outputTokens: count, estimated: z.boolean() })
  .transform(({ inputTokens, cachedTokens, outputTokens, estimated }) => ({
    ...(inputTokens !== undefined && { inputTokens }),
    /** Prompt tokens that the model's service read from its cache. */
    ...(cachedTokens !== undefined && { cachedTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    /** True when the figures come from our tokenizer and not from the host. */
    estimated,
  }));
/** Token counts of a turn. Unknown is `undefined`, never 0. */
export type Usage = Immutable<z.output<typeof usage>>;

const waitReason = z.enum(["slot", "approval", "consent", "host"]);
/** What a turn that has no answer yet is waiting for. */
export type WaitReason = z.output<typeof waitReason>;

/** Identifiers that the host chose; they are sent back to it, so they are never cut. */
const name = z.string().max(4096);

/** What a host reports about a turn. */
export const hostEvent = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("turn-wait"),
    reason: waitReason,
    /** Milliseconds since the turn began. */
    elapsedMs: z.number().nonnegative().catch(0),
    /** A sentence for the person at the client, e.g. where to give consent. */
    message: shown(500).exactOptional(),
  }),
  z.object({
    type: z.literal("turn-start"),
    /** The model that answers, as the host names it. */
    model: z.string().transform((model) => cut(model, 500)),
    /** Settings of the request that were not honoured, where only the host itself can know it. */
    notices: first(notice, 20).catch([]).exactOptional(),
  }),
  z.object({ type: z.literal("text-start"), id: name }),
  z.object({ type: z.literal("text-delta"), id: name, text: z.string() }),
  z.object({ type: z.literal("text-end"), id: name }),
  z.object({ type: z.literal("reasoning-start"), id: name }),
  z.object({ type: z.literal("reasoning-delta"), id: name, text: z.string() }),
  z.object({
    type: z.literal("reasoning-end"),
    id: name,
    /** An opaque text that the host wants back with the next request; it has no white space. */
    signature: z.string().exactOptional(),
  }),
  z.object({ type: z.literal("tool-call-start"), id: name, callId: name, name }),
  z.object({
    type: z.literal("tool-call-delta"),
    id: name,
    /** Raw JSON text; the deltas of one call concatenate to its input. */
    json: z.string(),
  }),
  z.object({ type: z.literal("tool-call-end"), id: name }),
  z.object({
    type: z.literal("turn-end"),
    stopReason,
    /** That of all answers that have ended so far. */
    usage,
  }),
  z.object({ type: z.literal("turn-error"), error: failure.transform(errorOf) }),
]);
type HostEvent = Immutable<z.output<typeof hostEvent>>;

/**
 * A piece of an answer. Blocks (text, reasoning, tool call) carry an id and no index: dialects number their own.
 * The legal order is in `grammar.ts`.
 */
export type TurnEvent = HostEvent & {
  /** Which of several answers asked for at once it belongs to, from 0; absent where there is one. */
  readonly choice?: number;
};

/** A turn that is running. Cancelling is the `AbortSignal` it was started with; `return()` cleans up. */
export type TurnEvents = AsyncIterable<TurnEvent>;

/** An event as JSON can carry it. */
export function encodeEvent(event: TurnEvent): unknown {
  return event.type === "turn-error" ? { ...event, error: failureOf(event.error) } : event;
}
