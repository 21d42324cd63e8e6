import { anthropicMessages } from "../../../../src/dialects/anthropic-messages/index.ts";
import type { Exchange } from "../../../../src/dialects/dialect.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";
import { verifies } from "../../../support/verifies.ts";
import { expect } from "vitest";

function decoded(messages: readonly object[], members: object): Exchange {
  return anthropicMessages.decode({ model: "m", max_tokens: 9, messages, ...members }, new Headers(), ANYONE);
}

verifies(
  "messages.client-tools",
  "a toolset is offered as its members, which are called by their own names",
  () => {
    const exchange = decoded(
      [
        { role: "user", content: "Look." },
        {
          role: "assistant",
          content: [
            {
              type: "tool_use",
              id: "c",
              name: "left_click",
              toolset_name: "computer",
              input: { coordinate: [1, 2] },
            },
          ],
        },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "c", toolset_name: "computer", content: "Clicked." }],
        },
      ],
      {
        tools: [
          { type: "computer_toolset_20260801", configs: { zoom: { enabled: false } } },
          { type: "browser_toolset_20990101" },
          { name: "computer__own", input_schema: { type: "object" } },
        ],
      },
    );
    const names = exchange.request.tools.map(({ name }) => name);
    expect(names).toHaveLength(16 + 31 + 1);
    expect(names).toContain("computer__left_click");
    expect(names).toContain("browser__left_click");
    expect(names).not.toContain("computer__zoom");
    expect(exchange.notices).toEqual([]);
    expect(exchange.request.messages[1]?.parts).toMatchObject([{ name: "computer__left_click" }]);
    const called = exchange.encode(
      {
        model: "m",
        parts: ["computer__left_click", "browser__find", "computer__own", "read"].map((name) => ({
          type: "tool-call",
          id: name,
          name,
          input: "{}",
        })),
        stopReason: { unified: "tool-calls" },
        usage: { estimated: true },
        others: [],
      },
      { id: "1", created: 1, inputTokens: async () => 1 },
    ) as { readonly content: readonly object[] };
    expect(called.content).toMatchObject([
      { name: "left_click", toolset_name: "computer" },
      { name: "find", toolset_name: "browser" },
      { name: "computer__own" },
      { name: "read" },
    ]);
  },
);
