/**
 * How a call begins, in every form that is read: the reader and the escaper both use this definition. The reader
 * looks for calls only at a complete beginning; the escaper breaks every beginning with a mark.
 *
 * A beginning is also found in another spelling (inside a JSON string, with HTML entities, with other white space),
 * because a model that repeats a text may write it plainly again.
 */
import { isSpace, matchAt } from "./scan.ts";

/** U+2060 WORD JOINER: invisible, and not white space. */
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
/** First keys of objects that are calls without any tags. */
const CALL_KEYS = [...NAME_KEYS, ...LIST_KEYS, "type", "id"].join("|");

/** The bars of special tokens, in ASCII and as DeepSeek and similar models write them. */
export const BAR = "[|｜‖]";
/** What may stand between `<` and the name of a tag: a slash, bars, DeepSeek's DSML, a namespace. */
export const TAG_PREFIX = `/?${BAR}{0,2}/?(?:DSML${BAR}{1,2})?(?:[a-z][\\w.-]{0,30}:${MARK}*)?`;
/** What MiniMax M3 writes before each of its tags. */
export const NAMESPACE_TOKEN = "]<]minimax[>[";
/** The names of tags that are read, and similar ones that must not be mistaken for them. */
const TAG_NAMES =
  "(?:start_|end_)?(?:tool[-_▁]?calls?|function[-_▁]?calls?)|tool[-_▁]|python_|invoke\\b|function[=>\\s]";
/** The tokens of channels, which always have bars. */
const CHANNEL_TOKENS = `(?<=${BAR})(?:channel|start|message|call|constrain|end|return)\\b|channel(?=${BAR})`;

const TOOL_NAME = "[A-Za-z_][\\w./:-]{0,127}";
/** A name in Gemma's notation: without a colon, which would make two beginnings overlap. */
const GEMMA_NAME = "[A-Za-z_][\\w./-]{0,127}";
const ARGUMENT_NAME = "[A-Za-z_][\\w.-]{0,127}";
/** How a call in Python's notation begins: all arguments have names. */
export const PYTHON_CALL = `${TOOL_NAME}\\s*\\(\\s*(?:\\)|${ARGUMENT_NAME}\\s*=)`;

/** A complete beginning in an answer, without a mark. Patterns of the reader start with one of these. */
export const BEGINS = {
  tag: `<(?=${TAG_PREFIX}(?:${TAG_NAMES}|${CHANNEL_TOKENS}))`,
  mistral: "\\[(?=TOOL_CALLS\\])",
  json: `\\{\\s*["'](?=(?:${CALL_KEYS})["'])`,
  python: `\\[(?=\\s*${PYTHON_CALL})`,
  gemma: `call:(?=\\s*${GEMMA_NAME}\\s*\\{)`,
} as const;
/** The info string of a code block that Gemini runs. */
export const PROGRAM_BLOCK = "tool_code";

type Sign = "<" | "{" | "[" | "call:" | "fence";

/** The signs in other notations: HTML entities, escapes of JSON and C, URL encoding. */
const SPELLED =
  /&(?:(lt|#60|#x3c)|(lcub|lbrace|#123|#x7b)|lsqb|lbrack|#91|#x5b);|(?:u00|x|%)(?:(3c)|(7b)|5b)/iy;

/** The first character of each sign; the rest is examined there. */
const SIGNS = /[<{[`~&%]|call:|u00|x[357]/g;
const ANY_SIGN = new RegExp(SIGNS, "");
const LONGEST_SIGN = 5;

/** Whether a text certainly has no beginning. */
export function isPlain(text: string): boolean {
  return !ANY_SIGN.test(text);
}

const QUOTE = "(?:[\"'“”‘’]|&(?:quot|apos|#34|#39|#x22|#x27);|(?:u00|x|%)2[27])";
const TAG = new RegExp(`${TAG_PREFIX}(?:${TAG_NAMES}|${CHANNEL_TOKENS})`, "iy");
const OPENING_QUOTE = new RegExp(QUOTE, "iy");
// Bound: it is tried at one place, and no repetition in it matches what may follow.
const KEY = new RegExp(`${MARK}*(?:${CALL_KEYS})${MARK}*\\\\*${QUOTE}`, "iy");

/**
 * Where the mark belongs in each beginning of a text, in order: after its first sign, in JSON inside its first key.
 *
 * @param from the first place where a beginning counts.
 * @param to beginnings start before this place, but may extend beyond it.
 */
export function* markPlaces(text: string, from = 0, to = text.length): Generator<number> {
  for (const { index } of text.slice(from, to + LONGEST_SIGN).matchAll(SIGNS)) {
    const at = from + index;
    if (at >= to) return;
    const opening = openingAt(text, at);
    if (opening === undefined) continue;
    const place = markPlace(text, opening.sign, opening.end);
    if (place !== undefined) yield place;
  }
}

function openingAt(text: string, at: number): { readonly sign: Sign; readonly end: number } | undefined {
  const char = text[at];
  if (char === "<" || char === "{" || char === "[") return { sign: char, end: at + 1 };
  if (char === "c" && text.startsWith("call:", at)) return { sign: "call:", end: at + 5 };
  if ((char === "`" || char === "~") && text[at - 1] !== char) {
    let end = at + 1;
    while (text[end] === char) end += 1;
    return end - at < 3 ? undefined : { sign: "fence", end };
  }
  if (char !== "&" && char !== "u" && char !== "x" && char !== "%") return undefined;
  const spelled = matchAt(SPELLED, text, at);
  if (spelled === undefined) return undefined;
  const [whole, lessEntity, braceEntity, less, brace] = spelled;
  const sign = (lessEntity ?? less) !== undefined ? "<" : (braceEntity ?? brace) !== undefined ? "{" : "[";
  return { sign, end: at + whole.length };
}

function markPlace(text: string, sign: Sign, from: number): number | undefined {
  const next = skipFiller(text, from);
  switch (sign) {
    case "<":
      return matchAt(TAG, text, next) === undefined ? undefined : from;
    case "[":
      return matchAt(/TOOL_CALLS\b/iy, text, next) !== undefined || isPython(text, next) ? from : undefined;
    case "{": {
      const quote = matchAt(OPENING_QUOTE, text, next);
      const place = next + (quote?.[0].length ?? 0);
      return quote === undefined || matchAt(KEY, text, place) === undefined ? undefined : place;
    }
    case "call:":
      return text[behindName(text, next, GEMMA_NAME) ?? text.length] === "{" ? from : undefined;
    case "fence":
      return text.startsWith(PROGRAM_BLOCK, next) ? from : undefined;
    default:
      return sign satisfies never;
  }
}

function isPython(text: string, at: number): boolean {
  const bracket = behindName(text, at);
  if (bracket === undefined || text[bracket] !== "(") return false;
  const first = skipFiller(text, bracket + 1);
  return text[first] === ")" || text[behindName(text, first) ?? text.length] === "=";
}

/** The place after the name at `at` and anything that may stand between it and the next sign. */
function behindName(text: string, at: number, pattern = TOOL_NAME): number | undefined {
  // Bound: it is tried at one place, and each of the patterns given repeats a single class of signs.
  const name = matchAt(new RegExp(pattern, "y"), text, at);
  return name === undefined ? undefined : skipFiller(text, at + name[0].length);
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
