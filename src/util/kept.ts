export interface KeptLimits<Value> {
  /** Maximum number of entries. */
  readonly entries: number;
  /** Maximum sum of all sizes, in the caller's unit. */
  readonly size?: number;
  /** Milliseconds after which an entry is forgotten. */
  readonly ageMs: number;
  /** Called for each value that is removed for any reason, and for one that was not kept at all. */
  readonly onGone?: (value: Value) => void;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

interface Entry<Value> {
  readonly owner: string;
  readonly value: Value;
  readonly size: number;
  readonly until: number;
}

/** The entries of one owner. */
interface Share {
  /** The oldest first. */
  readonly keys: Set<string>;
  size: number;
}

/**
 * A bounded table for values that outlive a request. Each entry has an owner and an age. When the table is full, the
 * oldest entry of the owner with the most goes first, so that nobody can push out the entries of others.
 */
export class Kept<Value> {
  readonly #limits: KeptLimits<Value>;
  readonly #now: () => number;
  /** The oldest first, which are also the first to expire. */
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

  /** Milliseconds until an entry expires; 0 where there is no entry. */
  left(key: string): number {
    this.#forgetOld();
    return Math.max(0, (this.#entries.get(key)?.until ?? 0) - this.#now());
  }

  /** Keeps a value in place of an older one. A value larger than the whole table is not kept. */
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

  /** Of owners with the same total, the earliest. */
  #most(amount: (share: Share) => number): Share {
    let most: Share | undefined;
    for (const share of this.#shares.values()) {
      if (most === undefined || amount(share) > amount(most)) most = share;
    }
    return most ?? { keys: new Set(), size: 0 };
  }
}
