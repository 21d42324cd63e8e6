/** Parts of an answer in which nothing is a call of its own: thinking, code blocks, comments. */

/** Where a code block begins. Where it ends is looked for only when that matters: it may be far. */
export interface Fence {
  readonly index: number;
  readonly contentStart: number;
  /** The backticks or tildes that open it. */
  readonly marks: string;
  /** What stands beside the marks: a language. */
  readonly word: string;
}

/** The first code block at or after `from`. */
export function findFence(text: string, from: number): Fence | undefined {
  let line = from === 0 ? 0 : nextLine(text, from);
  for (; line !== undefined; line = nextLine(text, line)) {
    const start = skipChars(text, line, " \t");
    const char = text[start];
    if (char !== "`" && char !== "~") continue;
    const end = skipChars(text, start, char);
    const contentStart = nextLine(text, end) ?? text.length;
    // A backtick on the line makes it inline code.
    const word = text.slice(end, contentStart).trim();
    if (end - start < 3 || word.includes("`")) continue;
    return { index: Math.max(0, line - 1), contentStart, marks: text.slice(start, end), word };
  }
  return undefined;
}

/** Where the content of a code block ends, and the block; one without an end goes on to the end of the text. */
export function fenceEnd(
  text: string,
  { contentStart, marks }: Fence,
): { readonly content: number; readonly block: number } {
  for (let line: number | undefined = contentStart; line !== undefined; line = nextLine(text, line)) {
    const start = skipChars(text, line, " \t");
    if (!text.startsWith(marks, start)) continue;
    const end = skipChars(text, skipChars(text, start + marks.length, "`~"), " \t\r");
    if (end < text.length && text[end] !== "\n") continue;
    return { content: Math.max(contentStart, line - 1), block: end };
  }
  return { content: text.length, block: text.length };
}

function nextLine(text: string, from: number): number | undefined {
  const end = text.indexOf("\n", from);
  return end < 0 ? undefined : end + 1;
}

function skipChars(text: string, from: number, chars: string): number {
  let at = from;
  while (at < text.length && chars.includes(text[at] ?? "")) at += 1;
  return at;
}

/** Finds the first comment of HTML at or after a place. What does not end is none. */
export function commentFinder(text: string): (from: number) => { readonly index: number } | undefined {
  const last = text.lastIndexOf("-->");
  return (from) => {
    const index = last < from ? -1 : text.indexOf("<!--", from);
    return index < 0 || index >= last ? undefined : { index };
  };
}

export function commentEnd(text: string, index: number): number {
  return text.indexOf("-->", index) + 3;
}

/** Where the thinking that an answer begins with ends, 0 when it begins otherwise; `undefined` when it does not end. */
export function thinkingEnd(text: string): number | undefined {
  const [, name] = /^\s*<(think|thinking|thought|reasoning)>/i.exec(text) ?? [];
  if (name === undefined) return 0;
  // Bound: it repeats nothing.
  const closing = new RegExp(`</${name}>`, "gi");
  return closing.test(text) ? closing.lastIndex : undefined;
}
