import * as fc from "fast-check";
import { expect, test } from "vitest";
import { prefill, prefillOf } from "../../../src/polyfill/prefill.ts";
import { collect } from "../../../src/turn/collect.ts";
import { grammar } from "../../../src/turn/grammar.ts";
import { textOf, type Message } from "../../../src/turn/message.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { anyText, cutAt } from "../../support/data/arbitraries.ts";
import { eventsOf, textTurn } from "../../support/streams/events.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { verifies } from "../../support/verifies.ts";

const user: Message = { role: "user", parts: [{ type: "text", text: "A poem, please." }] };
const begun = (text: string): TurnRequest =>
  turnRequest({ messages: [user, { role: "assistant", parts: [{ type: "text", text }] }] });

/** What the client reads when the host's model answers in these pieces. */
async function read(request: TurnRequest, pieces: readonly string[]): Promise<string> {
  const run = prefill(() => eventsOf(textTurn(...pieces)));
  const turn = await collect(grammar(run(request, new AbortController().signal)));
  return textOf(turn.parts);
}

verifies("messages.prefill", "the host is asked in words to continue", () => {
  let sent: TurnRequest | undefined;
  prefill((request) => {
    sent = request;
    return eventsOf([]);
  })(begun("Roses are"), new AbortController().signal);
  expect(sent?.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
  expect(textOf(sent?.messages.at(-1)?.parts ?? [])).toMatch(/^Continue your last message/);
});

test("other conversations pass unchanged", () => {
  const call = { type: "tool-call", id: "1", name: "read", input: "{}" } as const;
  for (const messages of [
    [user],
    [user, { role: "assistant", parts: [{ type: "text", text: " \n" }] }],
    [user, { role: "assistant", parts: [{ type: "text", text: "Reading." }, call] }],
    [user, { role: "assistant", parts: [{ type: "text", text: "Hm." }] }, { role: "system", parts: [] }],
  ] satisfies Message[][]) {
    const request = turnRequest({ messages });
    expect(prefillOf(request)).toBe("");
    let sent: TurnRequest | undefined;
    prefill((passed) => {
      sent = passed;
      return eventsOf([]);
    })(request, new AbortController().signal);
    expect(sent).toBe(request);
  }
});

verifies(
  "messages.prefill",
  "a repeated beginning is taken away once, however the answer is cut",
  async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText.filter((text) => text.trim() !== ""),
        anyText,
        fc.array(fc.nat(), { maxLength: 6 }),
        async (start, rest, places) => {
          expect(await read(begun(start), cutAt(start + rest, places))).toBe(rest);
        },
      ),
    );
  },
);

test("an answer that only looks like the beginning stays whole", async () => {
  expect(await read(begun("Roses are"), ["Ro", "ses ", "bloom"])).toBe("Roses bloom");
  expect(await read(begun("Roses are"), ["Ro"])).toBe("Ro");
  expect(await read(begun("Roses are"), [" red"])).toBe(" red");
  expect(await read(begun("Roses are"), ["Roses are"])).toBe("");
  expect(await read(begun("Roses are"), [])).toBe("");
});
