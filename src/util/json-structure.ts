/**
 * How deep JSON nests and how many values it has, seen without parsing it: deep nesting and many small values cost the parser, and all
 * that walks the value afterwards, far more than their bytes.
 */

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What JSON may have; what is not said has no bound. */
export interface StructureBounds {
  /** Levels of arrays and objects. */
  readonly depth?: number;
  readonly values?: number;
}

type Piece = string | Uint8Array;

/** What JSON has too much of. */
export type Excess = keyof StructureBounds;

/**
 * Reads JSON in one piece or in several, as text or as the bytes of UTF-8, in which no sign of JSON is part of another character. Every
 * value but the first stands behind a comma or an opening bracket, so these are counted, outside of strings. What is no JSON is counted
 * the same way. Linear; stops at the first excess.
 */
export class JsonStructure {
  readonly #depth: number;
  readonly #values: number;
  #open = 0;
  #seen = 1;
  #inString = false;
  #escaped = false;

  constructor({ depth = Infinity, values = Infinity }: StructureBounds) {
    this.#depth = depth;
    this.#values = values;
  }

  /** An upper bound of the values so far. */
  get values(): number {
    return this.#seen;
  }

  /** Reads on; what there is too much of, if anything. After that nothing more is to be read. */
  read(piece: Piece): Excess | undefined {
    const isText = typeof piece === "string";
    for (let at = this.#inString ? this.#afterString(piece, 0) : 0; at < piece.length; at += 1) {
      switch (isText ? piece.charCodeAt(at) : piece[at]) {
        case QUOTE:
          at = this.#afterString(piece, at + 1) - 1;
          continue;
        case OPEN_ARRAY:
        case OPEN_OBJECT:
          this.#open += 1;
          this.#seen += 1;
          if (this.#open > this.#depth) return "depth";
          break;
        case COMMA:
          this.#seen += 1;
          break;
        case CLOSE_ARRAY:
        case CLOSE_OBJECT:
          this.#open -= 1;
          continue;
        default:
          continue;
      }
      if (this.#seen > this.#values) return "values";
    }
    return undefined;
  }

  /** Where a string is over that goes on at `from`; the end of the piece when it goes on in the next one. */
  #afterString(piece: Piece, from: number): number {
    this.#inString = true;
    let start = this.#escaped ? Math.min(from + 1, piece.length) : from;
    if (start > from) this.#escaped = false;
    for (;;) {
      const quote = typeof piece === "string" ? piece.indexOf('"', start) : piece.indexOf(QUOTE, start);
      const end = quote < 0 ? piece.length : quote;
      let unescaped = end;
      while (unescaped > start && codeAt(piece, unescaped - 1) === BACKSLASH) unescaped -= 1;
      const isEscaped = (end - unescaped) % 2 === 1;
      if (quote < 0) {
        this.#escaped ||= isEscaped;
        return end;
      }
      if (!isEscaped) {
        this.#inString = false;
        return end + 1;
      }
      start = end + 1;
    }
  }
}

function codeAt(piece: Piece, at: number): number | undefined {
  return typeof piece === "string" ? piece.charCodeAt(at) : piece[at];
}

/** What JSON text has too much of, if anything. */
export function excessOf(text: string, bounds: StructureBounds): Excess | undefined {
  return new JsonStructure(bounds).read(text);
}
