import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BridgeError } from "../../../src/turn/error.ts";
import type { TurnEvent } from "../../../src/turn/event.ts";
import { grammar } from "../../../src/turn/grammar.ts";
import { failingTurnEvents, turnEvents } from "../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../support/streams/events.ts";
import { verifies } from "../../support/verifies.ts";

test("legal turns pass unchanged", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(turnEvents(), failingTurnEvents()), async (events) => {
      expect(await gather(grammar(eventsOf(events)))).toEqual(events);
    }),
  );
});

verifies(
  "turn.order",
  "whatever the order, the events end with exactly one end or error and never throw",
  async () => {
    const pieces = turnEvents().chain((events) => fc.shuffledSubarray(events));
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (events, throws) => {
        async function* source() {
          yield* eventsOf(events);
          if (throws) throw new Error("broken");
        }
        const seen = await gather(grammar(source()));
        const ends = seen.filter((event) => event.type === "turn-end" || event.type === "turn-error");
        expect(ends).toHaveLength(1);
        expect(seen.at(-1)).toBe(ends[0]);
        // What came through is legal in itself.
        expect(await gather(grammar(eventsOf(seen)))).toEqual(seen);
      }),
    );
  },
);

const [start, open, delta, close, end] = textTurn("a") as [
  TurnEvent,
  TurnEvent,
  TurnEvent,
  TurnEvent,
  TurnEvent,
];
const call: TurnEvent = { type: "tool-call-start", id: "call", callId: "c", name: "n" };

test.each<[string, TurnEvent[], string]>([
  ["no end", [start, open, delta, close], "stopped before it was complete"],
  ["nothing at all", [], "stopped before it was complete"],
  ["two starts", [start, start], "starts twice"],
  ["an end first", [end], "ends before it starts"],
  ["an end inside a block", [start, open, end], "ends inside a block"],
  ["a block before the start", [open], "comes before the start"],
  ["a block inside a block", [start, open, call], "starts inside another"],
  ["an id twice", [start, open, close, open], "id comes twice"],
  ["a piece without a block", [start, delta], "without an open block"],
  [
    "a piece of another kind",
    [start, open, { type: "reasoning-delta", id: "text", text: "" }],
    "without an open block",
  ],
  [
    "a piece of another block",
    [start, open, { type: "text-delta", id: "other", text: "" }],
    "without an open block",
  ],
  ["a piece after its block", [start, open, close, delta], "without an open block"],
  ["an end of another kind", [start, open, { type: "tool-call-end", id: "text" }], "without an open block"],
  ["an end without a block", [start, close], "without an open block"],
])("%s is an error", async (_, events, fault) => {
  const seen = await gather(grammar(eventsOf(events)));
  const last = seen.at(-1);
  expect(last).toMatchObject({ type: "turn-error", error: { code: "host_failed" } });
  expect(last?.type === "turn-error" && last.error.message).toContain(fault);
});

test("what is thrown becomes the last event", async () => {
  const error = new BridgeError("consent_denied", "No.");
  async function* source() {
    yield start;
    throw error;
  }
  expect(await gather(grammar(source()))).toEqual([start, { type: "turn-error", error }]);
});

test("nothing is read after the end, and the source is closed", async () => {
  let closed = 0;
  let readOn = false;
  async function* source() {
    try {
      yield* textTurn("a");
      readOn = true;
      yield start;
    } finally {
      closed += 1;
    }
  }
  await gather(grammar(source()));
  expect({ closed, readOn }).toEqual({ closed: 1, readOn: false });
});

test("leaving midway closes the source", async () => {
  let closed = 0;
  async function* source() {
    try {
      yield* textTurn("a");
    } finally {
      closed += 1;
    }
  }
  for await (const event of grammar(source())) if (event.type === "text-start") break;
  expect(closed).toBe(1);
});

test("a source that fails while it is closed does not break a finished turn", async () => {
  const source: AsyncIterable<TurnEvent> = {
    [Symbol.asyncIterator]: () => {
      const events = textTurn("a").values();
      return {
        next: () => Promise.resolve(events.next()),
        return: () => Promise.reject(new Error("broken while closing")),
      };
    },
  };
  expect(await gather(grammar(source))).toEqual(textTurn("a"));
});
