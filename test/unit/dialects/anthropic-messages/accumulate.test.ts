import type Anthropic from "@anthropic-ai/sdk";
import * as fc from "fast-check";
import { expect } from "vitest";
import { anthropicMessages } from "../../../../src/dialects/anthropic-messages/index.ts";
import { collect, type Turn } from "../../../../src/turn/collect.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { anyText, turnEvents } from "../../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../../support/streams/events.ts";
import { anthropicMessage } from "../../../support/streams/vendor-accumulators.ts";
import { unicodeLines } from "../../../support/streams/frames.ts";
import { verifies } from "../../../support/verifies.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };

function exchange() {
  return anthropicMessages.decode(
    {
      model: "asked",
      max_tokens: 10,
      stream: true,
      thinking: { type: "adaptive" },
      messages: [{ role: "user", content: "hi" }],
    },
    new Headers(),
    ANYONE,
  );
}

async function framesOf(events: readonly TurnEvent[]): Promise<string> {
  return (await gather(exchange().frames(eventsOf(events), context))).join("");
}

/** The blocks a client must see: texts that are not empty, signed reasoning, tool calls. */
function blocksOf(turn: Turn): object[] {
  return turn.parts.flatMap((part): object[] => {
    switch (part.type) {
      case "text":
        return part.text === "" ? [] : [{ type: "text", text: part.text }];
      case "reasoning":
        if (part.signature === undefined) return [];
        return part.text === ""
          ? [{ type: "redacted_thinking", data: part.signature }]
          : [{ type: "thinking", thinking: part.text, signature: part.signature }];
      case "tool-call":
        return [
          {
            type: "tool_use",
            id: part.id,
            name: part.name,
            input: JSON.parse(part.input),
            caller: { type: "direct" },
          },
        ];
      default:
        return part satisfies never;
    }
  });
}

/** A long wait may have left empty text blocks behind. */
function seen(message: Anthropic.Message): object[] {
  return message.content
    .filter((block) => block.type !== "text" || block.text !== "")
    .map((block) => JSON.parse(JSON.stringify(block)) as object);
}

verifies(
  ["messages.sdk-anthropic", "messages.tool-input-deltas", "messages.signed-thinking", "messages.long-wait"],
  "the @anthropic-ai/sdk package makes of any stream the turn that was sent",
  async () => {
    await fc.assert(
      fc.asyncProperty(turnEvents(), async (events) => {
        const turn = await collect(eventsOf(events));
        const message = await anthropicMessage(await framesOf(events));
        expect(seen(message)).toEqual(blocksOf(turn));
        expect(message.role).toBe("assistant");
        expect(message.stop_reason).not.toBeNull();
        const { inputTokens = 0, outputTokens = 0 } = turn.usage;
        expect(message.usage).toMatchObject({ input_tokens: inputTokens, output_tokens: outputTokens });
      }),
      { numRuns: 200 },
    );
  },
);

verifies(
  "messages.sdk-anthropic",
  "a plain answer is what the stream of the same turn adds up to",
  async () => {
    await fc.assert(
      fc.asyncProperty(turnEvents({ waits: false }), async (events) => {
        const turn = await collect(eventsOf(events));
        const whole = JSON.parse(JSON.stringify(exchange().encode(turn, context)));
        const streamed = await anthropicMessage(await framesOf(events));
        expect(whole.content).toEqual(seen(streamed));
        expect(whole.model).toBe(streamed.model);
        expect(whole.stop_reason).toBe(streamed.stop_reason);
        expect(whole.stop_sequence).toBe(streamed.stop_sequence);
        expect(streamed.usage).toMatchObject({ ...whole.usage, estimated: true });
      }),
      { numRuns: 100 },
    );
  },
);

verifies(["messages.any-text", "messages.line-ends"], "any text comes through as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyText, { maxLength: 5 }), async (pieces) => {
      const frames = await framesOf(textTurn(...pieces));
      expect(Buffer.from(frames, "utf8").toString("utf8")).toBe(frames);
      for (const line of unicodeLines(frames)) expect(line).toMatch(/^(?:data: \{.*\}|event: [a-z_]+)$/);
      const message = await anthropicMessage(frames);
      const text = message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
      expect(text).toBe(pieces.join(""));
    }),
    { numRuns: 150 },
  );
});
