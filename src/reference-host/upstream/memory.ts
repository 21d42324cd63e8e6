/**
 * What is kept for the calls of this host's answers, for clients that give nothing back but the call itself. Bounded in
 * size and age; the oldest goes first.
 */
import { createHash } from "node:crypto";
import type { Kept } from "./kept.ts";

/** Characters over all calls. */
const LARGEST = 32 * 1_048_576;
/** Milliseconds. */
const OLDEST = 12 * 3_600_000;
/** What an entry costs beside its content. */
const PER_ENTRY = 200;

export interface KnownCall {
  readonly model: string;
  readonly id: string;
  readonly name: string;
  readonly input: object;
  /** What the call answers: the message before it, as JSON. */
  readonly after: string;
}

interface Entry {
  readonly items: readonly Kept[];
  readonly size: number;
  readonly until: number;
}

export class CallMemory {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #limit: number;
  #size = 0;

  constructor({
    now = () => performance.now(),
    limit = LARGEST,
  }: { now?: () => number; limit?: number } = {}) {
    this.#now = now;
    this.#limit = limit;
  }

  remember(call: KnownCall, items: readonly Kept[]): void {
    const key = keyOf(call);
    this.#forget(key);
    const size = JSON.stringify(items).length + PER_ENTRY;
    if (size > this.#limit) return;
    this.#entries.set(key, { items, size, until: this.#now() + OLDEST });
    this.#size += size;
    for (const [oldest, { until }] of this.#entries) {
      if (this.#size <= this.#limit && until > this.#now()) break;
      this.#forget(oldest);
    }
  }

  recall(call: KnownCall): readonly Kept[] {
    const entry = this.#entries.get(keyOf(call));
    return entry === undefined || entry.until <= this.#now() ? [] : entry.items;
  }

  #forget(key: string): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }
}

/** An id that is random is enough; one that counts comes in every conversation, and is known by what it answers. */
function keyOf({ model, id, name, input, after }: KnownCall): string {
  const scope = isRandom(id) ? "" : after;
  return createHash("sha256")
    .update(JSON.stringify([model, id, name, input, scope]))
    .digest("base64");
}

const RANDOM_LENGTH = 16;

function isRandom(id: string): boolean {
  const last = /(?<![A-Za-z0-9])[A-Za-z0-9]*$/.exec(id)?.[0] ?? "";
  return last.length >= RANDOM_LENGTH && /\d/.test(last);
}
