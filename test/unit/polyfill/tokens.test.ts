import { expect, test } from "vitest";
import { TokenEstimator } from "../../../src/polyfill/tokens.ts";
import type { Part } from "../../../src/turn/message.ts";
import { verifies } from "../../support/verifies.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { CHINESE, ENGLISH } from "../../support/data/long-texts.ts";

const tokens = new TokenEstimator();
const words = (count: number): string => Array.from({ length: count }, () => "word").join(" ");

async function promptOf(...parts: Part[]): Promise<number> {
  return tokens.prompt(turnRequest({ messages: [{ role: "user", parts }] }));
}

test("everything in a prompt counts", async () => {
  const bare = await tokens.prompt(turnRequest({ messages: [] }));
  expect(bare).toBe(0);
  expect(
    await tokens.prompt(turnRequest({ messages: [], system: [{ type: "text", text: words(50) }] })),
  ).toBe(50);
  expect(await promptOf({ type: "text", text: words(50) })).toBe(54);
  expect(await promptOf({ type: "reasoning", text: words(50) })).toBe(54);
  expect(await promptOf({ type: "tool-call", id: "c", name: "word", input: words(50) })).toBe(59);
  expect(
    await promptOf({
      type: "tool-result",
      callId: "c",
      content: [{ type: "text", text: words(50) }],
      isError: false,
    }),
  ).toBe(58);
  const tool = { name: "word", description: words(50), inputSchema: {} };
  expect(await tokens.prompt(turnRequest({ messages: [], tools: [tool] }))).toBe(4 + 1 + 50 + 1);
});

test("a figure that cannot wait is a guess until the vocabulary is read, then the estimate", async () => {
  const fresh = new TokenEstimator();
  const request = turnRequest({ messages: [], system: [{ type: "text", text: "x".repeat(400) }] });
  expect(await fresh.promptNow(request)).toBe(100);
  await fresh.vocabulary();
  expect(await fresh.promptNow(request)).toBe(await fresh.prompt(request));
});

test("a long prompt is not told token by token, but nearly so", async () => {
  const [english, chinese] = [await tokens.text(ENGLISH), await tokens.text(CHINESE)];
  const long = await promptOf(
    { type: "text", text: ENGLISH.repeat(40) },
    { type: "text", text: CHINESE.repeat(80) },
  );
  expect(Math.abs(long / (english * 40 + chinese * 80) - 1)).toBeLessThan(0.06);
});

test("a prompt is counted once", async () => {
  const request = turnRequest({ messages: [] });
  expect(tokens.prompt(request)).toBe(tokens.prompt(request));
});

verifies("turn.count-bounded", "a prompt of a megabyte is counted soon, whatever it is made of", async () => {
  await tokens.vocabulary();
  for (const unit of ["a", "=", " ", "字", "\uD83D", "a\u0301"]) {
    expect(await promptOf({ type: "text", text: unit.repeat(1_000_000) })).toBeGreaterThan(0);
  }
});

test("other work goes on while the vocabulary is read", async () => {
  const { loadVocabulary } = await import("../../../src/polyfill/tokenizer/vocabulary.ts");
  let turns = 0;
  let over = false;
  const count = (): void => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await loadVocabulary();
  over = true;
  // As many as there are stretches of the time that one may hold the event loop: more than one on any machine.
  expect(turns).toBeGreaterThan(1);
});
