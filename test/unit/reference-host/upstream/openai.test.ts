import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { describe, expect, test } from "vitest";
import type { Delta } from "../../../../src/hosts/mcp/sampling-stream.ts";
import { bodyOf, readAll } from "../../../support/upstreams/upstream-api.ts";
import { openai } from "../../../../src/reference-host/upstream/openai.ts";
import { chunk, USAGE_CHUNK } from "../../../support/upstreams/fake-upstream.ts";
import { verifies } from "../../../support/verifies.ts";

const LOCAL = new URL("http://127.0.0.1:11434/v1/chat/completions");
const body = (params: Partial<CreateMessageRequestParams>, endpoint = LOCAL) =>
  bodyOf(openai, { messages: [], maxTokens: 5, ...params }, endpoint);

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
    return readAll(openai, events);
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
    const { deltas } = read(call(0, "{}", undefined, "f"), chunk({}, "tool_calls"));
    const { id } = deltas[1] as { readonly id: string };
    expect(id).toMatch(/^call_[0-9a-f]{24}$/);
    expect(deltas.slice(1)).toEqual(calls([id, "{}"]));
  });

  test("a call that the limit cuts stays open", () => {
    const { deltas } = read(call(0, '{"x', "a", "f"), chunk({}, "length"));
    expect(deltas.at(-1)).toEqual({ type: "tool-call-delta", id: "a", json: '{"x' });
  });

  verifies(
    "own-host.complete",
    "an answer is complete when a reason or [DONE] says so, and not before",
    () => {
      for (const none of [null, "", "null", "None"]) {
        expect(read(chunk({ content: "Hi" }, none), chunk({}, none)).ending).toBeUndefined();
        expect(read(chunk({ content: "Hi" }, none), "[DONE]").ending).toMatchObject({
          stopReason: "endTurn",
        });
      }
      expect(read("[DONE]").ending).toBeUndefined();
      expect(read(call(0, "{}", "a", "f"), "[DONE]").ending).toMatchObject({ stopReason: "toolUse" });
      expect(read(chunk({ content: "Hi" }, "tool_calls")).ending).toMatchObject({ stopReason: "endTurn" });
      expect(read(chunk({ content: "Hi" }, "MAX_TOKENS")).ending).toMatchObject({ stopReason: "maxTokens" });
      expect(read(chunk({ refusal: "I can't." }, "stop")).ending).toMatchObject({ stopReason: "refusal" });
      // Names that every object has are words like any other.
      for (const reason of ["constructor", "toString", "__proto__"])
        expect(read(chunk({ content: "Hi" }, reason)).ending).toMatchObject({ stopReason: reason });
      for (const failed of ["error", "abort", "insufficient_system_resource"]) {
        expect(() => read(chunk({ content: "Hi" }, failed))).toThrow(failed);
      }
    },
  );

  const inputs = (deltas: readonly Delta[]): string[][] => {
    const whole = new Map<string, string[]>();
    for (const delta of deltas) {
      if (delta.type === "tool-call-start") whole.set(delta.id, [delta.name]);
      if (delta.type === "tool-call-delta") whole.get(delta.id)?.push(delta.json);
    }
    return [...whole.values()].map(([name = "", ...json]) => [name, json.join("")]);
  };

  verifies("own-host.openai", "calls whose pieces come in odd ways are the calls that were meant", () => {
    const piece = (...calls: readonly object[]) => chunk({ tool_calls: calls });
    const odd: Record<string, readonly [readonly object[], readonly string[][]]> = {
      "arguments as an object": [
        [piece({ index: 0, id: "a", function: { name: "f", arguments: { x: 1 } } })],
        [["f", '{"x":1}']],
      ],
      "a name that comes later": [
        [piece({ index: 0, id: "a", function: { arguments: '{"x"' } }), call(0, ":1}", undefined, "f")],
        [["f", '{"x":1}']],
      ],
      "pieces in turns": [
        [call(0, "", "a", "f"), call(1, "", "b", "g"), call(0, '{"x"'), call(1, "{}"), call(0, ":1}")],
        [
          ["f", '{"x":1}'],
          ["g", "{}"],
        ],
      ],
      "told apart by ids alone": [
        [
          piece({ id: "a", function: { name: "f", arguments: "" } }),
          piece({ id: "b", function: { name: "g", arguments: "" } }),
          piece({ id: "a", function: { arguments: '{"x":1}' } }),
          piece({ id: "b", function: { arguments: '{"x":2}' } }),
        ],
        [
          ["f", '{"x":1}'],
          ["g", '{"x":2}'],
        ],
      ],
      "one id for two": [
        [call(0, "{}", "a", "f"), call(1, '{"x":1}', "a", "g")],
        [
          ["f", "{}"],
          ["g", '{"x":1}'],
        ],
      ],
      "an empty id": [[call(0, "{}", "", "f")], [["f", "{}"]]],
      "the form before tools": [
        [
          chunk({ function_call: { name: "f", arguments: "" } }),
          chunk({ function_call: { arguments: "{}" } }),
        ],
        [["f", "{}"]],
      ],
      "a name repeated in each piece, without ids": [
        [call(0, '{"x"', undefined, "f"), call(0, ":1}", undefined, "f")],
        [["f", '{"x":1}']],
      ],
    };
    for (const [name, [events, expected]] of Object.entries(odd)) {
      const { deltas, ending } = read(...events, chunk({}, "tool_calls"));
      expect(inputs(deltas), name).toEqual(expected);
      const ids = deltas.flatMap((delta) => (delta.type === "tool-call-start" ? [delta.id] : []));
      expect(new Set(ids).size, name).toBe(expected.length);
      expect(ids, name).not.toContain("");
      expect(ending, name).toMatchObject({ stopReason: "toolUse" });
    }
    // An id that the conversation has already.
    const again = readAll(openai, [call(0, "{}", "a", "f"), chunk({}, "stop")], new Set(["a"]));
    expect(again.deltas.find(({ type }) => type === "tool-call-start")).not.toMatchObject({ id: "a" });
  });

  verifies("own-host.openai", "content, reasoning and counts in other forms", () => {
    const words = (deltas: readonly Delta[], type: "text" | "reasoning"): string =>
      deltas.map((delta) => (delta.type === type ? delta.text : "")).join("");
    const cases: Record<string, readonly [readonly object[], string, string]> = {
      "a list of parts": [[chunk({ content: [{ type: "text", text: "a" }, "b"] })], "", "ab"],
      "null and nothing": [
        [chunk({ content: null, tool_calls: null }), { choices: [] }, chunk({ content: "a" })],
        "",
        "a",
      ],
      "Mistral's thinking": [
        [
          chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }] }),
          chunk({ content: "a" }),
        ],
        "hm",
        "a",
      ],
      "a tag, in one piece": [[chunk({ content: "<think>hm</think>\n\na" })], "hm", "a"],
      "a tag, in many": [
        Array.from("\n<think>h<m</think>\n\na <think>b</think>", (content) => chunk({ content })),
        "h<m",
        "a <think>b</think>",
      ],
      "a tag that is none": [Array.from("<thin> a", (content) => chunk({ content })), "", "<thin> a"],
      "a tag that is the whole text so far": [[chunk({ content: "<th" })], "", "<th"],
      "OpenRouter's details": [
        [
          chunk({ reasoning_details: [{ type: "reasoning.summary", summary: "hm", index: 0 }] }),
          chunk({ content: "a" }),
        ],
        "hm",
        "a",
      ],
      "the same said twice": [
        [chunk({ reasoning: "hm", reasoning_content: "hm" }), chunk({ content: "a" })],
        "hm",
        "a",
      ],
      "a whole message": [[{ choices: [{ message: { role: "assistant", content: "a" } }] }], "", "a"],
    };
    for (const [name, [events, reasoning, text]] of Object.entries(cases)) {
      const { deltas } = read(...events, chunk({}, "stop"));
      expect([words(deltas, "reasoning"), words(deltas, "text")], name).toEqual([reasoning, text]);
    }
    const counts = [
      { choices: [{ delta: {}, finish_reason: "stop", usage: { prompt_tokens: 3, completion_tokens: 4 } }] },
      {
        choices: [{ delta: {}, finish_reason: "stop" }],
        x_groq: { usage: { prompt_tokens: 3, completion_tokens: 4 } },
      },
      { choices: [{ delta: {}, finish_reason: "stop" }], usage: { input_tokens: 3, output_tokens: 4 } },
    ];
    for (const each of counts) {
      expect(read(chunk({ content: "a" }), each).ending).toMatchObject({ inputTokens: 3, outputTokens: 4 });
    }
  });

  test("what makes no sense is an error", () => {
    expect(() => read("{")).toThrow("not JSON");
    expect(() => read({ choices: "x" })).toThrow("not a chat completion");
    expect(() => read(call(0, "{}"), chunk({}, "stop"))).toThrow("without a name");
    expect(() => read(call(0, "{}", "a", "f"), call(1, "", "b", "f"), call(0, "{}"))).toThrow("was complete");
    const errors = [
      { error: "GPU lost" },
      { error: { message: "GPU lost", code: 500 } },
      [{ error: { message: "GPU lost", status: "INTERNAL" } }],
      { detail: "GPU lost" },
      { detail: [{ loc: ["body", "x"], msg: "GPU lost" }] },
      { object: "error", message: "GPU lost" },
      { error: { message: '{"error":{"message":"GPU lost"}}' } },
      {
        error: { message: "Provider returned error", metadata: { raw: '{"error":{"message":"GPU lost"}}' } },
      },
    ];
    for (const error of errors) expect(() => read(chunk({ content: "a" }), error)).toThrow("GPU lost");
  });
});
