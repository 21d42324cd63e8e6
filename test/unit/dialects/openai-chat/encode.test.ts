import { expect, test } from "vitest";
import { encode, type CallForm } from "../../../../src/dialects/openai-chat/encode.ts";
import type { Turn } from "../../../../src/turn/collect.ts";
import { verifies } from "../../../support/verifies.ts";

const NONE: CallForm = { customTools: new Set(), isLegacy: false };
const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };
const turn: Turn = {
  model: "host/model",
  parts: [{ type: "text", text: "Hello" }],
  stopReason: { unified: "end" },
  others: [],
  usage: { inputTokens: 3, outputTokens: 4, estimated: true },
};

test("a text answer", () => {
  expect(encode(turn, context, NONE)).toEqual({
    id: "chatcmpl-abc",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "host/model",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Hello", refusal: null },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, estimated: true },
  });
});

verifies(
  ["chat.whole-tool-calls", "chat.no-empty-tool-calls", "chat.finish-tool-calls"],
  "tool calls",
  () => {
    const call = { type: "tool-call", id: "call_1", name: "read", input: '{"a":1}' } as const;
    expect(encode({ ...turn, parts: [call] }, context, NONE)).toMatchObject({
      choices: [
        {
          message: {
            content: null,
            tool_calls: [
              { id: "call_1", type: "function", function: { name: "read", arguments: '{"a":1}' } },
            ],
          },
          finish_reason: "tool_calls",
        },
      ],
    });
    expect(JSON.stringify(encode({ ...turn, parts: [call] }, context, NONE))).not.toContain(`"index":0,"id"`);
    expect(JSON.stringify(encode(turn, context, NONE))).not.toContain("tool_calls");
  },
);

verifies(
  "chat.usage-numbers",
  "unknown counts are numbers, and what is not estimated does not say so",
  () => {
    expect(encode({ ...turn, usage: { estimated: false } }, context, NONE)).toMatchObject({
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    });
    const exact = encode(
      { ...turn, usage: { inputTokens: 1, outputTokens: 1, estimated: false } },
      context,
      NONE,
    );
    expect(JSON.stringify(exact)).not.toContain("estimated");
  },
);

test("an empty answer is an empty text", () => {
  expect(encode({ ...turn, parts: [] }, context, NONE)).toMatchObject({
    choices: [{ message: { content: "" }, finish_reason: "stop" }],
  });
});

verifies("chat.custom-tools", "a call of a custom tool is plain text", () => {
  const call = { type: "tool-call" as const, id: "call_1", name: "patch", input: '{"input":"+x"}' };
  expect(
    encode({ ...turn, parts: [call] }, context, { ...NONE, customTools: new Set(["patch"]) }),
  ).toMatchObject({
    choices: [
      { message: { tool_calls: [{ id: "call_1", type: "custom", custom: { name: "patch", input: "+x" } }] } },
    ],
  });
});
