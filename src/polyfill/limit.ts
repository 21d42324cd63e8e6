import type { TurnEvents } from "../turn/event.ts";
import type { Polyfill } from "./polyfill.ts";
import { tokenEnds } from "./tokenizer/bpe.ts";
import type { Vocabulary } from "./tokenizer/vocabulary.ts";
import type { TokenEstimator } from "./tokens.ts";
import { nextTurn } from "../util/next-turn.ts";

/** Ends the text of an answer at `maxTokens` by our own count, for hosts that may ignore the limit. */
export function limit(tokens: TokenEstimator): Polyfill {
  return (next) => (request, signal) => {
    const events = next(request, signal);
    return request.maxTokens === undefined
      ? events
      : cut(events, request.maxTokens, () => tokens.vocabulary());
  };
}

async function* cut(
  events: TurnEvents,
  maxTokens: number,
  vocabulary: () => Promise<Vocabulary>,
): TurnEvents {
  let left = maxTokens;
  let uncounted = "";
  for await (const event of events) {
    if (event.type !== "text-delta") {
      yield event;
      continue;
    }
    const passed = uncounted.length;
    uncounted += event.text;
    // A token has at least one character, so most answers need no count.
    if (uncounted.length <= left) {
      yield event;
      continue;
    }
    const { count, end } = await countUpTo(uncounted, left, await vocabulary());
    if (end === uncounted.length) {
      left -= count;
      uncounted = "";
      yield event;
      continue;
    }
    if (end > passed) yield { ...event, text: uncounted.slice(passed, end) };
    yield { type: "text-end", id: event.id };
    yield { type: "turn-end", stopReason: { unified: "max-tokens" }, usage: { estimated: false } };
    return;
  }
}

/** Tokens counted before the event loop runs again. */
const AT_ONCE = 10_000;

/** The tokens of a text up to a limit, and where they end. */
async function countUpTo(
  text: string,
  most: number,
  vocabulary: Vocabulary,
): Promise<{ readonly count: number; readonly end: number }> {
  let count = 0;
  let end = 0;
  for (const next of tokenEnds(text, vocabulary)) {
    if (count === most) return { count, end };
    count += 1;
    end = next;
    if (count % AT_ONCE === 0) await nextTurn();
  }
  return { count, end: text.length };
}
