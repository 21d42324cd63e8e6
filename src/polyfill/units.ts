/**
 * Where the units of a text end: user-perceived characters, words, sentences. Each step of the iterator of `Intl.Segmenter` costs
 * time in proportion to the whole text it was given, so a long text is given to it in short slices, and only boundaries
 * well before the end of a slice are used.
 */

const SLICE = 256;
/** A boundary nearer to a slice's end than this may depend on what follows. */
const MARGIN = 16;

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });
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
    yield* segmentEnds(text, GRAPHEMES, at, stop);
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

const WORDS = new Intl.Segmenter("en", { granularity: "word" });

/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const LONGEST_WORD = 1024;

/** The ends of the words of a text; white space belongs to the word after it. */
export function* wordEnds(text: string): Generator<number> {
  const unspaced = UNSPACED.test(text);
  let end = 0;
  for (const [word] of text.matchAll(/\s*\S+|\s+/g)) {
    const start = end + word.length - word.trimStart().length;
    end += word.length;
    if (unspaced && UNSPACED.test(word)) yield* segmentEnds(text, WORDS, start, end, LONGEST_WORD);
    else yield end;
  }
}

const SENTENCES = new Intl.Segmenter("en", { granularity: "sentence" });

const LONGEST_SENTENCE = 2048;

/** The ends of the sentences of a text. A line break always ends one. */
export function* sentenceEnds(text: string): Generator<number> {
  let start = 0;
  while (start < text.length) {
    const lineBreak = text.indexOf("\n", start);
    const end = lineBreak < 0 ? text.length : lineBreak + 1;
    yield* segmentEnds(text, SENTENCES, start, end, LONGEST_SENTENCE);
    start = end;
  }
}

/**
 * The ends of the segments between two boundaries `from` and `to`, in order; the last one is `to`. A segment that is longer
 * than about `longest` is cut anywhere.
 */
function* segmentEnds(
  text: string,
  segmenter: Intl.Segmenter,
  from: number,
  to: number,
  longest = Infinity,
): Generator<number> {
  let start = from;
  let size = SLICE;
  while (start < to) {
    const stop = Math.min(start + size, to);
    const certain = stop === to ? to : stop - MARGIN;
    let end = start;
    for (const { segment } of segmenter.segment(text.slice(start, stop))) {
      if (end + segment.length > certain) break;
      end += segment.length;
      yield end;
    }
    if (end === start && size >= longest) {
      end = certain;
      yield end;
    }
    size = end === start ? size * 2 : SLICE;
    start = end;
  }
}
