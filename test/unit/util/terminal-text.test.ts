import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columnsOf, fit, oneLine, printable, wrap } from "../../../src/util/terminal-text.ts";

/** Whatever a terminal obeys, reorders or does not show. */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- exactly these are looked for
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200C\u200E\u200F\u2028-\u202F\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\u{E0000}-\u{E0FFF}]/u;

describe("printable", () => {
  test.each([
    [
      "a terminal's commands",
      "\u001B[2J\u001B]0;title\u0007\u009B31m",
      String.raw`\u001b[2J\u001b]0;title\u0007\u009b31m`,
    ],
    ["a line that is written over", "safe\rdanger\b", String.raw`safe\u000ddanger\u0008`],
    [
      "text that reads backwards",
      "\u202Egnp.exe\u202C \u2066x\u2069",
      String.raw`\u202egnp.exe\u202c \u2066x\u2069`,
    ],
    ["what has no width", "a\u200Bb\uFEFFc\u2060d\u00ADe", String.raw`a\u200bb\ufeffc\u2060d\u00ade`],
    ["letters that show nothing", "\u3164\u115F", String.raw`\u3164\u115f`],
    ["other ends of lines", "a\u2028b\u2029c\u0085d", String.raw`a\u2028b\u2029c\u0085d`],
    ["tags, which models read and people do not", "\u{E0041}", String.raw`\udb40\udc41`],
    ["half a character", "\uD83D.", String.raw`\ud83d.`],
    ["a joiner between letters", "ab\u200Dcd", String.raw`ab\u200dcd`],
  ])("%s is written out", (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test("what people write stays", () => {
    for (const text of ["a\tb\n", "日本語 عربي हिन्दी é", "👩‍👩‍👧 👋🏽 ❤️ 1️⃣ 🇩🇪", "`{}` \\u001b"]) {
      expect(printable(text)).toBe(text);
    }
  });

  test("marks do not climb over the lines around", () => {
    expect(printable(`e${"\u0301".repeat(8)}`)).toBe(`e${"\u0301".repeat(8)}`);
    expect(printable(`e${"\u0301".repeat(9)}`)).toBe(`e${"\u0301".repeat(8)}${String.raw`\u0301`}`);
  });

  test("of any text nothing unsafe is left, and the same again changes nothing", () => {
    const text = fc.string({
      unit: fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\u200D", "😀", "\uFE0F", "\u0301")),
    });
    fc.assert(
      fc.property(text, (any) => {
        const shown = printable(any);
        expect(shown).not.toMatch(UNSAFE);
        expect(printable(shown)).toBe(shown);
      }),
    );
  });

  test("JSON stays the same JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
        const json = JSON.stringify(value);
        expect(JSON.parse(printable(json))).toEqual(JSON.parse(json));
      }),
    );
  });
});

test("one line is one, without what steers, and cut with a mark", () => {
  expect(oneLine(" a\n\n  b\u001B[2J\r\nc\u2028d ")).toBe(String.raw`a b\u001b[2J c d`);
  expect(oneLine("x".repeat(100))).toBe("x".repeat(100));
  expect(oneLine("x".repeat(101))).toBe(`${"x".repeat(100)}…`);
  expect(oneLine("👋".repeat(4), 3)).toBe("👋👋👋…");
  expect(oneLine(`${" ".repeat(10_000_000)}x`, 10)).toBe("…");
});

test("columns are a terminal's: wide letters take two, marks none", () => {
  expect(columnsOf("abc")).toBe(3);
  expect(columnsOf("日本e\u0301")).toBe(5);
  expect(wrap("日本語", 4)).toEqual(["日本", "語"]);
  expect(wrap("abc", 1)).toEqual(["a", "b", "c"]);
  expect(wrap("", 5)).toEqual([""]);
  expect(fit("abcdef", 4)).toBe("abc…");
  expect(fit("日本語", 5)).toBe("日本…");
  expect(fit("abcd", 4)).toBe("abcd");
});
