/**
 * An async iterable of text as the body of an HTTP response. Text that is produced in one go leaves in one
 * chunk: it is gathered until the event loop turns or `CHUNK` characters are there, so that a stream of single
 * characters costs hardly more than one of paragraphs. A reader that does not read stops the source.
 */

import type { UnderlyingSource } from "node:stream/web";

/** Characters gathered before the source has to wait. */
const CHUNK = 32_768;

export interface BodyOptions {
  /** Milliseconds that a chunk may wait for the reader; then the body counts as abandoned. */
  readonly stallMs: number;
  /** Called once: with true when everything was handed over, with false when the reader left or stalled before. */
  readonly onEnd: (complete: boolean) => void;
  /** Called with the size of each chunk in bytes. */
  readonly onChunk?: (bytes: number) => void;
}

/** The source must not throw: whatever happens upstream, it ends its own stream well-formed. */
export function toBody(source: AsyncIterable<string>, options: BodyOptions): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(new GatheringSource(source, options), { highWaterMark: 1 });
}

class GatheringSource implements UnderlyingSource<Uint8Array> {
  readonly #iterator: AsyncIterator<string>;
  readonly #options: BodyOptions;
  readonly #encoder = new TextEncoder();
  #text = "";
  #finished = false;
  #scheduled = false;
  #roomMade: (() => void) | undefined;
  #stall: NodeJS.Timeout | undefined;

  constructor(source: AsyncIterable<string>, options: BodyOptions) {
    this.#iterator = source[Symbol.asyncIterator]();
    this.#options = options;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#pump(controller).catch((error: unknown) => {
      this.#abandon();
      controller.error(error);
    });
  }

  pull(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (this.#text !== "") this.#schedule(controller);
  }

  cancel(): void {
    this.#abandon();
    this.#iterator.return?.().catch(() => undefined);
  }

  async #pump(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      const next = await this.#iterator.next();
      if (this.#finished) return;
      if (next.done === true) break;
      this.#text += next.value;
      this.#schedule(controller);
      if (this.#text.length >= CHUNK) await this.#room();
    }
    while (this.#text !== "" && !this.#finished) await this.#room();
    if (this.#finished) return;
    this.#finished = true;
    controller.close();
    this.#options.onEnd(true);
  }

  #schedule(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush(controller);
    });
  }

  #flush(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (this.#finished || this.#text === "") return;
    if ((controller.desiredSize ?? 0) <= 0) {
      this.#stall ??= setTimeout(() => {
        this.#abandon();
        controller.error(new Error("The reader stalled."));
      }, this.#options.stallMs);
      return;
    }
    clearTimeout(this.#stall);
    this.#stall = undefined;
    const bytes = this.#encoder.encode(this.#text);
    this.#text = "";
    controller.enqueue(bytes);
    this.#options.onChunk?.(bytes.byteLength);
    this.#roomMade?.();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomMade = resolve;
    });
  }

  #abandon(): void {
    if (this.#finished) return;
    this.#finished = true;
    clearTimeout(this.#stall);
    this.#text = "";
    this.#roomMade?.();
    this.#options.onEnd(false);
  }
}
