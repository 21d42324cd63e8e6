import type { StopReason, TurnEvents } from "../turn/event.ts";
import type { Polyfill } from "./polyfill.ts";

/**
 * Ends the answer before the first stop sequence, for hosts that ignore `stopSequences` or are not exact about them. What is cut does not depend on
 * how the answer comes in pieces: the sequence that is complete first counts, as it does for a model that writes. Text
 * that could be the beginning of a sequence is held back until the next piece decides.
 */
export const stop: Polyfill = (next) => (request, signal) => {
  const events = next(request, signal);
  const sequences = request.stopSequences.filter((sequence) => sequence !== "");
  return sequences.length === 0 ? events : cut(events, sequences);
};

async function* cut(events: TurnEvents, sequences: readonly string[]): TurnEvents {
  let held = "";
  let block = "";
  for await (const event of events) {
    if (event.type === "text-delta") {
      held += event.text;
      block = event.id;
      const found = firstComplete(held, sequences);
      if (found !== undefined) {
        if (found.index > 0) yield { ...event, text: held.slice(0, found.index) };
        yield { type: "text-end", id: event.id };
        const { sequence } = found;
        // The host's own figures would come with its own end; these are supplied behind us.
        yield {
          type: "turn-end",
          stopReason: { unified: "stop-sequence", sequence },
          usage: { estimated: false },
        };
        return;
      }
      const ready = held.slice(0, held.length - heldBack(held, sequences));
      held = held.slice(ready.length);
      if (ready !== "") yield { ...event, text: ready };
      continue;
    }
    if (held !== "" && (event.type === "text-end" || event.type === "turn-error")) {
      yield { type: "text-delta", id: block, text: held };
      held = "";
    }
    yield event.type === "turn-end" ? { ...event, stopReason: named(event.stopReason, sequences) } : event;
  }
}

/** A host that stops by itself may not say at which sequence; where only one was asked for, it was that. */
function named(reason: StopReason, sequences: readonly string[]): StopReason {
  const [only, another] = sequences;
  if (reason.unified !== "stop-sequence" || only === undefined || another !== undefined) return reason;
  return { ...reason, sequence: reason.sequence ?? only };
}

/** The sequence that ends first; of several that end there, the longest. */
function firstComplete(
  text: string,
  sequences: readonly string[],
): { readonly index: number; readonly sequence: string } | undefined {
  let first: { index: number; sequence: string } | undefined;
  let end = Infinity;
  for (const sequence of sequences) {
    const index = text.indexOf(sequence);
    const over = index + sequence.length;
    if (index < 0 || over > end || (over === end && first !== undefined && index > first.index)) continue;
    first = { index, sequence };
    end = over;
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
