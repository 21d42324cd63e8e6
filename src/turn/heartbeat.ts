import type { TurnEvents, WaitReason } from "./event.ts";
import { within } from "./within.ts";

/**
 * Passes events on and, whenever `everyMs` milliseconds go by in silence, adds a `turn-wait` that repeats the
 * last known reason. The dialects turn these into the keep-alive frames that their clients count.
 */
export async function* heartbeat(events: TurnEvents, everyMs: number): TurnEvents {
  const began = performance.now();
  const iterator = events[Symbol.asyncIterator]();
  let reason: WaitReason = "host";
  let message: string | undefined;
  let next = iterator.next();
  try {
    for (;;) {
      const result = await within(next, everyMs);
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
    await iterator.return?.();
  }
}
