import type { TurnEvent, TurnEvents, Usage } from "./event.ts";

/** Starts one answer; its events are legal by `grammar`. */
export type Start = (signal: AbortSignal) => TurnEvents;

/**
 * Several answers to one request, run at once. Their events are passed on in the order in which they arrive, each
 * with its `choice`; nothing is read ahead. The first error ends all of them.
 */
export function parallel(count: number, start: Start, signal: AbortSignal): TurnEvents {
  return count === 1 ? start(signal) : interleaved(count, start, signal);
}

async function* interleaved(count: number, start: Start, signal: AbortSignal): TurnEvents {
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const answers = Array.from({ length: count }, () => start(both)[Symbol.asyncIterator]());
  const arrivals = new Arrivals();
  let running = count;
  let usage: Usage | undefined;
  try {
    for (const [choice, answer] of answers.entries()) arrivals.expect(choice, answer);
    while (running > 0) {
      const { choice, answer, next } = await arrivals.first();
      const result = await next;
      if (result.done === true) {
        running -= 1;
        continue;
      }
      let event: TurnEvent = { ...result.value, choice };
      if (event.type === "turn-end") {
        usage = usage === undefined ? event.usage : added(usage, event.usage);
        event = { ...event, usage };
      }
      yield event;
      if (event.type === "turn-error") return;
      arrivals.expect(choice, answer);
    }
  } finally {
    over.abort();
    await Promise.allSettled(answers.map(async (answer) => answer.return?.()));
  }
}

interface Arrival {
  readonly choice: number;
  readonly answer: AsyncIterator<TurnEvent>;
  /** Settled. */
  readonly next: Promise<IteratorResult<TurnEvent>>;
}

/** The next events of several answers, in the order in which they arrive. */
class Arrivals {
  readonly #arrived: Arrival[] = [];
  #wake: (() => void) | undefined;

  expect(choice: number, answer: AsyncIterator<TurnEvent>): void {
    const next = answer.next();
    const arrive = (): void => {
      this.#arrived.push({ choice, answer, next });
      this.#wake?.();
    };
    next.then(arrive, arrive);
  }

  async first(): Promise<Arrival> {
    for (;;) {
      const arrival = this.#arrived.shift();
      if (arrival !== undefined) return arrival;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** The prompt is the same for all and counts once; a sum with something unknown in it is unknown. */
function added(sum: Usage, more: Usage): Usage {
  const inputTokens = sum.inputTokens ?? more.inputTokens;
  const cachedTokens = sum.cachedTokens ?? more.cachedTokens;
  const outputTokens =
    sum.outputTokens === undefined || more.outputTokens === undefined
      ? undefined
      : sum.outputTokens + more.outputTokens;
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(cachedTokens !== undefined && { cachedTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    estimated: sum.estimated || more.estimated,
  };
}
