import { setTimeout as delay } from "node:timers/promises";
import { BridgeError } from "../turn/error.ts";
import { Listeners } from "../util/listeners.ts";
import type { RequestScope } from "./request-scope.ts";

/** Time for a response that we ended to reach its client. */
const LAST_WORDS_MS = 1000;

/** The current requests: limits their number, and ends them when the bridge stops. */
export class OpenRequests {
  readonly #maxTurns: number;
  readonly #all = new Set<RequestScope>();
  readonly #turns = new Map<string, RequestScope>();
  readonly #changed = new Listeners();
  #stopping = false;
  #emptied: (() => void) | undefined;

  constructor(maxTurns: number) {
    this.#maxTurns = maxTurns;
  }

  /** True from the moment the bridge begins to stop. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Requests for a turn. */
  get turns(): number {
    return this.#turns.size;
  }

  /** Those for a turn, the oldest first. */
  list(): RequestScope[] {
    return [...this.#turns.values()];
  }

  find(id: string): RequestScope | undefined {
    return this.#turns.get(id);
  }

  /** Calls when one for a turn has come or is over, and when the bridge begins to stop. */
  watch(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  add(scope: RequestScope): void {
    this.#all.add(scope);
    if (this.#stopping) scope.outgoing.setHeader("connection", "close");
  }

  delete(scope: RequestScope): void {
    this.#all.delete(scope);
    if (this.#turns.delete(scope.id)) this.#changed.call();
    if (this.#all.size === 0) this.#emptied?.();
  }

  /**
   * Admits a request for a turn.
   *
   * @throws BridgeError `shutting_down` or `queue_full`.
   */
  admit(scope: RequestScope): void {
    if (this.#stopping) throw stopping();
    if (this.#turns.size >= this.#maxTurns) {
      throw new BridgeError(
        "queue_full",
        "The bridge has reached its limit of simultaneous requests. Try again soon.",
      );
    }
    this.#turns.set(scope.id, scope);
    this.#changed.call();
  }

  /**
   * Admits no more turns; gives running ones `drainMs` milliseconds, then ends them with an error. Resolves when no
   * request is left, or the remaining clients do not read any more.
   */
  async drain(drainMs: number): Promise<void> {
    this.#stopping = true;
    this.#changed.call();
    if (await this.#emptiedWithin(drainMs)) return;
    for (const scope of this.#turns.values()) scope.abort(stopping());
    await this.#emptiedWithin(LAST_WORDS_MS);
  }

  async #emptiedWithin(ms: number): Promise<boolean> {
    if (this.#all.size === 0) return true;
    const timeUp = new AbortController();
    const empty = new Promise<boolean>((resolve) => {
      this.#emptied = () => resolve(true);
    });
    const result = await Promise.race([empty, delay(ms, false, { signal: timeUp.signal })]);
    timeUp.abort();
    return result;
  }
}

function stopping(): BridgeError {
  return new BridgeError("shutting_down", "The bridge is stopping.");
}
