/** The tags around calls: the one we ask for, and those that model families were trained on. */
import { BAR, BEGINS, NAMESPACE_TOKEN } from "./beginnings.ts";
import { matchAt } from "./scan.ts";

const WORDS = "tool[-_▁]?calls?|function[-_▁]?calls?|tool[-_]use|tool_code|start_function_call";
const NAMED = "(?:invoke\\s+name|function(?:\\s+name)?)";
const STAGE = "[_▁](?:section[_▁])?";
/** MiniMax's token, which may stand before any tag. */
const TOKEN = `(?:${NAMESPACE_TOKEN.replaceAll(/[[\]]/g, "\\$&")})?`;
const NAMESPACE = "(?:[a-z][\\w.-]{0,30}:)?";
const BARS = `${BAR}{1,2}(?:DSML${BAR}{1,2})?`;

/** Opens a call. `invoke` and `function` count only with a name; a bar only at the end makes a closing tag (Gemma). */
// Bound: its unlimited repetitions match no bracket, so that no character is read twice.
const OPENER = new RegExp(
  `${TOKEN}${BEGINS.tag}(?:${BARS}${NAMESPACE}(?:${WORDS})(?:${STAGE}begin|_start)?(?:\\s[^<>\\n]{0,200})?${BAR}{0,2}|${NAMESPACE}(?:${WORDS})(?:\\s[^<>\\n]{0,200})?|(?:${BARS})?${NAMESPACE}${NAMED}=[^<>\\n]{1,200}${BAR}{0,2})>|${BEGINS.mistral}TOOL_CALLS\\]`,
  "gi",
);
const CLOSER_FORM = `${TOKEN}(?:</(?:${BARS})?${NAMESPACE}(?:${WORDS}|invoke|function)\\s?${BAR}{0,2}>|<${BAR}{1,2}(?:/(?:${WORDS})|(?:${WORDS})(?:${STAGE}end|_end))${BAR}{1,2}>|<(?:tool_call${BAR}|end_function_call)>)`;
// Bound: its unlimited repetitions match no bracket, so that no character is read twice.
const CLOSER = new RegExp(CLOSER_FORM, "gi");
// Bound: its unlimited repetitions match no bracket, so that no character is read twice.
const CLOSER_HERE = new RegExp(CLOSER_FORM, "iy");
/** Markup that may follow a call: closing tags, also of another name or cut off, and end tokens. */
// Bound: its unlimited repetitions match no bracket, so that no character is read twice.
const TAIL = new RegExp(
  `${CLOSER_FORM}|</tools?>|</(?:tool|func)[\\w-]{0,14}$|<\\|(?:im_end|eot_id|eom_id|end|endoftext|end_of_text|endofturn|return|call)\\|>|<turn\\|>|<end_of_turn>|</s>|<｜end▁of▁sentence｜>`,
  "iy",
);
/** An unfinished tag at the end of the text. */
// Bound: its unlimited repetitions match no bracket, so that no character is read twice.
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

/** A tool result, which only the client sends. */
export function findResult(text: string, from: number): Tag | undefined {
  return find(/<[|｜]?tool[-_]response\b/gi, text, from);
}

function find(pattern: RegExp, text: string, from: number): Tag | undefined {
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  return match === null ? undefined : { index: match.index, end: pattern.lastIndex };
}

/** The end of the markup at `at`, after a call; `undefined` when there is none. */
export function tailEnd(text: string, at: number): number | undefined {
  const tail = matchAt(TAIL, text, at);
  return tail === undefined ? undefined : at + tail[0].length;
}

/** Where a possible beginning of a tag at the end of the text starts; else the text's length. */
export function unfinishedTag(text: string): number {
  const angle = lastAngle(text);
  if (angle !== undefined) return angle;
  const bracket = text.lastIndexOf("[");
  const isMistral =
    bracket >= 0 && "[TOOL_CALLS]".startsWith(text.slice(bracket, bracket + 20).toUpperCase());
  return Math.min(isMistral ? bracket : text.length, tokenStart(text, text.length));
}

/** Where an unfinished tag begins, including MiniMax's token before it. */
function lastAngle(text: string): number | undefined {
  const angle = text.lastIndexOf("<");
  if (angle < 0 || text.length - angle > LONGEST_TAG || !UNFINISHED.test(text.slice(angle))) return undefined;
  return tokenStart(text, angle);
}

/** The beginning of a complete or partial MiniMax token that ends at `end`. */
function tokenStart(text: string, end: number): number {
  for (let length = Math.min(NAMESPACE_TOKEN.length, end); length > 0; length -= 1) {
    if (text.startsWith(NAMESPACE_TOKEN.slice(0, length), end - length)) return end - length;
  }
  return end;
}

/** Where an unfinished tag of our format at the end of the text begins; else the text's length. */
function cutTag(text: string): number {
  const angle = lastAngle(text);
  if (angle === undefined) return unfinishedTag(text);
  const [, letters = ""] =
    /^[^a-z]*(?:dsml[|｜‖]+)?(?:[a-z][\w.-]{0,30}:)?([a-z_▁-]*)/i.exec(text.slice(angle)) ?? [];
  const name = letters.replaceAll(/[_▁-]/g, "").toLowerCase();
  const isOurs = NAMES.some((known) => known.startsWith(name) || name.startsWith(known.replace(/s$/, "")));
  return isOurs ? angle : text.length;
}

/** A text without any of the tags, for a call that could not be read. */
export function withoutTags(text: string): string {
  return text.replaceAll(OPENER, "").replaceAll(CLOSER, "");
}

/** A text without closing tags and an unfinished tag at its end. */
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
