import { expect, test } from "vitest";
import { answerEvents } from "../../../../src/hosts/mcp/answer-events.ts";
import { Deltas } from "../../../../src/hosts/mcp/deltas.ts";
import type { SamplingAnswer } from "../../../../src/hosts/mcp/sampling-result.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { verifies } from "../../../support/verifies.ts";

const END = { unified: "end" } as const;

async function run(
  pieces: readonly string[],
  answer: SamplingAnswer | Error,
): Promise<{ events: TurnEvent[]; mismatches: number; error: unknown }> {
  const deltas = new Deltas();
  for (const piece of pieces) deltas.push(piece);
  deltas.end();
  const events: TurnEvent[] = [];
  let mismatches = 0;
  let error: unknown;
  const settled = answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  try {
    for await (const event of answerEvents(settled, deltas, "asked", () => (mismatches += 1))) {
      events.push(event);
    }
  } catch (thrown) {
    error = thrown;
  }
  return { events, mismatches, error };
}

const textOf = (events: readonly TurnEvent[]): string[] =>
  events.flatMap((event) => (event.type === "text-delta" ? [event.text] : []));

test("without pieces the answer is one block and names its model", async () => {
  const { events } = await run([], { model: "m", text: "hello", calls: [], stopReason: END });
  expect(events.map(({ type }) => type)).toEqual([
    "turn-start",
    "text-start",
    "text-delta",
    "text-end",
    "turn-end",
  ]);
  expect(events[0]).toEqual({ type: "turn-start", model: "m" });
});

test("an empty answer has no block", async () => {
  const { events } = await run([], { model: undefined, text: "", calls: [], stopReason: END });
  expect(events.map(({ type }) => type)).toEqual(["turn-start", "turn-end"]);
  expect(events[0]).toEqual({ type: "turn-start", model: "asked" });
});

verifies("host.deltas", "pieces pass one by one and the answer adds what they lack", async () => {
  const { events, mismatches } = await run(["he", "l"], {
    model: "m",
    text: "hello",
    calls: [],
    stopReason: END,
  });
  expect(textOf(events)).toEqual(["he", "l", "lo"]);
  expect(events.map(({ type }) => type)).toEqual([
    "turn-start",
    "text-start",
    "text-delta",
    "text-delta",
    "text-delta",
    "text-end",
    "turn-end",
  ]);
  expect(mismatches).toBe(0);
  expect(
    textOf((await run(["hello"], { model: "m", text: "hello", calls: [], stopReason: END })).events),
  ).toEqual(["hello"]);
});

verifies("host.deltas", "pieces that are no beginning of the answer stand, and that is told", async () => {
  const { events, mismatches } = await run(["hullo"], {
    model: "m",
    text: "hello",
    calls: [],
    stopReason: END,
  });
  expect(textOf(events)).toEqual(["hullo"]);
  expect(events.at(-1)?.type).toBe("turn-end");
  expect(mismatches).toBe(1);
});

test("a failure after pieces is thrown after them", async () => {
  const { events, error } = await run(["he"], new Error("gone"));
  expect(textOf(events)).toEqual(["he"]);
  expect(error).toMatchObject({ message: "gone" });
});

test("a reader that waits is woken by pieces and by the end", async () => {
  const deltas = new Deltas();
  const seen: string[] = [];
  const reading = (async () => {
    for await (const piece of deltas) seen.push(piece);
  })();
  await Promise.resolve();
  deltas.push("a");
  await deltas.ready();
  deltas.push("b");
  deltas.push("");
  deltas.end();
  deltas.push("c");
  await reading;
  expect(seen).toEqual(["a", "b"]);
});
