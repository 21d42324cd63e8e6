/** Answers in channels (GPT-OSS, Gemma 4) to requests without tools: no markup reaches the client, and no call. */
import { expect, test } from "vitest";
import { SchemaChecker } from "../../../../src/polyfill/schema-checker/checker.ts";
import { supplyTools } from "../../../../src/polyfill/tools/supply.ts";
import { grammar } from "../../../../src/turn/grammar.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { turnRequest } from "../../../support/data/turn-request.ts";

/** What comes of an answer in pieces of this size. */
async function said(answer: string, size: number): Promise<readonly [string, string][]> {
  async function* host(): AsyncGenerator<TurnEvent> {
    yield { type: "turn-start", model: "m" };
    yield { type: "text-start", id: "t" };
    for (let at = 0; at < answer.length; at += size) {
      yield { type: "text-delta", id: "t", text: answer.slice(at, at + size) };
    }
    yield { type: "text-end", id: "t" };
    yield { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false } };
  }
  const blocks: [string, string][] = [];
  const run = supplyTools(new SchemaChecker().checkFor("test"))(host);
  for await (const event of grammar(run(turnRequest(), new AbortController().signal))) {
    if (event.type === "turn-error") throw event.error;
    if (event.type === "text-start" || event.type === "reasoning-start") blocks.push([event.type, ""]);
    const last = blocks.at(-1);
    if ((event.type === "text-delta" || event.type === "reasoning-delta") && last !== undefined) {
      last[1] += event.text;
    }
  }
  return blocks;
}

const HARMONY = "<|channel|>analysis<|message|>Think.<|end|><|start|>assistant<|channel|>";

test.each([
  [
    `${HARMONY}final<|message|>Hello <b>.<|return|>`,
    [
      ["reasoning-start", "Think."],
      ["text-start", "Hello <b>."],
    ],
  ],
  [`${HARMONY}commentary to=functions.Read<|message|>{"a":1}<|call|>`, [["reasoning-start", "Think."]]],
  [
    "<|channel>thought\nThink.<channel|>Hello.",
    [
      ["reasoning-start", "Think."],
      ["text-start", "Hello."],
    ],
  ],
  ["Say <|channel|>final<|message|> first.", [["text-start", "Say <|channel|>final<|message|> first."]]],
  ["<|channel|> is a token.", [["text-start", "<|channel|> is a token."]]],
  ["<|chan", [["text-start", "<|chan"]]],
  ["  \n", [["text-start", "  \n"]]],
])("%s", async (answer, blocks) => {
  for (const size of [1, 3, 17, 1000]) expect(await said(answer, size), String(size)).toEqual(blocks);
});
