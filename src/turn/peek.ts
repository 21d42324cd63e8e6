import type { TurnEvent, TurnEvents } from "./event.ts";

export interface Peeked {
  /** The first event that is a verdict (anything but `turn-wait`), if it came in time. */
  readonly verdict: TurnEvent | undefined;
  /** All events, including those already looked at. */
  readonly events: TurnEvents;
}

/**
 * Waits at most `ms` milliseconds for the first event that decides about the turn, so that a quick refusal
 * can still be answered with its real HTTP status. Nothing is lost: `events` starts from the beginning.
 */
export async function peek(source: TurnEvents, ms: number): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  const seen: TurnEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  let next = iterator.next();
  let verdict: TurnEvent | undefined;
  try {
    for (;;) {
      const result = await Promise.race([next, expired]);
      if (result === undefined || result.done === true) break;
      seen.push(result.value);
      next = iterator.next();
      if (result.value.type !== "turn-wait") {
        verdict = result.value;
        break;
      }
    }
  } finally {
    clearTimeout(timer);
  }
  // The event asked for in advance may fail before anyone awaits it.
  next.catch(() => undefined);
  return { verdict, events: replay(seen, next, iterator) };
}

async function* replay(
  seen: readonly TurnEvent[],
  next: Promise<IteratorResult<TurnEvent>>,
  iterator: AsyncIterator<TurnEvent>,
): TurnEvents {
  try {
    yield* seen;
    let result = await next;
    while (result.done !== true) {
      yield result.value;
      result = await iterator.next();
    }
  } finally {
    await iterator.return?.();
  }
}
