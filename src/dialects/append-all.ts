/** Appends a list of any length; spread into `push`, a long list overflows the stack. */
export function appendAll<Element>(target: Element[], more: Iterable<Element>): void {
  for (const element of more) target.push(element);
}
