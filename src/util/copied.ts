/** A copy of the first `length` UTF-16 units of a text: a slice of a longer text would keep all of it in memory. */
export function copied(text: string, length = Infinity): string {
  return Buffer.from(text.slice(0, length)).toString();
}
