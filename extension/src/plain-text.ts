/** A text from outside as a notification may show it: the editor makes links of `[words](command:…)`, which run what they name. */
export function plainText(text: string): string {
  return text.replaceAll("](", "] (");
}
