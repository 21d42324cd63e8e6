import { expect } from "vitest";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import type { Dialect, Exchange } from "../../../src/dialects/dialect.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import { openaiResponses } from "../../../src/dialects/openai-responses/index.ts";
import { noticesFor } from "../../../src/polyfill/polyfills.ts";
import { textOf } from "../../../src/turn/message.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import { hostInfo } from "../../support/hosts/host-info.ts";
import { verifies } from "../../support/verifies.ts";

const responses = openaiResponses({ responses: 1, size: 1000, ageMs: 1000 });
const APIS: readonly Dialect[] = [openaiChat, responses, anthropicMessages];

function decoded(dialect: Dialect, items: readonly object[]): Exchange {
  const member = dialect.id === "openai-responses" ? "input" : "messages";
  return dialect.decode({ model: "m", max_tokens: 10, [member]: items }, new Headers(), ANYONE);
}

const before = { role: "user", content: "hello" };

verifies("clients.misplaced", "a message whose content is called parts is read", () => {
  for (const dialect of [openaiChat, responses]) {
    const said = { role: "model", parts: [{ type: "text", text: "one" }] };
    const { request } = decoded(dialect, [before, said, before]);
    expect(request.messages.map(({ role, parts }) => [role, textOf(parts)])).toEqual([
      ["user", "hello"],
      ["assistant", "one"],
      ["user", "hello"],
    ]);
  }
});

verifies(
  "clients.misplaced",
  "a message that says something elsewhere is refused, by the name of the place",
  () => {
    for (const dialect of APIS) {
      for (const member of ["text", "message", "value", "body", "output", "contents"]) {
        for (const content of [undefined, null, "", []]) {
          const lost = { role: "user", content, [member]: "lost" };
          // Anthropic's API wants a content in every message, and says so.
          expect(() => decoded(dialect, [before, lost])).toThrow(/^\w+\.1\.\w+: .*(?:content|required)/);
        }
      }
      // Beside a content it is the client's own note.
      expect(() => decoded(dialect, [{ ...before, text: "a note" }])).not.toThrow();
    }
  },
);

verifies(
  "clients.misplaced",
  "what a model thought is read wherever it stands, for hosts that take it and to tell of those that do not",
  () => {
    const thought = [{ type: "reasoning", text: "thought" }];
    const { abilities } = hostInfo({ abilities: { reasoning: false } });
    for (const dialect of APIS) {
      for (const unsigned of [
        { role: "assistant", content: "x", reasoning_content: "thought" },
        { role: "assistant", content: "x", reasoning: "thought", reasoning_content: "thought" },
        { role: "assistant", content: "x", reasoning_details: [{ type: "reasoning.text", text: "thought" }] },
        { type: "reasoning", id: "r", summary: [{ type: "summary_text", text: "thought" }] },
        { type: "reasoning", id: "r", summary: [], content: [{ type: "reasoning_text", text: "thought" }] },
      ]) {
        const { request } = decoded(dialect, [before, unsigned, before]);
        expect(request.messages[1]?.parts.filter(({ type }) => type === "reasoning")).toEqual(thought);
        expect(noticesFor(request, abilities).map(({ code }) => code)).toEqual(["reasoning-left-out"]);
      }
      const { request } = decoded(dialect, [
        before,
        { role: "assistant", content: "x", reasoning_content: "" },
        before,
      ]);
      expect(noticesFor(request, abilities)).toEqual([]);
    }
  },
);
