/** Where in a text a tag is: a call counts where the model makes it, not where it shows or mentions one. */
import type { Tag } from "./markup.ts";

/** How far after a tag the end of inline code is searched. */
const SPAN = 1000;

/**
 * Where the text continues after a tag that is only shown: in inline code, in quotation marks, in a quotation.
 * `undefined` for any other tag. Text before `from` is not read.
 */
export function shownUpTo(text: string, tag: Tag, from: number): number | undefined {
  const line = lineBefore(text, tag.index, from);
  const span = line.includes("`") ? codeSpanEnd(text, tag.end, line) : undefined;
  if (span !== undefined) return span;
  const escaped = /\S/.test(line) && /^\s*[{[]\\"/.test(text.slice(tag.end, tag.end + 40));
  return escaped || "`\"'“‘".includes(line.at(-1) ?? " ") || /^\s*>[\s>]*$/.test(line) ? tag.end : undefined;
}

/** The end of the inline code that is open at the end of `line`, after `from` and on the same line. */
function codeSpanEnd(text: string, from: number, line: string): number | undefined {
  const rest = restOfLine(text, from);
  let open: string | undefined;
  for (const [marks] of line.matchAll(/`+/g)) {
    if (open === undefined) open = marks;
    else if (marks === open) open = undefined;
  }
  for (const { 0: marks, index } of open === undefined ? [] : rest.matchAll(/`+/g)) {
    if (marks === open) return from + index + marks.length;
  }
  return undefined;
}

/** Whether there is text before the tag on its line. */
export function isInline(text: string, tag: Tag, from: number): boolean {
  return /\S/.test(lineBefore(text, tag.index, from));
}

/** Whether a sentence continues after `end`. */
export function goesOn(text: string, end: number): boolean {
  return /^[^<\n]*[\p{L}\p{N}.,;:!?]/u.test(restOfLine(text, end));
}

function lineBefore(text: string, at: number, from: number): string {
  const line = text.slice(Math.max(from, at - SPAN), at);
  return line.slice(line.lastIndexOf("\n") + 1);
}

function restOfLine(text: string, from: number): string {
  const rest = text.slice(from, from + SPAN);
  const end = rest.indexOf("\n");
  return end < 0 ? rest : rest.slice(0, end);
}
