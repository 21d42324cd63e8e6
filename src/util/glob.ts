/**
 * Whether the whole of `text` fits `pattern`, in which `*` stands for any text; case does not matter. Takes time in
 * proportion to the text, whatever the pattern.
 */
export function fits(pattern: string, text: string): boolean {
  const subject = text.toLowerCase();
  const [first = "", ...others] = pattern.toLowerCase().split("*");
  const last = others.pop();
  if (last === undefined) return subject === first;
  if (!subject.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = subject.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return subject.length - last.length >= at && subject.endsWith(last);
}
