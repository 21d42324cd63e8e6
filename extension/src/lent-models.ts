/** Which of the editor's models are lent, by the patterns that a person has set. Pure functions. */
import { fits } from "../../src/util/glob.ts";

/** The last pattern that fits decides. Models that none fits are lent, unless the list begins with one that is. */
export function isLent(model: string, patterns: readonly string[]): boolean {
  const decides = patterns.findLast((pattern) => fits(bare(pattern), model));
  if (decides !== undefined) return !decides.startsWith("!");
  return patterns[0]?.startsWith("!") !== false;
}

/** The patterns by which a model is lent, or is not. */
export function withModel(model: string, lend: boolean, patterns: readonly string[]): string[] {
  // The first says what holds of all others.
  const others = patterns.filter((pattern, index) => index === 0 || bare(pattern) !== model);
  if (isLent(model, others) === lend) return others;
  return [...others, lend ? model : `!${model}`];
}

function bare(pattern: string): string {
  return pattern.startsWith("!") ? pattern.slice(1) : pattern;
}
