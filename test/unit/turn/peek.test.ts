import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BridgeError } from "../../../src/turn/error.ts";
import type { TurnEvent } from "../../../src/turn/event.ts";
import { peek } from "../../../src/turn/peek.ts";
import { failingTurnEvents, turnEvents } from "../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../support/streams/events.ts";

test("nothing is lost or reordered, and the verdict is the first event that is no wait", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(turnEvents(), failingTurnEvents()), async (events) => {
      const peeked = await peek(eventsOf(events), 10_000);
      expect(peeked.verdict).toEqual(events.find((event) => event.type !== "turn-wait"));
      expect(await gather(peeked.events)).toEqual(events);
    }),
  );
});

test("without a verdict in time the events still come, in order", async () => {
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const wait: TurnEvent = { type: "turn-wait", reason: "slot", elapsedMs: 0 };
  async function* source() {
    yield wait;
    await gate;
    yield* textTurn("a");
  }
  const { verdict, events } = await peek(source(), 20);
  expect(verdict).toBeUndefined();
  go();
  expect(await gather(events)).toEqual([wait, ...textTurn("a")]);
});

test("a source that throws early throws to whoever reads, and to nobody else", async () => {
  async function* source(): AsyncGenerator<TurnEvent> {
    yield { type: "turn-start", model: "m" };
    throw new BridgeError("host_gone", "Gone.");
  }
  const { events } = await peek(source(), 1000);
  // Nobody reads for a while: a rejection that nobody handles would end the process here.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await expect(gather(events)).rejects.toThrow("Gone.");
});

test("leaving closes the source, also at the first event", async () => {
  for (const stopAt of ["turn-start", "text-delta"]) {
    let closed = 0;
    async function* source() {
      try {
        yield* textTurn("a", "b", "c");
      } finally {
        closed += 1;
      }
    }
    const { events } = await peek(source(), 1000);
    for await (const event of events) if (event.type === stopAt) break;
    expect(closed).toBe(1);
  }
});

test("a source that is empty has no verdict", async () => {
  const { verdict, events } = await peek(eventsOf([]), 1000);
  expect(verdict).toBeUndefined();
  expect(await gather(events)).toEqual([]);
});
