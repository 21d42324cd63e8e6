import { segmentEnds } from "./segments.ts";

const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });
const CR = 13;
const LF = 10;

/**
 * The ends of the user-perceived characters of a text (Unicode Standard Annex 29): emoji sequences, combining marks
 * and CR LF stay whole.
 */
export function* graphemeEnds(text: string): Generator<number> {
  const pair = /[ -~]{2}/g;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const next = text.charCodeAt(at + 1);
    // Two ASCII characters never join, save CR and LF. At the end of the text `next` is NaN.
    if (code < 128 && !(next >= 128)) {
      at += code === CR && next === LF ? 2 : 1;
      yield at;
      continue;
    }
    pair.lastIndex = at;
    const safe = pair.exec(text);
    const stop = safe === null ? text.length : safe.index + 1;
    yield* segmentEnds(text, SEGMENTER, at, stop);
    at = stop;
  }
}

/** Leaves out the ends that would split a grapheme; the last end stays. */
export function* atGraphemes(text: string, ends: Iterable<number>): Generator<number> {
  if (/^[\n\t -~]*$/.test(text)) {
    yield* ends;
    return;
  }
  const graphemes = graphemeEnds(text);
  let reached = 0;
  for (const end of ends) {
    while (reached < end) {
      const next = graphemes.next();
      if (next.done === true) break;
      reached = next.value;
    }
    if (reached === end) yield end;
  }
}
