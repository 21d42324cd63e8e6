/**
 * A JSON parser (RFC 8259) that works in steps, so that a large text does not hold the event loop: `JSON.parse` takes
 * seconds for a few megabytes of objects that are all different. Strings and numbers are left to `JSON.parse`, which also
 * copies them, so that a name that is kept does not keep the whole text.
 */

/** Units of work between two steps, a few milliseconds: about one for each character of a string, and `TOKEN` for each token. */
const STEP = 1_000_000;
const TOKEN = 250;

/** Characters of a string that are decoded at once. */
const PIECE = 500_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
/** V8 copies shorter parts of a text when they are cut out; longer ones keep the whole text in memory. */
const COPIED = 13;
const LITERALS = new Map<string, boolean | null>([
  ["t", true],
  ["f", false],
  ["n", null],
]);

type Holder = unknown[] | Record<string, unknown>;

/**
 * The value of a JSON text, as `JSON.parse` gives it, but without members named `__proto__`, which would turn dangerous in
 * a later merge. Yields between two steps.
 *
 * @throws SyntaxError when the text is not JSON.
 */
export function* parseInSteps(text: string): Generator<undefined, unknown> {
  const reader = new Reader(text);
  const holders: Holder[] = [];
  const keys: string[] = [];
  for (;;) {
    if (reader.isTired) yield undefined;
    let value = yield* reader.value();
    if (value === OPEN_ARRAY || value === OPEN_OBJECT) {
      const holder: Holder = value === OPEN_ARRAY ? [] : {};
      if (!reader.take(value === OPEN_ARRAY ? "]" : "}")) {
        holders.push(holder);
        if (!Array.isArray(holder)) keys.push(yield* reader.key());
        continue;
      }
      value = holder;
    }
    // The value is complete; so are those that end right after it.
    for (;;) {
      const holder = holders.at(-1);
      if (holder === undefined) {
        reader.end();
        return value;
      }
      const isArray = Array.isArray(holder);
      if (isArray) holder.push(value);
      else setMember(holder, keys.pop() ?? "", value);
      if (reader.take(",")) {
        if (!isArray) keys.push(yield* reader.key());
        break;
      }
      reader.expect(isArray ? "]" : "}");
      holders.pop();
      value = holder;
    }
  }
}

function setMember(holder: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") holder[key] = value;
}

const OPEN_ARRAY = Symbol("[");
const OPEN_OBJECT = Symbol("{");

/** Reads tokens from left to right. */
class Reader {
  readonly #text: string;
  readonly #blanks = /[ \n\r\t]*/y;
  readonly #digits = /[-+.0-9eE]{0,1000}/y;
  #at = 0;
  #work = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** True once for each step, when the event loop should run. */
  get isTired(): boolean {
    if (this.#work < STEP) return false;
    this.#work = 0;
    return true;
  }

  /** A string, number or literal, or the bracket that opens an array or an object. */
  *value(): Generator<undefined, unknown> {
    this.#work += TOKEN;
    const first = this.#peek();
    if (first === '"') return yield* this.#string();
    if (this.take("[")) return OPEN_ARRAY;
    if (this.take("{")) return OPEN_OBJECT;
    const literal = LITERALS.get(first);
    if (literal === undefined) return this.#number();
    const word = String(literal);
    if (!this.#text.startsWith(word, this.#at)) throw new SyntaxError("no literal");
    this.#at += word.length;
    return literal;
  }

  /** The name of a member and the colon after it. */
  *key(): Generator<undefined, string> {
    if (this.#peek() !== '"') throw new SyntaxError("no name");
    this.#work += TOKEN;
    const key = yield* this.#string();
    this.expect(":");
    return key;
  }

  /** Takes the next character if it is this one. */
  take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  expect(character: string): void {
    if (!this.take(character)) throw new SyntaxError(`no ${character}`);
  }

  end(): void {
    if (this.#peek() !== "") throw new SyntaxError("more text");
  }

  /** The next character that is not white space; empty at the end. */
  #peek(): string {
    const character = this.#text.charAt(this.#at);
    if (character > " ") return character;
    this.#match(this.#blanks);
    return this.#text.charAt(this.#at);
  }

  #number(): unknown {
    return JSON.parse(this.#match(this.#digits));
  }

  /** Consumes the match of a sticky expression. */
  #match(expression: RegExp): string {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    this.#work += found.length;
    return found;
  }

  *#string(): Generator<undefined, string> {
    const pieces: string[] = [];
    const text = this.#text;
    let start = this.#at + 1;
    let at = start;
    let isPlain = true;
    for (;;) {
      const stop = start + PIECE;
      let code = text.charCodeAt(at);
      while (code > QUOTE && code !== BACKSLASH && at < stop) {
        at += 1;
        code = text.charCodeAt(at);
      }
      if (code === QUOTE) break;
      if (Number.isNaN(code)) throw new SyntaxError("no end of a string");
      isPlain &&= code !== BACKSLASH && code >= FIRST_PRINTABLE;
      if (code !== BACKSLASH) at += 1;
      else at += text.charAt(at + 1) === "u" ? 6 : 2;
      if (at < stop) continue;
      pieces.push(JSON.parse(`"${text.slice(start, at)}"`) as string);
      this.#work += at - start;
      start = at;
      if (this.isTired) yield undefined;
    }
    this.#at = at + 1;
    this.#work += at - start;
    if (pieces.length > 0) {
      pieces.push(JSON.parse(`"${text.slice(start, at)}"`) as string);
      return pieces.join("");
    }
    if (isPlain && at - start < COPIED) return text.slice(start, at);
    return JSON.parse(text.slice(start - 1, at + 1)) as string;
  }
}
