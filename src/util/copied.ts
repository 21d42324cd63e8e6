/**
 * The beginning of a text, at most `length` UTF-16 units, as a text of its own: a part that was merely cut from a longer
 * one keeps the whole of it in memory for as long as the part is kept.
 */
export function copied(text: string, length = Infinity): string {
  return Buffer.from(text.slice(0, length)).toString();
}
