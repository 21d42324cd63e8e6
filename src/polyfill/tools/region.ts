/** Parts of an answer in which nothing counts as a call: thinking, code blocks, comments. */

/** The beginning of a code block. Its end is searched only when needed: it may be far away. */
export interface Fence {
  readonly index: number;
  readonly contentStart: number;
  /** The backticks or tildes that open it. */
  readonly marks: string;
  /** The info string: a language. */
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

/** The end of the content of a code block, and of the block; without one, both are the end of the text. */
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

/** The first HTML comment at or after a place; an unfinished one does not count. */
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

/** The end of the thinking at the beginning of an answer; 0 when there is none, `undefined` when it does not end. */
export function thinkingEnd(text: string): number | undefined {
  const [, name] = /^\s*<(think|thinking|thought|reasoning)>/i.exec(text) ?? [];
  if (name === undefined) return 0;
  // Bound: it has no repetition.
  const closing = new RegExp(`</${name}>`, "gi");
  return closing.test(text) ? closing.lastIndex : undefined;
}
