/** Conversations from reports to LiteLLM, Cursor, Cline, Roo, Continue, Zed, opencode, LangChain, LlamaIndex, the AI SDK, n8n, Open WebUI, Dify and others. */
import { expect } from "vitest";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import { openaiResponses } from "../../../src/dialects/openai-responses/index.ts";
import type { Part } from "../../../src/turn/message.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { PIXEL } from "../../support/data/samples.ts";
import { verifies } from "../../support/verifies.ts";

const chat = openaiChat;
const messages = anthropicMessages;
const responses = openaiResponses({ responses: 1, size: 1, ageMs: 60_000 });

function read(dialect: Dialect, body: object): TurnRequest {
  const limit = dialect === messages ? { max_tokens: 9 } : {};
  return dialect.decode({ model: "m", ...limit, ...body }, new Headers(), ANYONE).request;
}

/** A conversation in short: `user: text`, calls as `name(arguments)#id`, results as `=id text`. */
function short({ system, messages: all }: TurnRequest): string[] {
  return [
    ...system.map(({ text }) => `system: ${text}`),
    ...all.map(({ role, parts }) => `${role}: ${parts.map(shortPart).join(" | ")}`),
  ];
}

function shortPart(part: Part): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "reasoning":
      return `(${part.text}${part.signature === undefined ? "" : `~${part.signature}`})`;
    case "tool-call":
      return `${part.name}(${part.input})#${part.id}`;
    case "tool-result":
      return `=${part.callId}${part.isError ? "!" : ""} ${part.content.map(shortPart).join(",")}`;
    default:
      return `<${part.mimeType}>`;
  }
}

const user = (content: unknown) => ({ role: "user", content });
const called = (id: string, name: string, args: unknown) => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const text = (value: string, more: object = {}) => ({ type: "text", text: value, ...more });
const CACHE = { cache_control: { type: "ephemeral" } };

const CONVERSATIONS: readonly (readonly [string, Dialect, object, readonly string[]])[] = [
  [
    "assistant with null content and an empty list of calls (LiteLLM, Zed)",
    chat,
    { messages: [user("a"), { role: "assistant", content: null, tool_calls: [] }, user("b")] },
    ["user: a", "user: b"],
  ],
  [
    "arguments that are an empty text, an object, or none (LM Studio, Ollama)",
    chat,
    {
      messages: [
        user("a"),
        {
          role: "assistant",
          content: "",
          tool_calls: [called("1", "x", ""), called("2", "y", { a: 1 }), called("3", "z", null)],
        },
        { role: "tool", tool_call_id: "1", content: "r" },
      ],
    },
    ["user: a", 'assistant: x({})#1 | y({"a":1})#2 | z({})#3', "user: =1 r"],
  ],
  [
    "the content of a tool's message as parts, with the cache's marks (LangChain, Cline)",
    chat,
    {
      messages: [
        user([text("a", CACHE)]),
        { role: "assistant", tool_calls: [{ ...called("1", "x", "{}"), ...CACHE }] },
        { role: "tool", tool_call_id: "1", name: "x", content: [text("r", CACHE), text("s")] },
      ],
    },
    ["user: a", "assistant: x({})#1", "user: =1 r,s"],
  ],
  [
    "a picture in a tool's message (AI SDK, browser tools)",
    chat,
    {
      messages: [
        user("a"),
        { role: "assistant", tool_calls: [called("1", "x", "{}")] },
        {
          role: "tool",
          tool_call_id: "1",
          content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}` } }],
        },
      ],
    },
    ["user: a", "assistant: x({})#1", "user: =1 <image/png>"],
  ],
  [
    "a result without the id of its call, with its name (Open WebUI, older clients)",
    chat,
    {
      messages: [
        user("a"),
        { role: "assistant", tool_calls: [called("1", "x", "{}")] },
        { role: "tool", name: "x", content: "r" },
      ],
    },
    ["user: a", "assistant: x({})#1", "user: =1 r"],
  ],
  [
    "results before their call, and neighbouring messages of one role (Cursor after an edit)",
    chat,
    {
      messages: [
        { role: "tool", tool_call_id: "0", content: "early" },
        user("a"),
        user("b"),
        { role: "assistant", content: "c" },
        { role: "assistant", content: "d" },
      ],
    },
    ["user: =0 early", "user: a", "user: b", "assistant: c", "assistant: d"],
  ],
  [
    "system and developer messages in the middle (Continue, Roo)",
    chat,
    {
      messages: [{ role: "system", content: "s" }, user("a"), { role: "developer", content: "d" }, user("b")],
    },
    ["system: s", "user: a", "system: d", "user: b"],
  ],
  [
    "empty text parts (n8n, Dify)",
    chat,
    { messages: [user([text(""), text("a")]), { role: "assistant", content: [text("")] }, user("b")] },
    ["user: a", "user: b"],
  ],
  ["content that is one part (semantic-kernel)", chat, { messages: [user(text("a"))] }, ["user: a"]],
  [
    "what the model thought, in a member beside the content (DeepSeek, Kimi, Roo)",
    chat,
    { messages: [user("a"), { role: "assistant", content: "b", reasoning_content: "t" }, user("c")] },
    ["user: a", "assistant: (t) | b", "user: c"],
  ],
  [
    "thinking with a signature, without one, and redacted, at chat completions (LiteLLM's thinking_blocks)",
    chat,
    {
      messages: [
        user("a"),
        {
          role: "assistant",
          content: "b",
          thinking_blocks: [
            { type: "thinking", thinking: "t", signature: "s" },
            { type: "redacted_thinking", data: "r" },
          ],
        },
        user("c"),
      ],
    },
    ["user: a", "assistant: (t~s) | (~r) | b", "user: c"],
  ],
  [
    "a refusal in the history",
    chat,
    { messages: [user("a"), { role: "assistant", content: null, refusal: "no" }, user("b")] },
    ["user: a", "assistant: no", "user: b"],
  ],
  [
    "roles in the words of others: model, ai, human (Gemini, LangChain)",
    chat,
    {
      messages: [
        { role: "human", content: "a" },
        { role: "ai", content: "b" },
        { role: "model", content: "c" },
      ],
    },
    ["user: a", "assistant: b", "assistant: c"],
  ],
  [
    "thinking without a signature, redacted thinking, empty blocks and the cache's marks at messages",
    messages,
    {
      system: [text("s", CACHE)],
      messages: [
        user([text("a", CACHE)]),
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "t", signature: "" },
            { type: "redacted_thinking", data: "r" },
            text(""),
          ],
        },
        user("b"),
      ],
    },
    ["system: s", "user: a", "assistant: (t) | (~r)", "user: b"],
  ],
  [
    "a prefill at the end (aider, Claude's users)",
    messages,
    { messages: [user("a"), { role: "assistant", content: "{" }] },
    ["user: a", "assistant: {"],
  ],
  [
    "a result whose content is missing, and one that is an error with parts",
    messages,
    {
      messages: [
        user("a"),
        {
          role: "assistant",
          content: [
            { type: "tool_use", id: "1", name: "x", input: {} },
            { type: "tool_use", id: "2", name: "y", input: '{"a":1}' },
          ],
        },
        user([
          { type: "tool_result", tool_use_id: "1" },
          { type: "tool_result", tool_use_id: "2", is_error: true, content: [text("e")] },
          text("go on"),
        ]),
      ],
    },
    ["user: a", 'assistant: x({})#1 | y({"a":1})#2', "user: =1  | =2! e | go on"],
  ],
  [
    "messages with only a role and a text (curl, LlamaIndex) at Responses",
    responses,
    {
      input: [
        { role: "system", content: "s" },
        { role: "user", content: "a" },
        { role: "assistant", content: "b" },
      ],
    },
    ["system: s", "user: a", "assistant: b"],
  ],
  [
    "a message whose content is a text, and one whose parts are another API's",
    responses,
    {
      input: [
        { type: "message", role: "user", content: "a" },
        { type: "message", role: "assistant", content: [text("b")] },
      ],
    },
    ["user: a", "assistant: b"],
  ],
  [
    "outputs that are lists, objects, or nothing (agents SDKs)",
    responses,
    {
      input: [
        { type: "function_call", call_id: "1", name: "x", arguments: { a: 1 } },
        { type: "function_call", call_id: "2", name: "y", arguments: "" },
        { type: "function_call", call_id: "3", name: "z" },
        { type: "function_call_output", call_id: "1", output: [{ type: "input_text", text: "r" }] },
        { type: "function_call_output", call_id: "2", output: { ok: true } },
        { type: "function_call_output", call_id: "3" },
      ],
    },
    ['assistant: x({"a":1})#1 | y({})#2 | z({})#3', 'user: =1 r | =2 {"ok":true} | =3 '],
  ],
  [
    "a refusal and annotations in a stored answer",
    responses,
    {
      input: [
        user("a"),
        {
          type: "message",
          id: "msg_1",
          status: "completed",
          role: "assistant",
          content: [
            { type: "output_text", text: "b", annotations: [], logprobs: [] },
            { type: "refusal", refusal: "no" },
          ],
        },
        user("c"),
      ],
    },
    ["user: a", "assistant: b | no", "user: c"],
  ],
  [
    "reasoning without anything to give back",
    responses,
    { input: [user("a"), { type: "reasoning", id: "rs_1", summary: [] }, user("b")] },
    ["user: a", "user: b"],
  ],
  [
    "calls as chat completions write them, among the items (LiteLLM's bridge)",
    responses,
    {
      input: [
        user("a"),
        { role: "assistant", content: null, tool_calls: [called("1", "x", "{}")] },
        { role: "tool", tool_call_id: "1", content: "r" },
      ],
    },
    ["user: a", "assistant: x({})#1", "user: =1 r"],
  ],
  ["a prompt that is a text", chat, { input: "a" }, ["user: a"]],
  ["one message that stands in no list", chat, { messages: user("a") }, ["user: a"]],
];

for (const [what, dialect, body, wanted] of CONVERSATIONS) {
  verifies("clients.met", `${dialect.id}: ${what}`, () => {
    expect(short(read(dialect, body))).toEqual(wanted);
  });
}
