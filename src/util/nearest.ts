/** Suggestions for unknown words. */

/** With more changes than this it is a different word. */
const MOST_CHANGES = 3;
/** Longer words are not compared: the cost grows with the square of the length. */
const LONGEST = 60;

/** The known word with the fewest letters to change, if they are few for its length; the first of several. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const written = word.toLowerCase();
  let best: { readonly name: string; readonly changes: number } | undefined;
  for (const name of known) {
    const changes = changesBetween(written, name.toLowerCase());
    const few = changes <= MOST_CHANGES && changes <= Math.max(written.length, name.length) * 0.4;
    if (few && (best === undefined || changes < best.changes)) best = { name, changes };
  }
  return best?.name;
}

/** Letters to put in, take out, change, or exchange with their neighbour (optimal string alignment). */
function changesBetween(from: string, to: string): number {
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let least = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      current.push(least);
    }
    [before, above] = [above, current];
  }
  return above[to.length] ?? 0;
}
