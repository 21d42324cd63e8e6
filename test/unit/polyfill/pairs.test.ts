import * as fc from "fast-check";
import { expect } from "vitest";
import { pairs } from "../../../src/polyfill/pairs.ts";
import { collect } from "../../../src/turn/collect.ts";
import type { TurnEvent } from "../../../src/turn/event.ts";
import { grammar } from "../../../src/turn/grammar.ts";
import { anyText } from "../../support/data/arbitraries.ts";
import { eventsOf, gather } from "../../support/streams/events.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { verifies } from "../../support/verifies.ts";

/** A turn with the text in every kind of block, cut between any two code units. */
function cutTurn(text: string, places: readonly number[]): TurnEvent[] {
  const cuts = places.map((place) => place % (text.length + 1)).sort((a, b) => a - b);
  const pieces = [0, ...cuts].map((cut, index) => text.slice(cut, cuts[index] ?? text.length));
  return [
    { type: "turn-start", model: "m" },
    { type: "reasoning-start", id: "r" },
    ...pieces.map((piece) => ({ type: "reasoning-delta" as const, id: "r", text: piece })),
    { type: "reasoning-end", id: "r" },
    { type: "text-start", id: "t" },
    ...pieces.flatMap((piece): TurnEvent[] => [
      { type: "text-delta", id: "t", text: piece },
      { type: "turn-wait", reason: "host", elapsedMs: 1 },
    ]),
    { type: "text-end", id: "t" },
    { type: "tool-call-start", id: "c", callId: "c", name: "read" },
    ...pieces.map((piece) => ({ type: "tool-call-delta" as const, id: "c", json: piece })),
    { type: "tool-call-end", id: "c" },
    { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false } },
  ];
}

verifies(
  ["chat.any-text", "messages.any-text"],
  "no piece ends in half a character, and nothing is lost",
  async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.array(fc.nat(), { maxLength: 8 }), async (text, places) => {
        const events = cutTurn(text, places);
        const run = pairs(() => eventsOf(events));
        const out = await gather(grammar(run(turnRequest(), new AbortController().signal)));
        expect((await collect(eventsOf(out))).parts).toEqual((await collect(eventsOf(events))).parts);
        if (Buffer.from(text, "utf8").toString("utf8") !== text) return;
        for (const event of out) {
          const piece = "text" in event ? event.text : "json" in event ? event.json : "";
          expect(Buffer.from(piece, "utf8").toString("utf8")).toBe(piece);
        }
      }),
      { numRuns: 300 },
    );
  },
);
