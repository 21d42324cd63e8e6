/** Trims white space around calls, and the bullets of lists that contain calls. */

import { isSpace } from "./scan.ts";

const ZERO_WIDTH_SPACE = 0x200b;

/** Whether a text is only space that may stand before a call. */
export function isPadding(text: string): boolean {
  return spaceStart(text, text.length) === 0;
}

/** The length of a text without the space, and a list's bullet, at its end, where a call may follow. */
export function leadIn(text: string): number {
  const end = spaceStart(text, text.length);
  const lineStart = text.lastIndexOf("\n", end - 1) + 1;
  const isMark = end - lineStart < 12 && /^\s*(?:[-*+]|\d{1,3}[.)])$/.test(text.slice(lineStart, end));
  return isMark ? spaceStart(text, lineStart) : end;
}

export function withoutLeadIn(text: string): string {
  return text.slice(0, leadIn(text));
}

/** Removes the space at the beginning of a text after a call, and at its end where the answer ends. */
export function withoutSpace(text: string, isLast: boolean): string {
  const rest = text.trimStart();
  return isLast && rest.trim() === "" ? "" : rest;
}

function spaceStart(text: string, end: number): number {
  let at = end;
  for (; at > 0; at -= 1) {
    const code = text.charCodeAt(at - 1);
    if (!isSpace(code) && code !== ZERO_WIDTH_SPACE) break;
  }
  return at;
}

/** Removes the code fence that models put around JSON, and its info string. */
export function unfenced(text: string): string {
  return text
    .replace(/^```[\w-]*[ \t]*\r?\n?/, "")
    .replace(/\r?\n?```$/, "")
    .replace(/^json\s+(?=[{[])/i, "")
    .trim();
}
