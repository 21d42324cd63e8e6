import { expect } from "vitest";
import { decode, type DecodedChat } from "../../../../src/dialects/openai-chat/decode.ts";
import { verifies } from "../../../support/verifies.ts";

type Body = Readonly<Record<string, unknown>>;

function decoded(body: Body): DecodedChat {
  return decode({ model: "auto", messages: [{ role: "user", content: "hi" }], ...body }, new Headers());
}

function failure(body: Body): unknown {
  try {
    decoded(body);
  } catch (thrown) {
    return thrown;
  }
  throw new Error("It was accepted.");
}

verifies("chat.allowed-tools", "only the tools that are allowed are offered", () => {
  const tools = [
    { type: "function", function: { name: "a" } },
    { type: "custom", custom: { name: "b" } },
    { type: "function", function: { name: "c" } },
  ];
  const allow = (mode: string, ...allowed: object[]): Body => ({
    tools,
    tool_choice: { type: "allowed_tools", allowed_tools: { mode, tools: allowed } },
  });
  const allowed = [
    { type: "function", function: { name: "c" } },
    { type: "custom", custom: { name: "b" } },
  ];
  for (const [mode, type] of [
    ["auto", "auto"],
    ["required", "required"],
  ] as const) {
    const { request } = decoded(allow(mode, ...allowed));
    expect(request.tools.map(({ name }) => name)).toEqual(["b", "c"]);
    expect(request.toolChoice).toEqual({ type });
  }
  expect(decoded(allow("auto")).request.tools).toEqual([]);
  expect(failure(allow("required"))).toMatchObject({ code: "unsupported_feature", param: "tool_choice" });
  expect(failure(allow("most"))).toMatchObject({ code: "invalid_request" });
});

verifies("chat.demanded-tools", "a choice that no tool on offer can meet is refused", () => {
  const tools = [{ type: "function", function: { name: "a" } }];
  for (const body of [
    { tools, tool_choice: { type: "function", function: { name: "b" } } },
    { tools, tool_choice: { type: "web_search" } },
    { tools: [{ type: "web_search" }], tool_choice: "required" },
    { tool_choice: "required" },
  ]) {
    expect(failure(body)).toMatchObject({ code: "unsupported_feature", param: "tool_choice" });
  }
  const { request, notices } = decoded({
    tools: [{ type: "web_search" }, ...tools],
    tool_choice: "required",
  });
  expect(request.tools.map(({ name }) => name)).toEqual(["a"]);
  expect(notices.map(({ code }) => code)).toEqual(["tool-kind-ignored"]);
});
