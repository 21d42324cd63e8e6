import * as fc from "fast-check";
import { expect } from "vitest";
import type { Exchange } from "../../../../src/dialects/dialect.ts";
import { openaiResponses } from "../../../../src/dialects/openai-responses/index.ts";
import { collect } from "../../../../src/turn/collect.ts";
import { anyText, turnEvents } from "../../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../../support/streams/events.ts";
import { unicodeLines } from "../../../support/streams/frames.ts";
import { openaiResponse } from "../../../support/streams/vendor-accumulators.ts";
import { verifies } from "../../../support/verifies.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };

function exchange(): Exchange {
  const dialect = openaiResponses({ responses: 10, size: 1_000_000, ageMs: 60_000 });
  return dialect.decode({ model: "asked", input: "hi" }, new Headers(), ANYONE);
}

verifies(
  "responses.sdk",
  "the openai package makes of any stream the response of the same turn",
  async () => {
    await fc.assert(
      fc.asyncProperty(turnEvents(), async (events) => {
        const frames = (await gather(exchange().frames(eventsOf(events), context))).join("");
        const turn = await collect(eventsOf(events));
        const whole: unknown = JSON.parse(JSON.stringify(exchange().encode(turn, context)));
        expect(await openaiResponse(frames)).toMatchObject(whole as object);
      }),
      { numRuns: 150 },
    );
  },
);

verifies(["responses.sdk", "responses.items"], "any text comes through as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyText, { maxLength: 5 }), async (pieces) => {
      const frames = (await gather(exchange().frames(eventsOf(textTurn(...pieces)), context))).join("");
      for (const line of unicodeLines(frames)) expect(line).toMatch(/^(?:event: [\w.]+|data: \{.*\})$/);
      expect((await openaiResponse(frames)).output_text).toBe(pieces.join(""));
    }),
    { numRuns: 100 },
  );
});
