import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { describe, expect, test } from "vitest";
import type { Delta } from "../../../../src/hosts/mcp/sampling-stream.ts";
import { openai } from "../../../../src/reference-host/upstream/openai.ts";
import { chunk, USAGE_CHUNK } from "../../../support/fake-upstream.ts";
import { verifies } from "../../../support/verifies.ts";

const LOCAL = new URL("http://127.0.0.1:11434/v1/chat/completions");
const body = (params: Partial<CreateMessageRequestParams>, endpoint = LOCAL) =>
  openai.body({ messages: [], maxTokens: 5, ...params }, "m", endpoint);

test("addresses are understood as people write them", () => {
  const cases = [
    ["http://localhost:11434", "http://localhost:11434/v1/chat/completions"],
    ["http://localhost:1234/v1", "http://localhost:1234/v1/chat/completions"],
    ["http://localhost:1234/v1/", "http://localhost:1234/v1/chat/completions"],
    ["http://h/api/v1/chat/completions", "http://h/api/v1/chat/completions"],
    ["https://openrouter.ai/api", "https://openrouter.ai/api/v1/chat/completions"],
    ["https://g.example/v1beta/openai", "https://g.example/v1beta/openai/chat/completions"],
    ["http://h/v1?version=2", "http://h/v1/chat/completions?version=2"],
  ] as const;
  for (const [base, expected] of cases) expect(openai.endpoint(new URL(base)).href).toBe(expected);
});

verifies("own-host.openai", "a whole sampling request becomes a chat completion", () => {
  const params: CreateMessageRequestParams = {
    systemPrompt: "Be brief.",
    maxTokens: 77,
    temperature: 0,
    stopSequences: ["END"],
    tools: [
      {
        name: "read",
        description: "Reads.",
        inputSchema: { type: "object", properties: { p: { type: "string" } } },
      },
    ],
    toolChoice: { mode: "required" },
    messages: [
      { role: "user", content: { type: "text", text: "Look." } },
      {
        role: "assistant",
        content: [
          { type: "text", text: "I " },
          { type: "text", text: "read." },
          { type: "tool_use", id: "a", name: "read", input: { p: "x" } },
        ],
      },
      {
        role: "user",
        content: [
          {
            type: "tool_result",
            toolUseId: "a",
            content: [
              { type: "text", text: "one" },
              { type: "image", mimeType: "image/png", data: "aGk=" },
              { type: "resource", resource: { uri: "file:///t", text: "two" } },
            ],
          },
        ],
      },
      { role: "assistant", content: { type: "tool_use", id: "b", name: "read", input: {} } },
      {
        role: "user",
        content: { type: "tool_result", toolUseId: "b", content: [], structuredContent: { n: 1 } },
      },
      {
        role: "user",
        content: [
          { type: "text", text: "And?" },
          { type: "image", mimeType: "image/jpeg", data: "eA==" },
          { type: "audio", mimeType: "audio/mpeg", data: "eQ==" },
        ],
      },
    ],
  };
  expect(body(params)).toEqual({
    model: "m",
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 77,
    temperature: 0,
    stop: ["END"],
    tools: [
      {
        type: "function",
        function: {
          name: "read",
          description: "Reads.",
          parameters: { type: "object", properties: { p: { type: "string" } } },
        },
      },
    ],
    tool_choice: "required",
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Look." },
      {
        role: "assistant",
        content: "I read.",
        tool_calls: [{ id: "a", type: "function", function: { name: "read", arguments: '{"p":"x"}' } }],
      },
      { role: "tool", tool_call_id: "a", content: "one\ntwo" },
      { role: "user", content: [{ type: "image_url", image_url: { url: "data:image/png;base64,aGk=" } }] },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "b", type: "function", function: { name: "read", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "b", content: '{"n":1}' },
      {
        role: "user",
        content: [
          { type: "text", text: "And?" },
          { type: "image_url", image_url: { url: "data:image/jpeg;base64,eA==" } },
          { type: "input_audio", input_audio: { data: "eQ==", format: "mp3" } },
        ],
      },
    ],
  });
});

test("what is not asked for is left out, and OpenAI itself gets its newer token limit", () => {
  expect(body({})).toEqual({
    model: "m",
    messages: [],
    max_tokens: 5,
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(body({}, new URL("https://api.openai.com/v1/chat/completions"))).toMatchObject({
    max_completion_tokens: 5,
  });
  expect(() =>
    body({ messages: [{ role: "user", content: { type: "audio", mimeType: "audio/ogg", data: "" } }] }),
  ).toThrow("wav or mp3 and not as audio/ogg");
});

describe("reading a stream", () => {
  function read(...events: readonly unknown[]): { deltas: Delta[]; ending: unknown } {
    const reader = openai.reader();
    const deltas = events.flatMap((event) =>
      reader.read(typeof event === "string" ? event : JSON.stringify(event)),
    );
    return { deltas, ending: reader.ending() };
  }
  const call = (index: number | undefined, args: string, id?: string, name?: string) =>
    chunk({ tool_calls: [{ index, id, type: "function", function: { name, arguments: args } }] });
  const calls = (...parts: [string, string][]): Delta[] =>
    parts.flatMap(([id, json]): Delta[] => [
      { type: "tool-call-start", id, name: "f" },
      { type: "tool-call-delta", id, json },
      { type: "tool-call-end", id },
    ]);

  verifies("own-host.openai", "text, reasoning in both spellings, the model and usage", () => {
    expect(
      read(
        chunk({ role: "assistant", content: "" }),
        chunk({ reasoning_content: "h" }),
        chunk({ reasoning: "m" }),
        chunk({ content: "Hi" }),
        chunk({ content: null }, "length"),
        USAGE_CHUNK,
        "[DONE]",
      ),
    ).toEqual({
      deltas: [
        { type: "start", model: "fake/large" },
        { type: "reasoning", text: "h" },
        { type: "reasoning", text: "m" },
        { type: "text", text: "Hi" },
      ],
      ending: { stopReason: "maxTokens", inputTokens: 1204, outputTokens: 87 },
    });
  });

  verifies("own-host.openai", "calls in every way that servers number and name them", () => {
    const ways = [
      // OpenAI, vLLM
      [call(0, "", "a", "f"), call(0, "{}"), call(1, "", "b", "f"), call(1, '{"x"'), call(1, ":1}")],
      // Ollama: whole calls, all with the same number
      [call(0, "{}", "a", "f"), call(0, '{"x":1}', "b", "f")],
      // no numbers
      [call(undefined, "{}", "a", "f"), call(undefined, '{"x":1}', "b", "f")],
      // the id and the name in every piece
      [call(0, "{", "a", "f"), call(0, "}", "a", "f"), call(1, '{"x":1}', "b", "f")],
    ];
    for (const way of ways) {
      const { deltas, ending } = read(...way, chunk({}, "stop"));
      const whole = new Map<string, string>();
      for (const delta of deltas) {
        if (delta.type === "tool-call-delta") whole.set(delta.id, (whole.get(delta.id) ?? "") + delta.json);
      }
      expect([...whole]).toEqual([
        ["a", "{}"],
        ["b", '{"x":1}'],
      ]);
      expect(deltas.filter(({ type }) => type === "tool-call-start")).toHaveLength(2);
      expect(deltas.filter(({ type }) => type === "tool-call-end")).toHaveLength(2);
      expect(ending).toMatchObject({ stopReason: "toolUse" });
    }
    expect(read(call(0, "{}", undefined, "f"), chunk({}, "tool_calls")).deltas.slice(1)).toEqual(
      calls(["call_0", "{}"]),
    );
  });

  test("a call that the limit cuts stays open", () => {
    const { deltas } = read(call(0, '{"x', "a", "f"), chunk({}, "length"));
    expect(deltas.at(-1)).toEqual({ type: "tool-call-delta", id: "a", json: '{"x' });
  });

  test("without a finish reason there is no ending", () => {
    expect(read(chunk({ content: "Hi" }), "[DONE]").ending).toBeUndefined();
  });

  test("what makes no sense is an error", () => {
    expect(() => read("{")).toThrow("not JSON");
    expect(() => read({ choices: "x" })).toThrow("no chat completion");
    expect(() => read(call(0, "{}"))).toThrow("without a name");
    expect(() => read(call(0, "", "a", "f"), call(1, "", "b", "f"), call(0, "{}"))).toThrow(
      "mixes the pieces",
    );
    expect(() => read({ error: "GPU lost" })).toThrow("GPU lost");
  });
});
