import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { countText } from "../../../src/polyfill/count-text.ts";
import { prose } from "../../../bench/text.ts";

const exact = (text: string): number => countTokens(text, { disallowedSpecial: new Set() });
const rareCharacters = (length: number): string =>
  Array.from({ length }, (_, index) => String.fromCharCode(0x4e00 + ((index * 7919) % 8000))).join("");

describe("countText", () => {
  it.each([10, 1_000, 30_000, 400_000])(
    "is within two percent of the tokenizer on %i characters of prose",
    (length) => {
      const text = prose(length);
      expect(Math.abs(countText(text, exact) / exact(text) - 1)).toBeLessThan(0.02);
    },
  );

  it("counts the whole of a text that changes on the way", () => {
    const text = prose(300_000) + rareCharacters(2_000) + "0123456789 ".repeat(20_000);
    const parts = exact(prose(300_000)) + exact(rareCharacters(2_000)) + exact("0123456789 ".repeat(20_000));
    expect(Math.abs(countText(text, exact) / parts - 1)).toBeLessThan(0.05);
  });

  it("counts Chinese", () => {
    const text = "今天天气很好，我们去公园散步吧。".repeat(3_000);
    expect(Math.abs(countText(text, exact) / exact(text) - 1)).toBeLessThan(0.05);
  });

  it.each([
    ["characters without a break", rareCharacters(1_000_000)],
    ["one character", "=".repeat(1_000_000)],
    ["spaces", " ".repeat(1_000_000)],
  ])("takes bounded time for %s", (_, text) => {
    let longest = 0;
    let given = 0;
    countText(text, (piece) => {
      longest = Math.max(longest, piece.length);
      given += piece.length;
      return 1;
    });
    expect(longest).toBeLessThanOrEqual(128);
    expect(given).toBeLessThanOrEqual(32_768);
  });

  it("cuts every text into pieces that are the text", () => {
    for (const text of [prose(5_000), " ".repeat(1_000), `${"x".repeat(500)} ${"y".repeat(500)}`, "", " "]) {
      let joined = "";
      countText(text, (piece) => {
        joined += piece;
        return 1;
      });
      expect(joined).toBe(text);
    }
  });
});
