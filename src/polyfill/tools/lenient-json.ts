/**
 * Parses JSON with the mistakes that models make: trailing commas, single quotes, bare keys, raw line breaks and
 * unescaped quotes inside strings, comments, Python's literals. One pass, linear in the text, bounded in depth. Valid
 * JSON gives exactly the result of `JSON.parse`.
 */

import { matchAt, skipSpace } from "./scan.ts";

const MAX_DEPTH = 200;

export interface Lenient {
  readonly value: unknown;
  /** The end of the value in the text. */
  readonly end: number;
  /** False when the text ended before the value did. */
  readonly complete: boolean;
  /** True when only closing brackets are missing. */
  readonly unclosed: boolean;
}

/** Reads the value that begins at `start` (white space before it is skipped); `undefined` when there is none. */
export function parseLenient(text: string, start = 0): Lenient | undefined {
  const strict = mayBeStrict(text, start) ? parseStrict(text.slice(start)) : "invalid";
  if (strict === "too deep") return undefined;
  if (strict !== "invalid") return { value: strict.value, end: text.length, complete: true, unclosed: false };
  const reader = new LenientReader(text, start);
  try {
    const value = reader.value(0, "top");
    const { position, complete, cut } = reader;
    return { value, end: position, complete, unclosed: !complete && !cut };
  } catch (error) {
    if (error === UNREADABLE) return undefined;
    throw error;
  }
}

/** Whether the last character fits the first one, as in valid JSON: this check is much cheaper than a failed parse. */
function mayBeStrict(text: string, start: number): boolean {
  const closing = { "{": "}", "[": "]" }[text[start] ?? ""];
  return closing === undefined || text.at(-1) === closing || /\s$/.test(text.at(-1) ?? "");
}

/** Valid JSON that does not nest too deep. */
export function parseStrict(text: string): { readonly value: unknown } | "invalid" | "too deep" {
  try {
    const value: unknown = JSON.parse(text);
    return deeperThan(value, MAX_DEPTH) ? "too deep" : { value };
  } catch {
    return "invalid";
  }
}

function deeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth < 0 || Object.values(value).some((member) => deeperThan(member, depth - 1));
}

/** Created once, because the stack trace of a new error costs more than the reading. */
const UNREADABLE = new Error("unreadable");

/** The place of a string, which decides what may follow it. */
type Place = "key" | "member" | "item" | "top";

const LITERALS: readonly (readonly [string, unknown])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
  ["True", true],
  ["False", false],
  ["None", null],
  ["undefined", null],
];

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class LenientReader {
  position: number;
  complete = true;
  /** The text ended inside a string or before a value. */
  cut = false;
  readonly #text: string;

  constructor(text: string, start: number) {
    this.#text = text;
    this.position = start;
  }

  value(depth: number, place: Place): unknown {
    if (depth > MAX_DEPTH) throw UNREADABLE;
    this.#skip();
    const char = this.#text[this.position];
    if (char === "{") return this.#object(depth);
    if (char === "[") return this.#array(depth);
    return char !== undefined && isQuote(char) ? this.#string(char, place) : this.#scalar();
  }

  #object(depth: number): Record<string, unknown> {
    const members: [string, unknown][] = [];
    this.position += 1;
    for (;;) {
      this.#skip();
      const char = this.#text[this.position];
      if (char === undefined) return this.#unclosed(Object.fromEntries(members));
      if (char === "}" || (char === "]" && depth === 0)) {
        this.position += 1;
        return Object.fromEntries(members);
      }
      if (char === "," || char === "，") {
        this.position += 1;
        continue;
      }
      const key = isQuote(char) ? this.#string(char, "key") : this.#bareKey();
      this.#skip();
      if (this.#text[this.position] === undefined) return this.#cutOff(Object.fromEntries(members));
      if (!":：".includes(this.#text[this.position] ?? "-")) throw UNREADABLE;
      this.position += 1;
      this.#skip();
      if (this.#text[this.position] === undefined) return this.#cutOff(Object.fromEntries(members));
      members.push([key, this.value(depth + 1, "member")]);
    }
  }

  #array(depth: number): unknown[] {
    const items: unknown[] = [];
    this.position += 1;
    for (;;) {
      this.#skip();
      const char = this.#text[this.position];
      if (char === undefined) return this.#unclosed(items);
      if (char === "]") {
        this.position += 1;
        return items;
      }
      if (char === "," || char === "，") {
        this.position += 1;
        continue;
      }
      items.push(this.value(depth + 1, "item"));
    }
  }

  #string(quote: string, place: Place): string {
    const text = this.#text;
    if (quote === '"' && text.startsWith(TRIPLE, this.position)) return this.#tripleQuoted();
    const ends = CLOSING[quote] ?? quote;
    let result = "";
    let from = this.position + 1;
    for (let at = from; at < text.length; at += 1) {
      const char = text[at];
      if (char === "\\") {
        result += text.slice(from, at);
        const [decoded, length] = decodeEscape(text, at);
        result += decoded;
        at += length - 1;
        from = at + 1;
      } else if (char !== undefined && ends.includes(char) && endsHere(text, at + 1, place)) {
        this.position = at + 1;
        return result + text.slice(from, at);
      }
    }
    this.position = text.length;
    return this.#cutOff(result + text.slice(from));
  }

  /** Python's multi-line string. */
  #tripleQuoted(): string {
    const from = this.position + TRIPLE.length;
    const end = this.#text.indexOf(TRIPLE, from);
    this.position = end < 0 ? this.#text.length : end + TRIPLE.length;
    return end < 0 ? this.#cutOff(this.#text.slice(from)) : this.#text.slice(from, end);
  }

  #bareKey(): string {
    const [key] = matchAt(/[A-Za-z_$][\w$-]*/y, this.#text, this.position) ?? [];
    if (key === undefined) throw UNREADABLE;
    this.position += key.length;
    return key;
  }

  #scalar(): unknown {
    const [digits] = matchAt(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y, this.#text, this.position) ?? [];
    if (digits !== undefined) {
      this.position += digits.length;
      return Number(digits);
    }
    for (const [word, value] of LITERALS) {
      if (!this.#text.startsWith(word, this.position)) continue;
      this.position += word.length;
      return value;
    }
    throw UNREADABLE;
  }

  /** White space and comments. */
  #skip(): void {
    for (;;) {
      this.position = skipSpace(this.#text, this.position);
      const end = commentEnd(this.#text, this.position);
      if (end === undefined) return;
      this.position = end;
    }
  }

  #unclosed<Value>(value: Value): Value {
    this.complete = false;
    return value;
  }

  #cutOff<Value>(value: Value): Value {
    this.complete = false;
    this.cut = true;
    return value;
  }
}

const TRIPLE = '"""';

/** The quotes that end a string that begins with a curly quote: editors and models do not always pair them. */
const CLOSING: Readonly<Record<string, string>> = {
  "“": "“”„",
  "”": "“”„",
  "„": "“”„",
  "‘": "‘’",
  "’": "‘’",
};

function isQuote(char: string): boolean {
  return char === '"' || char === "'" || char === "`" || char in CLOSING;
}

/** The end of the comment that begins at `at`; `undefined` when there is none. */
function commentEnd(text: string, at: number): number | undefined {
  if (text[at] !== "/") return undefined;
  const [close, length] = text[at + 1] === "/" ? ["\n", 1] : text[at + 1] === "*" ? ["*/", 2] : ["", 0];
  if (close === "") return undefined;
  const end = text.indexOf(close, at + 2);
  return end >= 0 ? end + length : close === "\n" ? text.length : undefined;
}

/** A key, in quotes or bare. */
const KEY =
  /"[^"\n]{0,80}"|'[^'\n]{0,80}'|[“”„][^“”„\n]{0,80}[“”„]|[‘’][^‘’\n]{0,80}[‘’]|[A-Za-z_$][\w$-]{0,80}/y;
/** A key that may stand on the next line without a comma before it. */
const NEXT_KEY = /["'“‘]\w{1,80}["'”’]/y;

/** Whether a quote ends its string: the text after it must be something that may follow a string. */
function endsHere(text: string, after: number, place: Place): boolean {
  const at = skipSpace(text, after);
  const char = text[at];
  if (char === undefined) return true;
  switch (place) {
    case "key":
      return char === ":" || char === "：";
    case "item":
      return "],，".includes(char);
    case "top":
      return char === "<" || char === "`";
    case "member":
      if (char === "," || char === "，") return memberFollows(text, at + 1);
      return char === "}" || (text.slice(after, at).includes("\n") && isKey(NEXT_KEY, text, at, ":"));
    default:
      return place satisfies never;
  }
}

/** Maximum length of a comment between members. */
const COMMENT = 200;

function memberFollows(text: string, from: number): boolean {
  let at = skipSpace(text, from);
  if (text.startsWith("//", at)) {
    const end = text.slice(at, at + COMMENT).indexOf("\n");
    if (end < 0) return false;
    at = skipSpace(text, at + end);
  }
  return at === text.length || text[at] === "}" || isKey(KEY, text, at, ":：");
}

function isKey(key: RegExp, text: string, at: number, colons: string): boolean {
  const found = matchAt(key, text, at);
  if (found === undefined) return false;
  const next = text[skipSpace(text, at + found[0].length)];
  return next !== undefined && colons.includes(next);
}

function decodeEscape(text: string, at: number): readonly [string, number] {
  const char = text[at + 1];
  if (char === undefined) return ["", 1];
  if (char === "u") {
    const hex = text.slice(at + 2, at + 6);
    return /^[\da-fA-F]{4}$/.test(hex) ? [String.fromCharCode(Number.parseInt(hex, 16)), 6] : ["u", 2];
  }
  const known = ESCAPES[char];
  if (known !== undefined) return [known, 2];
  // An escape that JSON does not have, e.g. `\d` in a regular expression: the backslash was intended.
  return "\"\\/'\n`".includes(char) ? [char, 2] : [`\\${char}`, 2];
}
