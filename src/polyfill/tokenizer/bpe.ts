/**
 * Byte pair encoding with the o200k_base vocabulary, over characters instead of bytes: a token is always a piece of
 * text, and no work is spent on halves of characters. On ASCII text the result is exact; characters that the vocabulary does
 * not hold whole are counted as two tokens, which is what most of them are.
 */
import { O200K_TOKEN_SPLIT_REGEX } from "gpt-tokenizer/encodingParams/constants";
import type { Vocabulary } from "./vocabulary.ts";

/** Merging takes quadratic time, so a longer stretch without a seam (a line of `=`) is merged in parts. */
const LONGEST = 64;

/** How many tokens a text has. */
export function countTokens(text: string, vocabulary: Vocabulary): number {
  let count = 0;
  for (const stretch of stretches(text)) {
    if (vocabulary.has(stretch)) count += 1;
    else for (const token of merge(stretch, vocabulary)) count += vocabulary.has(token) ? 1 : 2;
  }
  return count;
}

/** The ends of the tokens of a text. */
export function* tokenEnds(text: string, vocabulary: Vocabulary): Generator<number> {
  let end = 0;
  for (const stretch of stretches(text)) {
    for (const token of vocabulary.has(stretch) ? [stretch] : merge(stretch, vocabulary)) {
      end += token.length;
      yield end;
    }
  }
}

/** A text cut where no token reaches across: roughly at words, numbers and punctuation. */
function* stretches(text: string): Generator<string> {
  for (const [stretch] of text.matchAll(O200K_TOKEN_SPLIT_REGEX)) {
    if (stretch.length <= LONGEST) yield stretch;
    else {
      for (let at = 0; at < stretch.length; at += LONGEST) yield stretch.slice(at, at + LONGEST);
    }
  }
}

/** Joins neighbours while a join is in the vocabulary, the lowest rank first. */
function merge(stretch: string, vocabulary: Vocabulary): string[] {
  const tokens = Array.from(stretch);
  const rankAt = (at: number): number =>
    at < 0 || at + 1 >= tokens.length
      ? Infinity
      : (vocabulary.get(`${tokens[at]}${tokens[at + 1]}`) ?? Infinity);
  const ranks = tokens.map((_, at) => rankAt(at));
  for (;;) {
    let lowest = Infinity;
    let at = -1;
    for (let index = 0; index < ranks.length; index += 1) {
      const rank = ranks[index] ?? Infinity;
      if (rank < lowest) {
        lowest = rank;
        at = index;
      }
    }
    if (at < 0) return tokens;
    tokens.splice(at, 2, `${tokens[at]}${tokens[at + 1]}`);
    ranks.splice(at, 1);
    ranks[at] = rankAt(at);
    if (at > 0) ranks[at - 1] = rankAt(at - 1);
  }
}
