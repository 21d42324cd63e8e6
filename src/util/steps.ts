/** Long work in steps, between which the event loop runs: a generator that yields after each step and returns the result. */
import { nextTurn } from "./next-turn.ts";

export type Steps<Result> = Generator<void, Result>;

/** Milliseconds for which the event loop may be held at a time. */
const HELD_MS = 20;

/** Runs all steps at once. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Runs the steps and holds the event loop for little longer than one step at a time. */
export async function inTurns<Result>(steps: Steps<Result>): Promise<Result> {
  for (let until = performance.now() + HELD_MS; ;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + HELD_MS;
  }
}
