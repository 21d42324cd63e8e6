import type { TurnEvents } from "../turn/event.ts";
import type { Polyfill } from "./polyfill.ts";

/**
 * Ends the answer before the first stop sequence, for hosts that ignore `stopSequences`. Text that could be
 * the beginning of one is held back until the next piece decides.
 */
export const stop: Polyfill = (next) => (request, signal) => {
  const events = next(request, signal);
  return request.stopSequences.length === 0 ? events : cut(events, request.stopSequences);
};

async function* cut(events: TurnEvents, sequences: readonly string[]): TurnEvents {
  let held = "";
  for await (const event of events) {
    if (event.type === "text-delta") {
      held += event.text;
      const found = firstOf(held, sequences);
      if (found !== undefined) {
        if (found.index > 0) yield { ...event, text: held.slice(0, found.index) };
        yield { type: "text-end", id: event.id };
        yield {
          type: "turn-end",
          stopReason: { unified: "stop-sequence", sequence: found.sequence },
          usage: { estimated: false },
        };
        return;
      }
      const keep = heldBack(held, sequences);
      const ready = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      if (ready !== "") yield { ...event, text: ready };
      continue;
    }
    if (event.type === "text-end" && held !== "") {
      yield { type: "text-delta", id: event.id, text: held };
      held = "";
    }
    yield event;
  }
}

function firstOf(
  text: string,
  sequences: readonly string[],
): { readonly index: number; readonly sequence: string } | undefined {
  let first: { index: number; sequence: string } | undefined;
  for (const sequence of sequences) {
    const index = text.indexOf(sequence);
    if (index >= 0 && (first === undefined || index < first.index)) first = { index, sequence };
  }
  return first;
}

/** How many characters at the end of `text` may be the beginning of a sequence. */
function heldBack(text: string, sequences: readonly string[]): number {
  let keep = 0;
  for (const sequence of sequences) {
    for (let length = Math.min(sequence.length - 1, text.length); length > keep; length -= 1) {
      if (text.endsWith(sequence.slice(0, length))) keep = length;
    }
  }
  return keep;
}
