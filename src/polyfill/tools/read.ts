/**
 * Reads the calls in a model's complete answer. A pure function in steps, linear in the text.
 *
 * A call counts where the model makes it, not where it shows one: in its thinking, in a comment, inside inline code, or in a code
 * block that holds anything else or is followed by more text, it stays text.
 */
import type { Steps } from "../../util/steps.ts";
import { bareCalls } from "./bare.ts";
import { PROGRAM_BLOCK } from "./beginnings.ts";
import { readBody, type Body } from "./body.ts";
import type { RawCall } from "./json-calls.ts";
import { findCloser, findOpener, findResult, withoutLooseEnd, withoutTags, type Tag } from "./markup.ts";
import { goesOn, isInline, shownUpTo } from "./place.ts";
import { commentEnd, commentFinder, fenceEnd, findFence, thinkingEnd } from "./region.ts";
import { withoutLeadIn, withoutSpace } from "./trim.ts";

export type Piece =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "call"; readonly call: RawCall }
  /** Text that began like a call but cannot be read as one; `open` when the text ended inside it. */
  | { readonly type: "broken"; readonly body: string; readonly open: boolean };

/** A code block with nothing but calls: they count if nothing follows. */
interface Block {
  readonly type: "block";
  readonly text: string;
  readonly calls: readonly RawCall[];
}

type IsTool = (name: string) => boolean;

/** How often each character may be read on average; the rest of an answer that exceeds it is not searched. */
const EFFORT = 12;
const LEAST_EFFORT = 1_000_000;

/** `isTool` says whether a name is exactly that of a tool; calls without our markup count only for those. */
export function* readAnswer(text: string, isTool: IsTool): Steps<Piece[]> {
  const bare = bareCalls(text, isTool);
  if (bare.length > 0) return bare.map((call) => ({ type: "call", call }));
  if (isJson(text)) return [{ type: "text", text }];
  const pieces = tidied(settled(yield* read(text, isTool, false)));
  // Inside thinking that does not end, a call is made only if the model stopped to make it.
  const draft = thinkingEnd(text) === undefined && pieces.at(-1)?.type === "text";
  return draft ? [{ type: "text", text }] : pieces;
}

/** An answer that is JSON as a whole is the requested output, whatever its strings contain. */
function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function* read(text: string, isTool: IsTool, inBlock: boolean): Steps<(Piece | Block)[]> {
  const pieces: (Piece | Block)[] = [];
  const openers = new Finder((from) => findOpener(text, from));
  const fences = new Finder((from) => findFence(text, from));
  const comments = new Finder(commentFinder(text));
  const results = new Finder((from) => findResult(text, from));
  const closers = new Finder((from) => findCloser(text, from));
  const effort = { left: text.length * EFFORT + LEAST_EFFORT };
  const add = (from: number, to: number): void => {
    if (to > from) pieces.push({ type: "text", text: text.slice(from, to) });
  };
  let called = false;
  let at = thinkingEnd(text) ?? 0;
  add(0, at);
  while (at < text.length && effort.left > 0) {
    yield;
    const opener = openers.next(at);
    const fence = fences.next(at);
    const comment = comments.next(at);
    // The text after an invented result builds on it.
    called ||= pieces.at(-1)?.type === "call";
    const result = called ? results.next(at) : undefined;
    const first = Math.min(
      opener?.index ?? text.length,
      fence?.index ?? text.length,
      comment?.index ?? text.length,
      result?.index ?? text.length,
    );
    if (opener?.index === first) {
      const shown = shownUpTo(text, opener, at);
      add(at, shown ?? opener.index);
      at = shown ?? readTag(text, opener, { from: at, pieces, openers, closers, effort, isTool });
    } else if (result?.index === first) {
      add(at, first);
      return pieces;
    } else if (fence?.index === first) {
      add(at, first);
      const end = fenceEnd(text, fence);
      at = end.block;
      const shown = text.slice(first, at);
      const content = text.slice(fence.contentStart, end.content);
      pieces.push(
        inBlock
          ? { type: "text", text: shown }
          : yield* readFence(shown, content, isTool, fence.word === PROGRAM_BLOCK),
      );
    } else {
      const end = comment?.index === first ? commentEnd(text, first) : text.length;
      add(at, end);
      at = end;
    }
  }
  if (at < text.length) pieces.push({ type: "broken", body: withoutTags(text.slice(at)), open: false });
  return pieces;
}

/** Remembers the next match, so that a text is searched only once. */
class Finder<Match extends { readonly index: number }> {
  readonly #find: (from: number) => Match | undefined;
  #found: Match | undefined;
  #searched = false;

  constructor(find: (from: number) => Match | undefined) {
    this.#find = find;
  }

  next(from: number): Match | undefined {
    if (!this.#searched || (this.#found !== undefined && this.#found.index < from)) {
      this.#found = this.#find(from);
    }
    this.#searched = true;
    return this.#found;
  }
}

interface Reading {
  /** The beginning of the text before the tag. */
  readonly from: number;
  readonly pieces: (Piece | Block)[];
  readonly openers: Finder<Tag>;
  readonly closers: Finder<Tag>;
  readonly effort: { left: number };
  readonly isTool: IsTool;
}

/** Reads from an opening tag, and returns where the text continues. */
function readTag(
  text: string,
  opener: Tag,
  { from, pieces, openers, closers, effort, isTool }: Reading,
): number {
  const body = readBody(text, opener, {
    first: closers.next(opener.end),
    next: openers.next(opener.end),
    effort,
  });
  if (isMention(text, opener, { body, from, isTool })) {
    const end = body.calls.length > 0 ? body.end : opener.end;
    pieces.push({ type: "text", text: text.slice(opener.index, end) });
    return end;
  }
  for (const call of body.calls) pieces.push({ type: "call", call });
  if (body.calls.length === 0 && !body.doubled) {
    pieces.push({ type: "broken", body: body.text, open: body.end === text.length });
  }
  return body.end;
}

interface Mentioned {
  readonly body: Body;
  readonly from: number;
  readonly isTool: IsTool;
}

/** Only so many characters of a body are examined. */
const LOOKED_AT = 200;

/** The beginning of a body that was meant as a call: JSON, elements, or a name alone. Bound: the characters examined. */
const CALL_LIKE = /^\s*(?:[{[<\]`"]|[A-Za-z_][\w./:-]*(?:[({[<]|\s*\n\s*[<{]|$))/;

/** A tag that is mentioned in a sentence. */
function isMention(text: string, opener: Tag, { body, from, isTool }: Mentioned): boolean {
  const inline = isInline(text, opener, from);
  if (body.calls.length > 0) {
    return inline && goesOn(text, body.end) && !body.calls.some(({ name }) => isTool(name));
  }
  if (inline && body.closed && goesOn(text, body.end)) return true;
  const start = text.slice(opener.end, opener.end + LOOKED_AT);
  if (start.trim() === "") return inline;
  return (inline || !body.closed) && !CALL_LIKE.test(start);
}

function* readFence(shown: string, content: string, isTool: IsTool, program: boolean): Steps<Piece | Block> {
  const calls = yield* onlyCalls(content, isTool, program);
  return calls.length > 0 ? { type: "block", text: shown, calls } : { type: "text", text: shown };
}

/** The calls of a text that contains nothing else. */
function* onlyCalls(text: string, isTool: IsTool, program: boolean): Steps<readonly RawCall[]> {
  const bare = bareCalls(text, isTool, program);
  if (bare.length > 0) return bare;
  if (findOpener(text.trimStart(), 0)?.index !== 0) return [];
  const pieces = tidied(settled(yield* read(text.trim(), isTool, true)));
  const calls = pieces.flatMap((piece) => (piece.type === "call" ? [piece.call] : []));
  return calls.length === pieces.length ? calls : [];
}

/** Code blocks at the end become calls, all others text. An empty pair of tags beside calls is ignored. */
function settled(pieces: readonly (Piece | Block)[]): Piece[] {
  const ending = pieces.findLastIndex(
    (piece) => piece.type !== "block" && (piece.type !== "text" || piece.text.trim() !== ""),
  );
  const all = pieces.flatMap((piece, index): Piece[] => {
    if (piece.type !== "block") return [piece];
    return index > ending
      ? piece.calls.map((call) => ({ type: "call", call }))
      : [{ type: "text", text: piece.text }];
  });
  return all.some(({ type }) => type === "call")
    ? all.filter((piece) => piece.type !== "broken" || piece.body.trim() !== "")
    : all;
}

/** The texts joined, without the white space between text and calls, which belongs to the markup. */
function tidied(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (piece.type === "text" && last?.type === "text") {
      joined[joined.length - 1] = { type: "text", text: last.text + piece.text };
    } else joined.push(piece);
  }
  return joined.flatMap((piece, index): Piece[] => {
    if (piece.type !== "text") return [piece];
    const isLast = index === joined.length - 1;
    let text = isLast ? withoutLooseEnd(piece.text) : withoutLeadIn(piece.text);
    if (index > 0) text = withoutSpace(text, isLast);
    return text === "" ? [] : [{ type: "text", text }];
  });
}
