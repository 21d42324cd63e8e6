/**
 * How deep a JSON text nests and how many values it has, found without parsing it: deep nesting and many small values
 * cost the parser, and every later walk through the value, far more than their bytes suggest.
 */

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The limits; an absent member means no limit. */
export interface StructureBounds {
  /** Levels of arrays and objects. */
  readonly depth?: number;
  readonly values?: number;
}

type Piece = string | Uint8Array;

/** The limit that is exceeded. */
export type Excess = keyof StructureBounds;

/**
 * Reads JSON in one or several chunks, as text or as UTF-8 bytes (in UTF-8 no JSON punctuation is part of another
 * character). Every value but the first follows a comma or an opening bracket, so these are counted, outside of
 * strings. Text that is not JSON is counted in the same way. Linear; stops when a limit is exceeded.
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

  /** Reads the next chunk; returns the limit that is exceeded, if any. Nothing more may be read after that. */
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

  /** The end of the string that continues at `from`; the end of the chunk when it continues in the next one. */
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

/** The limit that a JSON text exceeds, if any. */
export function excessOf(text: string, bounds: StructureBounds): Excess | undefined {
  return new JsonStructure(bounds).read(text);
}
