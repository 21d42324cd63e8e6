import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { countTokens } from "../../../../src/polyfill/tokenizer/bpe.ts";
import { sampledCount } from "../../../../src/polyfill/tokenizer/sample.ts";
import { loadVocabulary, type Vocabulary } from "../../../../src/polyfill/tokenizer/vocabulary.ts";
import { CHINESE, ENGLISH } from "../../../support/data/long-texts.ts";

let vocabulary: Vocabulary;
beforeAll(async () => {
  vocabulary = await loadVocabulary();
});

const code = readFileSync(
  new URL("../../../../node_modules/openai/resources/responses/responses.d.ts", import.meta.url),
  "utf8",
);
const base64 = Buffer.from(
  Array.from({ length: 60_000 }, (_, index) => ((index * 2_654_435_761) >>> 13) & 255),
).toString("base64");

/** Like a lock file, and the same whatever we depend on. */
const lock = JSON.stringify(
  Array.from({ length: 900 }, (_, index) => ({
    name: `node_modules/package-${index}`,
    version: `${index % 9}.${index % 13}.${index % 7}`,
    resolved: `https://registry.npmjs.org/package-${index}/-/package-${index}.tgz`,
    integrity: `sha512-${base64.slice(index * 60, index * 60 + 88)}`,
    dev: index % 2 === 0,
    dependencies: { [`other-${index * 7}`]: "^1.0.0" },
  })),
  undefined,
  2,
);

test.each<[string, string[]]>([
  ["English", [ENGLISH.repeat(20)]],
  ["Chinese", [CHINESE.repeat(60)]],
  ["code", [code.slice(0, 200_000)]],
  ["JSON", [lock.slice(0, 200_000)]],
  ["base64", [base64]],
  ["an agent's prompt", [ENGLISH.repeat(4), lock.slice(0, 30_000), code.slice(0, 20_000), CHINESE.repeat(6)]],
  ["a text that changes midway", [`${ENGLISH.repeat(10)}${CHINESE.repeat(40)}`]],
  ["many short texts", [...ENGLISH.repeat(10).split(". "), ...CHINESE.repeat(10).split("。")]],
])("%s is within six percent of the exact count", (_, texts) => {
  const exact = texts.reduce((sum, text) => sum + countTokens(text, vocabulary), 0);
  const sampled = sampledCount(texts, (text) => countTokens(text, vocabulary));
  expect(Math.abs(sampled / exact - 1)).toBeLessThan(0.06);
});

test("up to 8,192 characters nothing is left out", () => {
  const texts = [ENGLISH.slice(0, 1000), "", CHINESE.slice(0, 1000)];
  const exact = texts.reduce((sum, text) => sum + countTokens(text, vocabulary), 0);
  expect(sampledCount(texts, (text) => countTokens(text, vocabulary))).toBe(exact);
});

test("no more is looked at, however long the texts are", () => {
  for (const texts of [["x".repeat(5_000_000)], Array.from({ length: 100_000 }, () => "some words here")]) {
    let seen = 0;
    sampledCount(texts, (text) => {
      seen += text.length;
      return 1;
    });
    expect(seen).toBeLessThan(12_000);
  }
});

test("the same texts give the same figure", () => {
  const count = (text: string): number => countTokens(text, vocabulary);
  expect(sampledCount([lock], count)).toBe(sampledCount([lock], count));
});
