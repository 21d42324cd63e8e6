/** Settings from reports to LiteLLM, LangChain, Zed, n8n, Open WebUI, Dify and others, and what of such requests is refused by name. */
import { expect } from "vitest";
import { anthropicMessages as messages } from "../../../src/dialects/anthropic-messages/index.ts";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import { openaiChat as chat } from "../../../src/dialects/openai-chat/index.ts";
import { openaiResponses } from "../../../src/dialects/openai-responses/index.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { verifies } from "../../support/verifies.ts";

const responses = openaiResponses({ responses: 1, size: 1, ageMs: 60_000 });

function read(dialect: Dialect, body: object): TurnRequest {
  const limit = dialect === messages ? { max_tokens: 9 } : {};
  return dialect.decode({ model: "m", ...limit, ...body }, new Headers(), ANYONE).request;
}

const user = (content: unknown) => ({ role: "user", content });
const CACHE = { cache_control: { type: "ephemeral" } };
const SAID = { messages: [user("a")] };
const TOOL = { name: "x", description: "d", parameters: { type: "object", properties: {} } };
const LONG = "a".repeat(100);

/** Settings that change nothing or mean what they say. */
const SETTINGS: readonly (readonly [string, Dialect, object, object])[] = [
  [
    "nulls (n8n, Dify)",
    chat,
    { stop: null, n: null, tools: null, tool_choice: null, temperature: null },
    { stopSequences: [], tools: [] },
  ],
  ["empty tools with a choice (Open WebUI)", chat, { tools: [], tool_choice: "auto" }, { tools: [] }],
  ["empty tools and none (Zed)", chat, { tools: [], tool_choice: "none" }, { tools: [] }],
  ["stream_options without stream (LangChain)", chat, { stream_options: { include_usage: true } }, {}],
  ["the form text", chat, { response_format: { type: "text" } }, { responseFormat: { type: "text" } }],
  ["no logprobs", chat, { logprobs: false, top_logprobs: null }, {}],
  ["temperature as a whole number", chat, { temperature: 1 }, { temperature: 1 }],
  [
    "a strict tool with $schema (zod)",
    chat,
    {
      tools: [
        {
          type: "function",
          function: {
            ...TOOL,
            strict: true,
            parameters: {
              $schema: "https://json-schema.org/draft/2020-12/schema",
              type: "object",
              properties: {},
              additionalProperties: false,
            },
          },
        },
      ],
    },
    { tools: [{ name: "x" }] },
  ],
  [
    "a tool without parameters (MCP)",
    chat,
    { tools: [{ type: "function", function: { name: "x" } }] },
    { tools: [{ name: "x" }] },
  ],
  [
    "a tool's name with dots, and one of 100 characters (MCP gateways)",
    chat,
    {
      tools: [
        { type: "function", function: { ...TOOL, name: "a.b/c" } },
        { type: "function", function: { ...TOOL, name: LONG } },
      ],
    },
    { tools: [{ name: "a.b/c" }, { name: LONG }] },
  ],
  [
    "a choice of any, and one call at a time (Claude's SDK)",
    messages,
    {
      tools: [{ name: "x", input_schema: { type: "object" }, ...CACHE }],
      tool_choice: { type: "any", disable_parallel_tool_use: true },
    },
    { toolChoice: { type: "required" }, parallelToolCalls: false },
  ],
  [
    "a choice that names a function by its name alone",
    chat,
    { tools: [{ type: "function", function: TOOL }], tool_choice: { name: "x" } },
    { toolChoice: { type: "tool", name: "x" } },
  ],
  [
    "eager_input_streaming, input_examples, allowed_callers",
    messages,
    {
      tools: [
        {
          name: "x",
          input_schema: { type: "object" },
          eager_input_streaming: true,
          input_examples: [{}],
          allowed_callers: ["direct"],
        },
      ],
    },
    { tools: [{ name: "x" }] },
  ],
];

for (const [what, dialect, members, wanted] of SETTINGS) {
  verifies("clients.met", `${dialect.id}: ${what}`, () => {
    expect(read(dialect, { ...SAID, ...members })).toMatchObject(wanted);
  });
}

/** Refused by name. */
const REFUSED: readonly (readonly [string, Dialect, object, string])[] = [
  ["max_tokens as a text (n8n)", chat, { ...SAID, max_tokens: "100" }, "max_tokens"],
  ["temperature as a text (Dify)", chat, { ...SAID, temperature: "0.7" }, "temperature"],
  [
    "a picture by its address",
    chat,
    { messages: [user([{ type: "image_url", image_url: { url: "https://a.example/a.png" } }])] },
    "messages.0.content.0.image_url",
  ],
  ["logprobs", chat, { ...SAID, logprobs: true, top_logprobs: 5 }, "logprobs"],
  [
    "a choice that must call without tools",
    chat,
    { ...SAID, tools: [], tool_choice: "required" },
    "tool_choice",
  ],
  [
    "a reference to an item that is not here",
    responses,
    { input: [{ type: "item_reference", id: "msg_1" }] },
    "input.0.id",
  ],
  ["nothing to say", chat, { messages: [] }, "messages"],
  ["a number for content", chat, { messages: [user(7)] }, "messages.0.content"],
];

for (const [what, dialect, body, param] of REFUSED) {
  verifies("clients.met", `${dialect.id}: refused: ${what}`, () => {
    let thrown: unknown;
    try {
      read(dialect, body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(BridgeError);
    expect(thrown).toMatchObject({ param });
    expect((thrown as BridgeError).message).toContain(param);
  });
}
