import * as fc from "fast-check";
import { expect } from "vitest";
import { openaiResponses } from "../../../../src/dialects/openai-responses/index.ts";
import { collect } from "../../../../src/turn/collect.ts";
import type { StopReason, TurnEvent } from "../../../../src/turn/event.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";
import { anyText } from "../../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../../support/streams/events.ts";
import { parseFrames } from "../../../support/streams/frames.ts";
import { openaiResponse } from "../../../support/streams/vendor-accumulators.ts";
import { verifies } from "../../../support/verifies.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };
const dialect = openaiResponses({ responses: 10, size: 1_000_000, ageMs: 60_000 });
const TRIGGER = { type: "compaction_trigger" };
const USER = { type: "message", role: "user", content: "Mend the roof." };
const TOOL = { type: "function", name: "f", parameters: { type: "object" } };

const exchange = (input: readonly object[], body: object = {}) =>
  dialect.decode({ model: "auto", input, ...body }, new Headers(), ANYONE);
const compact = (body: object) => {
  const [route] = dialect.alsoAt ?? [];
  if (route === undefined) throw new Error("There is no route for compaction.");
  return route.decode(body, new Headers(), ANYONE);
};

interface Compacted {
  readonly output: readonly { readonly type: string; readonly encrypted_content: string }[];
}

const textsOf = (input: readonly object[]): string =>
  JSON.stringify(exchange(input).request.messages.map(({ parts }) => parts));

verifies("responses.compaction", "the model is asked for a summary, and may call nothing", () => {
  for (const { request } of [
    exchange([USER, TRIGGER], { tools: [TOOL], tool_choice: "required" }),
    compact({ model: "auto", input: [USER], tools: [TOOL] }),
  ]) {
    expect(request.messages).toHaveLength(2);
    expect(JSON.stringify(request.messages[0])).toContain("Mend the roof.");
    expect(JSON.stringify(request.messages[1])).toContain("Write a summary");
    expect(request.toolChoice).toEqual({ type: "none" });
  }
});

verifies(
  "responses.compaction",
  "any summary comes back as it was, streamed and whole, and no other way",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 5 }), async (pieces) => {
        // Halves of characters do not travel as UTF-8.
        const summary = Buffer.from(`Summary: ${pieces.join("")}`).toString();
        const events = textTurn("Summary: ", ...pieces);
        const asked = exchange([USER, TRIGGER]);
        const whole = asked.encode(await collect(eventsOf(events)), context) as Compacted;
        const frames = (await gather(asked.frames(eventsOf(events), context))).join("");
        const streamed = (await openaiResponse(frames)) as unknown as Compacted;
        const apart = compact({ model: "auto", input: [USER] }).encode(
          await collect(eventsOf(events)),
          context,
        ) as Compacted;
        for (const { output } of [whole, streamed, apart]) {
          expect(output).toHaveLength(1);
          expect(output[0]).toMatchObject({ type: "compaction", id: expect.any(String) });
          const [item] = output;
          if (item === undefined) throw new Error("unreachable");
          expect(item.encrypted_content).not.toContain(" ");
          const [message] = exchange([item, USER]).request.messages;
          expect(message?.parts.some((part) => part.type === "text" && part.text.endsWith(summary))).toBe(
            true,
          );
        }
        expect(apart).toMatchObject({
          object: "response.compaction",
          usage: { output_tokens: expect.any(Number) },
        });
      }),
      { numRuns: 50 },
    );
  },
);

verifies("responses.compaction", "half a summary, or none, is an error and replaces nothing", async () => {
  for (const [text, unified] of [
    ["Half a", "max-tokens"],
    ["", "end"],
    [" \n", "end"],
    ["I will not.", "refusal"],
  ] as const) {
    const stopReason: StopReason = { unified };
    const events = textTurn(text).map((event): TurnEvent =>
      event.type === "turn-end" ? { ...event, stopReason } : event,
    );
    const asked = exchange([USER, TRIGGER]);
    const turn = await collect(eventsOf(events));
    expect(() => asked.encode(turn, context)).toThrow(expect.objectContaining({ code: "host_failed" }));
    const frames = parseFrames((await gather(asked.frames(eventsOf(events), context))).join(""));
    expect(frames.at(-1)?.event).toBe("response.failed");
    expect(frames.some(({ event }) => event === "response.output_item.done")).toBe(false);
  }
});

verifies("responses.compaction", "a summary that somebody else encrypted is refused by name", () => {
  expect(() => exchange([USER, { type: "compaction", encrypted_content: "gAAAAABo" }])).toThrow(
    expect.objectContaining({ code: "invalid_request", param: "input.1.encrypted_content" }),
  );
});

verifies(
  "responses.compaction",
  "going on from a stored response, the summary stands for what came before",
  async () => {
    const asked = exchange([USER, TRIGGER]);
    const { id } = asked.encode(await collect(eventsOf(textTurn("The roof is half mended."))), context) as {
      id: string;
    };
    const { request } = exchange([{ type: "message", role: "user", content: "Go on." }], {
      previous_response_id: id,
    });
    const texts = JSON.stringify(request.messages);
    expect(texts).toContain("The roof is half mended.");
    expect(texts).toContain("Go on.");
    expect(texts).not.toContain("Mend the roof.");
    expect(textsOf([USER])).toContain("Mend the roof.");
  },
);
