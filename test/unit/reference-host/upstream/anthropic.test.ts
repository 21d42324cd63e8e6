import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import type { Delta } from "../../../../src/hosts/mcp/sampling-stream.ts";
import { bodyOf, readAll } from "../../../support/upstreams/upstream-api.ts";
import { anthropic } from "../../../../src/reference-host/upstream/anthropic.ts";
import { verifies } from "../../../support/verifies.ts";

const ENDPOINT = new URL("https://api.anthropic.com/v1/messages");

test("addresses are understood as people write them", () => {
  for (const base of ["https://api.anthropic.com", "https://api.anthropic.com/v1", ENDPOINT.href]) {
    expect(anthropic.endpoint(new URL(base)).href).toBe(ENDPOINT.href);
  }
});

verifies("own-host.anthropic", "a whole sampling request becomes a message", () => {
  const params: CreateMessageRequestParams = {
    systemPrompt: "Be brief.",
    maxTokens: 77,
    temperature: 0.5,
    stopSequences: ["END"],
    tools: [{ name: "read", inputSchema: { type: "object" } }],
    toolChoice: { mode: "required" },
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "Look." },
          { type: "image", mimeType: "image/png", data: "aGk=" },
        ],
      },
      { role: "assistant", content: { type: "tool_use", id: "a", name: "read", input: { p: "x" } } },
      {
        role: "user",
        content: {
          type: "tool_result",
          toolUseId: "a",
          isError: true,
          content: [{ type: "text", text: "gone" }],
        },
      },
    ],
  };
  const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } };
  expect(bodyOf(anthropic, params, ENDPOINT)).toEqual({
    model: "m",
    system: "Be brief.",
    max_tokens: 77,
    temperature: 0.5,
    stop_sequences: ["END"],
    tools: [{ name: "read", input_schema: { type: "object" } }],
    tool_choice: { type: "any" },
    stream: true,
    messages: [
      { role: "user", content: [{ type: "text", text: "Look." }, image] },
      { role: "assistant", content: [{ type: "tool_use", id: "a", name: "read", input: { p: "x" } }] },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            tool_use_id: "a",
            is_error: true,
            content: [{ type: "text", text: "gone" }],
          },
        ],
      },
    ],
  });
  const audio: CreateMessageRequestParams["messages"] = [
    { role: "user", content: { type: "audio", mimeType: "audio/wav", data: "" } },
  ];
  expect(() => bodyOf(anthropic, { messages: audio, maxTokens: 1 }, ENDPOINT)).toThrow("does not take audio");
});

function read(...events: readonly object[]): { deltas: Delta[]; ending: unknown } {
  return readAll(anthropic, events);
}

const block = (content_block: object) => ({ type: "content_block_start", index: 0, content_block });
const delta = (type: string, members: object) => ({
  type: "content_block_delta",
  index: 0,
  delta: { type, ...members },
});
const STOP = { type: "content_block_stop", index: 0 };
const end = (stop_reason: string) => ({
  type: "message_delta",
  delta: { stop_reason },
  usage: { output_tokens: 9 },
});

verifies("own-host.anthropic", "thinking, text and calls are read in order, with the counts", () => {
  const usage = {
    input_tokens: 10,
    cache_creation_input_tokens: 3,
    cache_read_input_tokens: 20,
    output_tokens: 1,
  };
  expect(
    read(
      { type: "message_start", message: { model: "claude", usage } },
      { type: "ping" },
      block({ type: "thinking", thinking: "" }),
      delta("thinking_delta", { thinking: "hm" }),
      delta("signature_delta", { signature: "s" }),
      STOP,
      block({ type: "text", text: "" }),
      delta("text_delta", { text: "Hi" }),
      STOP,
      block({ type: "tool_use", id: "a", name: "f", input: {} }),
      delta("input_json_delta", { partial_json: "" }),
      delta("input_json_delta", { partial_json: '{"x":1}' }),
      STOP,
      end("tool_use"),
      { type: "message_stop" },
    ),
  ).toEqual({
    deltas: [
      { type: "start", model: "claude" },
      { type: "reasoning", text: "hm" },
      { type: "text", text: "Hi" },
      { type: "tool-call-start", id: "a", name: "f" },
      { type: "tool-call-delta", id: "a", json: "" },
      { type: "tool-call-delta", id: "a", json: '{"x":1}' },
      { type: "tool-call-end", id: "a" },
    ],
    ending: { stopReason: "toolUse", inputTokens: 33, outputTokens: 9 },
  });
});

test("a call that the limit cuts stays open, one before it does not", () => {
  const call = (id: string) => block({ type: "tool_use", id, name: "f", input: {} });
  const { deltas, ending } = read(
    call("a"),
    STOP,
    call("b"),
    delta("input_json_delta", { partial_json: "{" }),
    STOP,
    end("max_tokens"),
    { type: "message_stop" },
  );
  expect(deltas.map(({ type }) => type)).toEqual([
    "tool-call-start",
    "tool-call-end",
    "tool-call-start",
    "tool-call-delta",
  ]);
  expect(ending).toMatchObject({ stopReason: "maxTokens" });
});

test("stop reasons without a word in MCP keep their own, and a stream without one has no ending", () => {
  const over = { type: "message_stop" };
  expect(read(end("refusal"), over).ending).toMatchObject({ stopReason: "refusal" });
  expect(read(end("stop_sequence"), over).ending).toMatchObject({ stopReason: "stopSequence" });
  expect(read(end("pause_turn"), over).ending).toMatchObject({ stopReason: "endTurn" });
  expect(read(end("model_context_window_exceeded"), over).ending).toMatchObject({ stopReason: "maxTokens" });
  for (const reason of ["constructor", "toString", "__proto__"])
    expect(read(end(reason), over).ending).toMatchObject({ stopReason: reason });
  expect(read(end("end_turn")).ending).toBeUndefined();
});

test("an error in the stream is told", () => {
  expect(() => read({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } })).toThrow(
    "Overloaded",
  );
  expect(() => read(block({ type: "tool_use" }))).toThrow("without a name");
});
