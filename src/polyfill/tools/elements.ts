/**
 * Calls written as XML elements: `<invoke name="x">` with parameters (Claude, MiniMax), `<function=x>` (Qwen, Seed), with DeepSeek's
 * DSML or a namespace before the name, and MiniMax M3's, whose parameters are elements of their own name.
 *
 * A value may contain tags: it ends at the first closing tag after which its call continues or ends, inner pairs not
 * counted, or else at the last one. One pass, linear in the text.
 */
import { NAMESPACE_TOKEN, TAG_PREFIX } from "./beginnings.ts";
import { JsonValues, type RawCall } from "./json-calls.ts";
import { parseLenient } from "./lenient-json.ts";
import { closesWrapper } from "./markup.ts";
import { matchAt, skipSpace } from "./scan.ts";

// Bound: its unlimited repetitions match no bracket, so that no character is read twice.
const TAG = new RegExp(
  `<(?!/)${TAG_PREFIX}(?:(invoke|function)|(parameter|param|arg|argument))(?:=|\\s+name=)["']?([\\w./:-]{1,128})(?![\\w./:-])["']?[^<>\\n]{0,100}>|</${TAG_PREFIX}(?:(invoke|function)|parameter|param|arg|argument)\\s?>`,
  "g",
);

interface Tag {
  readonly kind: "call" | "call-end" | "value" | "value-end";
  readonly name: string;
  readonly index: number;
  readonly end: number;
}

export interface Elements {
  readonly calls: readonly RawCall[];
  /** The end of the last call. */
  readonly end: number;
  /** Whether everything that was opened was closed. */
  readonly whole: boolean;
  /** How far the text was read. */
  readonly seen: number;
}

/** The calls of a body; an empty list when it ended inside one, `undefined` when it has another form. */
export function elementCalls(text: string, closed: boolean): readonly RawCall[] | undefined {
  const { calls, whole, end } = readElements(text, 0);
  if (calls.length === 0) return end === 0 ? undefined : [];
  // An element without its end may lack arguments.
  return whole || closed ? calls : [];
}

/** The calls that follow one another from `start` on. */
export function readElements(text: string, start: number): Elements {
  return new ElementReader(text, start).read();
}

class ElementReader {
  readonly #text: string;
  readonly #values: JsonValues;
  // Bound: that of the pattern copied.
  readonly #pattern = new RegExp(TAG);
  /** The number of tags read so far. */
  readonly #tags: Tag[] = [];
  #next = 0;
  /** Set when the end of a value was not found: from then on each ends at the next tag. */
  #simple = false;
  #unreadable = false;
  #seen: number;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#values = new JsonValues(text);
    this.#seen = start;
  }

  #tag(place: number): Tag | undefined {
    while (place >= this.#tags.length && this.#seen < this.#text.length) {
      this.#pattern.lastIndex = this.#seen;
      const match = this.#pattern.exec(this.#text);
      this.#seen = match === null ? this.#text.length : this.#pattern.lastIndex;
      if (match !== null) this.#tags.push(tagOf(match));
    }
    return this.#tags[place];
  }

  read(): Elements {
    const calls: RawCall[] = [];
    let [end, whole] = [this.#seen, true];
    for (let tag = this.#tag(0); tag !== undefined && !this.#unreadable; tag = this.#tag(this.#next)) {
      // Calls follow one another directly.
      if (tag.kind !== "call" || tag.index !== skipFiller(this.#text, end)) break;
      this.#next += 1;
      const call = this.#call(tag);
      calls.push({ name: tag.name, ...call.content });
      ({ end } = call);
      whole &&= call.whole;
    }
    return this.#unreadable
      ? { calls: [], end, whole: false, seen: this.#seen }
      : { calls, end, whole, seen: this.#seen };
  }

  #call(head: Tag): {
    readonly content: Omit<RawCall, "name">;
    readonly end: number;
    readonly whole: boolean;
  } {
    const json = this.#json(head);
    if (json !== undefined) return json;
    const values: [string, unknown][] = [];
    for (let tag = this.#tag(this.#next); tag !== undefined; tag = this.#tag(this.#next)) {
      if (tag.kind === "call") break;
      this.#next += 1;
      if (tag.kind === "value") {
        const value = this.#value(tag);
        values.push([tag.name, value.text]);
        if (!value.closed) return { content: contentOf(values), end: value.end, whole: false };
      } else if (tag.kind === "call-end") {
        const content =
          values.length > 0 ? contentOf(values) : ownNames(this.#text.slice(head.end, tag.index));
        return { content, end: tag.end, whole: true };
      }
    }
    const end = this.#tag(this.#next)?.index ?? this.#text.length;
    const content = values.length > 0 ? contentOf(values) : ownNames(this.#text.slice(head.end, end));
    return { content, end, whole: this.#tag(this.#next) !== undefined };
  }

  /** Arguments in one JSON object. */
  #json(
    head: Tag,
  ): { readonly content: Omit<RawCall, "name">; readonly end: number; readonly whole: boolean } | undefined {
    const start = skipSpace(this.#text, head.end);
    if (this.#text[start] !== "{") return undefined;
    const parsed = this.#values.at(start);
    if (parsed?.complete !== true) {
      this.#unreadable = true;
      return { content: { input: undefined }, end: this.#text.length, whole: false };
    }
    while ((this.#tag(this.#next)?.index ?? Infinity) < parsed.end) this.#next += 1;
    const tag = this.#tag(this.#next);
    const closed = tag?.kind === "call-end";
    if (closed) this.#next += 1;
    return { content: { input: parsed.value }, end: closed ? tag.end : parsed.end, whole: tag !== undefined };
  }

  /** The value after `head`, and where its call continues. */
  #value(head: Tag): { readonly text: string; readonly end: number; readonly closed: boolean } {
    const from = this.#next;
    let depth = 0;
    let last: number | undefined;
    for (let at = from; !this.#simple; at += 1) {
      const tag = this.#tag(at);
      if (tag === undefined || (tag.kind === "call" && depth === 0 && last !== undefined)) break;
      if (tag.kind === "value") depth += 1;
      else if (tag.kind === "value-end" && depth > 0) depth -= 1;
      else if (tag.kind === "value-end") {
        const follows = this.#follows(at);
        if (follows === "more") return this.#ended(head, at);
        if (follows === "call-end") last = at;
      }
    }
    if (last !== undefined) return this.#ended(head, last);
    this.#simple = true;
    const tag = this.#tag(from);
    if (tag === undefined) return { text: this.#text.slice(head.end), end: this.#text.length, closed: false };
    this.#next = tag.kind === "value-end" ? from + 1 : from;
    return { text: this.#text.slice(head.end, tag.index), end: tag.end, closed: true };
  }

  #ended(head: Tag, at: number): { readonly text: string; readonly end: number; readonly closed: boolean } {
    const tag = this.#tag(at);
    this.#next = at + 1;
    return { text: this.#text.slice(head.end, tag?.index), end: tag?.end ?? 0, closed: true };
  }

  /** What follows the closing tag of a value: `more` of the call, or its certain end; `undefined` for an end followed by text. */
  #follows(at: number): "more" | "call-end" | undefined {
    const next = this.#tag(at + 1);
    const end = this.#tag(at)?.end ?? 0;
    const behind = skipFiller(this.#text, end);
    if (next?.index !== behind) {
      return behind === this.#text.length || closesWrapper(this.#text, behind) ? "more" : undefined;
    }
    if (next.kind === "value") return "more";
    if (next.kind !== "call-end") return undefined;
    const after = skipFiller(this.#text, next.end);
    const goesOn = this.#tag(at + 2);
    const ends =
      after === this.#text.length ||
      closesWrapper(this.#text, after) ||
      (goesOn?.kind === "call" && goesOn.index === after);
    return ends ? "more" : "call-end";
  }
}

function tagOf(match: RegExpExecArray): Tag {
  const [whole, call, value, name = "", callEnd] = match;
  const kind =
    call !== undefined
      ? "call"
      : value !== undefined
        ? "value"
        : callEnd !== undefined
          ? "call-end"
          : "value-end";
  return { kind, name, index: match.index, end: match.index + whole.length };
}

/** Skips white space and MiniMax's token. */
function skipFiller(text: string, from: number): number {
  let at = skipSpace(text, from);
  while (text.startsWith(NAMESPACE_TOKEN, at)) at = skipSpace(text, at + NAMESPACE_TOKEN.length);
  return at;
}

function contentOf(values: readonly (readonly [string, unknown])[]): Omit<RawCall, "name"> {
  return { input: Object.fromEntries(values), texts: true };
}

/** Parameters as elements named after them. */
function ownNames(body: string): Omit<RawCall, "name"> {
  return { input: Object.fromEntries(children(body)), texts: true };
}

const NAME = /<(name|tool_name|tool)>/y;
const INPUT = /<(arguments|parameters|input|args)>/;

/** The name and the arguments in separate elements. */
export function memberElements(text: string): readonly RawCall[] | undefined {
  const [head, tag = ""] = matchAt(NAME, text, 0) ?? [];
  if (head === undefined) return undefined;
  const nameEnd = text.indexOf(`</${tag}>`);
  const name = text.slice(head.length, Math.max(0, nameEnd)).trim();
  if (!/^[\w./:-]+$/.test(name)) return undefined;
  const rest = text.slice(nameEnd + tag.length + 3);
  const input = INPUT.exec(rest);
  const end = rest.lastIndexOf(`</${input?.[1] ?? ""}>`);
  if (input === null || end < input.index) return [];
  const body = rest.slice(input.index + input[0].length, end);
  const json = body.trim().startsWith("{") ? parseLenient(body.trim()) : undefined;
  if (json?.complete === true) return [{ name, input: json.value }];
  return [{ name, ...ownNames(body) }];
}

const CHILD = /<([\w.-]{1,128})>/g;
const DEEPEST = 20;

/** Elements and their values; in MiniMax's form, each with its token, also lists and objects. */
function children(body: string, depth = 0): [string, unknown][] {
  const found: [string, unknown][] = [];
  const head = new RegExp(CHILD);
  let token = -2;
  for (let match = head.exec(body); match !== null; match = head.exec(body)) {
    const [, key = ""] = match;
    const close = `</${key}>`;
    const from = head.lastIndex;
    if (token !== -1 && token < from) token = body.indexOf(NAMESPACE_TOKEN, from);
    // A closing tag with the token before it is never part of a value.
    const marked = token === skipSpace(body, from) ? body.indexOf(NAMESPACE_TOKEN + close, from) : token;
    const isMarked = marked >= 0 && body.startsWith(NAMESPACE_TOKEN + close, marked);
    const end = isMarked ? marked : body.indexOf(close, from);
    if (end < 0) break;
    found.push([key, nested(body.slice(from, end), depth)]);
    head.lastIndex = end + (isMarked ? NAMESPACE_TOKEN.length : 0) + close.length;
  }
  return found;
}

/** The value of an element that contains elements: a list of `item`, or an object. */
function nested(value: string, depth: number): unknown {
  if (depth >= DEEPEST || !value.trimStart().startsWith(`${NAMESPACE_TOKEN}<`)) return value;
  const members = children(value, depth + 1);
  return members.every(([key]) => key === "item")
    ? members.map(([, item]) => item)
    : Object.fromEntries(members);
}
