/**
 * Reads the calls out of a model's whole answer. A pure function, linear in the text.
 *
 * A call counts where the model makes it, not where it shows one: inside inline code, or in a code block that holds
 * anything else or is followed by more text, it stays text.
 */
import { fromMembers, readCalls, type RawCall } from "./forms.ts";
import { jsonEnd } from "./json-scan.ts";
import { findCloser, findOpener, withoutTags, type Tag } from "./markup.ts";
import { parseLenient } from "./lenient-json.ts";

export type Piece =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "call"; readonly call: RawCall }
  /** Something that began like a call and cannot be read as one; `open` when the text ended inside it. */
  | { readonly type: "broken"; readonly body: string; readonly open: boolean };

/** How many closing tags of one body are tried: a tag may stand inside a string. */
const ATTEMPTS = 8;
/** How often each character may be looked at on average; an answer made to exceed it is read no further. */
const EFFORT = 12;

/** `isTool` says whether a name is exactly that of a tool; calls without our markup count only for those. */
export function readAnswer(text: string, isTool: (name: string) => boolean): Piece[] {
  const bare = bareCalls(text, isTool);
  if (bare.length > 0) return bare;
  const pieces: Piece[] = [];
  const openers = new Finder(text, findOpener);
  const fences = new Finder(text, findFence);
  const effort = { left: text.length * EFFORT };
  let at = 0;
  while (at < text.length && effort.left > 0) {
    const opener = openers.next(at);
    const fence = fences.next(at);
    if (opener !== undefined && (fence === undefined || opener.index < fence.index)) {
      addText(pieces, text.slice(at, opener.index));
      at = readBody(text, opener, pieces, effort);
    } else if (fence !== undefined) {
      addText(pieces, text.slice(at, fence.index));
      at = readFence(text, fence, pieces, isTool);
    } else {
      addText(pieces, text.slice(at));
      at = text.length;
    }
  }
  addText(pieces, withoutTags(text.slice(at)));
  return trimmed(pieces);
}

/** Remembers the next match, so that a text is searched once and not once a piece. */
class Finder<Match extends { readonly index: number }> {
  readonly #text: string;
  readonly #find: (text: string, from: number) => Match | undefined;
  #found: Match | undefined;
  #from = -1;

  constructor(text: string, find: (text: string, from: number) => Match | undefined) {
    this.#text = text;
    this.#find = find;
  }

  next(from: number): Match | undefined {
    if (this.#from < 0 || (this.#found !== undefined && this.#found.index < from)) {
      this.#found = this.#find(this.#text, from);
    }
    this.#from = from;
    return this.#found;
  }
}

/** Reads the body behind an opening tag, adds what it holds, and returns where the text goes on. */
function readBody(text: string, opener: Tag, pieces: Piece[], effort: { left: number }): number {
  // A tag that names the tool is part of what is to be read.
  const start = /^<\|?(?:invoke|function=)/.test(text.slice(opener.index, opener.end))
    ? opener.index
    : opener.end;
  const attempt = (end: number, closed: boolean): RawCall[] => {
    effort.left -= end - start;
    return readCalls(text.slice(start, end), closed);
  };
  const json = /\s*(?:```[\w-]*\s*)?(?=[{[])/y;
  json.lastIndex = opener.end;
  if (json.test(text)) {
    const end = jsonsEnd(text, json.lastIndex);
    effort.left -= (end ?? text.length) - start;
    const calls = end === undefined ? [] : attempt(end, false);
    if (end !== undefined && calls.length > 0) return accept(text, calls, end, pieces);
  }
  const next = findOpener(text, opener.end)?.index ?? text.length;
  let from = opener.end;
  let first: Tag | undefined;
  for (let tries = 0; tries < ATTEMPTS; tries += 1) {
    const closer = findCloser(text, from);
    effort.left -= (closer?.end ?? text.length) - from;
    if (closer === undefined) break;
    first ??= closer;
    const calls = attempt(closer.index, true);
    if (calls.length > 0) return accept(text, calls, closer.index, pieces);
    from = closer.end;
  }
  // Nothing readable up to a closing tag: the body ends at the next tag of any kind, or with the text.
  const end = Math.min(first?.index ?? text.length, next);
  const calls = attempt(end, end < text.length);
  if (calls.length > 0) return accept(text, calls, end, pieces);
  pieces.push({ type: "broken", body: withoutTags(text.slice(start, end)), open: end === text.length });
  return afterCall(text, end);
}

/** Where JSON values that stand one after the other end. */
function jsonsEnd(text: string, start: number): number | undefined {
  let end = jsonEnd(text, start);
  while (end !== undefined) {
    const more = /[\s,]*(?=\{)/y;
    more.lastIndex = end;
    const next = more.test(text) ? jsonEnd(text, more.lastIndex) : undefined;
    if (next === undefined) return end;
    end = next;
  }
  return undefined;
}

function accept(text: string, calls: readonly RawCall[], end: number, pieces: Piece[]): number {
  for (const call of calls) pieces.push({ type: "call", call });
  return afterCall(text, end);
}

/** Over what belongs to the markup of a call: fences, brackets too many, closing tags, also doubled. */
function afterCall(text: string, end: number): number {
  let at = end;
  for (;;) {
    const space = /[\s}\]]*(?:```(?!\w)\s*)?/y;
    space.lastIndex = at;
    const after = at + (space.exec(text)?.[0].length ?? 0);
    const closer = findCloserAt(text, after);
    if (closer === undefined) return at;
    at = closer.end;
  }
}

function findCloserAt(text: string, at: number): Tag | undefined {
  if (text[at] !== "<") return undefined;
  const closer = findCloser(text.slice(at, at + 40), 0);
  return closer?.index === 0 ? { index: at, end: at + closer.end } : undefined;
}

interface Fence {
  readonly index: number;
  readonly contentStart: number;
  readonly marks: string;
}

const FENCE = /(?:^|\n)[ \t]*(```+|~~~+)[^\n`]*(?:\n|$)/g;

function findFence(text: string, from: number): Fence | undefined {
  FENCE.lastIndex = from;
  const match = FENCE.exec(text);
  return match === null
    ? undefined
    : { index: match.index, contentStart: FENCE.lastIndex, marks: match[1] ?? "```" };
}

/** A code block: calls if it holds nothing else and ends the answer, else text. */
function readFence(text: string, fence: Fence, pieces: Piece[], isTool: (name: string) => boolean): number {
  const close = text.indexOf(`\n${fence.marks}`, fence.contentStart - 1);
  const contentEnd = close < 0 ? text.length : close;
  const end = close < 0 ? text.length : close + 1 + fence.marks.length;
  if (text.slice(end).trim() === "") {
    const calls = onlyCalls(text.slice(fence.contentStart, contentEnd), isTool);
    if (calls.length > 0) {
      for (const call of calls) pieces.push({ type: "call", call });
      return text.length;
    }
  }
  addText(pieces, text.slice(fence.index, end));
  return end;
}

/** The calls of a text that holds nothing else. */
function onlyCalls(text: string, isTool: (name: string) => boolean): RawCall[] {
  const bare = bareCalls(text, isTool);
  if (bare.length > 0) return bare.map((piece) => piece.call);
  if (findOpener(text.trimStart(), 0)?.index !== 0) return [];
  const calls: RawCall[] = [];
  const pieces = readAnswer(text, () => false);
  for (const piece of pieces) {
    if (piece.type !== "call") return [];
    calls.push(piece.call);
  }
  return calls;
}

/** An answer that is one JSON object, or an array of them, of the form of a call to a known tool. */
function bareCalls(text: string, isTool: (name: string) => boolean): Extract<Piece, { type: "call" }>[] {
  const json = text.trim();
  if (!json.startsWith("{") && !json.startsWith("[")) return [];
  if (!/^[[{\s]*["'](?:name|tool|tool_name|function|type|recipient_name)["']/.test(json)) return [];
  const parsed = parseLenient(json);
  if (parsed === undefined || !parsed.complete || json.slice(parsed.end).trim() !== "") return [];
  const values: unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  const calls = values.map(fromMembers).filter((call) => call !== undefined);
  const sure = calls.every((call) => isTool(call.name) && typeof call.input === "object");
  return sure && calls.length === values.length ? calls.map((call) => ({ type: "call", call })) : [];
}

function addText(pieces: Piece[], text: string): void {
  if (text !== "") pieces.push({ type: "text", text });
}

/** Without the white space between text and calls, which belongs to the markup. */
function trimmed(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  pieces.forEach((piece, index) => {
    if (piece.type !== "text") {
      result.push(piece);
      return;
    }
    const previous = pieces[index - 1];
    const next = pieces[index + 1];
    let { text } = piece;
    if (previous !== undefined && previous.type !== "text") text = text.trimStart();
    if (next !== undefined && next.type !== "text") text = text.trimEnd();
    const last = result.at(-1);
    if (text === "") return;
    if (last?.type === "text") result[result.length - 1] = { type: "text", text: last.text + text };
    else result.push({ type: "text", text });
  });
  return result;
}
