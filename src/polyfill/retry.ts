/** Asks the model once more when its answer cannot be used. */
import { collect, type Turn } from "../turn/collect.ts";
import type { TurnEvent, TurnEvents, Usage } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Run } from "./polyfill.ts";

/** An answer that cannot be used, and the correction that is sent to the model. */
export interface Rejected {
  readonly request: TurnRequest;
  /** The text that the model wrote; may be empty. */
  readonly text: string;
  readonly correction: string;
  readonly usage: Usage;
}

export interface SecondAnswer extends Pick<Turn, "parts" | "stopReason"> {
  /** Its text, reasoning and calls as they arrived. */
  readonly blocks: readonly TurnEvent[];
  /** The sum over both answers. */
  readonly usage: Usage;
}

/**
 * Runs the request again, with the rejected answer and the correction after it. The wait events of the second turn are passed on.
 *
 * @throws BridgeError the error of the second turn.
 */
export async function* askAgain(
  next: Run,
  { request, text, correction, usage }: Rejected,
  signal: AbortSignal,
): AsyncGenerator<TurnEvent, SecondAnswer> {
  const answer: TurnRequest["messages"] =
    text === "" ? [] : [{ role: "assistant", parts: [{ type: "text", text }] }];
  const again: TurnRequest = {
    ...request,
    messages: [...request.messages, ...answer, { role: "user", parts: [{ type: "text", text: correction }] }],
  };
  const held: TurnEvent[] = [];
  for await (const event of next(again, signal)) {
    if (event.type === "turn-wait") yield event;
    else held.push(event);
  }
  const turn = await collect(replayed(held));
  return {
    parts: turn.parts,
    stopReason: turn.stopReason,
    blocks: held.filter(({ type }) => type !== "turn-start" && type !== "turn-end"),
    usage: summed(usage, turn.usage),
  };
}

async function* replayed(events: readonly TurnEvent[]): TurnEvents {
  yield* events;
}

/** A sum is known only when both figures are. */
function summed(one: Usage, other: Usage): Usage {
  const inputTokens = sum(one.inputTokens, other.inputTokens);
  const outputTokens = sum(one.outputTokens, other.outputTokens);
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    estimated: one.estimated || other.estimated,
  };
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}
