/** The content between the tags of a call. */
import { NAMESPACE_TOKEN } from "./beginnings.ts";
import { readElements } from "./elements.ts";
import { readCalls } from "./forms.ts";
import type { RawCall } from "./json-calls.ts";
import { jsonEnd } from "./json-scan.ts";
import { skipSpace } from "./scan.ts";
import { findCloser, tailEnd, withoutTags, type Tag } from "./markup.ts";

export interface Body {
  /** Empty when it could not be read. */
  readonly calls: readonly RawCall[];
  readonly text: string;
  /** Where the answer continues. */
  readonly end: number;
  /** Whether a closing tag follows, be it of another body. */
  readonly closed: boolean;
  /** True when there is nothing between this opening tag and the next. */
  readonly doubled: boolean;
}

interface Around {
  /** The first closing tag after the opening one. */
  readonly first: Tag | undefined;
  /** The next opening tag. */
  readonly next: Tag | undefined;
  /** Budget for reading, in characters. */
  readonly effort: { left: number };
}

/** Cost of a failed attempt, beside its characters. */
const IN_VAIN = 2000;
/** Closing tags tried for one body: a tag may be inside a string. */
const ATTEMPTS = 8;

/** Reads from an opening tag up to a closing one. */
export function readBody(text: string, opener: Tag, { first, next, effort }: Around): Body {
  const tag = text.slice(opener.index, opener.end);
  // A tag with the name of the tool is part of the body.
  const start = /(?:invoke|function)(?:\s+name)?=/i.test(tag) ? opener.index : opener.end;
  const [, name = ""] = /\sname=["']?([\w./:-]+)/.exec(start === opener.end ? tag : "") ?? [];
  const attempt = (end: number, closed: boolean): readonly RawCall[] => {
    effort.left -= end - start;
    const body = text.slice(start, end);
    let calls = readCalls(body, closed);
    if (calls.length === 0 && name !== "") calls = readCalls(`${name}\n${body}`, closed);
    if (calls.length === 0) effort.left -= IN_VAIN;
    return calls;
  };
  const accept = (calls: readonly RawCall[], end: number): Body => ({
    calls,
    text: "",
    end: afterCall(text, end),
    closed: true,
    doubled: false,
  });

  if (next !== undefined && text.slice(opener.end, next.index).trim() === "") {
    return { calls: [], text: "", end: next.index, closed: false, doubled: true };
  }
  const json = /\s*(?:```[\w-]*\s*)?(?=[{[])/y;
  json.lastIndex = opener.end;
  if (json.test(text)) {
    const end = jsonsEnd(text, json.lastIndex, effort);
    const calls = end === undefined ? [] : attempt(end, false);
    if (end !== undefined && calls.length > 0) return accept(calls, end);
  }
  const elements = readElements(text, skipToken(text, start));
  effort.left -= elements.seen - start;
  if (elements.whole && elements.calls.length > 0) return accept(elements.calls, elements.end);
  let closer = first;
  for (let tries = 0; tries < ATTEMPTS && closer !== undefined; tries += 1) {
    const calls = attempt(closer.index, true);
    if (calls.length > 0) return accept(calls, closer.index);
    const from: number = closer.end;
    closer = findCloser(text, from);
    effort.left -= (closer?.end ?? text.length) - from;
  }
  // Nothing readable before a closing tag: the body ends at the next tag of any kind, or with the text.
  const end = Math.min(first?.index ?? text.length, next?.index ?? text.length);
  const calls = attempt(end, end === first?.index);
  if (calls.length > 0) return accept(calls, end);
  const body = text.slice(start, end);
  return {
    calls,
    text: withoutTags(body),
    end: afterCall(text, end),
    closed: first !== undefined,
    doubled: false,
  };
}

/** Skips MiniMax's token and white space. */
function skipToken(text: string, from: number): number {
  const at = skipSpace(text, from);
  return text.startsWith(NAMESPACE_TOKEN, at) ? skipSpace(text, at + NAMESPACE_TOKEN.length) : at;
}

/** The end of JSON values that follow one another. */
function jsonsEnd(text: string, start: number, effort: { left: number }): number | undefined {
  let end = jsonEnd(text, start, effort);
  while (end !== undefined && effort.left > 0) {
    const more = /[\s,;]*(?=\{)/y;
    more.lastIndex = end;
    const next = more.test(text) ? jsonEnd(text, more.lastIndex, effort) : undefined;
    if (next === undefined) return end;
    end = next;
  }
  return end;
}

/** Skips the rest of a call's markup: code fences, extra brackets, closing tags, also repeated ones. */
function afterCall(text: string, end: number): number {
  let at = end;
  for (;;) {
    const space = /[\s}\]]*(?:```(?!\w)\s*)?/y;
    space.lastIndex = at;
    const after = at + (space.exec(text)?.[0].length ?? 0);
    if (after === text.length) return after;
    const tail = tailEnd(text, after);
    if (tail === undefined) return at;
    at = tail;
  }
}
