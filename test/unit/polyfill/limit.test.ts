import { expect, test } from "vitest";
import { limit } from "../../../src/polyfill/limit.ts";
import { TokenEstimator } from "../../../src/polyfill/tokens.ts";
import { collect } from "../../../src/turn/collect.ts";
import type { TurnEvents } from "../../../src/turn/event.ts";
import { textOf } from "../../../src/turn/message.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { turnRequest } from "../../support/data/turn-request.ts";

const tokens = new TokenEstimator();

async function cut(pieces: readonly string[], maxTokens: number): Promise<{ text: string; reason: string }> {
  async function* source(): TurnEvents {
    yield { type: "turn-start", model: "m" };
    yield { type: "text-start", id: "t" };
    for (const text of pieces) yield { type: "text-delta", id: "t", text };
    yield { type: "text-end", id: "t" };
    yield { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false } };
  }
  const request: TurnRequest = { ...turnRequest(), maxTokens };
  const { parts, stopReason } = await collect(limit(tokens)(source)(request, new AbortController().signal));
  return { text: textOf(parts), reason: stopReason.unified };
}

const WORDS = "one two three four five six seven eight nine ten";

test("an answer within the limit stays whole", async () => {
  expect(await cut([WORDS], 10)).toEqual({ text: WORDS, reason: "end" });
});

test("a longer one ends at the limit and says so", async () => {
  expect(await cut([WORDS], 4)).toEqual({ text: "one two three four", reason: "max-tokens" });
});

test("the limit holds over pieces", async () => {
  const pieces = WORDS.split(/(?= )/);
  expect(await cut(pieces, 7)).toEqual({ text: "one two three four five six seven", reason: "max-tokens" });
  expect(await cut(pieces, 10)).toEqual({ text: WORDS, reason: "end" });
});
