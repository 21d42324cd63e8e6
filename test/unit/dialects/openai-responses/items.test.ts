import { expect } from "vitest";
import { openaiResponses } from "../../../../src/dialects/openai-responses/index.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { Message, Part } from "../../../../src/turn/message.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";
import { PIXEL } from "../../../support/data/samples.ts";
import { verifies } from "../../../support/verifies.ts";

const dialect = openaiResponses({ responses: 1, size: 1, ageMs: 60_000 });

function messagesOf(input: readonly object[]): readonly Message[] {
  const { request, notices } = dialect.decode({ model: "auto", input }, new Headers(), ANYONE);
  expect(notices).toEqual([]);
  return request.messages;
}

function failure(input: readonly object[]): BridgeError {
  try {
    messagesOf(input);
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown;
    throw thrown;
  }
  throw new Error("It was accepted.");
}

const QUESTION = { role: "user", content: "So?" };
const PICTURE: Part = { type: "image", mimeType: "image/png", data: PIXEL };

/** Items of the vendor's tools, and what of each the model must be told. */
const VENDOR: readonly (readonly [object, readonly string[]])[] = [
  [
    {
      type: "web_search_call",
      action: { type: "search", query: "rain", sources: [{ url: "https://a.example" }] },
    },
    ["web_search_call", "rain", "https://a.example"],
  ],
  [
    { type: "file_search_call", queries: ["tax"], results: [{ filename: "t.txt", text: "Ten percent." }] },
    ["tax", "t.txt", "Ten percent."],
  ],
  [
    { type: "code_interpreter_call", code: "print(6*7)", outputs: [{ type: "logs", logs: "42" }] },
    ["print(6*7)", "42"],
  ],
  [
    { type: "mcp_call", server_label: "wiki", name: "ask", arguments: '{"q":"x"}', output: "Y", error: null },
    ["wiki", "ask", "Y"],
  ],
  [
    { type: "mcp_list_tools", server_label: "wiki", tools: [{ name: "ask", input_schema: {} }] },
    ["wiki", "ask"],
  ],
  [{ type: "mcp_approval_request", server_label: "wiki", name: "ask", arguments: "{}" }, ["wiki", "ask"]],
  [{ type: "mcp_approval_response", approval_request_id: "r1", approve: false }, ["r1", "false"]],
  [
    { type: "tool_search_call", execution: "server", call_id: null, arguments: { paths: ["crm"] } },
    ["tool_search_call", "crm"],
  ],
  [{ type: "shopping_call", wish: "shoes" }, ["shopping_call", "shoes"]],
];

verifies(
  "responses.vendor-items",
  "what the vendor's tools were asked and have found is told to the model",
  () => {
    for (const [item, words] of VENDOR) {
      const [first, ...others] = messagesOf([{ ...item, id: "i1", status: "completed" }, QUESTION]);
      expect(others).toHaveLength(1);
      const [told, ...more] = first?.parts ?? [];
      expect(more).toEqual([]);
      const text = told?.type === "text" ? told.text : "";
      for (const word of words) expect(text).toContain(word);
      expect(text).not.toMatch(/"id"|"status"|null|input_schema/);
    }
  },
);

verifies("responses.vendor-items", "pictures that the vendor's tools made are shown as pictures", () => {
  for (const item of [
    { type: "image_generation_call", id: "ig", status: "completed", revised_prompt: "A cat.", result: PIXEL },
    {
      type: "code_interpreter_call",
      code: "draw('A cat.')",
      outputs: [{ type: "image", url: `data:image/png;base64,${PIXEL}` }],
    },
  ]) {
    const messages = messagesOf([item, QUESTION]);
    expect(messages.map(({ role }) => role)).toEqual(["assistant", "user", "user"]);
    const [told] = messages[0]?.parts ?? [];
    expect(told).toMatchObject({ type: "text", text: expect.stringContaining("A cat.") });
    expect(JSON.stringify(told)).not.toContain(PIXEL);
    expect(messages[1]?.parts).toEqual([PICTURE]);
  }
});

verifies("clients.unknown-content", "parts in the place of items are read as what they are", () => {
  const items = [
    { type: "input_text", text: "Look:" },
    { type: "input_image", image_url: `data:image/png;base64,${PIXEL}` },
    { type: "output_text", text: "A dot." },
    { type: "tool_use", id: "c1", name: "read", input: { path: "a" } },
    { type: "tool_result", tool_use_id: "c1", content: "A" },
    { type: "note", text: "Mind this." },
    { type: "letter", role: "developer", content: "Be brief." },
  ];
  expect(messagesOf(items).flatMap(({ role, parts }) => parts.map((part) => [role, part]))).toEqual([
    ["user", { type: "text", text: "Look:" }],
    ["user", PICTURE],
    ["assistant", { type: "text", text: "A dot." }],
    ["assistant", { type: "tool-call", id: "c1", name: "read", input: '{"path":"a"}' }],
    ["user", { type: "tool-result", callId: "c1", content: [{ type: "text", text: "A" }], isError: false }],
    ["user", { type: "text", text: "Mind this." }],
    ["system", { type: "text", text: "Be brief." }],
  ]);
});

verifies(
  "clients.unknown-content",
  "an item of which nobody knows what it means is refused by kind and place",
  () => {
    const error = failure([QUESTION, { type: "hologram", data: "x" }]);
    expect(error).toMatchObject({ code: "invalid_request", param: "input.1.type" });
    expect(error.message).toContain("hologram");
    expect(failure([{ type: "letter", role: "narrator", content: "x" }])).toMatchObject({
      param: "input.0.role",
    });
  },
);
