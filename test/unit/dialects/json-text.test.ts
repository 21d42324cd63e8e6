import * as fc from "fast-check";
import { expect, test } from "vitest";
import { jsonLine, jsonText } from "../../../src/dialects/json-text.ts";
import { anyText } from "../../support/data/arbitraries.ts";
import { unicodeLines } from "../../support/streams/frames.ts";

test("any text survives, in one line by every definition of a line", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = jsonText(text);
      expect(JSON.parse(json)).toBe(text);
      expect(unicodeLines(json)).toEqual([json]);
      expect(JSON.parse(jsonLine({ a: [text] }))).toEqual({ a: [text] });
    }),
  );
});

test("line ends of Unicode are escaped wherever they stand", () => {
  expect(jsonText("a\u0085b\u2028c\u2029\u2028")).toBe(String.raw`"a\u0085b\u2028c\u2029\u2028"`);
  expect(jsonLine({ "\u2028": "\u0085" })).toBe(String.raw`{"\u2028":"\u0085"}`);
});

test("unpaired surrogates are escaped, pairs are not", () => {
  expect(jsonText("\uD83D x 😀")).toBe(String.raw`"\ud83d x 😀"`);
});
