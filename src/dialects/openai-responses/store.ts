import { BridgeError } from "../../turn/error.ts";
import { mayUse, ownerOf, type Principal } from "../../turn/principal.ts";
import type { Item } from "./schema.ts";

export interface StoredResponse {
  /** The response object that was sent to the client. */
  readonly response: { readonly id: string; readonly output: readonly Item[] };
  readonly input: readonly Item[];
  /** The response that this one continues. */
  readonly before: StoredResponse | undefined;
}

/** All items of a conversation up to and including the output of this response. */
export function itemsOf(last: StoredResponse | undefined): Item[] {
  const chain: StoredResponse[] = [];
  for (let stored = last; stored !== undefined; stored = stored.before) chain.push(stored);
  return chain.toReversed().flatMap(({ input, response }) => [...input, ...response.output]);
}

/** Bytes of a value beside its texts. */
const PER_VALUE = 32;

/** The approximate memory of a response, without its predecessors. */
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
  /** Milliseconds for which a response is kept. */
  readonly ageMs: number;
  /** Milliseconds of a monotonic clock; for tests. */
  readonly now?: () => number;
}

interface Owned {
  readonly stored: StoredResponse;
  readonly by: Principal;
  readonly until: number;
}

/** The responses of one owner. */
interface Share {
  /** The oldest first. */
  readonly ids: Set<string>;
  size: number;
}

/** A held response, its number of holders (the store, and the responses that continue it), and the owner it counts for. */
interface Held {
  holders: number;
  readonly owner: string;
  readonly size: number;
}

/**
 * Finished responses, in memory and bounded: when there are too many, the oldest of the owner with the most are
 * removed. A response belongs to the key that made it; for all others it does not exist. Without keys it is available
 * to anyone who knows its id, which is random and sent to its client only. Each response keeps its own input and a
 * reference to its predecessor, which counts as long as a response continues it.
 */
export class ResponseStore {
  readonly #limits: StoreLimits;
  readonly #now: () => number;
  /** The oldest first. */
  readonly #owned = new Map<string, Owned>();
  /** Responses by the ids of their output items. */
  readonly #places = new Map<string, string>();
  readonly #held = new Map<StoredResponse, Held>();
  readonly #shares = new Map<string, Share>();
  #size = 0;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
    this.#now = limits.now ?? (() => performance.now());
  }

  add(stored: StoredResponse, by: Principal): void {
    this.#forgetOld();
    const { responses, size, ageMs } = this.#limits;
    if (sizeOf(stored) > size) return;
    const { id, output } = stored.response;
    const owner = ownerOf(by);
    this.#owned.set(id, { stored, by, until: this.#now() + ageMs });
    for (const item of output) if (typeof item.id === "string") this.#places.set(item.id, id);
    this.#shareOf(owner).ids.add(id);
    this.#hold(stored, owner);
    while (this.#owned.size > responses) this.#dropOldestOf(this.#most(({ ids }) => ids.size));
    while (this.#size > size && this.#owned.size > 0) this.#dropOldestOf(this.#most((each) => each.size));
  }

  /** @throws BridgeError `not_found`. */
  get(id: string, who: Principal): StoredResponse {
    const stored = this.#find(id, who);
    if (stored !== undefined) return stored;
    throw new BridgeError(
      "not_found",
      "Unknown response id; the bridge keeps only the latest responses, in memory.",
    );
  }

  /** An output item that a client references instead of sending it again; `undefined` when none of its responses has it. */
  item(id: string, who: Principal): Item | undefined {
    const place = this.#places.get(id);
    const stored = place === undefined ? undefined : this.#find(place, who);
    return stored?.response.output.find((item) => item.id === id);
  }

  /** Whether there was one. */
  delete(id: string, who: Principal): boolean {
    if (this.#find(id, who) === undefined) return false;
    this.#drop(id);
    return true;
  }

  /**
   * The response to continue, if the request names one.
   *
   * @throws BridgeError `invalid_request` when it is not stored.
   */
  before(id: string | undefined, who: Principal): StoredResponse | undefined {
    if (id === undefined) return undefined;
    const stored = this.#find(id, who);
    if (stored !== undefined) return stored;
    throw new BridgeError(
      "invalid_request",
      "previous_response_id: unknown response; send the whole conversation as input.",
      { param: "previous_response_id" },
    );
  }

  #find(id: string, who: Principal): StoredResponse | undefined {
    this.#forgetOld();
    const owned = this.#owned.get(id);
    return owned !== undefined && mayUse(owned.by, who) ? owned.stored : undefined;
  }

  #forgetOld(): void {
    for (const [id, { until }] of this.#owned) {
      if (until > this.#now()) break;
      this.#drop(id);
    }
  }

  #drop(id: string): void {
    const owned = this.#owned.get(id);
    if (owned === undefined) return;
    this.#owned.delete(id);
    const owner = ownerOf(owned.by);
    this.#shareOf(owner).ids.delete(id);
    for (const item of owned.stored.response.output) this.#places.delete(item.id ?? "");
    this.#release(owned.stored);
    this.#forgetEmpty(owner);
  }

  #dropOldestOf({ ids }: Share): void {
    const [oldest] = ids;
    if (oldest !== undefined) this.#drop(oldest);
  }

  /** The owner with the most, among those with removable responses. */
  #most(amount: (share: Share) => number): Share {
    let most: Share = { ids: new Set(), size: 0 };
    for (const share of this.#shares.values()) {
      if (share.ids.size > 0 && (most.ids.size === 0 || amount(share) > amount(most))) most = share;
    }
    return most;
  }

  #shareOf(owner: string): Share {
    const share = this.#shares.get(owner) ?? { ids: new Set<string>(), size: 0 };
    this.#shares.set(owner, share);
    return share;
  }

  #forgetEmpty(owner: string): void {
    const share = this.#shares.get(owner);
    if (share !== undefined && share.ids.size === 0 && share.size === 0) this.#shares.delete(owner);
  }

  /** Counts a response, and its predecessors that no longer count because they were dropped meanwhile. */
  #hold(last: StoredResponse, owner: string): void {
    for (let stored: StoredResponse | undefined = last; stored !== undefined; stored = stored.before) {
      const held = this.#held.get(stored);
      if (held !== undefined) {
        held.holders += 1;
        return;
      }
      const size = sizeOf(stored);
      this.#held.set(stored, { holders: 1, owner, size });
      this.#shareOf(owner).size += size;
      this.#size += size;
    }
  }

  #release(last: StoredResponse): void {
    for (let stored: StoredResponse | undefined = last; stored !== undefined; stored = stored.before) {
      const held = this.#held.get(stored);
      if (held === undefined) return;
      held.holders -= 1;
      if (held.holders > 0) return;
      this.#held.delete(stored);
      this.#shareOf(held.owner).size -= held.size;
      this.#size -= held.size;
      this.#forgetEmpty(held.owner);
    }
  }
}
