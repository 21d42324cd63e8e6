import type { TurnEvent, TurnEvents, WaitReason } from "./event.ts";

/**
 * Passes events on and, whenever `everyMs` milliseconds go by in silence, adds a `turn-wait` that repeats the
 * last known reason. The dialects turn these into the keep-alive frames that their clients count.
 */
export async function* heartbeat(events: TurnEvents, everyMs: number): TurnEvents {
  const began = performance.now();
  const iterator = events[Symbol.asyncIterator]();
  const silence = new Silence(everyMs);
  let reason: WaitReason = "host";
  let message: string | undefined;
  try {
    let next = iterator.next();
    for (;;) {
      const result = await silence.orBefore(next);
      if (result === undefined) {
        const elapsedMs = Math.round(performance.now() - began);
        yield { type: "turn-wait", reason, elapsedMs, ...(message !== undefined && { message }) };
        continue;
      }
      if (result.done === true) return;
      if (result.value.type === "turn-wait") ({ reason, message } = result.value);
      yield result.value;
      next = iterator.next();
    }
  } finally {
    silence.end();
    await iterator.return?.();
  }
}

type Next = Promise<IteratorResult<TurnEvent>>;

/** One timer for all events of a turn: one for each event would cost more than the rest of its handling. */
class Silence {
  readonly #timer: NodeJS.Timeout;
  #broken: (() => void) | undefined;

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#broken?.(), ms);
  }

  /** The next event, or `undefined` when the silence lasts. */
  orBefore(next: Next): Promise<Awaited<Next> | undefined> {
    this.#timer.refresh();
    return new Promise((resolve, reject) => {
      this.#broken = () => resolve(undefined);
      next.then(resolve, reject);
    });
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#broken = undefined;
  }
}
