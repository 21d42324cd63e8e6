import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";

const CONTEXT = 3;
/** The cost of comparing grows with the square of the difference; our edits change far less. */
const MOST_CHANGES = 500;
/** Characters of a line. */
const LONGEST_LINE = 1000;
const NO_FILE = "(no file)";

/** An edit as a unified diff; `undefined` means no file. */
export function showChange(file: string, before: string | undefined, after: string | undefined): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  // Only the lines between the first and the last difference are compared.
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const from = Math.max(0, start - CONTEXT);
  const to = Math.max(0, end - CONTEXT);
  const part = (lines: readonly string[]): string => lines.slice(from, lines.length - to).join("");
  const names = [before === undefined ? NO_FILE : file, after === undefined ? NO_FILE : file] as const;
  const patch = structuredPatch(...names, part(old), part(now), undefined, undefined, {
    context: CONTEXT,
    maxEditLength: MOST_CHANGES,
  });
  if (patch === undefined) {
    const [gone, come] = [old, now].map((lines) => lines.length - start - end);
    return `--- ${names[0]}\n+++ ${names[1]}\n${gone} line(s) from line ${start + 1} on are replaced by ${come} other(s), too many to show.\n`;
  }
  for (const hunk of patch.hunks) {
    hunk.oldStart += from;
    hunk.newStart += from;
    hunk.lines = hunk.lines.map(shortened);
  }
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

/** Lines with their line ends. Edits keep existing line ends, which would look wrong in a terminal. */
function linesOf(text: string | undefined): string[] {
  return (text ?? "").replaceAll("\r\n", "\n").match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function shortened(line: string): string {
  return line.length <= LONGEST_LINE
    ? line
    : `${line.slice(0, LONGEST_LINE)}… (${line.length - 1} characters)`;
}
