import type { ErrorCode } from "../turn/error.ts";

/** What the bridge has done so far, for the person at the host; holds no content. */
export class Activity {
  /** When it began, in milliseconds of a clock that never goes back. */
  readonly since = performance.now();
  #served = 0;
  #lastError: { readonly code: ErrorCode; readonly at: number } | undefined;

  /** Turns that are over, failed ones included. */
  get served(): number {
    return this.#served;
  }

  /** `at` is the time on the wall. */
  get lastError(): { readonly code: ErrorCode; readonly at: number } | undefined {
    return this.#lastError;
  }

  /** Counts a turn that is over. */
  ended(error: ErrorCode | undefined): void {
    this.#served += 1;
    if (error !== undefined) this.#lastError = { code: error, at: Date.now() };
  }
}
