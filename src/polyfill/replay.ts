import type { StreamUnit } from "../config/values.ts";
import type { TurnEvents } from "../turn/event.ts";
import { tokenEnds } from "./tokenizer/bpe.ts";
import type { Vocabulary } from "./tokenizer/vocabulary.ts";
import { atGraphemes, graphemeEnds, sentenceEnds, wordEnds } from "./units.ts";

export interface ReplayOptions {
  readonly unit: StreamUnit;
  /** Units are joined until a delta has at least this many characters. */
  readonly minChars: number;
  /** Used by the unit `token` only. */
  readonly vocabulary: () => Promise<Vocabulary>;
}

/**
 * Replays an answer that arrived complete in the units the user chose; nothing is added, lost or reordered, and no
 * user-perceived character is split. Each delta is cut only when the reader asks for it.
 */
export async function* replay(events: TurnEvents, options: ReplayOptions): TurnEvents {
  for await (const event of events) {
    if (event.type !== "text-delta" || options.unit === "whole") {
      yield event;
      continue;
    }
    const ends = await endsOf(event.text, options);
    for (const text of pieces(event.text, ends, options.minChars)) {
      yield { ...event, text };
    }
  }
}

/** Cuts a text at `ends`, skipping those that would make a delta of less than `minChars` characters. */
export function* pieces(text: string, ends: Iterable<number>, minChars: number): Generator<string> {
  let start = 0;
  for (const end of ends) {
    if (end - start < minChars) continue;
    yield text.slice(start, end);
    start = end;
  }
  if (start < text.length) yield text.slice(start);
}

async function endsOf(text: string, options: ReplayOptions): Promise<Iterable<number>> {
  switch (options.unit) {
    case "char":
      return graphemeEnds(text);
    case "token":
      return atGraphemes(text, tokenEnds(text, await options.vocabulary()));
    case "word":
      return atGraphemes(text, wordEnds(text));
    case "sentence":
      return atGraphemes(text, sentenceEnds(text));
    case "whole":
      return [text.length];
    default:
      return options.unit satisfies never;
  }
}
