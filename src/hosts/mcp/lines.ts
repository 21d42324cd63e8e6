const NEWLINE = 0x0a;
/** Bytes kept of each end of a dropped line, enough to find the request it belongs to. */
const KEPT = 256;

export interface LineHandlers {
  readonly onLine: (line: string) => void;
  /** Called for a dropped line above the limit, with its beginning and its end. */
  readonly onDropped: (ends: string) => void;
}

/**
 * Splits a stream of bytes into lines, in linear time for any chunking, and holds at most one line of `maxBytes`
 * bytes.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #handlers: LineHandlers;
  #parts: Buffer[] = [];
  #size = 0;
  #dropped: { readonly head: Buffer; tail: Buffer } | undefined;

  constructor(maxBytes: number, handlers: LineHandlers) {
    this.#maxBytes = maxBytes;
    this.#handlers = handlers;
  }

  push(chunk: Buffer): void {
    const steps = this.take(chunk);
    while (steps.next().done !== true);
  }

  /** Like `push`, with a step for each line, so that other work can run between two. All steps must be run. */
  *take(chunk: Buffer): Generator<void, void> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#add(chunk.subarray(start, end));
      this.#finish();
      start = end + 1;
      yield;
    }
    if (start < chunk.length) this.#add(chunk.subarray(start));
  }

  #add(part: Buffer): void {
    if (this.#dropped !== undefined) {
      this.#dropped.tail = Buffer.concat([this.#dropped.tail, part.subarray(-KEPT)]).subarray(-KEPT);
      return;
    }
    this.#parts.push(part);
    this.#size += part.length;
    if (this.#size <= this.#maxBytes) return;
    const line = Buffer.concat(this.#parts);
    // Copies, because a view would keep the whole line in memory.
    this.#dropped = { head: Buffer.from(line.subarray(0, KEPT)), tail: Buffer.from(line.subarray(-KEPT)) };
    this.#parts = [];
  }

  #finish(): void {
    const [only = Buffer.alloc(0)] = this.#parts;
    const line = this.#parts.length < 2 ? only : Buffer.concat(this.#parts, this.#size);
    const dropped = this.#dropped;
    this.#parts = [];
    this.#size = 0;
    this.#dropped = undefined;
    if (dropped === undefined) this.#handlers.onLine(line.toString("utf8"));
    else this.#handlers.onDropped(`${dropped.head.toString("latin1")}\n${dropped.tail.toString("latin1")}`);
  }
}
