import { BridgeError } from "../turn/error.ts";

const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Levels of arrays and objects; far beyond what any schema of a tool needs. */
const MAX_DEPTH = 256;

/**
 * How deep JSON nests and how many values it has, counted while its bytes arrive: deep nesting and many small values cost
 * the parser, and all that walks the value afterwards, far more than their bytes. Every value but the first stands behind
 * a bracket or a comma, so these are counted, outside of strings. In UTF-8 none of them is part of another character.
 */
export class Structure {
  readonly #maxValues: number;
  #values = 1;
  #depth = 0;
  #inString = false;
  #escaped = false;

  constructor(maxValues: number) {
    this.#maxValues = maxValues;
  }

  /** An upper bound of the values seen so far. */
  get values(): number {
    return this.#values;
  }

  /** @throws BridgeError `invalid_request` when the text nests too deep or has too many values. */
  read(bytes: Uint8Array): void {
    let inString = this.#inString;
    let escaped = this.#escaped;
    for (const byte of bytes) {
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        continue;
      }
      switch (byte) {
        case QUOTE:
          inString = true;
          break;
        case COMMA:
          this.#count();
          break;
        case OPEN_ARRAY:
        case OPEN_OBJECT:
          this.#count();
          this.#depth += 1;
          if (this.#depth > MAX_DEPTH) throw tooDeep();
          break;
        case CLOSE_ARRAY:
        case CLOSE_OBJECT:
          this.#depth -= 1;
          break;
        default:
      }
    }
    this.#inString = inString;
    this.#escaped = escaped;
  }

  #count(): void {
    this.#values += 1;
    if (this.#values > this.#maxValues) throw tooMany(this.#maxValues);
  }
}

function tooDeep(): BridgeError {
  return new BridgeError("invalid_request", `The request body nests deeper than ${MAX_DEPTH} levels.`);
}

function tooMany(most: number): BridgeError {
  return new BridgeError(
    "invalid_request",
    `The request body has more than ${most} JSON values. Send fewer, or raise --body-values.`,
  );
}
