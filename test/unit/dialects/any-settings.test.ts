/** Settings in the words of each API, at each API. */
import { expect } from "vitest";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import { openaiResponses } from "../../../src/dialects/openai-responses/index.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { Turn } from "../../../src/turn/collect.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { verifies } from "../../support/verifies.ts";

const openaiResponse = openaiResponses({ responses: 1, size: 1, ageMs: 60_000 });
const ALL: readonly Dialect[] = [openaiChat, anthropicMessages, openaiResponse];
const SAID = [{ role: "user", content: "hi" }];

function decoded(dialect: Dialect, members: object): TurnRequest {
  const limit = dialect === anthropicMessages ? { max_tokens: 10 } : {};
  const said = dialect === openaiResponse ? { input: "hi" } : { messages: SAID };
  return dialect.decode({ model: "m", ...limit, ...said, ...members }, new Headers(), ANYONE).request;
}

function failure(dialect: Dialect, members: object): BridgeError {
  try {
    decoded(dialect, members);
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown;
  }
  throw new Error("It was accepted.");
}

verifies("clients.neighbour-settings", "the limit has three names, and each is read everywhere", () => {
  for (const dialect of ALL) {
    for (const name of ["max_tokens", "max_completion_tokens", "max_output_tokens"]) {
      const others = { max_tokens: undefined, [name]: 77 };
      expect(decoded(dialect, others).maxTokens, `${name} at ${dialect.id}`).toBe(77);
      expect(failure(dialect, { max_tokens: undefined, [name]: "77" }).param).toBe(name);
    }
    expect(decoded(dialect, { max_tokens: 5, max_output_tokens: 5 }).maxTokens).toBe(5);
    const error = failure(dialect, { max_tokens: 5, max_output_tokens: 6 });
    expect(error).toMatchObject({ code: "invalid_request", param: "max_output_tokens" });
    expect(error.message).toContain("max_tokens");
  }
  expect(failure(anthropicMessages, { max_tokens: undefined }).param).toBe("max_tokens");
});

const SCHEMA = { type: "object", properties: { a: { type: "string" } } };

verifies("clients.neighbour-settings", "the form of the answer has four places", () => {
  const flat = { type: "json_schema", name: "n", schema: SCHEMA, strict: true };
  const forms = [
    { response_format: { type: "json_schema", json_schema: { name: "n", schema: SCHEMA } } },
    { response_format: flat },
    { text: { format: flat } },
    { output_config: { format: flat } },
    { output_format: flat },
    { response_format: { type: "text" }, text: { format: flat } },
    { response_format: flat, output_format: flat },
    { response_format: { type: "json_object", schema: SCHEMA, name: "n" } },
  ];
  for (const dialect of ALL) {
    for (const form of forms) {
      expect(decoded(dialect, form).responseFormat).toEqual({ type: "json", name: "n", schema: SCHEMA });
    }
    expect(decoded(dialect, { response_format: { type: "json_object" } }).responseFormat).toEqual({
      type: "json",
    });
    expect(
      failure(dialect, { response_format: flat, text: { format: { type: "json_object" } } }),
    ).toMatchObject({ code: "invalid_request", param: "text.format" });
    expect(failure(dialect, { response_format: { type: "grammar", grammar: "x" } })).toMatchObject({
      code: "unsupported_feature",
      param: "response_format.type",
    });
    expect(failure(dialect, { output_format: { type: "json_schema", schema: 5 } }).param).toBe(
      "output_format.schema",
    );
  }
});

verifies("clients.neighbour-settings", "how much to think is said in five places", () => {
  const wishes = [
    [{ reasoning_effort: "high" }, { enabled: true, effort: "high" }],
    [{ reasoning: { effort: "low" } }, { enabled: true, effort: "low" }],
    [{ reasoning: { max_tokens: 500 } }, { budgetTokens: 500 }],
    [{ reasoning_effort: "none" }, { enabled: false }],
    [{ reasoning: { enabled: false } }, { enabled: false }],
    [{ enable_thinking: false }, { enabled: false }],
    [{ thinking: { type: "enabled", budget_tokens: 2048 } }, { enabled: true, budgetTokens: 2048 }],
    [{ thinking: { type: "disabled" } }, { enabled: false }],
    [
      { thinking: { type: "adaptive" }, reasoning_effort: "high" },
      { enabled: true, effort: "high" },
    ],
    [{ output_config: { effort: "max" } }, { effort: "max" }],
    [{ reasoning_effort: "" }, undefined],
  ] as const;
  for (const dialect of ALL) {
    for (const [members, wish] of wishes) expect(decoded(dialect, members).thinking).toEqual(wish);
    for (const members of [
      { reasoning_effort: "high", reasoning: { effort: "low" } },
      { reasoning_effort: "none", thinking: { type: "enabled", budget_tokens: 9 } },
      { enable_thinking: true, thinking: { type: "disabled" } },
    ]) {
      expect(failure(dialect, members).code).toBe("invalid_request");
    }
  }
});

verifies("clients.neighbour-settings", "ends, parallel calls and the session are read everywhere", () => {
  const session = '{"session_id":"s"}';
  for (const dialect of ALL) {
    expect(decoded(dialect, { stop: "a", stop_sequences: ["b", "a", ""] }).stopSequences).toEqual(["a", "b"]);
    expect(decoded(dialect, { parallel_tool_calls: false }).parallelToolCalls).toBe(false);
    expect(decoded(dialect, { user: session }).conversation).toBe("s");
    expect(decoded(dialect, { metadata: { user_id: session } }).conversation).toBe("s");
    const tools = [{ name: "a", input_schema: SCHEMA }];
    const alone = { type: "auto", disable_parallel_tool_use: true };
    expect(decoded(dialect, { tools, tool_choice: alone }).parallelToolCalls).toBe(false);
    expect(failure(dialect, { tools, tool_choice: alone, parallel_tool_calls: true }).code).toBe(
      "invalid_request",
    );
  }
});

verifies("clients.neighbour-settings", "functions of the form before tools are offered everywhere", () => {
  const functions = [{ name: "read", description: "Reads.", parameters: SCHEMA }];
  for (const dialect of ALL) {
    const request = decoded(dialect, { functions, function_call: { name: "read" } });
    expect(request.tools).toEqual([{ name: "read", description: "Reads.", inputSchema: SCHEMA }]);
    expect(request.toolChoice).toEqual({ type: "tool", name: "read" });
    expect(decoded(dialect, { functions, function_call: "none" }).toolChoice).toEqual({ type: "none" });
    expect(failure(dialect, { functions, function_call: "none", tool_choice: "required" }).param).toBe(
      "function_call",
    );
  }
});

verifies("clients.neighbour-content", "the prompt stands in messages or input, at every API", () => {
  const items = [
    { type: "message", role: "user", content: [{ type: "input_text", text: "Read a." }] },
    { type: "function_call", call_id: "c", name: "read", arguments: "{}" },
    { type: "function_call_output", call_id: "c", output: "A" },
  ];
  const parts = [
    { role: "user", parts: [{ type: "text", text: "Read a." }] },
    { role: "assistant", parts: [{ type: "tool-call", id: "c", name: "read", input: "{}" }] },
    {
      role: "user",
      parts: [{ type: "tool-result", callId: "c", content: [{ type: "text", text: "A" }], isError: false }],
    },
  ];
  for (const dialect of ALL) {
    const none = { messages: undefined, input: undefined };
    expect(decoded(dialect, { ...none, input: items }).messages).toEqual(parts);
    expect(decoded(dialect, { ...none, messages: items }).messages).toEqual(parts);
    expect(decoded(dialect, { ...none, input: "hi", messages: [] }).messages).toEqual([
      { role: "user", parts: [{ type: "text", text: "hi" }] },
    ]);
    const both = failure(dialect, { input: "hi", messages: SAID });
    expect(both).toMatchObject({ code: "invalid_request", param: "input" });
    expect(both.message).toContain("messages");
    expect(failure(dialect, none).param).toBe("messages");
    const { system } = decoded(dialect, { instructions: "one", system: "two" });
    expect(system.map(({ text }) => text)).toEqual(["one", "two"]);
    const picture = { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } };
    expect(failure(dialect, { system: [picture] })).toMatchObject({
      code: "invalid_request",
      param: "system",
    });
  }
});

verifies("clients.neighbour-settings", "a response repeats what was asked for in its own words", () => {
  const exchange = openaiResponse.decode(
    {
      model: "m",
      messages: SAID,
      max_tokens: 9,
      reasoning_effort: "low",
      response_format: { type: "json_schema", json_schema: { name: "n", schema: SCHEMA } },
      parallel_tool_calls: false,
    },
    new Headers(),
    ANYONE,
  );
  const turn: Turn = {
    model: "m",
    parts: [{ type: "text", text: "{}" }],
    stopReason: { unified: "end" },
    usage: { estimated: true },
    others: [],
  };
  expect(exchange.encode(turn, { id: "1", created: 1, inputTokens: async () => 1 })).toMatchObject({
    max_output_tokens: 9,
    reasoning: { effort: "low" },
    text: { format: { type: "json_schema", name: "n", schema: SCHEMA } },
    parallel_tool_calls: false,
  });
});
