import { expect, test } from "vitest";
import { encode } from "../../../../src/dialects/anthropic-messages/encode.ts";
import type { Turn } from "../../../../src/turn/collect.ts";
import { verifies } from "../../../support/verifies.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };
const turn: Turn = {
  model: "host/model",
  parts: [{ type: "text", text: "Hello" }],
  stopReason: { unified: "end" },
  others: [],
  usage: { inputTokens: 3, outputTokens: 4, estimated: true },
};

test("a text answer", () => {
  expect(encode(turn, context)).toEqual({
    id: "msg_abc",
    type: "message",
    role: "assistant",
    model: "host/model",
    content: [{ type: "text", text: "Hello" }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: {
      input_tokens: 3,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 4,
      estimated: true,
    },
  });
});

verifies("messages.whole-tool-calls", "the input of a call is an object, whatever the model wrote", () => {
  const input = (json: string) => {
    const part = { type: "tool-call", id: "t", name: "read", input: json } as const;
    return encode({ ...turn, parts: [part] }, context) as {
      content: { input: unknown }[];
      stop_reason: string;
    };
  };
  expect(input('{"a":1}')).toMatchObject({
    content: [{ type: "tool_use", id: "t", name: "read", input: { a: 1 }, caller: { type: "direct" } }],
    stop_reason: "tool_use",
  });
  expect(input(" ").content[0]?.input).toEqual({});
  expect(input('{"a":').content[0]?.input).toEqual({ unparsed: '{"a":' });
  expect(input("[1]").content[0]?.input).toEqual({ unparsed: "[1]" });
});

verifies("messages.signed-thinking", "thinking without a signature and empty text are left out", () => {
  const parts = [
    { type: "reasoning", text: "a", signature: "s" },
    { type: "reasoning", text: "b" },
    { type: "text", text: "" },
  ] as const;
  expect(encode({ ...turn, parts }, context)).toMatchObject({
    content: [{ type: "thinking", thinking: "a", signature: "s" }],
  });
});

verifies("messages.stop-reasons", "a stop sequence is named where it ended the answer", () => {
  expect(
    encode({ ...turn, stopReason: { unified: "stop-sequence", sequence: "END" } }, context),
  ).toMatchObject({
    stop_reason: "stop_sequence",
    stop_sequence: "END",
  });
});
