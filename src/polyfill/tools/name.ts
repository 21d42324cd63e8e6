/**
 * The tool a model meant by a name that is not quite one of them. Exact first, then without regard to case and
 * punctuation, then a single near miss; never a guess between two.
 */
export function matchName(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return name;
  const wanted = bare(name);
  const same = known.filter((candidate) => bare(candidate) === wanted);
  if (same.length === 1) return same[0];
  if (same.length > 1 || wanted.length < 4) return undefined;
  const allowed = wanted.length < 8 ? 1 : 2;
  const near = known.filter((candidate) => distance(wanted, bare(candidate), allowed) <= allowed);
  return near.length === 1 ? near[0] : undefined;
}

/** Models prefix names with a namespace (`functions.read:0`) and write them in other cases. */
function bare(name: string): string {
  return name
    .replace(/^(?:functions?|tools?|default_api)[.:]/i, "")
    .replace(/:\d+$/, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Levenshtein distance, given up beyond `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit + 1;
}
