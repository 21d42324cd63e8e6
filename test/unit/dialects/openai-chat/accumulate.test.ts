import * as fc from "fast-check";
import { expect } from "vitest";
import { openaiChat } from "../../../../src/dialects/openai-chat/index.ts";
import { collect, type Turn } from "../../../../src/turn/collect.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { textOf } from "../../../../src/turn/message.ts";
import { anyText, turnEvents } from "../../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../../support/streams/events.ts";
import { openaiCompletion } from "../../../support/streams/vendor-accumulators.ts";
import { unicodeLines } from "../../../support/streams/frames.ts";
import { verifies } from "../../../support/verifies.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };

async function framesOf(events: readonly TurnEvent[], includeUsage = true): Promise<string> {
  const exchange = openaiChat.decode(
    {
      model: "asked",
      stream: true,
      stream_options: { include_usage: includeUsage },
      messages: [{ role: "user", content: "hi" }],
    },
    new Headers(),
    ANYONE,
  );
  return (await gather(exchange.frames(eventsOf(events), context))).join("");
}

function callsOf(turn: Turn): object[] {
  return turn.parts.flatMap((part) =>
    part.type === "tool-call"
      ? [{ id: part.id, type: "function", function: { name: part.name, arguments: part.input } }]
      : [],
  );
}

verifies(
  ["chat.sdk-openai", "chat.tool-call-chunks", "chat.finish-last", "chat.usage-numbers"],
  "the openai package makes of any stream the turn that was sent",
  async () => {
    await fc.assert(
      fc.asyncProperty(turnEvents(), fc.boolean(), async (events, includeUsage) => {
        const turn = await collect(eventsOf(events));
        const completion = await openaiCompletion(await framesOf(events, includeUsage));
        const [choice] = completion.choices;
        const calls = callsOf(turn);

        expect(completion.model).toBe(turn.model);
        expect(choice?.message.role).toBe("assistant");
        expect(choice?.message.content ?? "").toBe(textOf(turn.parts));
        expect(choice?.message.tool_calls ?? []).toMatchObject(calls);
        expect(choice?.message.tool_calls ?? []).toHaveLength(calls.length);
        const { inputTokens = 0, outputTokens = 0 } = turn.usage;
        if (includeUsage) {
          expect(completion.usage).toMatchObject({
            prompt_tokens: inputTokens,
            completion_tokens: outputTokens,
            total_tokens: inputTokens + outputTokens,
          });
        } else expect(completion.usage).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  },
);

verifies("chat.sdk-openai", "a plain answer is what the stream of the same turn adds up to", async () => {
  await fc.assert(
    fc.asyncProperty(turnEvents({ waits: false }), async (events) => {
      const turn = await collect(eventsOf(events));
      const exchange = openaiChat.decode(
        { model: "asked", messages: [{ role: "user", content: "hi" }] },
        new Headers(),
        ANYONE,
      );
      const whole = JSON.parse(JSON.stringify(exchange.encode(turn, context)));
      const streamed = await openaiCompletion(await framesOf(events));
      const [left] = whole.choices;
      const [right] = streamed.choices;
      expect(left.message.content ?? "").toBe(right?.message.content ?? "");
      expect(left.finish_reason).toBe(right?.finish_reason);
      expect(right?.message.tool_calls ?? []).toMatchObject(left.message.tool_calls ?? []);
      expect(whole.usage).toEqual(streamed.usage);
    }),
    { numRuns: 100 },
  );
});

verifies(["chat.any-text", "chat.line-ends"], "any text comes through as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyText, { maxLength: 5 }), async (pieces) => {
      const frames = await framesOf(textTurn(...pieces));
      expect(Buffer.from(frames, "utf8").toString("utf8")).toBe(frames);
      for (const line of unicodeLines(frames)) expect(line).toMatch(/^data: (?:\{.*\}|\[DONE\])$/);
      const completion = await openaiCompletion(frames);
      expect(completion.choices[0]?.message.content ?? "").toBe(pieces.join(""));
    }),
    { numRuns: 150 },
  );
});
