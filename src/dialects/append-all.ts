/** Appends a list of any length; as the arguments of `push` a long one overflows the stack. */
export function appendAll<Element>(target: Element[], more: Iterable<Element>): void {
  for (const element of more) target.push(element);
}
