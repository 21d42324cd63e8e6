/**
 * What begins like a call, in every form that is read: the one definition that both sides are made from. The reader looks
 * for calls only where a beginning is whole; the escaper puts a mark into every beginning, so that it is not.
 *
 * A beginning is found as well where it is written in another way (inside a string of JSON, with HTML's entities, with other
 * white space), because a model that repeats a text may write it plainly again.
 */
import { isSpace, matchAt } from "./scan.ts";

/** U+2060 WORD JOINER: invisible, and no white space. */
export const MARK = "\u2060";

export const NAME_KEYS: readonly string[] = [
  "name",
  "tool_name",
  "tool",
  "function_name",
  "function",
  "recipient_name",
];
export const LIST_KEYS: readonly string[] = ["tool_calls", "tool_uses"];
/** What the first key of an object must be for it to be a call without any tags. */
const CALL_KEYS = [...NAME_KEYS, ...LIST_KEYS, "type", "id"].join("|");

/** Bars of special tokens, as ASCII and as DeepSeek and its imitators write them. */
const BAR = "[|｜‖]";
/** What may stand between `<` and the name of a tag: a slash, bars, DeepSeek's DSML, a namespace. */
export const TAG_PREFIX = `/?${BAR}{0,2}/?(?:DSML${BAR}{1,2})?(?:[a-z][\\w.-]{0,30}:${MARK}*)?`;
/** The names of tags that are read, and of their relatives that must not look like them. */
const TAG_NAMES =
  "(?:start_|end_)?(?:tool[-_▁]?calls?|function[-_▁]?calls?)|tool[-_▁]|python_|invoke\\b|function[=>\\s]";
/** The tokens of channels, which are those only with bars. */
const CHANNEL_TOKENS = `(?<=${BAR})(?:channel|start|message|call|constrain|end|return)\\b|channel(?=${BAR})`;

/** A whole beginning as it stands in an answer, without a mark. Patterns of the reader start with one of these. */
export const BEGINS = {
  tag: `<(?=${TAG_PREFIX}(?:${TAG_NAMES}|${CHANNEL_TOKENS}))`,
  mistral: "\\[(?=TOOL_CALLS\\])",
  json: `\\{\\s*["'](?=(?:${CALL_KEYS})["'])`,
} as const;

type Sign = "<" | "{" | "[";

/** The signs as other notations spell them: entities of HTML, escapes of JSON, C and addresses. */
const SPELLED =
  /&(?:(lt|#60|#x3c)|(lcub|lbrace|#123|#x7b)|lsqb|lbrack|#91|#x5b);|(?:u00|x|%)(?:(3c)|(7b)|5b)/iy;

const QUOTE = "(?:[\"'“”‘’]|&(?:quot|apos|#34|#39|#x22|#x27);|(?:u00|x|%)2[27])";
const AFTER: Readonly<Record<Sign, RegExp>> = {
  "<": new RegExp(`${TAG_PREFIX}(?:${TAG_NAMES}|${CHANNEL_TOKENS})`, "iy"),
  "[": /TOOL_CALLS\b/iy,
  "{": new RegExp(QUOTE, "iy"),
};
const KEY = new RegExp(`${MARK}*(?:${CALL_KEYS})${MARK}*\\\\*${QUOTE}`, "iy");

/** Where the mark belongs in each beginning of a text, in order: behind its first sign, in JSON inside its first key. */
export function* markPlaces(text: string): Generator<number> {
  for (let at = 0; at < text.length; at += 1) {
    const opening = openingAt(text, at);
    if (opening === undefined) continue;
    const place = markPlace(text, opening.sign, opening.end);
    if (place !== undefined) yield place;
  }
}

function openingAt(text: string, at: number): { readonly sign: Sign; readonly end: number } | undefined {
  const char = text[at];
  if (char === "<" || char === "{" || char === "[") return { sign: char, end: at + 1 };
  if (char !== "&" && char !== "u" && char !== "x" && char !== "%") return undefined;
  const spelled = matchAt(SPELLED, text, at);
  if (spelled === undefined) return undefined;
  const [whole, lessEntity, braceEntity, less, brace] = spelled;
  const sign = (lessEntity ?? less) !== undefined ? "<" : (braceEntity ?? brace) !== undefined ? "{" : "[";
  return { sign, end: at + whole.length };
}

function markPlace(text: string, sign: Sign, from: number): number | undefined {
  const next = skipFiller(text, from);
  const found = matchAt(AFTER[sign], text, next);
  if (found === undefined) return undefined;
  if (sign !== "{") return from;
  const place = next + found[0].length;
  return matchAt(KEY, text, place) === undefined ? undefined : place;
}

/** Over white space, marks, and the backslashes and escaped white space of JSON in a string of JSON. */
function skipFiller(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (char === "\\" || char === MARK || isSpace(char.charCodeAt(0))) continue;
    if (text[at - 1] !== "\\") break;
    if (/^u00(?:0[9a-d]|20|a0)$/i.test(text.slice(at, at + 5))) at += 4;
    else if (!"nrtfv".includes(char)) break;
  }
  return at;
}
