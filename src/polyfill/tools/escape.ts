/**
 * What is not the model's own writing must not be readable as a call, should the model repeat it. Every tag that is read, and every
 * object that begins like a call, gets an invisible mark (U+2060 WORD JOINER) on the way in; in what the model writes,
 * the mark is taken out again, so that a file about such things survives being read and written.
 */
import { CALL_KEYS } from "./forms.ts";
import { TAG_HEADS } from "./markup.ts";

const MARK = "\u2060";
/** Inside a string of JSON the quotes and line breaks are escaped. */
const MEMBER = `(?:\\s|\\\\[nrt]){0,60}\\\\{0,7}["'](?:${CALL_KEYS.join("|")})\\\\{0,7}["']`;

const PLAIN = new RegExp(
  `<(?=${MARK}*${TAG_HEADS})|\\[(?=${MARK}*TOOL_CALLS\\])|\\{(?=${MARK}*${MEMBER})`,
  "gi",
);
const MARKED = new RegExp(
  `(<)${MARK}(?=${MARK}*${TAG_HEADS})|(\\[)${MARK}(?=${MARK}*TOOL_CALLS\\])|(\\{)${MARK}(?=${MARK}*${MEMBER})`,
  "gi",
);
/** No marked place is longer than this, from its mark on. */
const LONGEST = 240;

export function escapeMarkup(text: string): string {
  return text.replaceAll(PLAIN, `$&${MARK}`);
}

/** The inverse: `unescapeMarkup(escapeMarkup(text)) === text` for every text. */
export function unescapeMarkup(text: string): string {
  return text.includes(MARK) ? text.replaceAll(MARKED, "$1$2$3") : text;
}

/** Where the end of the text may be a marked place that is not whole; the text's length where it can't be. */
export function unfinishedMark(text: string): number {
  let at = text.indexOf(MARK, Math.max(0, text.length - LONGEST));
  if (at < 0) return text.length;
  while (text[at - 1] === MARK) at -= 1;
  return Math.max(0, at - 1);
}

/** `escapeMarkup` on every string inside a JSON value. */
export function escapeValue(value: unknown): unknown {
  return eachString(value, escapeMarkup);
}

/** `unescapeMarkup` on every string inside a JSON value. */
export function unescapeValue(value: unknown): unknown {
  return eachString(value, unescapeMarkup);
}

function eachString(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => eachString(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, eachString(member, change)]));
}
