import type { StopReason, TurnEvents } from "../turn/event.ts";
import type { Polyfill } from "./polyfill.ts";
import { nextTurn } from "../util/next-turn.ts";

/** Characters searched before the event loop runs again. */
const SLICE = 65_536;

/**
 * Ends the answer before the first stop sequence, for hosts that ignore `stopSequences` or are not exact about them.
 * The cut does not depend on how the answer is divided into deltas: the sequence that is complete first counts, as in a
 * model's own sampling. Text that could be the beginning of a sequence is held back until the next delta decides.
 */
export const stop: Polyfill = (next) => (request, signal) => {
  const events = next(request, signal);
  const sequences = [...new Set(request.stopSequences)].filter((sequence) => sequence !== "");
  return sequences.length === 0 ? events : cut(events, sequences);
};

async function* cut(events: TurnEvents, sequences: readonly string[]): TurnEvents {
  const search = new Search(sequences);
  let held = "";
  let block = "";
  for await (const event of events) {
    if (event.type === "text-delta") {
      block = event.id;
      for (let at = 0; at < event.text.length; at += SLICE) {
        if (at > 0) await nextTurn();
        const slice = event.text.slice(at, at + SLICE);
        const found = search.read(slice);
        const text = held + slice;
        if (found !== undefined) {
          const before = text.slice(0, held.length + found.end - found.sequence.length);
          if (before !== "") yield { ...event, text: before };
          yield { type: "text-end", id: event.id };
          // The host's own figures would come with its own end; the usage polyfill supplies these.
          yield {
            type: "turn-end",
            stopReason: { unified: "stop-sequence", sequence: found.sequence },
            usage: { estimated: false },
          };
          return;
        }
        const ready = text.slice(0, text.length - search.open);
        held = text.slice(ready.length);
        if (ready !== "") yield { ...event, text: ready };
      }
      continue;
    }
    if (event.type === "text-end" || event.type === "turn-error") {
      if (held !== "") yield { type: "text-delta", id: block, text: held };
      held = "";
      search.restart();
    }
    yield event.type === "turn-end" ? { ...event, stopReason: named(event.stopReason, sequences) } : event;
  }
}

/** A host may stop without naming the sequence; where only one was requested, it was that one. */
function named(reason: StopReason, sequences: readonly string[]): StopReason {
  const [only, another] = sequences;
  if (reason.unified !== "stop-sequence" || only === undefined || another !== undefined) return reason;
  return { ...reason, sequence: reason.sequence ?? only };
}

interface Found {
  readonly sequence: string;
  /** Where in the delta it ends. */
  readonly end: number;
}

/** Searches for sequences in a text that arrives in deltas; each character is examined once for each sequence (Knuth, Morris and Pratt). */
class Search {
  readonly #searched: readonly Searched[];

  constructor(sequences: readonly string[]) {
    // Of several that end at the same place, the longest counts.
    const longestFirst = sequences.toSorted((one, other) => other.length - one.length);
    this.#searched = longestFirst.map((sequence) => ({ sequence, borders: bordersOf(sequence), matched: 0 }));
  }

  /** The number of characters at the end of the text so far that may be the beginning of a sequence. */
  get open(): number {
    return this.#searched.reduce((most, { matched }) => Math.max(most, matched), 0);
  }

  /** The sequence that ends first. Nothing more may be read after one was found. */
  read(piece: string): Found | undefined {
    let found: Found | undefined;
    for (const searched of this.#searched) {
      const end = advance(searched, piece, (found?.end ?? piece.length + 1) - 1);
      if (end !== undefined) found = { sequence: searched.sequence, end };
    }
    return found;
  }

  /** Starts again. */
  restart(): void {
    for (const searched of this.#searched) searched.matched = 0;
  }
}

interface Searched {
  readonly sequence: string;
  readonly borders: Int32Array;
  /** How many of its characters the text so far ends with. */
  matched: number;
}

/** Reads up to `most` characters of a delta; returns where the sequence ends in them, if it does. */
function advance(searched: Searched, piece: string, most: number): number | undefined {
  const { sequence, borders } = searched;
  let { matched } = searched;
  for (let at = 0; at < most; at += 1) {
    // No partial match: the engine's search finds the next beginning faster.
    if (matched === 0) {
      at = piece.indexOf(sequence.charAt(0), at);
      if (at < 0 || at >= most) break;
    }
    const code = piece.charCodeAt(at);
    while (matched > 0 && sequence.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (sequence.charCodeAt(matched) === code) matched += 1;
    if (matched === sequence.length) return at + 1;
  }
  searched.matched = matched;
  return undefined;
}

/** For each prefix of a text, the length of the longest proper prefix that is also its suffix. */
function bordersOf(text: string): Int32Array {
  const borders = new Int32Array(text.length);
  let border = 0;
  for (let at = 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    while (border > 0 && text.charCodeAt(border) !== code) border = borders[border - 1] ?? 0;
    if (text.charCodeAt(border) === code) border += 1;
    borders[at] = border;
  }
  return borders;
}
