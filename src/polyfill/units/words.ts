import { segmentEnds } from "./segments.ts";

const SEGMENTER = new Intl.Segmenter("en", { granularity: "word" });

/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const LONGEST = 1024;

/** The ends of the words of a text; white space belongs to the word after it. */
export function* wordEnds(text: string): Generator<number> {
  const unspaced = UNSPACED.test(text);
  let end = 0;
  for (const [word] of text.matchAll(/\s*\S+|\s+/g)) {
    const start = end + word.length - word.trimStart().length;
    end += word.length;
    if (unspaced && UNSPACED.test(word)) yield* segmentEnds(text, SEGMENTER, start, end, LONGEST);
    else yield end;
  }
}
