import { setImmediate as otherTurn } from "node:timers/promises";
import { expect } from "vitest";
import { nextTurn } from "../../../src/util/next-turn.ts";
import { verifies } from "../../support/verifies.ts";

/** Holds the event loop for longer than it may be held in one turn. */
function work(): void {
  for (const until = performance.now() + 15; performance.now() < until;);
}

verifies(
  "server.loop-free",
  "however many do long work in steps, others have their turn after each step",
  async () => {
    const order: string[] = [];
    const worker = async (name: string): Promise<void> => {
      for (let step = 0; step < 3; step += 1) {
        await nextTurn();
        work();
        order.push(name);
      }
    };
    const workers = ["a", "b", "c"].map(worker);
    const ending = new AbortController();
    const others = (async () => {
      while (!ending.signal.aborted) {
        await otherTurn();
        order.push("other");
      }
    })();
    await Promise.all(workers);
    ending.abort();
    await others;
    expect(order.filter((name) => name !== "other")).toEqual(["a", "b", "c", "a", "b", "c", "a", "b", "c"]);
    expect(order.join(" ")).not.toMatch(/[abc] [abc]/);
  },
);

verifies("server.loop-free", "short steps share a turn", async () => {
  let turns = 0;
  const ending = new AbortController();
  const counting = (async () => {
    for (; !ending.signal.aborted; turns += 1) await otherTurn();
  })();
  await Promise.all(Array.from({ length: 1000 }, () => nextTurn()));
  ending.abort();
  await counting;
  expect(turns).toBeLessThan(500);
});
