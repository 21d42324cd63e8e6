import { segmentEnds } from "./segments.ts";

const SEGMENTER = new Intl.Segmenter("en", { granularity: "sentence" });

const LONGEST = 2048;

/** The ends of the sentences of a text. A line break always ends one. */
export function* sentenceEnds(text: string): Generator<number> {
  let start = 0;
  while (start < text.length) {
    const lineBreak = text.indexOf("\n", start);
    const end = lineBreak < 0 ? text.length : lineBreak + 1;
    yield* segmentEnds(text, SEGMENTER, start, end, LONGEST);
    start = end;
  }
}
