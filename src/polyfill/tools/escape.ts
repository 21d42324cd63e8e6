/**
 * What is not the model's own writing must not be readable as a call, should the model repeat it. Every tag of ours
 * and of the other forms that are read gets an invisible mark (U+2060 WORD JOINER) on the way in; in what the model writes,
 * the mark is taken out again, so that a file about such tags survives being read and written.
 */

const MARK = "\u2060";
const TAGS = "/?\\|?(?:/?tool_calls?|tool_response|function_calls?|tool_use|invoke\\b|function=)";

const PLAIN = new RegExp(`<(?=${MARK}*${TAGS})|\\[(?=${MARK}*TOOL_CALLS\\])`, "g");
const MARKED = new RegExp(`([<[])${MARK}(?=${MARK}*(?:${TAGS}|TOOL_CALLS\\]))`, "g");

export function escapeMarkup(text: string): string {
  return text.replaceAll(PLAIN, `$&${MARK}`);
}

/** The inverse: `unescapeMarkup(escapeMarkup(text)) === text` for every text. */
export function unescapeMarkup(text: string): string {
  return text.includes(MARK) ? text.replaceAll(MARKED, "$1") : text;
}

/** `unescapeMarkup` on every string inside a JSON value. */
export function unescapeValue(value: unknown): unknown {
  if (typeof value === "string") return unescapeMarkup(value);
  if (Array.isArray(value)) return value.map(unescapeValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unescapeValue(member)]));
}
