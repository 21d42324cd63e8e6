import type { TurnEvent, TurnEvents } from "./event.ts";
import { within } from "../util/async.ts";

export interface Peeked {
  /** The first event other than `turn-wait`, if it came in time. */
  readonly verdict: TurnEvent | undefined;
  /** All events, including those already looked at. */
  readonly events: TurnEvents;
}

/**
 * Waits at most `ms` milliseconds for the first event that decides about the turn, so that a quick refusal
 * can still be answered with its real HTTP status. Nothing is lost: `events` starts from the beginning. After a
 * `turn-error`, `events` need not be read.
 */
export async function peek(source: TurnEvents, ms: number): Promise<Peeked> {
  const until = performance.now() + ms;
  const iterator = source[Symbol.asyncIterator]();
  const seen: TurnEvent[] = [];
  let next = iterator.next();
  let verdict: TurnEvent | undefined;
  while (verdict === undefined) {
    const result = await within(next, Math.max(0, until - performance.now()));
    if (result === undefined || result.done === true) break;
    seen.push(result.value);
    if (result.value.type !== "turn-wait") verdict = result.value;
    next = iterator.next();
  }
  // The event asked for in advance may fail before anyone awaits it.
  next.catch(() => undefined);
  return { verdict, events: resumed(seen, next, iterator) };
}

async function* resumed(
  seen: readonly TurnEvent[],
  next: Promise<IteratorResult<TurnEvent>>,
  iterator: AsyncIterator<TurnEvent>,
): TurnEvents {
  try {
    yield* seen;
    for (let result = await next; result.done !== true; result = await iterator.next()) yield result.value;
  } finally {
    await iterator.return?.();
  }
}
