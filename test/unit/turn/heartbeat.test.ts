import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { heartbeat } from "../../../src/turn/heartbeat.ts";
import type { TurnEvent } from "../../../src/turn/event.ts";
import { turnEvents } from "../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../support/streams/events.ts";
import { verifies } from "../../support/verifies.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const start: TurnEvent = { type: "turn-start", model: "m" };

/** A source that speaks when it is told to. */
function spoken() {
  const says: ((event: TurnEvent | Error) => void)[] = [];
  const promises: Promise<TurnEvent>[] = [];
  for (let index = 0; index < 10; index += 1) {
    promises.push(
      new Promise((resolve, reject) => {
        says.push((event) => (event instanceof Error ? reject(event) : resolve(event)));
      }),
    );
  }
  let closed = 0;
  async function* source() {
    try {
      yield* promises;
    } finally {
      closed += 1;
    }
  }
  return { source: source(), say: (event: TurnEvent | Error) => says.shift()?.(event), closed: () => closed };
}

test("a turn without silence passes unchanged, and no timer is left", async () => {
  await fc.assert(
    fc.asyncProperty(turnEvents(), async (events) => {
      expect(await gather(heartbeat(eventsOf(events), 1000))).toEqual(events);
    }),
  );
  expect(vi.getTimerCount()).toBe(0);
});

verifies("stream.heartbeat", "silence of any length is filled, at most so far apart as asked", async () => {
  const { source, say } = spoken();
  const events: TurnEvent[] = [];
  const reading = (async () => {
    for await (const event of heartbeat(source, 1000)) events.push(event);
  })();
  await vi.advanceTimersByTimeAsync(3500);
  expect(events).toEqual(
    [1000, 2000, 3000].map((elapsedMs) => ({ type: "turn-wait", reason: "host", elapsedMs })),
  );
  say(start);
  await vi.advanceTimersByTimeAsync(900);
  expect(events.at(-1)).toEqual(start);
  await vi.advanceTimersByTimeAsync(100);
  expect(events.at(-1)).toEqual({ type: "turn-wait", reason: "host", elapsedMs: 4500 });
  say(new Error("over"));
  await expect(reading).rejects.toThrow("over");
});

test("the last known reason and message are repeated", async () => {
  const { source, say } = spoken();
  const iterator = heartbeat(source, 1000)[Symbol.asyncIterator]();
  const wait: TurnEvent = { type: "turn-wait", reason: "consent", elapsedMs: 5, message: "Press the bell." };
  say(wait);
  expect(await iterator.next()).toEqual({ done: false, value: wait });
  const next = iterator.next();
  await vi.advanceTimersByTimeAsync(1000);
  expect((await next).value).toMatchObject({ reason: "consent", message: "Press the bell." });
  say(start);
  await iterator.next();
  await iterator.return?.();
});

test("a reader that takes its time gets no beats for that", async () => {
  const iterator = heartbeat(eventsOf(textTurn("a", "b")), 1000)[Symbol.asyncIterator]();
  const types: string[] = [];
  for (let result = await iterator.next(); result.done !== true; result = await iterator.next()) {
    types.push(result.value.type);
    await vi.advanceTimersByTimeAsync(5000);
  }
  expect(types).not.toContain("turn-wait");
});

test("leaving closes the source and the timer", async () => {
  const { source, say, closed } = spoken();
  say(start);
  for await (const event of heartbeat(source, 1000)) if (event.type === "turn-start") break;
  expect(closed()).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("leaving while the source waits ends as soon as the source does, and its failure is nobody's", async () => {
  const { source, say, closed } = spoken();
  const iterator = heartbeat(source, 1000)[Symbol.asyncIterator]();
  const next = iterator.next();
  const left = iterator.return?.();
  // What the abort signal does to a host.
  say(new Error("aborted"));
  await expect(next).rejects.toThrow("aborted");
  await left;
  expect(closed()).toBe(1);
});
