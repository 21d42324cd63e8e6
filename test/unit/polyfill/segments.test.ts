import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { segments } from "../../../src/polyfill/segments.ts";

const whole = (text: string, granularity: "grapheme" | "sentence"): string[] =>
  [...new Intl.Segmenter(undefined, { granularity }).segment(text)].map(({ segment }) => segment);

/** Clusters whose parts lie anywhere: joiners, modifiers, flags, combining marks, jamo, line ends, lone surrogates. */
const parts = fc.constantFrom(
  ...Array.from("aé漢字ᄀ각ᆨकिष् .\r\n\u0301\u200d\ufe0f👍🏽👩💻🇫🇷"),
  "\ud83d",
  "\udc4d",
);
const texts = fc.array(parts, { minLength: 500, maxLength: 1_500 }).map((list) => list.join(""));

describe("segments", () => {
  it("are the graphemes that Intl.Segmenter finds in the whole text, whatever lies at a window's edge", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect([...segments(text, "grapheme")]).toEqual(whole(text, "grapheme"));
      }),
      { numRuns: 200 },
    );
  });

  it("concatenate to the text", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect([...segments(text, "sentence")].join("")).toBe(text);
      }),
    );
  });

  it("are the sentences of ordinary prose", () => {
    const text = "The first sentence. 今天天气很好。 Is this the third one? Yes!\n".repeat(100);
    expect([...segments(text, "sentence")]).toEqual(whole(text, "sentence"));
  });

  it.each([
    ["a", "grapheme"],
    ["漢", "grapheme"],
    ["a\u0301", "grapheme"],
    ["\u0301", "grapheme"],
    ["漢", "sentence"],
    ["So. ", "sentence"],
  ] as const)("never gives a long run of %j to the segmenter whole (%s)", (unit, granularity) => {
    const given = vi.spyOn(Intl.Segmenter.prototype, "segment");
    const text = unit.repeat(100_000);
    expect([...segments(text, granularity)].join("")).toBe(text);
    const lengths = given.mock.calls.map(([window]) => window.length);
    given.mockRestore();
    expect(Math.max(...lengths)).toBeLessThan(5_000);
    expect(lengths.reduce((sum, length) => sum + length)).toBeLessThan(6 * text.length);
  });
});
