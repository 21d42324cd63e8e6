import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { countTokens as exactCount } from "gpt-tokenizer/encoding/o200k_base";
import { beforeAll, expect, test } from "vitest";
import { countTokens, tokenEnds } from "../../../../src/polyfill/tokenizer/bpe.ts";
import { loadVocabulary, type Vocabulary } from "../../../../src/polyfill/tokenizer/vocabulary.ts";
import { anyText } from "../../../support/data/arbitraries.ts";
import { CHINESE, ENGLISH } from "../../../support/data/long-texts.ts";

let vocabulary: Vocabulary;
beforeAll(async () => {
  vocabulary = await loadVocabulary();
});

const exact = (text: string): number => exactCount(text, { disallowedSpecial: new Set() });

test("ASCII is counted exactly as the reference tokenizer does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 60 }), (text) => {
      expect(countTokens(text, vocabulary)).toBe(exact(text));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["English", ENGLISH],
  ["Chinese", CHINESE],
  ["code", readFileSync(new URL("../../../../src/polyfill/tokenizer/bpe.ts", import.meta.url), "utf8")],
  [
    "JSON",
    JSON.stringify({ id: 17, items: Array.from({ length: 50 }, (_, id) => ({ id, name: `n${id}` })) }),
  ],
  ["Russian", "Протокол контекста модели позволяет серверам запрашивать выборку у клиента."],
])("%s is counted within one percent", (_, text) => {
  expect(Math.abs(countTokens(text, vocabulary) / exact(text) - 1)).toBeLessThan(0.01);
});

test("rare characters and emoji are counted within a fifth", () => {
  const text = "👩‍👩‍👧‍👦 龘鬱 🤖🎉 한국어 텍스트 ".repeat(10);
  expect(Math.abs(countTokens(text, vocabulary) / exact(text) - 1)).toBeLessThan(0.2);
});

test("the ends of the tokens rise to the end of the text", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      let last = 0;
      for (const end of tokenEnds(text, vocabulary)) {
        expect(end).toBeGreaterThan(last);
        last = end;
      }
      expect(last).toBe(text.length);
    }),
  );
});

test.each(["a", "=", " ", "字", "\u0301", "👍"])("%j, 200,000 times, is counted in linear time", (unit) => {
  expect(countTokens(unit.repeat(200_000), vocabulary)).toBeGreaterThan(0);
});

test("the vocabulary of the package is that of the reference tokenizer", async () => {
  const [{ default: ranks }, vocabularyOfPackage] = await Promise.all([
    import("gpt-tokenizer/bpeRanks/o200k_base"),
    loadVocabulary(),
  ]);
  const texts = ranks.flatMap((token, rank) => (typeof token === "string" ? [{ token, rank }] : []));
  expect(texts.length).toBeGreaterThan(190_000);
  expect(texts.filter(({ token, rank }) => vocabularyOfPackage.rank(token) !== rank)).toEqual([]);
});
