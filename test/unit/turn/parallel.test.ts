import * as fc from "fast-check";
import { expect, test } from "vitest";
import { collect } from "../../../src/turn/collect.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { TurnEvent, TurnEvents, Usage } from "../../../src/turn/event.ts";
import { parallel } from "../../../src/turn/parallel.ts";
import { turnEvents, usage } from "../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../support/streams/events.ts";
import { Gate } from "../../support/streams/gate.ts";

const never = new AbortController().signal;

/** Starts the first, the second and so on of these answers. */
function startOf(...answers: readonly ((signal: AbortSignal) => TurnEvents)[]) {
  let index = -1;
  return (signal: AbortSignal): TurnEvents => {
    index += 1;
    return answers[index]?.(signal) ?? eventsOf([]);
  };
}

const ended = (counts: Partial<Usage>): TurnEvent[] => [
  { type: "turn-start", model: "m" },
  { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false, ...counts } },
];

test("one answer passes as it is", () => {
  const events = eventsOf(textTurn("a"));
  expect(parallel(1, () => events, never)).toBe(events);
});

test("each answer keeps its events in order, under its number", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(turnEvents(), { minLength: 2, maxLength: 4 }), async (turns) => {
      const start = startOf(...turns.map((events) => () => eventsOf(events)));
      const all = await gather(parallel(turns.length, start, never));
      for (const [index, events] of turns.entries()) {
        const own = all.filter(({ choice }) => choice === index);
        const plain = (event: object): object => ({ ...event, choice: undefined, usage: undefined });
        expect(own.map(plain)).toEqual(events.map(plain));
      }
      const turn = await collect(eventsOf(all));
      const single = await Promise.all(turns.map((events) => collect(eventsOf(events))));
      expect([turn, ...turn.others].map(({ parts }) => parts)).toEqual(single.map(({ parts }) => parts));
    }),
    { numRuns: 50 },
  );
});

test("answers that come at the same pace come in turn", async () => {
  const start = startOf(
    () => eventsOf(textTurn("a", "b", "c")),
    () => eventsOf(textTurn("A", "B", "C")),
  );
  const texts = (await gather(parallel(2, start, never))).flatMap((event) =>
    event.type === "text-delta" ? [event.text] : [],
  );
  expect(texts).toEqual(["a", "A", "b", "B", "c", "C"]);
});

test("who waits does not hold up who speaks", async () => {
  const gate = new Gate();
  async function* late(signal: AbortSignal): TurnEvents {
    await gate.pass(signal);
    yield* eventsOf(textTurn("late"));
  }
  const start = startOf(late, () => eventsOf(textTurn("soon")));
  const order: string[] = [];
  for await (const event of parallel(2, start, never)) {
    if (event.type === "text-delta") order.push(event.text);
    if (event.type === "turn-end" && event.choice === 1) gate.open();
  }
  expect(order).toEqual(["soon", "late"]);
});

test("the last usage is that of all: the prompt once, the answers together, unknown stays unknown", async () => {
  const totals = async (...usages: Partial<Usage>[]): Promise<Usage> => {
    const start = startOf(...usages.map((counts) => () => eventsOf(ended(counts))));
    return (await collect(parallel(usages.length, start, never))).usage;
  };
  expect(
    await totals(
      { inputTokens: 7, outputTokens: 1 },
      { inputTokens: 7, outputTokens: 2, estimated: true },
      { inputTokens: 7, outputTokens: 4 },
    ),
  ).toEqual({ inputTokens: 7, outputTokens: 7, estimated: true });
  expect(await totals({ outputTokens: 1 }, { inputTokens: 5 }, { outputTokens: 2 })).toEqual({
    inputTokens: 5,
    estimated: false,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(usage, { minLength: 2, maxLength: 5 }), async (usages) => {
      const sum = await totals(...usages);
      expect(sum.estimated).toBe(usages.some(({ estimated }) => estimated));
      expect(sum.inputTokens).toBe(usages.find((one) => one.inputTokens !== undefined)?.inputTokens);
    }),
    { numRuns: 30 },
  );
});

test("the first error ends all, and the others are aborted", async () => {
  const error = new BridgeError("host_failed", "Broken.");
  const aborted: number[] = [];
  const waiting = (index: number) =>
    async function* wait(signal: AbortSignal): TurnEvents {
      try {
        yield { type: "turn-start", model: "m" };
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      } finally {
        if (signal.aborted) aborted.push(index);
      }
    };
  const start = startOf(waiting(0), () => eventsOf([{ type: "turn-error", error }]), waiting(2));
  const events = await gather(parallel(3, start, never));
  expect(events.at(-1)).toEqual({ type: "turn-error", error, choice: 1 });
  expect(new Set(aborted)).toEqual(new Set([0, 2]));
});

test("who leaves ends all", async () => {
  const left: number[] = [];
  const speaking = (index: number) =>
    async function* speak(): TurnEvents {
      try {
        for (;;) yield await Promise.resolve<TurnEvent>({ type: "turn-wait", reason: "host", elapsedMs: 0 });
      } finally {
        left.push(index);
      }
    };
  for await (const event of parallel(2, startOf(speaking(0), speaking(1)), never)) {
    if (event.choice === 1) break;
  }
  expect(left).toEqual([0, 1]);
});
