/**
 * Pieces of an answer that a host sends while its model writes. MCP knows none for sampling; a host that declares
 * `EXTENSION` under `capabilities.experimental` sends each as a `notifications/progress` on the request's token, with
 * the piece as `message` (MCP 2025-11-25, Progress). The answer that follows stays authoritative.
 */
export const EXTENSION = "mcp-token-bridge/sampling-stream";

/** A queue of pieces with one reader, who sees them one by one as they come. */
export class Deltas implements AsyncIterable<string> {
  #pieces: string[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  push(piece: string): void {
    if (piece === "" || this.#ended) return;
    this.#pieces.push(piece);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Settles with true when there is a piece or the end has come. */
  async ready(): Promise<true> {
    while (this.#pieces.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      await this.ready();
      const pieces = this.#pieces;
      if (pieces.length === 0) return;
      this.#pieces = [];
      yield* pieces;
    }
  }
}
