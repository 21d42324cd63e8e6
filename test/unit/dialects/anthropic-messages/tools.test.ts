import { expect, test } from "vitest";
import { decodeTools, ToolChanges } from "../../../../src/dialects/anthropic-messages/tools.ts";
import { placed } from "../../../../src/dialects/any-tool.ts";
import { decode } from "../../../../src/dialects/anthropic-messages/decode.ts";
import type { Notice } from "../../../../src/turn/notice.ts";
import { verifies } from "../../../support/verifies.ts";

const tool = (name: string, more: object = {}) => ({ name, input_schema: { type: "object" }, ...more });
const deferred = (name: string) => tool(name, { defer_loading: true });

function offered(tools: readonly object[], ...blocks: readonly object[]): string[] {
  const { request } = decode(
    {
      model: "m",
      max_tokens: 1,
      tools,
      messages: [
        { role: "user", content: "hi" },
        { role: "system", content: blocks },
      ],
    },
    new Headers(),
  );
  return request.tools.map(({ name }) => name);
}

verifies("messages.deferred-tools", "a deferred tool is offered once something refers to it", () => {
  const tools = [tool("a"), deferred("b"), deferred("c")];
  expect(offered(tools)).toEqual(["a"]);
  expect(offered(tools, { type: "tool_reference", tool_name: "c" })).toEqual(["a", "c"]);
  expect(offered(tools, { type: "tool_addition", tool: { type: "tool_reference", name: "b" } })).toEqual([
    "a",
    "b",
  ]);
});

verifies("messages.deferred-tools", "tools are added and removed in the order of the conversation", () => {
  const addition = { type: "tool_addition", tool: { type: "tool_reference", name: "a" } };
  const removal = { type: "tool_removal", tool: { type: "tool_reference", name: "a" } };
  const definition = { type: "tool_addition", tool: { type: "tool_definition", definition: deferred("d") } };
  expect(offered([tool("a")], removal)).toEqual([]);
  expect(offered([tool("a")], removal, addition)).toEqual(["a"]);
  expect(offered([tool("a")], addition, removal)).toEqual([]);
  expect(offered([tool("a")], definition)).toEqual(["a", "d"]);
});

verifies("messages.deferred-tools", "all are offered where the vendor's own search would find them", () => {
  const search = { type: "tool_search_tool_regex_20251119", name: "tool_search_tool_regex" };
  expect(offered([search, deferred("b")])).toEqual(["b"]);
});

test("tools of the vendor become a notice", () => {
  const notices: Notice[] = [];
  const tools = decodeTools(
    new ToolChanges().apply(
      placed(
        [
          tool("a", { type: "custom", description: "A" }),
          { name: "b" },
          { type: "web_search_20250305", name: "web_search" },
          { type: "mcp_toolset" },
        ],
        "tools",
      ),
    ),
    notices,
  );
  expect(tools).toEqual([
    { name: "a", description: "A", inputSchema: { type: "object" } },
    { name: "b", inputSchema: { type: "object", properties: {} } },
  ]);
  expect(notices.map(({ code }) => code)).toEqual(["tool-kind-ignored"]);
});

test("a change without a name changes nothing", () => {
  expect(new ToolChanges().apply(placed([tool("a")], "tools"))).toHaveLength(1);
  expect(offered([tool("a")], { type: "tool_removal", tool: { type: "mcp_toolset_reference" } })).toEqual([
    "a",
  ]);
});
