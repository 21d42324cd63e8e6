import { expect } from "vitest";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import type { Dialect, Exchange } from "../../../src/dialects/dialect.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import { openaiResponses } from "../../../src/dialects/openai-responses/index.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import { verifies } from "../../support/verifies.ts";

const IMAGE = "iVBORw0KGgo=";
const SCHEMA = { type: "object", properties: { path: { type: "string" } } };
const TOOL = { name: "read", description: "Reads.", inputSchema: SCHEMA };

const openaiResponse = openaiResponses({ responses: 1, size: 1, ageMs: 60_000 });
const ALL = [openaiChat, anthropicMessages, openaiResponse] as const;

interface Members extends Readonly<Record<string, unknown>> {
  readonly messages?: readonly object[];
}

/** The request at each API; what is said stands in `messages`, whatever its API calls it. */
function decoded(dialect: Dialect, members: Members): Exchange {
  const { messages = [{ role: "user", content: "Hello?" }], ...others } = members;
  const said = dialect === openaiResponse ? { input: messages } : { messages, max_tokens: 10 };
  return dialect.decode({ model: "auto", ...said, ...others }, new Headers(), ANYONE);
}

function failure(dialect: Dialect, members: Members): BridgeError {
  try {
    decoded(dialect, members);
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown;
  }
  throw new Error("no failure");
}

verifies("clients.neighbour-tools", "a tool is understood in the form of every API", () => {
  const forms = [
    { type: "function", function: { name: "read", description: "Reads.", parameters: SCHEMA } },
    { type: "function", name: "read", description: "Reads.", parameters: SCHEMA },
    { name: "read", description: "Reads.", input_schema: SCHEMA },
    { type: "custom", name: "read", description: "Reads.", input_schema: SCHEMA },
  ];
  for (const dialect of ALL) {
    for (const tool of forms) expect(decoded(dialect, { tools: [tool] }).request.tools).toEqual([TOOL]);
    expect(failure(dialect, { tools: [{ type: "function", parameters: SCHEMA }] })).toMatchObject({
      code: "invalid_request",
      param: "tools.0",
    });
  }
});

verifies("clients.neighbour-tools", "a choice is understood in the form of every API", () => {
  const tools = [{ name: "read", input_schema: SCHEMA }];
  const choices = [
    ["auto", { type: "auto" }],
    ["none", { type: "none" }],
    ["required", { type: "required" }],
    [{ type: "auto" }, { type: "auto" }],
    [{ type: "none" }, { type: "none" }],
    [{ type: "any" }, { type: "required" }],
    [
      { type: "tool", name: "read" },
      { type: "tool", name: "read" },
    ],
    [
      { type: "function", name: "read" },
      { type: "tool", name: "read" },
    ],
    [
      { type: "function", function: { name: "read" } },
      { type: "tool", name: "read" },
    ],
  ] as const;
  for (const dialect of ALL) {
    for (const [tool_choice, toolChoice] of choices) {
      expect(decoded(dialect, { tools, tool_choice }).request.toolChoice).toEqual(toolChoice);
    }
    const one = decoded(dialect, { tools, tool_choice: { type: "auto", disable_parallel_tool_use: true } });
    expect(one.request.parallelToolCalls).toBe(false);
  }
});

verifies(
  "clients.neighbour-content",
  "Anthropic's calls, results, pictures and thinking are read at chat completions and Responses",
  () => {
    for (const dialect of [openaiChat, openaiResponse]) {
      const { request, notices } = decoded(dialect, {
        system: [{ type: "text", text: "Be brief." }],
        stop_sequences: ["END"],
        messages: [
          {
            role: "user",
            content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: IMAGE } }],
          },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "Hm.", signature: "s" },
              { type: "text", text: "I read it." },
              { type: "tool_use", id: "c1", name: "read", input: { path: "a" } },
            ],
          },
          {
            role: "user",
            content: [
              {
                type: "tool_result",
                tool_use_id: "c1",
                content: [{ type: "text", text: "A" }],
                is_error: true,
              },
              { type: "document", source: { type: "text", data: "B" }, title: "b.txt" },
            ],
          },
        ],
      });
      expect(request).toMatchObject({
        system: [{ type: "text", text: "Be brief." }],
        stopSequences: ["END"],
      });
      expect(request.messages).toEqual([
        { role: "user", parts: [{ type: "image", mimeType: "image/png", data: IMAGE }] },
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "Hm.", signature: "s" },
            { type: "text", text: "I read it." },
            { type: "tool-call", id: "c1", name: "read", input: '{"path":"a"}' },
          ],
        },
        {
          role: "user",
          parts: [
            { type: "tool-result", callId: "c1", content: [{ type: "text", text: "A" }], isError: true },
            { type: "text", text: "b.txt" },
            { type: "text", text: "B" },
          ],
        },
      ]);
      expect(notices).toEqual([]);
    }
  },
);

verifies(
  "clients.neighbour-content",
  "the calls, results and pictures of chat completions are read everywhere",
  () => {
    const messages = [
      { role: "developer", content: "Be brief." },
      {
        role: "user",
        name: "Ann",
        content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${IMAGE}` } }],
      },
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "c1", type: "function", function: { name: "read", arguments: '{"path":"a"}' } },
          { id: "c2", type: "custom", custom: { name: "patch", input: "-a" } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: "A" },
      { role: "tool", tool_call_id: "c2", content: [{ type: "text", text: "B" }] },
      { role: "assistant", function_call: { name: "read", arguments: "{}" } },
      { role: "function", name: "read", content: "C" },
      { role: "user", content: [{ type: "input_text", text: "And?" }] },
    ];
    for (const dialect of ALL) {
      const { request, notices } = decoded(dialect, { stop: "END", messages });
      expect(notices).toEqual([]);
      expect(request).toMatchObject({
        system: [{ type: "text", text: "Be brief." }],
        stopSequences: ["END"],
      });
      const parts = request.messages.flatMap(({ role, parts: those }) => those.map((part) => [role, part]));
      const result = (callId: string, value: string) => [
        "user",
        { type: "tool-result", callId, content: [{ type: "text", text: value }], isError: false },
      ];
      expect(parts).toEqual([
        ["user", { type: "text", text: "Ann:" }],
        ["user", { type: "image", mimeType: "image/png", data: IMAGE }],
        ["assistant", { type: "tool-call", id: "c1", name: "read", input: '{"path":"a"}' }],
        ["assistant", { type: "tool-call", id: "c2", name: "patch", input: '{"input":"-a"}' }],
        result("c1", "A"),
        result("c2", "B"),
        ["assistant", { type: "tool-call", id: "read", name: "read", input: "{}" }],
        result("read", "C"),
        ["user", { type: "text", text: "And?" }],
      ]);
    }
  },
);

verifies(
  "clients.unknown-content",
  "what nobody knows counts as its text, and without any it is refused by name",
  () => {
    for (const dialect of ALL) {
      const content = (part: object) => ({ messages: [{ role: "user", content: [part] }] });
      expect(decoded(dialect, content({ type: "note", text: "Look." })).request.messages).toEqual([
        { role: "user", parts: [{ type: "text", text: "Look." }] },
      ]);
      const error = failure(dialect, content({ type: "hologram", data: "x" }));
      const list = dialect === openaiResponse ? "input" : "messages";
      expect(error).toMatchObject({ code: "invalid_request", param: `${list}.0.content.0.type` });
      expect(error.message).toContain("hologram");
      expect(failure(dialect, { messages: [{ role: "narrator", content: "x" }] }).param).toBe(
        `${list}.0.role`,
      );
    }
  },
);

verifies(
  "clients.tool-twice",
  "of a tool that is declared twice the last declaration holds, in its place",
  () => {
    const tool = (name: string, description: string): object => ({ name, description, input_schema: SCHEMA });
    for (const dialect of ALL) {
      const { tools } = decoded(dialect, { tools: [tool("a", "1"), tool("b", "2"), tool("a", "3")] }).request;
      expect(tools.map(({ name, description }) => [name, description])).toEqual([
        ["b", "2"],
        ["a", "3"],
      ]);
    }
  },
);

verifies("clients.neighbour-content", "what the vendors' servers ran is told to the model everywhere", () => {
  const parts = [
    { type: "server_tool_use", id: "s", name: "web_search", input: { query: "weather" } },
    { type: "web_search_tool_result", content: [{ type: "web_search_result", title: "Rain" }] },
    { type: "tool_reference", tool_name: "umbrella" },
  ];
  for (const dialect of ALL) {
    const { request } = decoded(dialect, {
      messages: [
        { role: "assistant", content: parts },
        { role: "user", content: "So?" },
      ],
    });
    const text = JSON.stringify(request.messages);
    for (const word of ["weather", "Rain", "umbrella"]) expect(text).toContain(word);
  }
});

verifies(
  "messages.client-tools",
  "tools that the client runs are offered with what is published of them",
  () => {
    const { request, notices } = decoded(anthropicMessages, {
      tools: [
        { type: "bash_20250124", name: "bash" },
        { type: "text_editor_20250728", name: "str_replace_based_edit_tool", max_characters: 1000 },
        { type: "memory_20250818", name: "memory" },
        { type: "computer_20251124", name: "computer", display_width_px: 1024, display_height_px: 768 },
      ],
      messages: [
        { role: "user", content: "List." },
        {
          role: "assistant",
          content: [{ type: "tool_use", id: "c", name: "bash", input: { command: "ls" } }],
        },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "c", content: "a" }] },
      ],
      tool_choice: { type: "tool", name: "bash" },
    });
    expect(notices).toEqual([]);
    const properties = request.tools.map(({ name, inputSchema }) => [
      name,
      Object.keys(inputSchema["properties"] as object),
    ]);
    expect(Object.fromEntries(properties)).toMatchObject({
      bash: ["command", "restart"],
      str_replace_based_edit_tool: expect.arrayContaining(["command", "path", "old_str", "new_str"]),
      memory: expect.arrayContaining(["command", "path", "old_path", "new_path"]),
      computer: expect.arrayContaining(["action", "coordinate", "text"]),
    });
    expect(request.tools.at(-1)?.description).toContain("1024 x 768");
    expect(request.toolChoice).toEqual({ type: "tool", name: "bash" });
  },
);

verifies("messages.client-tools", "each version of a tool offers what that version has", () => {
  const schemaOf = (type: string) => {
    const [tool] = decoded(anthropicMessages, { tools: [{ type, name: "it" }] }).request.tools;
    return tool?.inputSchema["properties"] as Record<string, { readonly enum?: readonly string[] }>;
  };
  for (const [type, undoes] of [
    ["text_editor_20241022", true],
    ["text_editor_20250124", true],
    ["text_editor_20250429", false],
    ["text_editor_20250728", false],
  ] as const) {
    const { command, insert_text: inserted } = schemaOf(type);
    expect(command?.enum?.includes("undo_edit"), type).toBe(undoes);
    expect(inserted === undefined, type).toBe(undoes);
  }
  for (const [type, latest, count] of [
    ["computer_20241022", "key", 10],
    ["computer_20250124", "wait", 16],
    ["computer_20251124", "zoom", 17],
  ] as const) {
    const { action, region, duration } = schemaOf(type);
    expect([action?.enum?.at(-1), action?.enum?.length], type).toEqual([latest, count]);
    expect([region !== undefined, duration !== undefined], type).toEqual([count > 16, count > 10]);
  }
});

verifies(
  "messages.client-tools",
  "what the vendor's servers would run is left out with a notice, and refused when it is forced",
  () => {
    for (const type of [
      "web_search_20250305",
      "web_fetch_20250910",
      "code_execution_20250825",
      "mcp_toolset",
    ]) {
      const tools = [{ type, name: "there" }];
      const { request, notices } = decoded(anthropicMessages, { tools });
      expect(request.tools).toEqual([]);
      expect(notices).toMatchObject([{ code: "tool-kind-ignored" }]);
      expect(failure(anthropicMessages, { tools, tool_choice: { type: "tool", name: "there" } }).code).toBe(
        "unsupported_feature",
      );
    }
  },
);

verifies("messages.client-tools", "what the vendor's servers ran before stays in the history as text", () => {
  const { request } = decoded(anthropicMessages, {
    messages: [
      { role: "user", content: "Search." },
      {
        role: "assistant",
        content: [
          { type: "server_tool_use", id: "s", name: "web_search", input: { query: "weather" } },
          {
            type: "web_search_tool_result",
            tool_use_id: "s",
            content: [{ type: "web_search_result", title: "Rain", url: "https://a.example" }],
          },
          {
            type: "web_search_tool_result",
            tool_use_id: "s",
            content: { type: "web_search_tool_result_error", error_code: "unavailable" },
          },
        ],
      },
      { role: "user", content: "So?" },
    ],
  });
  const text = JSON.stringify(request.messages);
  for (const word of ["weather", "Rain", "https://a.example", "unavailable"]) expect(text).toContain(word);
});
