/** Waits between attempts: each failure in a row doubles the wait up to a maximum, with random jitter between processes. */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #failures = 0;

  constructor(firstMs: number, longestMs = 30_000) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** Notes a failure. @returns the milliseconds to wait. */
  failed(): number {
    const wait = Math.min(this.#firstMs * 2 ** this.#failures, this.#longestMs);
    this.#failures += 1;
    return wait * (0.5 + Math.random() / 2);
  }
}

/** An attempt that ends sooner counts as failed, even if it started well: otherwise one that always ends at once would be repeated without a pause. */
export const STEADY_MS = 10_000;
