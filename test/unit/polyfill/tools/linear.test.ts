/**
 * Every hostile shape at a small size, and those that once took quadratic time at a size at which quadratic work would take
 * minutes. What each costs by its size is measured by `npm run test:limits`.
 */
import { describe, expect, test } from "vitest";
import { unescapeMarkup } from "../../../support/data/escaped.ts";
import { escapeMarkup, renderCall } from "../../../support/data/escaped.ts";
import { Gate } from "../../../../src/polyfill/tools/gate.ts";
import { parseLenient } from "../../../../src/polyfill/tools/lenient-json.ts";
import { ToolNames } from "../../../../src/polyfill/tools/name.ts";
import { readAnswer } from "../../../support/data/escaped.ts";
import { shapes } from "../../../support/data/hostile-text.ts";
import { verifies } from "../../../support/verifies.ts";

const isTool = (name: string): boolean => name === "Read";

/** What the gate lets through of a text that comes in pieces of this size. */
function passed(text: string, size: number): string {
  const gate = new Gate();
  let out = "";
  for (let at = 0; at < text.length; at += size) out += gate.push(text.slice(at, at + size));
  return out;
}

/** All that is done with a text, once. */
function work(text: string, chunks: readonly number[]): void {
  const shown = readAnswer(text, isTool)
    .flatMap((piece) => (piece.type === "text" ? [piece.text] : []))
    .join("\n");
  for (const size of chunks) expect(shown.startsWith(passed(text, size))).toBe(true);
  expect(unescapeMarkup(escapeMarkup(text)) === text).toBe(true);
  renderCall({ name: "Read", input: text });
}

describe("what is hard to read", () => {
  verifies("turn.reading-linear", "is read in one piece as in many, of any shape", () => {
    for (const { make } of shapes()) work(make(200), [1, 7, 1000]);
  });

  test.each([
    ["line breaks in a string", '<tool_call>{"a":"x', '"\n'],
    ["line breaks alone", '<tool_call>{"a":"x"', "\n"],
    ["backticks", "", "`"],
    ["open code blocks inside calls", "", '<tool_call>{"a":"\n```x\n"}'],
    ["open comments inside calls", "", '<tool_call>{"a":"<!--"}'],
    ["objects before an open one", "", "<tool_call>{} {"],
    ["brackets in curly quotes", "<tool_call>", '{a:“["”}'],
    ["elements that open", "<tool_call><name>Read</name>", "<args>"],
    ["spaces without width", "x", "\u200b"],
    ["marks", "<", "\u2060"],
    ["small calls", "", '<tool_call>{"name":"Read","arguments":{}}</tool_call>'],
  ])("is read at any size: %s", (_, head, unit) => {
    work(head + unit.repeat(400_000 / unit.length), [7]);
  });

  test("nests as deep as it likes", () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
      ["{'a':", "}"],
    ] as const) {
      const deep = open.repeat(30_000) + close.repeat(30_000);
      expect(parseLenient(deep)).toBeUndefined();
      work(`<tool_call>{"name":"Read","arguments":${deep}}</tool_call>`, []);
      work(deep, []);
      work(`<invoke name="Read"><parameter name="a">${deep}</parameter></invoke>`, []);
    }
  });

  test("has names of any length, and any number of them", () => {
    const tools = new ToolNames(Array.from({ length: 20_000 }, (_, index) => `tool_number_${index}`));
    expect(tools.match("x".repeat(1_000_000))).toBeUndefined();
    for (let index = 0; index < 20_000; index += 1) tools.match(`tool_numbre_${index}x`);
    expect(tools.match("TOOL-NUMBER-77")).toBe("tool_number_77");
  });
});
