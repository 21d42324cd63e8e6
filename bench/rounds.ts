import { median } from "./stats.ts";
import type { Subject } from "./subject.ts";

/** Rounds are left out once so much time has gone by, in milliseconds: a busy machine must not take all day. */
const ENOUGH_MS = 12_000;

/**
 * Measures every subject `rounds` times, taking turns and changing who begins, so that a change of the machine's
 * mood meets all of them alike. Returns the outcomes by the subject's name, of two rounds at least.
 */
export async function takeTurns<T>(
  subjects: readonly Subject[],
  rounds: number,
  measure: (subject: Subject) => Promise<T>,
): Promise<Record<string, T[]>> {
  const outcomes: Record<string, T[]> = Object.fromEntries(subjects.map(({ name }) => [name, []]));
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    if (round >= 2 && performance.now() - began > ENOUGH_MS) break;
    const order = round % 2 === 0 ? subjects : subjects.toReversed();
    for (const subject of order) outcomes[subject.name]?.push(await measure(subject));
  }
  return outcomes;
}

/** One figure over several rounds: the middle one, and the best and worst to show how far they lie apart. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function figure(samples: readonly number[]): Figure {
  return { median: median(samples), min: Math.min(...samples), max: Math.max(...samples) };
}
