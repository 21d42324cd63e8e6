/**
 * Graphemes or sentences of a text in time linear to its length. `Intl.Segmenter` alone takes the square of it (half
 * a minute for 100,000 Chinese characters), so it is given the text window by window.
 */

/** Characters that are segmented at once. */
const WINDOW = 512;
/** A segment longer than this ends with its window, whatever follows. */
const LONGEST = 4096;

const SEGMENTERS = {
  grapheme: new Intl.Segmenter(undefined, { granularity: "grapheme" }),
  sentence: new Intl.Segmenter(undefined, { granularity: "sentence" }),
};

/** The segments concatenate to the text. A grapheme is never split unless it is longer than 4096 characters. */
export function* segments(text: string, granularity: keyof typeof SEGMENTERS): Generator<string> {
  let last = "";
  for (let start = 0; start < text.length;) {
    const end = windowEnd(text, start + WINDOW);
    // The last segment may go on in the next window, so it is looked at again with that.
    const window = last + text.slice(start, end);
    last = "";
    for (const { segment } of SEGMENTERS[granularity].segment(window)) {
      if (last !== "") yield last;
      last = segment;
    }
    if (last.length > LONGEST) {
      yield last;
      last = "";
    }
    start = end;
  }
  if (last !== "") yield last;
}

/** Not between the halves of a character outside the basic plane. */
function windowEnd(text: string, index: number): number {
  const code = text.charCodeAt(index - 1);
  return code >= 0xd800 && code <= 0xdbff ? index + 1 : index;
}
