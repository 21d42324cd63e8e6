import { expect, test } from "vitest";
import {
  encodeSampling,
  type HostTakes,
  type SamplingSettings,
} from "../../../../src/hosts/mcp/sampling-params.ts";
import { decodeSampling } from "../../../../src/hosts/mcp/sampling-result.ts";
import type { Part } from "../../../../src/turn/message.ts";
import { turnRequest } from "../../../support/data/turn-request.ts";
import { verifies } from "../../../support/verifies.ts";

const SETTINGS: SamplingSettings = {
  hints: [],
  defaultMaxTokens: 8192,
  priorities: { intelligence: undefined, speed: undefined, cost: undefined },
  takes: {
    contentArrays: true,
    stopSequences: true,
    temperature: true,
    modelPreferences: true,
    reasoning: false,
  },
};
const taking = (takes: Partial<HostTakes>): SamplingSettings => ({
  ...SETTINGS,
  takes: { ...SETTINGS.takes, ...takes },
});

const text = (value: string): Part => ({ type: "text", text: value });
const image: Part = { type: "image", mimeType: "image/png", data: "aGk=" };

verifies("host.mapping", "everything that sampling knows is sent, and nothing else", () => {
  const request = turnRequest({
    system: [
      { type: "text", text: "Be brief." },
      { type: "text", text: "Be kind." },
    ],
    messages: [
      { role: "user", parts: [text("Hi")] },
      { role: "assistant", parts: [text("Hello")] },
      { role: "system", parts: [text("Stay calm.")] },
      { role: "user", parts: [text("What is this?"), image] },
    ],
    maxTokens: 77,
    temperature: 0,
    stopSequences: ["END"],
  });
  const settings = {
    ...SETTINGS,
    hints: ["gpt-5", "gpt"],
    priorities: { intelligence: 1, speed: 0, cost: 0.5 },
  };
  expect(encodeSampling(request, settings)).toEqual({
    systemPrompt: "Be brief.\n\nBe kind.",
    messages: [
      { role: "user", content: { type: "text", text: "Hi" } },
      { role: "assistant", content: { type: "text", text: "Hello" } },
      {
        role: "user",
        content: { type: "text", text: "<system-reminder>\nStay calm.\n</system-reminder>" },
      },
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", mimeType: "image/png", data: "aGk=" },
        ],
      },
    ],
    maxTokens: 77,
    temperature: 0,
    stopSequences: ["END"],
    modelPreferences: {
      hints: [{ name: "gpt-5" }, { name: "gpt" }],
      intelligencePriority: 1,
      speedPriority: 0,
      costPriority: 0.5,
    },
  });
});

verifies("host.mapping", "what the client leaves out is left out, but for the token limit", () => {
  expect(encodeSampling(turnRequest(), SETTINGS)).toEqual({
    messages: [{ role: "user", content: { type: "text", text: "Hello?" } }],
    maxTokens: 8192,
    modelPreferences: {},
  });
});

verifies("host.no-more-than-taken", "a host is sent no field that it may refuse", () => {
  const request = turnRequest({ temperature: 0.5, stopSequences: ["END"] });
  expect(encodeSampling(request, taking({ stopSequences: false, temperature: false }))).toEqual(
    encodeSampling(turnRequest(), SETTINGS),
  );
});

verifies("host.content-arrays", "without arrays each block is a message of its own, in order", () => {
  const request = turnRequest({
    messages: [{ role: "user", parts: [text("a"), image, text("b"), text("c")] }],
  });
  expect(encodeSampling(request, taking({ contentArrays: false }))).toMatchObject({
    messages: [
      { role: "user", content: { text: "a" } },
      { role: "user", content: { type: "image" } },
      { role: "user", content: { text: "b\n\nc" } },
    ],
  });
});

verifies("host.first-block", "neighbouring texts are one block", () => {
  const request = turnRequest({ messages: [{ role: "user", parts: [text("a"), text(""), text("b")] }] });
  expect(encodeSampling(request, SETTINGS)).toMatchObject({
    messages: [{ role: "user", content: { type: "text", text: "a\n\nb" } }],
  });
});

verifies("host.empty-conversation", "a lone system prompt becomes the message, silence is said", () => {
  const alone = turnRequest({ system: [{ type: "text", text: "Tell a joke." }], messages: [] });
  const params = encodeSampling(alone, SETTINGS);
  expect(params["messages"]).toEqual([{ role: "user", content: { type: "text", text: "Tell a joke." } }]);
  expect(params).not.toHaveProperty("systemPrompt");
  const silent = turnRequest({ messages: [{ role: "user", parts: [text("")] }] });
  expect(encodeSampling(silent, SETTINGS)["messages"]).toEqual([
    { role: "user", content: { type: "text", text: "(empty message)" } },
  ]);
});

test("the model's earlier reasoning is not sent, and a turn of nothing else is left out", () => {
  const request = turnRequest({
    messages: [
      { role: "user", parts: [text("a")] },
      { role: "assistant", parts: [{ type: "reasoning", text: "hm" }] },
      { role: "assistant", parts: [{ type: "reasoning", text: "hm" }, text("b")] },
    ],
  });
  expect(encodeSampling(request, SETTINGS)["messages"]).toEqual([
    { role: "user", content: { type: "text", text: "a" } },
    { role: "assistant", content: { type: "text", text: "b" } },
  ]);
});

test("tools, calls and results travel in the protocol's own form", () => {
  const call: Part = { type: "tool-call", id: "1", name: "f", input: '{"a":1}' };
  const result: Part = {
    type: "tool-result",
    callId: "1",
    content: [{ type: "text", text: "r" }],
    isError: true,
  };
  const params = encodeSampling(
    turnRequest({
      tools: [{ name: "f", description: "d", inputSchema: { properties: {} } }],
      toolChoice: { type: "required" },
      messages: [
        { role: "assistant", parts: [{ type: "text", text: "t" }, call] },
        { role: "user", parts: [result] },
      ],
    }),
    SETTINGS,
  );
  expect(params).toMatchObject({
    tools: [{ name: "f", description: "d", inputSchema: { type: "object", properties: {} } }],
    toolChoice: { mode: "required" },
    messages: [
      {
        role: "assistant",
        content: [
          { type: "text", text: "t" },
          { type: "tool_use", id: "1", name: "f", input: { a: 1 } },
        ],
      },
      {
        role: "user",
        content: {
          type: "tool_result",
          toolUseId: "1",
          content: [{ type: "text", text: "r" }],
          isError: true,
        },
      },
    ],
  });
});

test("calls in an answer are read with their arguments as JSON text", () => {
  const content = [
    { type: "text", text: "t" },
    { type: "tool_use", id: "1", name: "f", input: { a: 1 } },
  ];
  expect(decodeSampling({ model: "m", stopReason: "toolUse", content })).toEqual({
    model: "m",
    text: "t",
    calls: [{ id: "1", name: "f", input: '{"a":1}' }],
    signatures: [],
    stopReason: { unified: "tool-calls", raw: "toolUse" },
    usage: { estimated: false },
  });
});

verifies("host.lenient-results", "an answer is read in every form that hosts send", () => {
  const hello = { type: "text", text: "hello" };
  const full = { role: "assistant", model: "m", stopReason: "endTurn", content: hello };
  expect(decodeSampling(full)).toEqual({
    model: "m",
    text: "hello",
    calls: [],
    signatures: [],
    stopReason: { unified: "end", raw: "endTurn" },
    usage: { estimated: false },
  });
  const cases: [unknown, string][] = [
    [{ content: hello }, "hello"],
    [{ content: hello, model: null, stopReason: null, role: null, _meta: null }, "hello"],
    [{ content: [hello, { type: "thinking", thinking: "Hm." }, hello] }, "hellohello"],
    [{ content: "hello" }, "hello"],
    [{ content: ["hel", { type: "text", text: "lo" }] }, "hello"],
    [{ content: { text: "hello" } }, "hello"],
    [{ content: { type: "text", text: null } }, ""],
  ];
  for (const [result, expected] of cases) {
    expect(decodeSampling(result)).toEqual({
      model: undefined,
      text: expected,
      calls: [],
      signatures: [],
      stopReason: { unified: "end" },
      usage: { estimated: false },
    });
  }
  expect(decodeSampling({ ...full, model: "" }).model).toBeUndefined();
});

verifies("host.usage", "tokens that the host counted are read, and nonsense is unknown", () => {
  const usage = (counts: unknown) =>
    decodeSampling({ content: "x", _meta: { "mcp-token-bridge/usage": counts } }).usage;
  expect(usage({ inputTokens: 12, outputTokens: 0, more: 1 })).toEqual({
    inputTokens: 12,
    outputTokens: 0,
    estimated: false,
  });
  expect(usage({ outputTokens: 3 })).toEqual({ outputTokens: 3, estimated: false });
  for (const nonsense of [null, 7, "x", { inputTokens: -1, outputTokens: 1.5 }, { inputTokens: "3" }]) {
    expect(usage(nonsense)).toEqual({ estimated: false });
  }
});

test("stop reasons keep the host's word", () => {
  const call = { type: "tool_use", id: "1", name: "f", input: {} };
  const reason = (stopReason: string, content: unknown = "x") =>
    decodeSampling({ content, stopReason }).stopReason;
  for (const [unified, spellings] of Object.entries({
    "max-tokens": ["maxTokens", "max_tokens", "MAX_TOKENS", "length"],
    "tool-calls": ["toolUse", "tool_use", "tool_calls"],
    "stop-sequence": ["stopSequence", "stop_sequence"],
    refusal: ["refusal", "content_filter", "SAFETY"],
    end: ["endTurn", "end_turn", "stop", "constructor", "__proto__", ""],
  })) {
    for (const raw of spellings) expect(reason(raw, [call])).toEqual({ unified, raw });
  }
  expect(reason("maxTokens")).toEqual({ unified: "max-tokens", raw: "maxTokens" });
  expect(reason("stopSequence")).toEqual({ unified: "stop-sequence", raw: "stopSequence" });
  expect(reason("somethingElse")).toEqual({ unified: "end", raw: "somethingElse" });
});

verifies("host.bad-results", "a result without a text and a call is no answer", () => {
  const image = { type: "image", mimeType: "image/png", data: "aGk=" };
  for (const content of [{}, [], [{}], image, [image], { type: "resource", text: "x" }]) {
    expect(() => decodeSampling({ model: "m", content })).toThrow(
      expect.objectContaining({ code: "host_failed" }),
    );
  }
  expect(decodeSampling({ content: { type: "text", text: "" } }).text).toBe("");
  const beside = (part: unknown) => decodeSampling({ content: [{ type: "text", text: "See:" }, part] }).text;
  expect(beside(image)).toBe("See:\n[The answer also contains image/png.]\n");
  expect(beside({ type: "resource", resource: { uri: "file:///a", text: "A" } })).toBe("See:A");
  expect(beside({ type: "resource_link", uri: "https://example.com/a" })).toBe("See:https://example.com/a");
  const whole = { type: "resource", resource: { uri: "file:///a", text: "A" } };
  expect(decodeSampling({ content: whole }).text).toBe("A");
  // Cut or refused before anything was said.
  expect(decodeSampling({ content: [], stopReason: "maxTokens" }).stopReason.unified).toBe("max-tokens");
});

verifies(
  "host.refused-as-result",
  "a refusal that comes as a result is a refusal, a failure is a failure",
  () => {
    const copilot = { role: "user", model: "", content: { type: "text", text: "" }, stopReason: "cancelled" };
    for (const result of [
      copilot,
      { ...copilot, stopReason: "declined", content: { type: "text", text: "No." } },
    ]) {
      expect(() => decodeSampling(result)).toThrow(expect.objectContaining({ code: -1 }));
    }
    const failed = { content: { type: "text", text: "The model is overloaded." }, stopReason: "error" };
    expect(() => decodeSampling(failed)).toThrow("The model is overloaded.");
  },
);

verifies("host.bad-results", "what is no sampling result is an error", () => {
  for (const result of [
    null,
    undefined,
    5,
    "text",
    [],
    {},
    { content: null },
    { content: 5 },
    { text: "x" },
  ]) {
    expect(() => decodeSampling(result)).toThrow(expect.objectContaining({ code: "host_failed" }));
  }
});

verifies(
  ["turn.reasoning-back", "turn.thinking"],
  "reasoning goes to hosts that take it, with the block that it led to",
  () => {
    const request = turnRequest({
      thinking: { enabled: true, effort: "high" },
      messages: [
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "seen", signature: "a" },
            text("Reading."),
            { type: "reasoning", text: "", signature: "b" },
            { type: "reasoning", text: "unsigned" },
            { type: "tool-call", id: "1", name: "f", input: "{}" },
            { type: "reasoning", text: "", signature: "led to nothing" },
          ],
        },
      ],
    });
    const meta = (...signatures: string[]) => ({ _meta: { "mcp-token-bridge/reasoning": signatures } });
    const call = { type: "tool_use", id: "1", name: "f", input: {} };
    const told = encodeSampling(request, taking({ reasoning: true }));
    expect(told["messages"]).toEqual([
      {
        role: "assistant",
        content: [
          { type: "text", text: "Reading.", ...meta("a") },
          { ...call, ...meta("b") },
        ],
      },
    ]);
    expect(told["metadata"]).toEqual({ "mcp-token-bridge/reasoning": { enabled: true, effort: "high" } });
    const others = encodeSampling(request, SETTINGS);
    expect(others["messages"]).toEqual([
      { role: "assistant", content: [{ type: "text", text: "Reading." }, call] },
    ]);
    expect(others["metadata"]).toBeUndefined();
  },
);

test("the reasoning of a whole answer is read, and what has another form is none", () => {
  const answer = (meta: unknown) =>
    decodeSampling({ content: [{ type: "text", text: "t", _meta: meta }] }).signatures;
  expect(answer({ "mcp-token-bridge/reasoning": ["a", "b"] })).toEqual(["a", "b"]);
  for (const meta of [undefined, 7, {}, { "mcp-token-bridge/reasoning": ["white space"] }]) {
    expect(answer(meta)).toEqual([]);
  }
});

test("arguments that came as the text of an object are one; any other text is an error", () => {
  const call = (input: unknown) => ({ content: [{ type: "tool_use", id: "1", name: "f", input }] });
  for (const [input, read] of [
    ['{"a":[1]}', '{"a":[1]}'],
    ["", "{}"],
    [null, "{}"],
    [{ a: 1 }, '{"a":1}'],
  ] as const) {
    expect(decodeSampling(call(input)).calls[0]?.input).toBe(read);
  }
  for (const input of ["rm -rf", "[1]", "5", '{"cut']) {
    expect(() => decodeSampling(call(input))).toThrow(expect.objectContaining({ code: "host_failed" }));
  }
});

test("a result that says that it is an error is none", () => {
  const said = { content: [{ type: "text", text: "The model is overloaded." }], isError: true };
  expect(() => decodeSampling(said)).toThrow("The model is overloaded.");
  expect(decodeSampling({ ...said, isError: false }).text).toBe("The model is overloaded.");
});

test("an answer that ends for calls that it does not have has ended", () => {
  const said = (content: unknown) => decodeSampling({ content, stopReason: "toolUse" }).stopReason;
  expect(said([{ type: "text", text: "Done." }])).toEqual({ unified: "end", raw: "toolUse" });
  expect(said([{ type: "tool_use", id: "1", name: "f", input: {} }]).unified).toBe("tool-calls");
  expect(() => said([])).toThrow("has no text and no tool call");
});
