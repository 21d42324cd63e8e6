import { isSpace } from "./scan.ts";

/** How far back from a single quote to look for a character that a string may follow. */
const BEFORE = 40;

/**
 * Where the JSON object or array that begins at `start` ends, by counting brackets outside strings; `undefined` when
 * it does not end or does not begin there. Single quotes count as string quotes where a string may begin.
 *
 * @param cost is charged for the characters read.
 */
export function jsonEnd(text: string, start: number, cost?: { left: number }): number | undefined {
  const end = endOf(text, start);
  if (cost !== undefined) cost.left -= (end ?? text.length) - start;
  return end;
}

function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at];
    if (char === "{" || char === "[") depth += 1;
    else if (char === "}" || char === "]") {
      depth -= 1;
      if (depth <= 0) return depth === 0 ? at + 1 : undefined;
    } else if (char === '"' || (char === "'" && stringMayBegin(text, at, start))) {
      const end = stringEnd(text, at + 1, char);
      if (end === undefined) return undefined;
      at = end - 1;
    }
  }
  return undefined;
}

function stringMayBegin(text: string, at: number, start: number): boolean {
  let before = at - 1;
  while (before >= start && at - before < BEFORE && isSpace(text.charCodeAt(before))) before -= 1;
  return before >= start && "{[,:".includes(text[before] ?? "");
}

/** The place after the quote that ends a string whose content begins at `from`. */
function stringEnd(text: string, from: number, quote: string): number | undefined {
  let at = text.indexOf(quote, from);
  while (at >= 0) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 92) backslashes += 1;
    if (backslashes % 2 === 0) return at + 1;
    at = text.indexOf(quote, at + 1);
  }
  return undefined;
}
