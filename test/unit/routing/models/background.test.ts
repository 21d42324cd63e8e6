import { describe, expect, test } from "vitest";
import { anthropicMessages } from "../../../../src/dialects/anthropic-messages/index.ts";
import { openaiChat } from "../../../../src/dialects/openai-chat/index.ts";
import { openaiResponses } from "../../../../src/dialects/openai-responses/index.ts";
import { BACKGROUND_RULES, isBackground } from "../../../../src/routing/models/background.ts";
import type { Message, TextPart } from "../../../../src/turn/message.ts";
import type { Tool, TurnRequest } from "../../../../src/turn/request.ts";
import { requestFixtures } from "../../../support/data/fixtures.ts";
import { turnRequest } from "../../../support/data/turn-request.ts";
import { verifies } from "../../../support/verifies.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";

const TOOL: Tool = { name: "read", inputSchema: { type: "object" } };
const TITLE_OPENCODE = text("You are a title generator. You output ONLY a thread title. Nothing else.");
const MEMORY_QWEN = text(
  "You are now acting as the managed memory extraction subagent for an AI coding assistant.",
);
const MEMORY_ASKED = "You are now acting as the memory extraction subagent. Analyze the messages above.";

function text(words: string): TextPart {
  return { type: "text", text: words };
}

function user(words: string): Message {
  return { role: "user", parts: [text(words)] };
}

function wanting(...members: string[]): TurnRequest["responseFormat"] {
  const properties = Object.fromEntries(members.map((name) => [name, { type: "string" }]));
  return { type: "json", schema: { type: "object", properties } };
}

describe("the built-in rules", () => {
  verifies("turn.background-model", "of the requests of real clients, only the title is background", () => {
    const dialects = [
      anthropicMessages,
      openaiResponses({ responses: 1, size: 1000, ageMs: 60_000 }),
      openaiChat,
    ];
    const background = requestFixtures().filter(({ path, body, headers }) => {
      const dialect = dialects.find((candidate) => path.startsWith(candidate.path));
      if (dialect === undefined) throw new Error(`No dialect for ${path}.`);
      try {
        return isBackground(dialect.decode(body, new Headers(headers), ANYONE).request, BACKGROUND_RULES);
      } catch {
        // A request that is refused is none.
        return false;
      }
    });
    expect(background.map(({ name }) => name)).toEqual(["claude-code-title"]);
  });

  const recognised: [string, Partial<TurnRequest>][] = [
    ["a title as text", { system: [TITLE_OPENCODE] }],
    ["a title as JSON", { system: [text("Write a title.")], responseFormat: wanting("title") }],
    ["a memory, by the system text", { system: [MEMORY_QWEN], tools: [TOOL] }],
    ["a memory, by the last message", { messages: [user("Fix it."), user(MEMORY_ASKED)], tools: [TOOL] }],
    [
      "a title, by a system message inside",
      { messages: [{ role: "system", parts: [TITLE_OPENCODE] }, user("Hello?")] },
    ],
  ];
  test.each(recognised)("recognise %s", (_, parts) => {
    expect(isBackground(turnRequest(parts), BACKGROUND_RULES)).toBe(true);
  });

  const others: [string, Partial<TurnRequest>][] = [
    ["a turn", {}],
    ["an agent with tools that writes titles", { system: [TITLE_OPENCODE], tools: [TOOL] }],
    ["a person who asks for a title generator", { messages: [user("You are a title generator.")] }],
    [
      "an extraction with a title in it",
      { system: [text("title")], responseFormat: wanting("title", "price") },
    ],
    ["JSON without a schema", { system: [text("title")], responseFormat: { type: "json" } }],
    ["a memory asked for earlier", { messages: [user(MEMORY_ASKED), user("Go on.")], tools: [TOOL] }],
  ];
  test.each(others)("leave %s alone", (_, parts) => {
    expect(isBackground(turnRequest(parts), BACKGROUND_RULES)).toBe(false);
  });
});

test("a rule holds in all its parts", () => {
  const short = turnRequest({ system: [text("Summarise.")], maxTokens: 50 });
  expect(isBackground(short, [{ system: "summ*", maxTokens: 50, tools: false }])).toBe(true);
  expect(isBackground(short, [{ system: "summ*", maxTokens: 49 }])).toBe(false);
  expect(isBackground(short, [{ system: "summ*", tools: true }])).toBe(false);
  expect(isBackground(turnRequest(), [{ maxTokens: 50 }])).toBe(false);
  expect(isBackground(turnRequest(), [{ prompt: "hello?" }])).toBe(true);
  expect(isBackground(turnRequest(), [])).toBe(false);
});

test("of a long text the beginning is looked at", () => {
  const words = (length: number): string => "word ".repeat(length / 5);
  const rule = { prompt: "*title*" };
  expect(
    isBackground(turnRequest({ messages: [user(`${words(10_000)}title${words(1_000_000)}`)] }), [rule]),
  ).toBe(true);
  expect(isBackground(turnRequest({ messages: [user(`${words(20_000)}title`)] }), [rule])).toBe(false);
  const many = Array.from({ length: 1000 }, () => text(words(100)));
  expect(isBackground(turnRequest({ system: [...many, text("title")] }), [{ system: "*title*" }])).toBe(
    false,
  );
  expect(isBackground(turnRequest({ system: [text("title"), ...many] }), [{ system: "title*" }])).toBe(true);
});
