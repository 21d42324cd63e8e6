import { BridgeError } from "../../turn/error.ts";
import type { Item } from "./schema.ts";

export interface StoredResponse {
  /** The response object as the client got it. */
  readonly response: { readonly id: string; readonly output: readonly Item[] };
  readonly input: readonly Item[];
  /** Everything before the output: the history of the conversation and this input. */
  readonly history: readonly Item[];
  /** About how many characters it holds. */
  readonly size: number;
}

export interface StoreLimits {
  readonly responses: number;
  /** In characters, over all responses. */
  readonly size: number;
}

/** Finished responses, in memory and bounded: the oldest go first. Ids are random, and whoever knows one may read it. */
export class ResponseStore {
  readonly #limits: StoreLimits;
  readonly #stored = new Map<string, StoredResponse>();
  #size = 0;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  add(stored: StoredResponse): void {
    this.#stored.set(stored.response.id, stored);
    this.#size += stored.size;
    for (const id of this.#stored.keys()) {
      if (this.#stored.size <= this.#limits.responses && this.#size <= this.#limits.size) break;
      this.delete(id);
    }
  }

  /** @throws BridgeError `not_found`. */
  get(id: string): StoredResponse {
    const stored = this.#stored.get(id);
    if (stored !== undefined) return stored;
    throw new BridgeError(
      "not_found",
      "There is no response of this id; the bridge keeps only the latest, in memory.",
    );
  }

  /** An output item that a client names instead of sending it again; `undefined` when no response here has it. */
  item(id: string): Item | undefined {
    for (const { response } of this.#stored.values()) {
      const found = response.output.find((item) => item.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether there was one. */
  delete(id: string): boolean {
    this.#size -= this.#stored.get(id)?.size ?? 0;
    return this.#stored.delete(id);
  }

  /**
   * All items up to and including the output of a response.
   *
   * @throws BridgeError `invalid_request` when it is not stored.
   */
  historyOf(id: string | undefined): readonly Item[] {
    if (id === undefined) return [];
    const stored = this.#stored.get(id);
    if (stored === undefined) {
      throw new BridgeError(
        "invalid_request",
        "previous_response_id: there is no response of this id here; send the whole conversation as input.",
        { param: "previous_response_id" },
      );
    }
    return [...stored.history, ...stored.response.output];
  }
}
