/** Parts of an answer in which nothing is a call of its own: thinking, code blocks, comments. */

export interface Fence {
  readonly index: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
}

const FENCE = /(?:^|\n)([ \t]*)(```+|~~~+)[^\n`]*(?:\n|$)/g;

/** The first code block at or after `from`; one without an end goes on to the end of the text. */
export function findFence(text: string, from: number): Fence | undefined {
  FENCE.lastIndex = from;
  const match = FENCE.exec(text);
  if (match === null) return undefined;
  const contentStart = FENCE.lastIndex;
  const marks = match[2] ?? "```";
  const closing = new RegExp(`\\n[ \\t]*${marks}[\`~]*[ \\t\\r]*(?=\\n|$)`, "g");
  closing.lastIndex = contentStart - 1;
  const close = closing.exec(text);
  return {
    index: match.index,
    contentStart,
    contentEnd: Math.max(contentStart, close?.index ?? text.length),
    end: close === null ? text.length : closing.lastIndex,
  };
}

export interface Comment {
  readonly index: number;
  readonly end: number;
}

/** The first comment of HTML at or after `from`. */
export function findComment(text: string, from: number): Comment | undefined {
  const index = text.indexOf("<!--", from);
  const end = index < 0 ? -1 : text.indexOf("-->", index);
  return end < 0 ? undefined : { index, end: end + 3 };
}

/** Where the thinking that an answer begins with ends, 0 when it begins otherwise; `undefined` when it does not end. */
export function thinkingEnd(text: string): number | undefined {
  const [, name] = /^\s*<(think|thinking|thought|reasoning)>/i.exec(text) ?? [];
  if (name === undefined) return 0;
  const closing = new RegExp(`</${name}>`, "gi");
  return closing.test(text) ? closing.lastIndex : undefined;
}
