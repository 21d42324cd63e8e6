import { BridgeError } from "../../turn/error.ts";
import type { Item } from "./schema.ts";

export interface StoredResponse {
  /** The response object as the client got it. */
  readonly response: { readonly id: string; readonly output: readonly Item[] };
  readonly input: readonly Item[];
  /** The response that this one goes on from. */
  readonly before: StoredResponse | undefined;
}

/** All items of a conversation up to and including the output of this response. */
export function itemsOf(last: StoredResponse | undefined): Item[] {
  const chain: StoredResponse[] = [];
  for (let stored = last; stored !== undefined; stored = stored.before) chain.push(stored);
  return chain.toReversed().flatMap(({ input, response }) => [...input, ...response.output]);
}

/** Bytes that a value takes beside its texts. */
const PER_VALUE = 32;

/** About how much memory a response takes, without those before it. */
function sizeOf({ response, input }: StoredResponse): number {
  const values: unknown[] = [response, input];
  let size = 0;
  for (let value = values.pop(); value !== undefined; value = values.pop()) {
    size += PER_VALUE + (typeof value === "string" ? value.length : 0);
    if (typeof value !== "object" || value === null) continue;
    for (const member of Object.values(value)) values.push(member ?? null);
  }
  return size;
}

export interface StoreLimits {
  readonly responses: number;
  /** In characters, over all responses. */
  readonly size: number;
}

/**
 * Finished responses, in memory and bounded: the oldest go first. Ids are random, and whoever knows one may read it. Each
 * keeps what its request brought, and the one before it, which is counted as long as one goes on from it.
 */
export class ResponseStore {
  readonly #limits: StoreLimits;
  readonly #stored = new Map<string, StoredResponse>();
  readonly #items = new Map<string, Item>();
  /** By how many a response is held: the store, and those that go on from it. */
  readonly #holders = new Map<StoredResponse, number>();
  #size = 0;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  add(stored: StoredResponse): void {
    this.#stored.set(stored.response.id, stored);
    for (const item of stored.response.output)
      if (typeof item.id === "string") this.#items.set(item.id, item);
    this.#hold(stored);
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
    return this.#items.get(id);
  }

  /** Whether there was one. */
  delete(id: string): boolean {
    const stored = this.#stored.get(id);
    if (stored === undefined) return false;
    this.#stored.delete(id);
    for (const item of stored.response.output) this.#items.delete(item.id ?? "");
    this.#release(stored);
    return true;
  }

  /**
   * The response to go on from, if one is named.
   *
   * @throws BridgeError `invalid_request` when it is not stored.
   */
  before(id: string | undefined): StoredResponse | undefined {
    if (id === undefined) return undefined;
    const stored = this.#stored.get(id);
    if (stored !== undefined) return stored;
    throw new BridgeError(
      "invalid_request",
      "previous_response_id: there is no response of this id here; send the whole conversation as input.",
      { param: "previous_response_id" },
    );
  }

  /** Counts a response, and those before it that are counted no more because they were deleted meanwhile. */
  #hold(last: StoredResponse): void {
    for (let stored: StoredResponse | undefined = last; stored !== undefined; stored = stored.before) {
      const holders = this.#holders.get(stored) ?? 0;
      this.#holders.set(stored, holders + 1);
      if (holders > 0) return;
      this.#size += sizeOf(stored);
    }
  }

  #release(last: StoredResponse): void {
    for (let stored: StoredResponse | undefined = last; stored !== undefined; stored = stored.before) {
      const holders = (this.#holders.get(stored) ?? 1) - 1;
      if (holders > 0) {
        this.#holders.set(stored, holders);
        return;
      }
      this.#holders.delete(stored);
      this.#size -= sizeOf(stored);
    }
  }
}
