/** The tags around calls: the one we ask for, and those of model families whose habits show through. */

import { BEGINS } from "./beginnings.ts";

const WORDS = "tool[-_▁]?calls?|function[-_]?calls?|tool[-_]use";
const NAMED = "invoke\\s+name|function";
const STAGE = "[_▁](?:section[_▁])?";

/** What begins a call. `invoke` and `function` count only with a name. */
const OPENER = new RegExp(
  `${BEGINS.tag}[|｜]?(?:antml:)?(?:(?:${WORDS})(?:${STAGE}begin)?(?:\\s[^<>\\n]{0,200})?|(?:${NAMED})=[^<>\\n]{1,200})[|｜]?>|${BEGINS.mistral}TOOL_CALLS\\]`,
  "gi",
);
const CLOSER_FORM = `</(?:antml:)?(?:${WORDS}|invoke|function)\\s?>|<[|｜](?:/(?:${WORDS})|(?:${WORDS})${STAGE}end)[|｜]>`;
const CLOSER = new RegExp(CLOSER_FORM, "gi");
/** What may stand behind a call and belongs to its markup: closing tags, also of another name or cut off, and end tokens. */
const TAIL = new RegExp(
  `${CLOSER_FORM}|</tools?>|</(?:tool|func)[\\w-]{0,14}$|<\\|(?:im_end|eot_id|eom_id|end|endoftext)\\|>|</s>|<｜end▁of▁sentence｜>`,
  "iy",
);
const UNFINISHED = new RegExp(
  `^<(?:/?[|｜]?/?(?:antml:)?[a-z_▁-]{0,26}[|｜]?|[|｜]?(?:antml:)?(?:(?:${WORDS}|invoke)\\s[^<>\\n]{0,200}|(?:${NAMED})=[^<>\\n]{0,200}))$`,
  "i",
);
const NAMES = ["toolcalls", "toolresponse", "functioncalls", "tooluse", "pythontag", "invoke", "function"];
const LONGEST_TAG = 240;

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

/** A result, which only the other side writes. */
export function findResult(text: string, from: number): Tag | undefined {
  return find(/<tool[-_]response\b/gi, text, from);
}

function find(pattern: RegExp, text: string, from: number): Tag | undefined {
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  return match === null ? undefined : { index: match.index, end: pattern.lastIndex };
}

/** Where the markup that stands at `at`, behind a call, ends; `undefined` when there is none. */
export function tailEnd(text: string, at: number): number | undefined {
  TAIL.lastIndex = at;
  return TAIL.test(text) ? TAIL.lastIndex : undefined;
}

/** Where the end of the text may be the beginning of a tag; the text's length where it can't be. */
export function unfinishedTag(text: string): number {
  const angle = text.lastIndexOf("<");
  if (angle >= 0 && text.length - angle <= LONGEST_TAG) {
    const tail = text.slice(angle);
    if (UNFINISHED.test(tail) && mayNameATag(tail)) return angle;
  }
  const bracket = text.lastIndexOf("[");
  return bracket >= 0 && "[TOOL_CALLS]".startsWith(text.slice(bracket).toUpperCase()) ? bracket : text.length;
}

function mayNameATag(tail: string): boolean {
  const [, letters = ""] = /^<[/|｜]*(?:antml:)?([a-z_▁-]*)/i.exec(tail) ?? [];
  const name = letters.replaceAll(/[_▁-]/g, "").toLowerCase();
  return (
    "antml".startsWith(name) ||
    NAMES.some((known) => known.startsWith(name) || name.startsWith(known.replace(/s$/, "")))
  );
}

/** A text without any of the tags: what is left when a call could not be read. */
export function withoutTags(text: string): string {
  return text.replaceAll(OPENER, "").replaceAll(CLOSER, "");
}

/** A text less the closing tags, and the beginning of a tag, that its end was left with. */
export function withoutLooseEnd(text: string): string {
  if (findOpener(text, 0) !== undefined) return text;
  const cut = unfinishedTag(text);
  let rest = text.length - cut >= "<tool_".length ? text.slice(0, cut) : text;
  CLOSER.lastIndex = 0;
  const closers = [...rest.matchAll(CLOSER)];
  for (const closer of closers.toReversed()) {
    if (rest.slice(closer.index + closer[0].length).trim() !== "") break;
    rest = rest.slice(0, closer.index);
  }
  return rest === text ? text : rest.trimEnd();
}
