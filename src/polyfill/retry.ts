/** Asks the model once more where its answer cannot be used. */
import { collect, type Turn } from "../turn/collect.ts";
import type { TurnEvent, TurnEvents, Usage } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Run } from "./polyfill.ts";

/** An answer that cannot be used, and what the model is told of it. */
export interface Rejected {
  readonly request: TurnRequest;
  /** What the model wrote; empty where it wrote nothing. */
  readonly text: string;
  readonly correction: string;
  readonly usage: Usage;
}

export interface SecondAnswer extends Pick<Turn, "parts" | "stopReason"> {
  /** Its text, reasoning and calls as they came. */
  readonly blocks: readonly TurnEvent[];
  /** Of both answers. */
  readonly usage: Usage;
}

/**
 * Has the request run again, behind the rejected answer and the correction. What the second turn waits for is passed on.
 *
 * @throws BridgeError what the second turn fails with.
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

/** A sum is known only where both figures are. */
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
