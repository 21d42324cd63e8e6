/**
 * Calls in the notations of Python, `Read(file_path="a")`, and of Gemma, `call:Read{file_path:<|"|>a<|"|>}`. One pass
 * over the text, bounded in depth; only literals are accepted.
 */
import type { RawCall } from "./json-calls.ts";
import { matchAt, skipSpace } from "./scan.ts";

const MAX_DEPTH = 50;

/** A tool's name, or that of an argument. */
const NAME = /[A-Za-z_][\w./:-]{0,127}/y;
const GEMMA_NAME = /[A-Za-z_][\w./-]{0,127}/y;
const KEY = /[A-Za-z_$][\w$.-]{0,127}/y;
const NUMBER = /[-+]?(?:\d[\d_]{0,40})?(?:\.\d{0,40})?(?:[eE][-+]?\d{1,4})?(?![\w.])/y;
const WORDS: Readonly<Record<string, unknown>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "\n": "" };
/** Gemma's quotes, which have no escapes. */
const QUOTES = ['<|"|>', "<escape>"] as const;

/** Created once, because the stack trace of a new error costs more than the reading. */
const UNREADABLE = new Error("unreadable");

/** The calls of a text that contains nothing else: a list in Python's notation, or one call on each line. */
export function pythonCalls(text: string): RawCall[] | undefined {
  return reading(text, (reader) => reader.pythonCalls());
}

/** The calls of a text that contains nothing else, in Gemma's notation. */
export function gemmaCalls(text: string): RawCall[] | undefined {
  return reading(text, (reader) => reader.gemmaCalls());
}

function reading(text: string, read: (reader: NotationReader) => RawCall[]): RawCall[] | undefined {
  try {
    return read(new NotationReader(text));
  } catch (error) {
    if (error === UNREADABLE) return undefined;
    throw error;
  }
}

class NotationReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  pythonCalls(): RawCall[] {
    const calls: RawCall[] = [];
    this.#take("[");
    while (!this.#isAtEnd() && !this.#take("]")) {
      calls.push(this.#pythonCall());
      if (!this.#take(",")) this.#take(";");
    }
    if (!this.#isAtEnd()) throw UNREADABLE;
    return calls;
  }

  #pythonCall(): RawCall {
    const start = this.#at;
    const prints = this.#name() === "print" && this.#take("(");
    if (!prints) this.#at = start;
    const name = this.#name().replace(/^default_api\./, "");
    if (!this.#take("(")) throw UNREADABLE;
    const input = this.#members(")", "=", 0);
    if (prints && !this.#take(")")) throw UNREADABLE;
    return { name, input };
  }

  gemmaCalls(): RawCall[] {
    const calls: RawCall[] = [];
    while (!this.#isAtEnd()) {
      if (!this.#take("call:")) throw UNREADABLE;
      const name = this.#name(GEMMA_NAME);
      if (!this.#take("{")) throw UNREADABLE;
      calls.push({ name, input: this.#members("}", ":", 0) });
      this.#take("}");
      this.#take(",");
    }
    return calls;
  }

  #name(pattern = NAME): string {
    this.#skip();
    return this.#match(pattern) ?? this.#fail();
  }

  #members(close: string, colon: string, depth: number): Record<string, unknown> {
    const members: [string, unknown][] = [];
    while (!this.#take(close)) {
      const key = this.#quoted() ?? this.#match(KEY) ?? this.#fail();
      if (!this.#take(colon)) throw UNREADABLE;
      members.push([key, this.#value(close, depth + 1)]);
      if (!this.#take(",") && !this.#next(close)) throw UNREADABLE;
    }
    return Object.fromEntries(members);
  }

  #items(close: string, depth: number): unknown[] {
    const items: unknown[] = [];
    while (!this.#take(close)) {
      items.push(this.#value(close, depth + 1));
      if (!this.#take(",") && !this.#next(close)) throw UNREADABLE;
    }
    return items;
  }

  /** @param close the sign that ends the enclosing value. */
  #value(close: string, depth: number): unknown {
    if (depth > MAX_DEPTH) throw UNREADABLE;
    const text = this.#quoted();
    if (text !== undefined) return text;
    if (this.#take("[")) return this.#items("]", depth);
    if (this.#take("(")) return this.#items(")", depth);
    if (this.#take("{")) return this.#members("}", ":", depth);
    const number = this.#match(NUMBER);
    if (number !== undefined && /\d/.test(number)) return Number(number.replaceAll("_", ""));
    this.#at -= number?.length ?? 0;
    const start = this.#at;
    const word = this.#match(KEY);
    const follows = this.#next(",") || this.#next(close);
    if (word !== undefined && follows && Object.hasOwn(WORDS, word)) return WORDS[word];
    this.#at = start;
    // Gemma's quotes are tokens, which many servers leave out.
    return close === "}" ? this.#bareText() : this.#fail();
  }

  /** A text without quotes: up to the next key, or the last bracket. */
  #bareText(): string {
    const next = /,\s{0,9}[A-Za-z_$][\w$.-]{0,127}:|\}(?=\s*(?:call:|$))/g;
    next.lastIndex = this.#at;
    const end = next.exec(this.#text)?.index ?? this.#fail();
    const text = this.#text.slice(this.#at, end);
    this.#at = end;
    return text.trimEnd();
  }

  #quoted(): string | undefined {
    this.#skip();
    for (const quote of QUOTES) if (this.#text.startsWith(quote, this.#at)) return this.#between(quote);
    const prefix = matchAt(/[rRuUbB]?(?=["'])/y, this.#text, this.#at);
    if (prefix === undefined) return undefined;
    this.#at += prefix[0].length;
    const triple = this.#text.slice(this.#at, this.#at + 3);
    const quote = triple === '"""' || triple === "'''" ? triple : (this.#text[this.#at] ?? "");
    return this.#string(quote, prefix[0].toLowerCase() === "r");
  }

  #between(quote: string): string {
    const from = this.#at + quote.length;
    const end = this.#text.indexOf(quote, from);
    if (end < 0) throw UNREADABLE;
    this.#at = end + quote.length;
    return this.#text.slice(from, end);
  }

  #string(quote: string, raw: boolean): string {
    const text = this.#text;
    const parts: string[] = [];
    let from = this.#at + quote.length;
    for (let at = from; at < text.length; at += 1) {
      if (text[at] === "\\") {
        if (!raw) {
          const [decoded, length] = decodeEscape(text, at);
          parts.push(text.slice(from, at), decoded);
          from = at + length;
          at += length - 1;
        } else at += 1;
      } else if (text.startsWith(quote, at)) {
        this.#at = at + quote.length;
        return parts.join("") + text.slice(from, at);
      }
    }
    throw UNREADABLE;
  }

  #match(pattern: RegExp): string | undefined {
    const found = matchAt(pattern, this.#text, this.#at)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #next(sign: string): boolean {
    this.#skip();
    return this.#text.startsWith(sign, this.#at);
  }

  #take(sign: string): boolean {
    if (!this.#next(sign)) return false;
    this.#at += sign.length;
    return true;
  }

  #isAtEnd(): boolean {
    this.#skip();
    return this.#at >= this.#text.length;
  }

  #skip(): void {
    this.#at = skipSpace(this.#text, this.#at);
  }

  #fail(): never {
    throw UNREADABLE;
  }
}

function decodeEscape(text: string, at: number): readonly [string, number] {
  const char = text[at + 1] ?? "";
  const [, x, u] = matchAt(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4}))/y, text, at) ?? [];
  const code = x ?? u;
  if (code !== undefined) return [String.fromCharCode(Number.parseInt(code, 16)), code.length + 2];
  return [ESCAPES[char] ?? ("\\\"'`".includes(char) ? char : `\\${char}`), 2];
}
