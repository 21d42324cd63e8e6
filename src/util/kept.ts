export interface KeptLimits<Value> {
  /** Most entries. */
  readonly entries: number;
  /** Most of the sum of all sizes, in the unit in which they are given. */
  readonly size?: number;
  /** Milliseconds after which an entry is forgotten. */
  readonly ageMs: number;
  /** Called for each value that goes, in whatever way; also for one that was not kept at all. */
  readonly onGone?: (value: Value) => void;
  /** Milliseconds that never go back, whatever happens to the clock on the wall. */
  readonly now?: () => number;
}

interface Entry<Value> {
  readonly owner: string;
  readonly value: Value;
  readonly size: number;
  readonly until: number;
}

/** What one owner has here. */
interface Share {
  /** The oldest first. */
  readonly keys: Set<string>;
  size: number;
}

/**
 * A table of what outlives a request. It has a bound, each entry an owner and an age. Where there is too much, the oldest of
 * the owner who keeps the most goes, so that nobody can push out what others keep.
 */
export class Kept<Value> {
  readonly #limits: KeptLimits<Value>;
  readonly #now: () => number;
  /** The oldest first, which are also the first whose time is over. */
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #shares = new Map<string, Share>();
  #size = 0;

  constructor(limits: KeptLimits<Value>) {
    this.#limits = limits;
    this.#now = limits.now ?? (() => performance.now());
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  get(key: string): Value | undefined {
    this.#forgetOld();
    return this.#entries.get(key)?.value;
  }

  /** Milliseconds for which an entry will still be kept; 0 for none. */
  left(key: string): number {
    this.#forgetOld();
    return Math.max(0, (this.#entries.get(key)?.until ?? 0) - this.#now());
  }

  /** Keeps a value, in place of an older one. What is larger than all there is room for is not kept. */
  set(owner: string, key: string, value: Value, size = 1): void {
    this.#forgetOld();
    this.delete(key);
    const { entries, size: room = Infinity, ageMs } = this.#limits;
    if (size > room) {
      this.#limits.onGone?.(value);
      return;
    }
    this.#entries.set(key, { owner, value, size, until: this.#now() + ageMs });
    const share = this.#shares.get(owner) ?? { keys: new Set<string>(), size: 0 };
    this.#shares.set(owner, share);
    share.keys.add(key);
    share.size += size;
    this.#size += size;
    while (this.#entries.size > entries) this.#takeFrom(this.#most(({ keys }) => keys.size));
    while (this.#size > room) this.#takeFrom(this.#most((each) => each.size));
  }

  /** Whether there was one. */
  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    const share = entry && this.#shares.get(entry.owner);
    if (entry === undefined || share === undefined) return false;
    this.#entries.delete(key);
    share.keys.delete(key);
    share.size -= entry.size;
    this.#size -= entry.size;
    if (share.keys.size === 0) this.#shares.delete(entry.owner);
    this.#limits.onGone?.(entry.value);
    return true;
  }

  #forgetOld(): void {
    for (const [key, { until }] of this.#entries) {
      if (until > this.#now()) break;
      this.delete(key);
    }
  }

  #takeFrom({ keys }: Share): void {
    const [oldest] = keys;
    if (oldest !== undefined) this.delete(oldest);
  }

  /** Of equals the one who has been here longest. */
  #most(amount: (share: Share) => number): Share {
    let most: Share | undefined;
    for (const share of this.#shares.values()) {
      if (most === undefined || amount(share) > amount(most)) most = share;
    }
    return most ?? { keys: new Set(), size: 0 };
  }
}
