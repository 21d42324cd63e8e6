/** Maximum number of comparisons letter by letter in one answer. */
const COMPARISONS = 20_000;
/** Longer names must match exactly. */
const LONGEST = 128;

/**
 * Finds the tool that a model means by a name: first an exact match, then one that ignores case and punctuation, then
 * a single near miss; never a guess between two.
 */
export class ToolNames {
  readonly #exact: ReadonlySet<string>;
  readonly #bare = new Map<string, string[]>();
  readonly #near = new Map<string, string | undefined>();
  #comparisons = COMPARISONS;

  constructor(known: readonly string[]) {
    this.#exact = new Set(known);
    for (const name of this.#exact) {
      const key = bare(name);
      const same = this.#bare.get(key);
      if (same === undefined) this.#bare.set(key, [name]);
      else same.push(name);
    }
  }

  has(name: string): boolean {
    return this.#exact.has(name);
  }

  /** The tool that is meant; `undefined` where none is, or more than one may be. */
  match(name: string): string | undefined {
    if (this.#exact.has(name)) return name;
    if (name.length > LONGEST) return undefined;
    const wanted = bare(name);
    const same = this.#bare.get(wanted) ?? [];
    if (same.length > 0) return same.length === 1 ? same[0] : undefined;
    if (!this.#near.has(wanted)) this.#near.set(wanted, this.#nearest(wanted));
    return this.#near.get(wanted);
  }

  #nearest(wanted: string): string | undefined {
    if (wanted.length < 4) return undefined;
    const allowed = wanted.length < 8 ? 1 : 2;
    const near: string[] = [];
    for (const [candidate, names] of this.#bare) {
      if (Math.abs(candidate.length - wanted.length) > allowed) continue;
      // A model that misspells this much cannot be corrected.
      if (this.#comparisons === 0) return undefined;
      this.#comparisons -= 1;
      if (distance(wanted, candidate, allowed) <= allowed) near.push(...names);
    }
    return near.length === 1 ? near[0] : undefined;
  }
}

/** Models prefix names with a namespace (`functions.read:0`) and change their case. */
function bare(name: string): string {
  return name
    .slice(0, LONGEST * 2)
    .replace(/^(?:functions?|tools?|default_api)[.:]/i, "")
    .replace(/:\d{1,9}$/, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Levenshtein distance, computed only up to `limit` from the diagonal; a larger distance is infinite. */
function distance(a: string, b: string, limit: number): number {
  let row = Array.from({ length: b.length + 2 }, (_, index) => (index <= limit ? index : Infinity));
  let next = row.map(() => Infinity);
  for (let i = 1; i <= a.length; i += 1) {
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    next[from - 1] = from === 1 ? i : Infinity;
    for (let j = from; j <= to; j += 1) {
      const substitution = (row[j - 1] ?? Infinity) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(substitution, (row[j] ?? Infinity) + 1, (next[j - 1] ?? Infinity) + 1);
    }
    next[to + 1] = Infinity;
    [row, next] = [next, row];
  }
  return row[b.length] ?? Infinity;
}
