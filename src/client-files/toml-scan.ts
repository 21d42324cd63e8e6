/** Where the statements of a TOML text stand. No library tells it; the text must be valid, which one has found before. */

export interface Statement {
  readonly type: "pair" | "table" | "array-table";
  /** From the top of the document: for a pair with its table. */
  readonly path: readonly string[];
  /** Its first character, and where its line begins. */
  readonly start: number;
  readonly lineStart: number;
  /** Of a pair: the value, without blanks and comments around it. */
  readonly value: readonly [number, number];
  /** Behind the end of its last line. */
  readonly end: number;
}

export function statementsOf(text: string): Statement[] {
  const statements: Statement[] = [];
  let table: readonly string[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    const lineStart = at;
    at = skip(`${BLANKS}\r`, text, at);
    const start = at;
    const first = text[at];
    if (first === "\n" || first === "#" || first === undefined) {
      at = lineEnd(text, at);
      continue;
    }
    const array = text.startsWith("[[", at);
    const header = first === "[";
    const key = keyAt(text, header ? at + (array ? 2 : 1) : at);
    if (header) {
      at = lineEnd(text, key.end);
      table = key.path;
      statements.push({
        type: array ? "array-table" : "table",
        path: table,
        start,
        lineStart,
        value: [at, at],
        end: at,
      });
      continue;
    }
    const from = skip(`${BLANKS}=`, text, key.end);
    const to = valueEnd(text, from);
    at = lineEnd(text, to);
    const path = [...table, ...key.path];
    statements.push({ type: "pair", path, start, lineStart, value: [from, to], end: at });
  }
  return statements;
}

const BLANKS = " \t";
/** What a name without quotes is made of. */
const BARE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
const QUOTES = ['"""', "'''", '"', "'"] as const;

function keyAt(text: string, from: number): { readonly path: readonly string[]; readonly end: number } {
  const path: string[] = [];
  let at = from;
  for (;;) {
    at = skip(BLANKS, text, at);
    const end = text[at] === '"' || text[at] === "'" ? stringEnd(text, at) : skip(BARE, text, at);
    path.push(nameOf(text.slice(at, end)));
    at = skip(BLANKS, text, end);
    if (text[at] !== ".") return { path, end: at };
    at += 1;
  }
}

function nameOf(key: string): string {
  if (key.startsWith("'")) return key.slice(1, -1);
  if (!key.startsWith('"')) return key;
  return key
    .slice(1, -1)
    .replaceAll(
      /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|x([\da-fA-F]{2})|(.))/g,
      (_, u4, u8, x2, char: string) => {
        const code = (u4 ?? u8 ?? x2) as string | undefined;
        return code === undefined ? (ESCAPES[char] ?? char) : String.fromCodePoint(Number.parseInt(code, 16));
      },
    );
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  e: "\u001B",
};

/** Behind the string that begins here. */
function stringEnd(text: string, from: number): number {
  const quote = QUOTES.find((each) => text.startsWith(each, from)) ?? '"';
  for (let at = from + quote.length; at < text.length; at += 1) {
    if (text[at] === "\\" && quote.startsWith('"')) at += 1;
    else if (text.startsWith(quote, at)) {
      let end = at + quote.length;
      // Two more quotes may belong to the text.
      if (quote.length === 3) for (let more = 0; more < 2 && text[end] === quote[0]; more += 1) end += 1;
      return end;
    }
  }
  return text.length;
}

function valueEnd(text: string, from: number): number {
  let depth = 0;
  let last = from;
  for (let at = from; at < text.length;) {
    const character = text[at] ?? "";
    if (character === '"' || character === "'") {
      at = stringEnd(text, at);
      last = at;
      continue;
    }
    if (character === "#" || character === "\n") {
      if (depth === 0) return last;
      at = character === "#" ? lineEnd(text, at) : at + 1;
      continue;
    }
    if (character === "[" || character === "{") depth += 1;
    if (character === "]" || character === "}") depth -= 1;
    at += 1;
    if (character.trim() !== "") last = at;
  }
  return last;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end + 1;
}

/** Behind the characters from here on that are some of these. */
function skip(some: string, text: string, from: number): number {
  let at = from;
  while (at < text.length && some.includes(text.charAt(at))) at += 1;
  return at;
}
