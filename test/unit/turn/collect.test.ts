import * as fc from "fast-check";
import { expect, test } from "vitest";
import { collect } from "../../../src/turn/collect.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { TurnEvent } from "../../../src/turn/event.ts";
import { failingTurnEvents, turnEvents } from "../../support/data/arbitraries.ts";
import { eventsOf, textTurn } from "../../support/streams/events.ts";

test("the pieces of every block are joined, in order", async () => {
  const events: TurnEvent[] = [
    { type: "turn-start", model: "m" },
    { type: "reasoning-start", id: "r" },
    { type: "reasoning-delta", id: "r", text: "Let me " },
    { type: "reasoning-delta", id: "r", text: "think." },
    { type: "reasoning-end", id: "r", signature: "s" },
    { type: "text-start", id: "t" },
    { type: "text-delta", id: "t", text: "It is " },
    { type: "text-delta", id: "t", text: "sunny." },
    { type: "text-end", id: "t" },
    { type: "tool-call-start", id: "c", callId: "call-1", name: "weather" },
    { type: "tool-call-delta", id: "c", json: '{"city":' },
    { type: "tool-call-delta", id: "c", json: '"Oslo"}' },
    { type: "tool-call-end", id: "c" },
    { type: "text-start", id: "e" },
    { type: "text-end", id: "e" },
    { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { inputTokens: 3, estimated: true } },
  ];
  expect(await collect(eventsOf(events))).toEqual({
    model: "m",
    parts: [
      { type: "reasoning", text: "Let me think.", signature: "s" },
      { type: "text", text: "It is sunny." },
      { type: "tool-call", id: "call-1", name: "weather", input: '{"city":"Oslo"}' },
      { type: "text", text: "" },
    ],
    stopReason: { unified: "tool-calls" },
    usage: { inputTokens: 3, estimated: true },
    others: [],
  });
});

test("every turn has as many parts as blocks, and as much text as its pieces", async () => {
  await fc.assert(
    fc.asyncProperty(turnEvents(), async (events) => {
      const { parts } = await collect(eventsOf(events));
      expect(parts).toHaveLength(events.filter((event) => event.type.endsWith("-end")).length - 1);
      const written = events.map((event) =>
        "text" in event ? event.text : "json" in event ? event.json : "",
      );
      const kept = parts.map((part) => (part.type === "tool-call" ? part.input : part.text));
      expect(kept.join("")).toBe(written.join(""));
    }),
  );
});

test("a turn that fails throws its error", async () => {
  await fc.assert(
    fc.asyncProperty(failingTurnEvents(), async (events) => {
      const last = events.at(-1);
      await expect(collect(eventsOf(events))).rejects.toBe(last?.type === "turn-error" && last.error);
    }),
  );
});

test("a turn without an end is an error", async () => {
  const thrown: unknown = await collect(eventsOf(textTurn("a").slice(0, -1))).catch(
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(BridgeError);
  expect(thrown).toMatchObject({ code: "host_failed" });
});
