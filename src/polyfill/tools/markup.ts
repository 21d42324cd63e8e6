/** The tags around calls: the one we ask for, and those of model families whose habits show through. */
import { BAR, BEGINS, NAMESPACE_TOKEN } from "./beginnings.ts";
import { matchAt } from "./scan.ts";

const WORDS = "tool[-_▁]?calls?|function[-_▁]?calls?|tool[-_]use|tool_code|start_function_call";
const NAMED = "(?:invoke\\s+name|function(?:\\s+name)?)";
const STAGE = "[_▁](?:section[_▁])?";
/** MiniMax's token, which may stand before any tag. */
const TOKEN = `(?:${NAMESPACE_TOKEN.replaceAll(/[[\]]/g, "\\$&")})?`;
const NAMESPACE = "(?:[a-z][\\w.-]{0,30}:)?";
const BARS = `${BAR}{1,2}(?:DSML${BAR}{1,2})?`;

/** What begins a call. `invoke` and `function` count only with a name; a bar at the end alone makes a closing tag (Gemma). */
// Bound: what it repeats without a limit holds no bracket, so that nothing is looked at twice.
const OPENER = new RegExp(
  `${TOKEN}${BEGINS.tag}(?:${BARS}${NAMESPACE}(?:${WORDS})(?:${STAGE}begin|_start)?(?:\\s[^<>\\n]{0,200})?${BAR}{0,2}|${NAMESPACE}(?:${WORDS})(?:\\s[^<>\\n]{0,200})?|(?:${BARS})?${NAMESPACE}${NAMED}=[^<>\\n]{1,200}${BAR}{0,2})>|${BEGINS.mistral}TOOL_CALLS\\]`,
  "gi",
);
const CLOSER_FORM = `${TOKEN}(?:</(?:${BARS})?${NAMESPACE}(?:${WORDS}|invoke|function)\\s?${BAR}{0,2}>|<${BAR}{1,2}(?:/(?:${WORDS})|(?:${WORDS})(?:${STAGE}end|_end))${BAR}{1,2}>|<(?:tool_call${BAR}|end_function_call)>)`;
// Bound: what it repeats without a limit holds no bracket, so that nothing is looked at twice.
const CLOSER = new RegExp(CLOSER_FORM, "gi");
// Bound: what it repeats without a limit holds no bracket, so that nothing is looked at twice.
const CLOSER_HERE = new RegExp(CLOSER_FORM, "iy");
/** What may stand behind a call and belongs to its markup: closing tags, also of another name or cut off, and end tokens. */
// Bound: what it repeats without a limit holds no bracket, so that nothing is looked at twice.
const TAIL = new RegExp(
  `${CLOSER_FORM}|</tools?>|</(?:tool|func)[\\w-]{0,14}$|<\\|(?:im_end|eot_id|eom_id|end|endoftext|end_of_text|endofturn|return|call)\\|>|<turn\\|>|<end_of_turn>|</s>|<｜end▁of▁sentence｜>`,
  "iy",
);
/** How a tag may begin that the text breaks off in. */
// Bound: what it repeats without a limit holds no bracket, so that nothing is looked at twice.
const UNFINISHED = new RegExp(
  `^<(?:/?${BAR}{0,2}/?(?:D|DS|DSM|DSML${BAR}{0,2})?(?:[a-z][\\w.-]{0,30}:)?(?:[a-z_▁-]{0,30}${BAR}{0,2}|[a-z][\\w.-]{0,30})|(?:${BARS})?${NAMESPACE}(?:(?:${WORDS}|invoke|function)\\s[^<>\\n]{0,200}|${NAMED}=[^<>\\n]{0,200}))$`,
  "i",
);
const NAMES = ["toolcalls", "toolresponse", "functioncalls", "tooluse", "pythontag", "invoke", "function"];
const LONGEST_TAG = 280;

export interface Tag {
  readonly index: number;
  readonly end: number;
}

/** The first opening tag at or after `from`. */
export function findOpener(text: string, from: number): Tag | undefined {
  return find(OPENER, text, from);
}

/** The first closing tag at or after `from`. */
export function findCloser(text: string, from: number): Tag | undefined {
  return find(CLOSER, text, from);
}

/** Whether a closing tag stands at `at`. */
export function closesWrapper(text: string, at: number): boolean {
  return matchAt(CLOSER_HERE, text, at) !== undefined;
}

/** A result, which only the other side writes. */
export function findResult(text: string, from: number): Tag | undefined {
  return find(/<[|｜]?tool[-_]response\b/gi, text, from);
}

function find(pattern: RegExp, text: string, from: number): Tag | undefined {
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  return match === null ? undefined : { index: match.index, end: pattern.lastIndex };
}

/** Where the markup that stands at `at`, behind a call, ends; `undefined` when there is none. */
export function tailEnd(text: string, at: number): number | undefined {
  const tail = matchAt(TAIL, text, at);
  return tail === undefined ? undefined : at + tail[0].length;
}

/** Where the end of the text may be the beginning of a tag; the text's length where it can't be. */
export function unfinishedTag(text: string): number {
  const angle = lastAngle(text);
  if (angle !== undefined) return angle;
  const bracket = text.lastIndexOf("[");
  const isMistral =
    bracket >= 0 && "[TOOL_CALLS]".startsWith(text.slice(bracket, bracket + 20).toUpperCase());
  return Math.min(isMistral ? bracket : text.length, tokenStart(text, text.length));
}

/** The sign that an unfinished tag begins with, MiniMax's token before it included. */
function lastAngle(text: string): number | undefined {
  const angle = text.lastIndexOf("<");
  if (angle < 0 || text.length - angle > LONGEST_TAG || !UNFINISHED.test(text.slice(angle))) return undefined;
  return tokenStart(text, angle);
}

/** The beginning of MiniMax's token that ends at `end`, whole or in part. */
function tokenStart(text: string, end: number): number {
  for (let length = Math.min(NAMESPACE_TOKEN.length, end); length > 0; length -= 1) {
    if (text.startsWith(NAMESPACE_TOKEN.slice(0, length), end - length)) return end - length;
  }
  return end;
}

/** Where the text broke off inside a tag of ours; the text's length where it did not. */
function cutTag(text: string): number {
  const angle = lastAngle(text);
  if (angle === undefined) return unfinishedTag(text);
  const [, letters = ""] =
    /^[^a-z]*(?:dsml[|｜‖]+)?(?:[a-z][\w.-]{0,30}:)?([a-z_▁-]*)/i.exec(text.slice(angle)) ?? [];
  const name = letters.replaceAll(/[_▁-]/g, "").toLowerCase();
  const isOurs = NAMES.some((known) => known.startsWith(name) || name.startsWith(known.replace(/s$/, "")));
  return isOurs ? angle : text.length;
}

/** A text without any of the tags: what is left when a call could not be read. */
export function withoutTags(text: string): string {
  return text.replaceAll(OPENER, "").replaceAll(CLOSER, "");
}

/** A text less the closing tags, and the beginning of a tag, that its end was left with. */
export function withoutLooseEnd(text: string): string {
  if (findOpener(text, 0) !== undefined) return text;
  const cut = cutTag(text);
  let rest = text.length - cut >= "<tool_".length ? text.slice(0, cut) : text;
  // Bound: that of the pattern copied.
  const closers = [...rest.matchAll(new RegExp(CLOSER_FORM, "gi"))];
  for (const closer of closers.toReversed()) {
    if (rest.slice(closer.index + closer[0].length).trim() !== "") break;
    rest = rest.slice(0, closer.index);
  }
  return rest === text ? text : rest.trimEnd();
}
