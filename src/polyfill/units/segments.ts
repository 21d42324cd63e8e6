/**
 * `Intl.Segmenter` in slices. Each step of its iterator costs time in proportion to the whole text it was given, so
 * a long text is handed to it in short slices, of which only what stands well before the end is taken.
 */

const SLICE = 256;
/** A boundary nearer to a slice's end than this may depend on what follows. */
const MARGIN = 16;

/**
 * The ends of the segments between two boundaries `from` and `to`, in order; the last one is `to`. A segment that is longer
 * than about `longest` is cut anywhere.
 */
export function* segmentEnds(
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
