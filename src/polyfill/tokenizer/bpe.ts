/**
 * Byte pair encoding with the o200k_base vocabulary, over characters instead of bytes: a token is always a piece of
 * text, and parts of characters need no work. On ASCII text the result is exact; characters that the vocabulary does
 * not have as a whole count as two tokens, which is right for most of them.
 */
import type { Vocabulary } from "./vocabulary.ts";

/** Merging takes quadratic time, so a longer stretch without a boundary (a line of `=`) is merged in parts. */
const LONGEST = 64;

const UPPER = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const LOWER = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const CONTRACTION = "(?:'(?:[sdmt]|[lL][lL]|[vV][eE]|[rR][eE]|[SDMT]))?";
/** A text is cut into blocks of this length, so that finding the next boundary never takes long. */
const BLOCK = 65_536;

/**
 * The boundaries at which o200k_base splits a text before it merges (tiktoken, `openai_public.py`).
 *
 * Bound: a block; each alternative takes at least a character and goes back over no more than it took.
 */
const SEAMS = new RegExp(
  [
    String.raw`[^\r\n\p{L}\p{N}]?${UPPER}*${LOWER}+${CONTRACTION}`,
    String.raw`[^\r\n\p{L}\p{N}]?${UPPER}+${LOWER}*${CONTRACTION}`,
    String.raw`\p{N}{1,3}`,
    String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*`,
    String.raw`\s*[\r\n]+`,
    String.raw`\s+(?!\S)`,
    String.raw`\s+`,
  ].join("|"),
  "gu",
);

/** How many tokens a text has. */
export function countTokens(text: string, vocabulary: Vocabulary): number {
  let count = 0;
  for (const [start, end] of stretches(text)) {
    if (vocabulary.rank(text, start, end) !== Infinity) {
      count += 1;
      continue;
    }
    let from = start;
    for (const to of merge(text, start, end, vocabulary)) {
      count += vocabulary.rank(text, from, to) === Infinity ? 2 : 1;
      from = to;
    }
  }
  return count;
}

/** The ends of the tokens of a text. */
export function* tokenEnds(text: string, vocabulary: Vocabulary): Generator<number> {
  for (const [start, end] of stretches(text)) {
    if (vocabulary.rank(text, start, end) === Infinity) yield* merge(text, start, end, vocabulary);
    else yield end;
  }
}

/** Splits a text where no token can span: roughly at words, numbers and punctuation. */
function* stretches(text: string): Generator<[start: number, end: number]> {
  for (let from = 0; from < text.length;) {
    const block = blockAt(text, from);
    // Each block needs a copy with its own `lastIndex`. Every character is in a stretch, so each begins where the last one ended.
    // Bound: that of the pattern copied.
    const seams = new RegExp(SEAMS);
    for (let start = from; seams.test(block);) {
      const end = from + seams.lastIndex;
      for (let at = start; at < end; at += LONGEST) yield [at, Math.min(at + LONGEST, end)];
      start = end;
    }
    from += block.length;
  }
}

/** The next block; a pair of surrogates stays together. */
function blockAt(text: string, from: number): string {
  const cutsPair = (text.codePointAt(from + BLOCK - 1) ?? 0) > 0xffff;
  return text.slice(from, from + BLOCK + (cutsPair ? 1 : 0));
}

/** Merges neighbours while the merged text is in the vocabulary, the lowest rank first; returns the ends of the tokens. */
function merge(text: string, start: number, end: number, vocabulary: Vocabulary): number[] {
  const bounds = [start];
  for (let at = start; at < end;) {
    at += (text.codePointAt(at) ?? 0) > 0xffff && at + 1 < end ? 2 : 1;
    bounds.push(at);
  }
  /** For each inner boundary the rank of the text that merging across it would give. */
  const ranks = bounds.map((_, at) => rankAt(at));
  function rankAt(at: number): number {
    const [from, to] = [bounds[at - 1], bounds[at + 1]];
    return from === undefined || to === undefined ? Infinity : vocabulary.rank(text, from, to);
  }
  for (;;) {
    let lowest = Infinity;
    let at = 0;
    for (let index = 1; index < ranks.length; index += 1) {
      const rank = ranks[index] ?? Infinity;
      if (rank < lowest) {
        lowest = rank;
        at = index;
      }
    }
    if (at === 0) return bounds.slice(1);
    bounds.splice(at, 1);
    ranks.splice(at, 1);
    ranks[at] = rankAt(at);
    ranks[at - 1] = rankAt(at - 1);
  }
}
