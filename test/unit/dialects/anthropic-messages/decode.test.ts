import { describe, expect, test } from "vitest";
import { decode, type DecodedMessages } from "../../../../src/dialects/anthropic-messages/decode.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import { requestFixture } from "../../../support/data/fixtures.ts";
import { verifies } from "../../../support/verifies.ts";

type Body = Readonly<Record<string, unknown>>;

function decoded(body: Body = {}, headers: Record<string, string> = {}): DecodedMessages {
  return decode(
    { model: "m", max_tokens: 10, messages: [{ role: "user", content: "hi" }], ...body },
    new Headers(headers),
  );
}

function fixture(name: string): DecodedMessages {
  const { body, headers } = requestFixture(name);
  return decode(body, new Headers(headers));
}

function failure(body: Body): BridgeError {
  try {
    decoded(body);
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown;
    throw thrown;
  }
  throw new Error("It was accepted.");
}

const text = (value: string) => ({ type: "text", text: value });

describe("prompt", () => {
  verifies("messages.system", "the system prompt is a string, blocks or absent", () => {
    expect(decoded({ system: "one" }).request.system).toEqual([text("one")]);
    expect(decoded({ system: null }).request.system).toEqual([]);
    expect(
      decoded({ system: [{ ...text("one"), cache_control: { type: "ephemeral" } }, text(""), text("two")] })
        .request.system,
    ).toEqual([text("one"), text("two")]);
  });

  verifies(
    "messages.mid-system",
    "system messages keep their place; leading ones join the system prompt",
    () => {
      const { request } = decoded({
        system: "one",
        messages: [
          { role: "system", content: "two" },
          { role: "user", content: "hi" },
          { role: "system", content: [text("later")], output_config: { effort: "low" } },
          { role: "system", output_config: { effort: "high" } },
          { role: "assistant", content: "yes?" },
          { role: "system", content: "last", clear_at: "never" },
          { role: "user", content: "go" },
        ],
      });
      expect(request.system).toEqual([text("one"), text("two")]);
      expect(request.messages).toEqual([
        { role: "user", parts: [text("hi")] },
        { role: "system", parts: [text("later")] },
        { role: "assistant", parts: [text("yes?")] },
        { role: "system", parts: [text("last")] },
        { role: "user", parts: [text("go")] },
      ]);
    },
  );

  test("what is not a message is refused by name", () => {
    const paramOf = (body: Body) => failure(body).param;
    expect(paramOf({ messages: undefined })).toBe("messages");
    expect(paramOf({ messages: [] })).toBe("messages");
    expect(paramOf({ messages: [{ role: "user", content: "" }] })).toBe("messages");
    expect(paramOf({ messages: [{ role: "user" }] })).toBe("messages.0.content");
    expect(paramOf({ messages: [{ role: "narrator", content: "x" }] })).toBe("messages.0.role");
    expect(paramOf({ messages: [{ role: "user", content: [{ text: "x" }] }] })).toBe(
      "messages.0.content.0.type",
    );
    expect(paramOf({ messages: [{ role: "user", content: [{ type: "text", text: 1 }] }] })).toBe(
      "messages.0.content.0.text",
    );
    expect(paramOf({ messages: [{ role: "user", content: [{ type: "tool_result", content: "x" }] }] })).toBe(
      "messages.0.content.0.tool_use_id",
    );
  });
});

describe("parameters", () => {
  verifies("messages.limits", "max_tokens is required and not negative", () => {
    expect(decoded({ max_tokens: 5 }).request.maxTokens).toBe(5);
    for (const limit of [undefined, null, -1, 1.5, "5"]) {
      expect(failure({ max_tokens: limit })).toMatchObject({ code: "invalid_request", param: "max_tokens" });
      expect(failure({ max_tokens: limit }).message).toContain("max_tokens");
    }
  });

  verifies("messages.unknown-fields", "unknown fields, betas and versions are accepted", () => {
    const headers = { "anthropic-version": "2031-01-01", "anthropic-beta": "no-such-beta-2030-01-01" };
    expect(decoded({ service_tier: "auto", inference_geo: "global", betas: ["x"] }, headers)).toEqual(
      decoded(),
    );
    expect(decoded({ a: { b: 1 } }).request).toEqual(decoded().request);
    expect(decoded({ thinking: null, output_config: {}, metadata: { user_id: null } })).toEqual(decoded());
  });

  verifies("messages.notices", "parameters that sampling lacks are named", () => {
    expect(
      decoded({
        top_p: 0.9,
        top_k: 5,
        context_management: { edits: [{ type: "clear_tool_uses_20250919" }] },
      }).notices.map(({ message }) => message),
    ).toEqual(["MCP sampling has no top_p, top_k."]);
    expect(decoded({ top_p: 1, mcp_servers: [], context_management: null }).notices).toEqual([]);
  });

  verifies("turn.thinking", "how much to think is one wish, in whichever field it is said", () => {
    const wish = (body: Readonly<Record<string, unknown>>) => decoded(body).request.thinking;
    expect(wish({ thinking: { type: "enabled", budget_tokens: 2048 } })).toEqual({
      enabled: true,
      budgetTokens: 2048,
    });
    expect(wish({ thinking: { type: "adaptive" }, output_config: { effort: "max" } })).toEqual({
      enabled: true,
      effort: "max",
    });
    expect(wish({ output_config: { effort: "low" } })).toEqual({ effort: "low" });
    expect(wish({ thinking: { type: "disabled" } })).toEqual({ enabled: false });
    expect(wish({})).toBeUndefined();
  });

  test("sampling parameters reach the request", () => {
    const { request, stream } = decoded({ temperature: 0.5, stop_sequences: ["a", "", "b"], stream: true });
    expect(request).toMatchObject({ temperature: 0.5, stopSequences: ["a", "b"] });
    expect(stream).toBe(true);
    expect(decoded({ stop_sequences: null, temperature: null, stream: null })).toEqual(decoded());
    expect(failure({ temperature: 1.5 }).param).toBe("temperature");
  });

  verifies("messages.thread", "a thread is refused with the code that clients know", () => {
    const error = failure({ thread: { type: "create" } });
    expect(error.kind.status).toBe(400);
    expect(error.details).toEqual({ error_code: "thread_unsupported_request", unsupported: ["thread"] });
    expect(decoded({ thread: null })).toEqual(decoded());
  });

  verifies("messages.structured-output", "the form of the answer", () => {
    const format = { type: "json_schema", schema: { type: "object" } };
    const wanted = { type: "json", schema: { type: "object" } };
    expect(decoded({ output_config: { format } }).request.responseFormat).toEqual(wanted);
    expect(decoded({ output_format: format }).request.responseFormat).toEqual(wanted);
    expect(decoded({ output_config: { format: null } }).request.responseFormat).toEqual({ type: "text" });
  });

  test("the choice among tools", () => {
    const tools = [{ name: "a", input_schema: { type: "object" } }];
    const choice = (tool_choice: unknown) => decoded({ tools, tool_choice }).request.toolChoice;
    expect(choice({ type: "auto" })).toEqual({ type: "auto" });
    expect(choice({ type: "any" })).toEqual({ type: "required" });
    expect(choice({ type: "none" })).toEqual({ type: "none" });
    expect(choice({ type: "tool", name: "a" })).toEqual({ type: "tool", name: "a" });
    expect(choice({ type: "tool" })).toEqual({ type: "required" });
    expect(choice(null)).toEqual({ type: "auto" });
    for (const body of [
      { tools, tool_choice: { type: "tool", name: "b" } },
      {
        tools: [{ type: "web_search_20250305", name: "web_search" }],
        tool_choice: { type: "tool", name: "web_search" },
      },
      { tools: [{ type: "web_search_20250305", name: "web_search" }], tool_choice: { type: "any" } },
    ]) {
      expect(failure(body)).toMatchObject({ code: "unsupported_feature", param: "tool_choice" });
    }
    expect(failure({ tool_choice: { type: "most" } }).param).toBe("tool_choice");
    expect(
      decoded({ tool_choice: { type: "auto", disable_parallel_tool_use: true } }).request.parallelToolCalls,
    ).toBe(false);
  });

  test("the conversation is the session that Claude Code names", () => {
    const conversation = (user_id: string) => decoded({ metadata: { user_id } }).request.conversation;
    expect(conversation('{"session_id":"u"}')).toBe("u");
    expect(conversation("user_1_account__session_2")).toBeUndefined();
    expect(decoded({}, { "x-claude-code-session-id": "h" }).request.conversation).toBe("h");
  });
});

describe("real clients", () => {
  verifies(
    ["messages.mid-system", "messages.unknown-fields", "messages.deferred-tools"],
    "a turn of Claude Code",
    () => {
      const { request, notices, stream } = fixture("claude-code-turn");
      expect(request.system).toHaveLength(3);
      expect(request.messages.map(({ role, parts }) => [role, parts])).toEqual([
        ["user", [text("Fix the typo in a.txt")]],
        ["system", [text("Working directory: /project")]],
        ["system", [text("Agents: reviewer, tester")]],
      ]);
      expect(request.tools.map(({ name }) => name)).toEqual(["Read", "ToolSearch"]);
      expect(request.tools[0]?.inputSchema).toHaveProperty("$schema");
      expect(request).toMatchObject({
        maxTokens: 32_000,
        conversation: "0b0d3b9e-3f50-4c11-9e2f-6d1f3a7a1c10",
        responseFormat: { type: "text" },
      });
      expect(notices).toEqual([]);
      expect(request.thinking).toEqual({ enabled: true, effort: "low" });
      expect(stream).toBe(true);
    },
  );

  verifies(
    ["messages.tool-results", "messages.thinking-history", "messages.deferred-tools"],
    "a tool round of Claude Code",
    () => {
      const { request } = fixture("claude-code-tool-round");
      expect(request.tools.map(({ name }) => name)).toEqual(["ToolSearch", "WebFetch"]);
      const call = (id: string, name: string, input: string) => ({ type: "tool-call", id, name, input });
      const result = (callId: string, content: object[], isError = false) => ({
        type: "tool-result",
        callId,
        content,
        isError,
      });
      expect(request.messages.slice(1)).toEqual([
        {
          role: "assistant",
          parts: [
            { type: "reasoning", text: "I need a tool.", signature: "c2lnbmF0dXJl" },
            { type: "reasoning", text: "", signature: expect.any(String) as string },
            text("Searching."),
            call("toolu_1", "ToolSearch", '{"query":"fetch"}'),
            call("toolu_2", "Read", '{"file_path":"a.png"}'),
            call("toolu_3", "Bash", '{"command":"true"}'),
            call("toolu_4", "Bash", '{"command":"false"}'),
          ],
        },
        {
          role: "user",
          parts: [
            result("toolu_1", [text("[The tool WebFetch can be used from here on.]")]),
            result("toolu_2", [{ type: "image", mimeType: "image/png", data: "iVBORw0KGgo=" }]),
            result("toolu_3", []),
            result("toolu_4", [text("exit 1")], true),
            text("Tool loaded."),
          ],
        },
      ]);
    },
  );

  verifies("messages.structured-output", "the title request of Claude Code", () => {
    const { request } = fixture("claude-code-title");
    expect(request.responseFormat).toMatchObject({ type: "json", schema: { required: ["title"] } });
    expect(request.conversation).toBeUndefined();
  });

  verifies("messages.system", "Claude Code with a model it knows", () => {
    const { request } = fixture("claude-code-known-model");
    expect(request.system).toEqual([text("You are a coding agent.")]);
    expect(request.messages[0]?.parts).toHaveLength(2);
  });

  verifies("messages.thread", "the tool runner of the SDK", () => {
    expect(() => fixture("anthropic-thread")).toThrow(/send the whole conversation/);
  });
});
