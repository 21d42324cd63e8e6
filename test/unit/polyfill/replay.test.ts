import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { STREAM_UNITS, type StreamUnit } from "../../../src/config/values.ts";
import { replay } from "../../../src/polyfill/replay.ts";
import { loadVocabulary, type Vocabulary } from "../../../src/polyfill/tokenizer/vocabulary.ts";
import type { TurnEvent } from "../../../src/turn/event.ts";
import { anyText, turnEvents } from "../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../support/streams/events.ts";
import { verifies } from "../../support/verifies.ts";

let vocabulary: Vocabulary;
beforeAll(async () => {
  vocabulary = await loadVocabulary();
});

async function cut(text: string, unit: StreamUnit, minChars = 1): Promise<string[]> {
  const events = await gather(
    replay(eventsOf(textTurn(text)), { unit, minChars, vocabulary: () => Promise.resolve(vocabulary) }),
  );
  return events.flatMap((event) => (event.type === "text-delta" ? [event.text] : []));
}

test.each<[StreamUnit, string, string[]]>([
  ["char", "héllo", ["h", "é", "l", "l", "o"]],
  ["char", "e\u0301a", ["e\u0301", "a"]],
  ["char", "👩‍👩‍👧‍👦👍🏽🇩🇪🇫🇷", ["👩‍👩‍👧‍👦", "👍🏽", "🇩🇪", "🇫🇷"]],
  ["char", "a\r\nb\n\rc", ["a", "\r\n", "b", "\n", "\r", "c"]],
  ["char", "नमस्ते", ["न", "म", "स्ते"]],
  ["char", "\uD83Da\uDE00", ["\uD83D", "a", "\uDE00"]],
  ["word", "Hello,  big world\n", ["Hello,", "  big", " world", "\n"]],
  ["word", "我们去公园散步吧。", ["我们", "去", "公园", "散步", "吧", "。"]],
  ["word", "今日は Tokyo です", ["今日", "は", " Tokyo", " です"]],
  ["sentence", "One. Two? 3.5 is three! End", ["One. ", "Two? ", "3.5 is three! ", "End"]],
  ["sentence", "你好。再见！", ["你好。", "再见！"]],
  ["sentence", "- a\n- b\n\nc", ["- a\n", "- b\n", "\n", "c"]],
  ["token", "Tokenization is fun", ["Token", "ization", " is", " fun"]],
  ["token", "模型上下文", ["模型", "上下", "文"]],
  ["whole", "all of it", ["all of it"]],
])("%s cuts %j", async (unit, text, expected) => {
  expect(await cut(text, unit)).toEqual(expected);
});

verifies("turn.graphemes", "in every unit the pieces are the text, and none is empty", async () => {
  await fc.assert(
    fc.asyncProperty(anyText, fc.constantFrom(...STREAM_UNITS), fc.nat(20), async (text, unit, minChars) => {
      const pieces = await cut(text, unit, minChars);
      expect(pieces.join("")).toBe(text);
      if (text !== "") expect(pieces).not.toContain("");
    }),
    { numRuns: 1000 },
  );
});

verifies("turn.graphemes", "in every unit no grapheme is split", async () => {
  const joiners = fc
    .array(
      fc.constantFrom(
        "\u0600",
        "1",
        " ",
        "\u0301",
        "👩",
        "\u200D",
        "🇩",
        "🇪",
        "\r",
        "\n",
        "한",
        "ᄀ",
        "ᅡ",
        "क",
        "्",
        "字",
        "a",
        ".",
      ),
    )
    .map((marks) => marks.join(""));
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyText, joiners), fc.constantFrom(...STREAM_UNITS), async (text, unit) => {
      const allowed = new Set(Array.from(graphemes.segment(text), ({ index }) => index));
      let at = 0;
      for (const piece of await cut(text, unit)) {
        if (piece !== "") expect(allowed).toContain(at);
        at += piece.length;
      }
      if (unit === "char" && text !== "") expect(await cut(text, unit)).toHaveLength(allowed.size);
    }),
    { numRuns: 2000 },
  );
});

test("a piece has at least the smallest size, but for the last", async () => {
  const text = "one two three four five six seven ".repeat(20);
  for (const unit of STREAM_UNITS) {
    const pieces = await cut(text, unit, 10);
    for (const piece of pieces.slice(0, -1)) expect(piece.length).toBeGreaterThanOrEqual(10);
  }
});

test("events other than text pass untouched", async () => {
  await fc.assert(
    fc.asyncProperty(turnEvents(), fc.constantFrom(...STREAM_UNITS), async (events, unit) => {
      const options = { unit, minChars: 1, vocabulary: () => Promise.resolve(vocabulary) };
      const replayed = await gather(replay(eventsOf(events), options));
      const other = (event: TurnEvent): boolean => event.type !== "text-delta";
      expect(replayed.filter(other)).toEqual(events.filter(other));
    }),
  );
});

for (const unit of ["char", "token", "word", "sentence"] as const) {
  verifies("turn.linear", `by ${unit}, a long text comes whole and soon`, async () => {
    const line = "The bridge streams 你好，世界 and नमस्ते to everyone 👩‍👩‍👧‍👦. ";
    for (const text of [line.repeat(2500), "字".repeat(60_000), "=".repeat(200_000), "👩‍👩‍👧‍👦".repeat(15_000)]) {
      const options = { unit, minChars: 1, vocabulary: () => Promise.resolve(vocabulary) };
      let read = 0;
      // Work that grows with the square of the length would take longer than the test may.
      for await (const event of replay(eventsOf(textTurn(text)), options)) {
        if (event.type === "text-delta") read += event.text.length;
      }
      expect(read).toBe(text.length);
    }
  });
}
