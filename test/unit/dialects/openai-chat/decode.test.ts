import { describe, expect, test } from "vitest";
import { decode, type DecodedChat } from "../../../../src/dialects/openai-chat/decode.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import { requestFixture } from "../../../support/data/fixtures.ts";
import { verifies } from "../../../support/verifies.ts";

type Body = Readonly<Record<string, unknown>>;

function decoded(body: Body, headers: Record<string, string> = {}): DecodedChat {
  return decode({ model: "m", messages: [{ role: "user", content: "hi" }], ...body }, new Headers(headers));
}

function messagesOf(...messages: readonly Body[]): Pick<DecodedChat["request"], "system" | "messages"> {
  const { system, messages: decodedMessages } = decoded({ messages }).request;
  return { system, messages: decodedMessages };
}

function failure(body: Body): { code: string; message: string; param: string | undefined } {
  try {
    decoded(body);
  } catch (thrown) {
    if (thrown instanceof BridgeError) {
      return { code: thrown.code, message: thrown.message, param: thrown.param };
    }
    throw thrown;
  }
  throw new Error("It was accepted.");
}

const text = (value: string) => ({ type: "text", text: value });

describe("messages", () => {
  verifies(
    "chat.system",
    "leading system and developer messages are the system prompt, later ones stay",
    () => {
      expect(
        messagesOf(
          { role: "system", content: "one" },
          { role: "developer", content: [text("two"), text("three")] },
          { role: "user", content: "hi" },
          { role: "system", content: "later" },
          { role: "developer", content: "last" },
        ),
      ).toEqual({
        system: [text("one"), text("two"), text("three")],
        messages: [
          { role: "user", parts: [text("hi")] },
          { role: "system", parts: [text("later")] },
          { role: "system", parts: [text("last")] },
        ],
      });
    },
  );

  verifies("chat.text-parts", "content is a string, parts, null or nothing", () => {
    expect(
      messagesOf(
        { role: "user", content: [text("a"), text(""), "b"] },
        { role: "assistant", content: null },
        { role: "assistant" },
        { role: "assistant", content: "" },
        { role: "assistant", content: [text("c"), { type: "refusal", refusal: "no" }] },
        { role: "assistant", content: null, refusal: "never" },
        { role: "user", content: "d", name: "ann" },
      ).messages,
    ).toEqual([
      { role: "user", parts: [text("a"), text("b")] },
      { role: "assistant", parts: [text("c"), text("no")] },
      { role: "assistant", parts: [text("never")] },
      { role: "user", parts: [text("ann: d")] },
    ]);
  });

  verifies(
    "chat.unknown-parts",
    "an unknown kind of part keeps its text, and is refused where it has none",
    () => {
      const { request, notices } = decoded({
        messages: [
          {
            role: "user",
            content: [{ type: "note", text: "kept" }, text("b")],
          },
        ],
      });
      expect(request.messages[0]?.parts).toEqual([text("kept"), text("b")]);
      expect(notices).toEqual([]);
      expect(
        failure({ messages: [{ role: "user", content: [{ type: "hologram", data: 1 }] }] }),
      ).toMatchObject({ code: "invalid_request", param: "messages.0.content.0.type" });
    },
  );

  verifies("chat.images", "pictures and sound in the request are media", () => {
    const { messages } = messagesOf({
      role: "user",
      content: [
        { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" } },
        { type: "image_url", image_url: "data:image/JPEG;charset=x;base64,/9j/" },
        { type: "input_audio", input_audio: { format: "wav", data: "UklGRg==" } },
      ],
    });
    expect(messages[0]?.parts).toEqual([
      { type: "image", mimeType: "image/png", data: "iVBORw0KGgo=" },
      { type: "image", mimeType: "image/jpeg", data: "/9j/" },
      { type: "audio", mimeType: "audio/wav", data: "UklGRg==" },
    ]);
  });

  verifies("chat.images", "pictures elsewhere are refused", () => {
    const image = (url: string) => ({
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
    });
    expect(failure(image("https://example.com/a.png"))).toMatchObject({
      code: "unsupported_feature",
      param: "messages.0.content.0.image_url",
    });
    expect(failure(image("data:text/plain;base64,eA=="))).toMatchObject({ code: "invalid_request" });
    expect(failure(image("data:image/png;base64,"))).toMatchObject({ code: "invalid_request" });
    expect(failure(image("file:///etc/passwd"))).toMatchObject({ code: "invalid_request" });
  });

  verifies(["chat.tool-history", "chat.results-together"], "calls and results are kept in both forms", () => {
    const { messages } = messagesOf(
      { role: "user", content: "go" },
      {
        role: "assistant",
        content: "Reading.",
        tool_calls: [
          { id: "1", type: "function", function: { name: "read", arguments: '{"a":1}' } },
          { id: "2", type: "function", function: { name: "list", arguments: { b: 2 } } },
          { id: "3", type: "function", function: { name: "now", arguments: null } },
          { id: "4", type: "custom", custom: { name: "patch", input: "+x" } },
        ],
      },
      { role: "tool", tool_call_id: "1", content: [text("one"), text("two")] },
      { role: "tool", tool_call_id: "2", content: null },
      { role: "assistant", content: null, function_call: { name: "old", arguments: "{}" } },
      { role: "function", name: "old", content: "result" },
    );
    const call = (id: string, name: string, input: string) => ({ type: "tool-call", id, name, input });
    const result = (callId: string, ...content: object[]) => ({
      type: "tool-result",
      callId,
      content,
      isError: false,
    });
    expect(messages.slice(1)).toEqual([
      {
        role: "assistant",
        parts: [
          text("Reading."),
          call("1", "read", '{"a":1}'),
          call("2", "list", '{"b":2}'),
          call("3", "now", "{}"),
          call("4", "patch", '{"input":"+x"}'),
        ],
      },
      { role: "user", parts: [result("1", text("one"), text("two")), result("2")] },
      { role: "assistant", parts: [call("old", "old", "{}")] },
      { role: "user", parts: [result("old", text("result"))] },
    ]);
  });

  test("a system prompt alone is the user's message, and no content at all is refused", () => {
    expect(messagesOf({ role: "system", content: "do it" })).toEqual({
      system: [],
      messages: [{ role: "user", parts: [text("do it")] }],
    });
    for (const messages of [[], [{ role: "user", content: "" }], [{ role: "assistant", content: null }]]) {
      expect(failure({ messages })).toMatchObject({ code: "invalid_request", param: "messages" });
    }
  });

  test("what is not a message is refused by name", () => {
    expect(failure({ messages: [{ role: "robot", content: "x" }] })).toMatchObject({
      code: "invalid_request",
      param: "messages.0.role",
    });
    expect(failure({ messages: [{ role: "user", content: 7 }] })).toMatchObject({
      param: "messages.0.content",
    });
    expect(failure({ messages: [{ role: "user", content: [{ type: "text" }] }] })).toMatchObject({
      param: "messages.0.content.0.text",
    });
    expect(failure({ messages: "hi" })).toMatchObject({ param: "messages" });
    expect(failure({ model: undefined })).toMatchObject({ param: "model" });
  });
});

describe("parameters", () => {
  verifies("chat.null-is-absent", "null is the same as nothing", () => {
    const fields = [
      "stream",
      "stream_options",
      "max_tokens",
      "max_completion_tokens",
      "temperature",
      "stop",
      "n",
      "user",
      "tools",
      "tool_choice",
      "parallel_tool_calls",
      "response_format",
      "top_p",
      "seed",
      "logit_bias",
      "functions",
    ];
    expect(decoded(Object.fromEntries(fields.map((field) => [field, null])))).toEqual(decoded({}));
  });

  verifies("chat.unknown-fields", "unknown fields are let through", () => {
    expect(decoded({ vl_high_resolution_images: true, store: false, metadata: { a: "b" } })).toEqual(
      decoded({}),
    );
    expect(decoded({ hologram: 1 }).request).toEqual(decoded({}).request);
  });

  verifies("chat.limits", "both names of the limit are read, the newer first", () => {
    expect(decoded({ max_tokens: 5 }).request.maxTokens).toBe(5);
    expect(decoded({ max_completion_tokens: 6 }).request.maxTokens).toBe(6);
    expect(decoded({ max_tokens: 5, max_completion_tokens: 6 }).request.maxTokens).toBe(6);
    expect(decoded({}).request.maxTokens).toBeUndefined();
    for (const limit of [0, -1, 1.5, "5"]) {
      expect(failure({ max_tokens: limit })).toMatchObject({ code: "invalid_request", param: "max_tokens" });
      expect(failure({ max_completion_tokens: limit }).message).toContain("max_completion_tokens");
    }
  });

  verifies("chat.choices", "from one to eight choices", () => {
    expect(decoded({ n: 1 })).toEqual(decoded({}));
    expect(decoded({ n: 8 }).choices).toBe(8);
    for (const n of [0, 9, 1.5])
      expect(failure({ n })).toMatchObject({ code: "invalid_request", param: "n" });
    expect(failure({ n: 9 }).message).toBe("n: the bridge supports at most 8 answers to one request");
  });

  verifies("chat.notices", "parameters that ask for something sampling lacks are named", () => {
    const messages = (body: Body) => decoded(body).notices.map(({ message }) => message);
    expect(
      messages({ top_p: 0.5, seed: 0, logprobs: false, frequency_penalty: 0, presence_penalty: 1 }),
    ).toEqual(["MCP sampling has no top_p, seed, presence_penalty."]);
    expect(messages({ top_p: 1, logit_bias: {}, logprobs: false, repetition_penalty: 1 })).toEqual([]);
    expect(messages({ tools: [{ type: "web_search" }] })).toEqual([
      "Tools that the vendor runs itself are not available.",
    ]);
  });

  test("sampling parameters reach the request", () => {
    const { request, stream, includeUsage } = decoded({
      temperature: 0,
      stop: ["a", "", "b"],
      stream: true,
      stream_options: { include_usage: true },
      parallel_tool_calls: false,
    });
    expect(request).toMatchObject({ temperature: 0, stopSequences: ["a", "b"], parallelToolCalls: false });
    expect([stream, includeUsage]).toEqual([true, true]);
    expect(decoded({ stop: "x" }).request.stopSequences).toEqual(["x"]);
    expect(failure({ temperature: 3 })).toMatchObject({ param: "temperature" });
  });

  test("tools and the choice among them", () => {
    const { request } = decoded({
      tools: [
        { type: "function", function: { name: "a", description: "A", parameters: { type: "object" } } },
        { type: "function", function: { name: "b", description: null } },
      ],
      tool_choice: { type: "function", function: { name: "a" } },
    });
    expect(request.tools).toEqual([
      { name: "a", description: "A", inputSchema: { type: "object" } },
      { name: "b", inputSchema: { type: "object", properties: {} } },
    ]);
    expect(request.toolChoice).toEqual({ type: "tool", name: "a" });
    const custom = decoded({
      tools: [
        {
          type: "custom",
          custom: {
            name: "patch",
            description: "Patches.",
            format: { type: "grammar", grammar: { syntax: "lark", definition: "start: /x+/" } },
          },
        },
      ],
      tool_choice: { type: "custom", custom: { name: "patch" } },
    });
    expect(custom.request.tools).toMatchObject([
      { name: "patch", description: "Patches.", inputSchema: { required: ["input"] } },
    ]);
    expect(JSON.stringify(custom.request.tools)).toContain("start: /x+/");
    expect(custom.request.toolChoice).toEqual({ type: "tool", name: "patch" });
    const tools = [{ type: "function", function: { name: "a" } }];
    for (const type of ["none", "auto", "required"]) {
      expect(decoded({ tools, tool_choice: type }).request.toolChoice).toEqual({ type });
    }
  });

  verifies("chat.structured-output", "the form of the answer", () => {
    const formatOf = (response_format: unknown) => decoded({ response_format }).request.responseFormat;
    expect(formatOf({ type: "text" })).toEqual({ type: "text" });
    expect(formatOf({ type: "json_object" })).toEqual({ type: "json" });
    expect(
      formatOf({ type: "json_schema", json_schema: { name: "n", strict: true, schema: { a: 1 } } }),
    ).toEqual({
      type: "json",
      name: "n",
      schema: { a: 1 },
    });
  });

  test("the conversation is what the client names in a header or in its user", () => {
    const conversation = (body: Body, headers: Record<string, string> = {}) =>
      decoded(body, headers).request.conversation;
    expect(conversation({})).toBeUndefined();
    expect(conversation({}, { session_id: "s" })).toBe("s");
    expect(conversation({ user: '{"session_id":"u"}' })).toBe("u");
    expect(conversation({ user: '{"session_id":"u"}' }, { "x-claude-code-session-id": "h" })).toBe("h");
    expect(conversation({ user: "ann" })).toBeUndefined();
    expect(conversation({ user: "{broken" })).toBeUndefined();
    expect(conversation({ user: '{"session_id":7}' })).toBeUndefined();
    expect(conversation({}, { "x-session-id": "x".repeat(1000) })).toHaveLength(200);
  });
});

describe("real clients", () => {
  verifies(["chat.text-parts", "chat.unknown-fields"], "Qwen Code", () => {
    const { body } = requestFixture("qwen-code-chat");
    const { request, notices, includeUsage } = decode(body, new Headers());
    expect(request.messages).toEqual([
      { role: "user", parts: [text("Context of the project."), text("List the files.")] },
      {
        role: "assistant",
        parts: [{ type: "tool-call", id: "call_1", name: "list_directory", input: '{"path":"."}' }],
      },
      {
        role: "user",
        parts: [{ type: "tool-result", callId: "call_1", content: [text("a.txt")], isError: false }],
      },
    ]);
    expect(request).toMatchObject({ temperature: 0, maxTokens: 32_000 });
    expect(notices).toEqual([]);
    expect(includeUsage).toBe(true);
  });

  verifies("chat.tool-history", "opencode", () => {
    const { request, notices } = decode(requestFixture("opencode-chat").body, new Headers());
    expect(request.messages.map(({ role, parts }) => [role, parts.length])).toEqual([
      ["user", 1],
      ["assistant", 3],
      ["user", 2],
    ]);
    expect(notices).toEqual([]);
    expect(request.thinking).toMatchObject({ enabled: true });
  });

  verifies(["chat.null-is-absent", "chat.system"], "Python callers that send None as null", () => {
    const { request, notices, stream } = decode(requestFixture("python-nulls-chat").body, new Headers());
    expect(request).toMatchObject({ system: [text("Be brief.")], maxTokens: 100, conversation: "0b0d3b9e" });
    expect(request.messages[0]?.parts.map(({ type }) => type)).toEqual(["text", "image"]);
    expect([notices, stream]).toEqual([[], false]);
  });
});
