const NEWLINE = 0x0a;
/** What is kept of each end of a line that is dropped, enough to tell whose it was. */
const KEPT = 256;

export interface LineHandlers {
  readonly onLine: (line: string) => void;
  /** A line above the limit was dropped; the text is its beginning and its end. */
  readonly onDropped: (ends: string) => void;
}

/**
 * Cuts a stream of bytes into lines, in time linear to its length however it is chunked, and holds never more than one
 * line of `maxBytes` bytes.
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

  /** Like `push`, with a step for each line: whoever has to do something else may do it between two. All must be taken. */
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
    // Copies: a view would keep the whole line in memory.
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
