import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { demoAnswer, DEMO_MODEL, lastWords } from "../../../src/reference-host/demo-model.ts";
import { prose } from "../../support/data/arbitraries.ts";
import { verifies } from "../../support/verifies.ts";

function params(text: string, more: Partial<CreateMessageRequestParams> = {}): CreateMessageRequestParams {
  return { messages: [{ role: "user", content: { type: "text", text } }], maxTokens: 1000, ...more };
}

function textOf(request: CreateMessageRequestParams): string {
  const { content } = demoAnswer(request);
  if (content.type !== "text") throw new Error("The demo model writes text only.");
  return content.text;
}

verifies("person.demo", "the demo model quotes the last words and tells what arrived", () => {
  const request = params("Hi.\nSecond line", {
    systemPrompt: "Be kind 👋🏽",
    maxTokens: 770,
    modelPreferences: { hints: [{ name: "gpt-5" }, { name: "auto" }] },
  });
  const text = textOf(request);
  expect(text).toContain("\n> Hi.\n> Second line\n");
  expect(text).toContain(
    "- **Messages:** 1\n- **System prompt:** 10 characters\n- **Model hints:** `gpt-5`, `auto`\n",
  );
  expect(text).toContain("- **Token limit:** 770\n");
  expect(demoAnswer(request)).toMatchObject({ role: "assistant", model: DEMO_MODEL, stopReason: "endTurn" });
});

test("the same request has the same answer, whatever it is", () => {
  fc.assert(
    fc.property(prose, fc.nat(2000), (text, maxTokens) => {
      const request = params(text, { maxTokens });
      expect(demoAnswer(request)).toEqual(demoAnswer(structuredClone(request)));
      expect(Array.from(textOf(request)).length).toBeLessThanOrEqual(maxTokens * 4);
    }),
  );
});

test("it keeps to the token limit and the stop sequences, and says which ended it", () => {
  expect(demoAnswer(params("x", { maxTokens: 2 }))).toMatchObject({
    stopReason: "maxTokens",
    content: { text: "## Hello" },
  });
  expect(demoAnswer(params("x", { stopSequences: ["zzz", "", " from", "demo"] }))).toMatchObject({
    stopReason: "stopSequence",
    content: { text: "## Hello" },
  });
});

test("the last words are the last user message's text, with other content named", () => {
  const messages: CreateMessageRequestParams["messages"] = [
    { role: "user", content: { type: "text", text: "first" } },
    {
      role: "user",
      content: [
        { type: "text", text: "look" },
        { type: "image", data: "aGk=", mimeType: "image/png" },
      ],
    },
    { role: "assistant", content: { type: "text", text: "seen" } },
  ];
  expect(lastWords({ messages, maxTokens: 1 })).toBe("look\n(image)");
  expect(lastWords({ messages: [], maxTokens: 1 })).toBe("");
});
