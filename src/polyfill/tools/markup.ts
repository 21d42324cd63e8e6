/** The tags around calls: the one we ask for, and those of model families whose habits show through. */

const WORDS = "tool_calls?|function_calls?|tool_use";

/** What begins a call. `invoke` and `function` count only with a name. */
const OPENER = new RegExp(
  `<\\|?(?:(?:${WORDS})(?:\\s[^<>\\n]{0,200})?|(?:invoke\\s+name|function)=[^<>\\n]{1,200})\\|?>|\\[TOOL_CALLS\\]`,
  "g",
);
const CLOSER = new RegExp(`</(?:${WORDS}|invoke|function)>|<\\|(?:/(?:${WORDS})|(?:${WORDS})_end)\\|>`, "g");
const UNFINISHED = new RegExp(
  `^<\\|?(?:[a-z_]{0,14}|(?:${WORDS}|invoke)\\s[^<>\\n]{0,200}|(?:invoke\\s+name|function)=[^<>\\n]{0,200})\\|?$`,
);
const NAMES = ["tool_calls", "function_calls", "tool_use", "invoke", "function"];
const LONGEST_TAG = 240;

export interface Tag {
  readonly index: number;
  readonly end: number;
}

/** The first opening tag at or after `from` that does not stand in inline code. */
export function findOpener(text: string, from: number): Tag | undefined {
  OPENER.lastIndex = from;
  for (let match = OPENER.exec(text); match !== null; match = OPENER.exec(text)) {
    if (text[match.index - 1] !== "`") return { index: match.index, end: OPENER.lastIndex };
  }
  return undefined;
}

/** The first closing tag at or after `from`. */
export function findCloser(text: string, from: number): Tag | undefined {
  CLOSER.lastIndex = from;
  const match = CLOSER.exec(text);
  return match === null ? undefined : { index: match.index, end: CLOSER.lastIndex };
}

/** Where the end of the text may be the beginning of an opening tag; the text's length where it can't be. */
export function unfinishedTag(text: string): number {
  const angle = text.lastIndexOf("<");
  if (angle >= 0 && text.length - angle <= LONGEST_TAG) {
    const tail = text.slice(angle);
    const name = /^<\|?([a-z_]*)$/.exec(tail)?.[1];
    const possible = name === undefined || NAMES.some((known) => known.startsWith(name));
    if (possible && UNFINISHED.test(tail)) return angle;
  }
  const bracket = text.lastIndexOf("[");
  return bracket >= 0 && "[TOOL_CALLS]".startsWith(text.slice(bracket)) ? bracket : text.length;
}

/** A text without any of the tags: what is left when a call could not be read. */
export function withoutTags(text: string): string {
  return text.replaceAll(OPENER, "").replaceAll(CLOSER, "");
}
