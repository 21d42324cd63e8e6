import type * as fc from "fast-check";

/** `MCPTB_FUZZ_SEED` repeats a run. */
const SEED = process.env["MCPTB_FUZZ_SEED"];

/** So many runs, or as many as `MCPTB_FUZZ_RUNS` says. */
export function runsOf(usual: number): number {
  return Number(process.env["MCPTB_FUZZ_RUNS"] ?? usual);
}

/** Settings of a property: the seed is told, and of a failure its message alone, because the counterexample would be many pages. */
export function fuzzed<Sent>(what: string, numRuns: number): fc.Parameters<Sent> {
  return {
    numRuns,
    endOnFailure: true,
    ...(SEED !== undefined && { seed: Number(SEED) }),
    reporter(run) {
      process.stderr.write(`fuzz of ${what}: seed ${run.seed}, ${run.numRuns} runs\n`);
      if (run.failed) throw new Error(`Seed ${run.seed}: ${String(run.errorInstance)}`);
    },
  };
}
