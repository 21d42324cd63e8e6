import fc from "fast-check";
import { expect, test } from "vitest";
import { fits } from "../../../src/util/glob.ts";

const LETTERS = fc.string({ unit: fc.constantFrom("a", "B", "b", "-"), maxLength: 12 });
const PATTERN = fc.string({ unit: fc.constantFrom("a", "b", "-", "*"), maxLength: 8 });

test("a star stands for any text", () => {
  expect(fits("claude-*haiku*", "Claude-3-5-haiku-20241022")).toBe(true);
  expect(fits("claude-*haiku*", "claude-sonnet-4-5")).toBe(false);
  expect(fits("gpt-5", "gpt-5-mini")).toBe(false);
  expect(fits("ab*ba", "aba")).toBe(false);
});

test("it decides as the regular expression of the same meaning does", () => {
  fc.assert(
    fc.property(PATTERN, LETTERS, (pattern, text) => {
      const same = new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "is");
      expect(fits(pattern, text)).toBe(same.test(text));
    }),
    { numRuns: 2000 },
  );
});

test("many stars cost no more than one", () => {
  expect(fits(`${"*a".repeat(50)}b*`, "a".repeat(200_000))).toBe(false);
});
