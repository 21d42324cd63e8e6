import { BridgeError } from "../turn/error.ts";
import { JsonStructure, type Excess } from "../util/json-structure.ts";
import { parseInSteps } from "./parse-json.ts";
import { nextTurn } from "../util/next-turn.ts";

/** Levels of arrays and objects; far more than any tool's schema needs. */
const MAX_DEPTH = 256;

/** Bytes of the blocks in which a body is kept, the smallest and the largest. */
const SMALLEST = 4096;
const LARGEST = 65_536;
/** Blocks that are decoded before the event loop runs again. */
const AT_ONCE = 16;
/** Up to this size `JSON.parse` takes only some milliseconds, whatever the text. */
const FEW_CHARACTERS = 1_048_576;
const FEW_VALUES = 10_000;

/** Collects the bytes of a JSON body as they arrive, and parses them at the end without holding the event loop. */
export class JsonBody {
  readonly #structure: JsonStructure;
  readonly #maxValues: number;
  /** Copies, because a chunk from the socket may keep far more memory alive than it has bytes. */
  readonly #blocks: Buffer[] = [];
  /** Free bytes at the end of the last block. */
  #free = 0;

  /** @param maxValues the maximum number of JSON values. */
  constructor(maxValues: number) {
    this.#maxValues = maxValues;
    this.#structure = new JsonStructure({ depth: MAX_DEPTH, values: maxValues });
  }

  /** An upper bound of the number of values so far. */
  get values(): number {
    return this.#structure.values;
  }

  /** @throws BridgeError `invalid_request` when it nests too deep or has too many values. */
  add(bytes: Buffer): void {
    const excess = this.#structure.read(bytes);
    if (excess !== undefined) throw tooMuch(excess, this.#maxValues);
    for (let read = 0; read < bytes.length;) {
      let block = this.#blocks.at(-1);
      if (block === undefined || this.#free === 0) {
        const wanted = Math.max(SMALLEST, bytes.length - read, 2 * (block?.length ?? 0));
        // Most bodies come in one small piece.
        const size =
          block === undefined && bytes.length < SMALLEST ? bytes.length : Math.min(LARGEST, wanted);
        block = Buffer.allocUnsafe(size);
        this.#blocks.push(block);
        this.#free = size;
      }
      const copied = bytes.copy(block, block.length - this.#free, read);
      this.#free -= copied;
      read += copied;
    }
  }

  /**
   * The value; the bytes are released while it is read.
   *
   * @throws BridgeError `invalid_request` when they are not UTF-8, not JSON or empty.
   */
  async parse(): Promise<unknown> {
    const text = await this.#text();
    if (text.length < FEW_CHARACTERS && text.trim() === "") {
      throw new BridgeError("invalid_request", "The request body is empty; it must be a JSON object.");
    }
    try {
      return await parsed(text, this.values);
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      throw new BridgeError("invalid_request", "The request body is not valid JSON.");
    }
  }

  async #text(): Promise<string> {
    const blocks = this.#blocks.splice(0);
    const last = blocks.pop();
    if (last === undefined) return "";
    blocks.push(last.subarray(0, last.length - this.#free));
    const texts: string[] = [];
    let rest: Buffer = Buffer.alloc(0);
    for (const [index, block] of blocks.entries()) {
      const bytes = rest.length === 0 ? block : Buffer.concat([rest, block]);
      const end = index === blocks.length - 1 ? bytes.length : lastStart(bytes);
      rest = bytes.subarray(end);
      // The first block may hold less than one character.
      if (end > 0) texts.push(decodeUtf8(bytes.subarray(0, end), texts.length === 0));
      if (index % AT_ONCE === AT_ONCE - 1) await nextTurn();
    }
    return texts.join("");
  }
}

function tooMuch(excess: Excess, maxValues: number): BridgeError {
  const words =
    excess === "depth"
      ? `The request body nests deeper than ${MAX_DEPTH} levels.`
      : `The request body has more than ${maxValues} JSON values. Send fewer, or raise --body-values.`;
  return new BridgeError("invalid_request", words);
}

async function parsed(text: string, values: number): Promise<unknown> {
  const isSmall = text.length < FEW_CHARACTERS && values < FEW_VALUES;
  if (isSmall && !/__proto__|\\u005[fF]/.test(text)) return JSON.parse(text) as unknown;
  const steps = parseInSteps(text);
  for (;;) {
    const step = steps.next();
    await nextTurn();
    if (step.done === true) return step.value;
  }
}

/** Where the last UTF-8 character begins; it may be incomplete. */
function lastStart(bytes: Buffer): number {
  let start = bytes.length - 1;
  while (start > 0 && bytes.length - start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return Math.max(0, start);
}

const WITHOUT_MARK = new TextDecoder("utf-8", { fatal: true });
const AS_IT_IS = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws BridgeError `invalid_request`. A byte order mark at the beginning of the text is left out. */
function decodeUtf8(bytes: Buffer, isFirst: boolean): string {
  try {
    return (isFirst ? WITHOUT_MARK : AS_IT_IS).decode(bytes);
  } catch {
    throw new BridgeError("invalid_request", "The request body is not valid UTF-8.");
  }
}
