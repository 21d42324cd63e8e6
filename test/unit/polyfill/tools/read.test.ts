import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAnswer } from "../../../../src/polyfill/tools/read.ts";

const read = (text: string) => readAnswer(text, (name) => name === "Read");

describe("readAnswer", () => {
  test("keeps text before and after calls", () => {
    expect(read('First.\n<tool_call>{"name":"Read","arguments":{}}</tool_call>\nThen.')).toEqual([
      { type: "text", text: "First." },
      { type: "call", call: { name: "Read", input: {} } },
      { type: "text", text: "Then." },
    ]);
  });

  test("reports a call that the end of the text cut off as broken and open", () => {
    expect(read('<tool_call>{"name":"Read","arguments":{"path":"/et')).toEqual([
      { type: "broken", body: '{"name":"Read","arguments":{"path":"/et', open: true },
    ]);
  });

  test("reports what cannot be read as broken, and goes on behind it", () => {
    expect(read('<tool_call>what?</tool_call><tool_call>{"name":"Read","arguments":{}}</tool_call>')).toEqual(
      [
        { type: "broken", body: "what?", open: false },
        { type: "call", call: { name: "Read", input: {} } },
      ],
    );
  });

  test("never throws, and returns text without tags as it was", () => {
    const anything = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .array(
          fc.constantFrom(
            "<tool_call>",
            "</tool_call>",
            '{"name":"Read","arguments":{',
            "}",
            '"',
            "```\n",
            "x",
            "\n",
            "'",
            "\\",
            "<function=Read>",
            "`",
          ),
        )
        .map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const pieces = read(text);
        if (!/[<[`~{]/.test(text)) expect(pieces).toEqual(text === "" ? [] : [{ type: "text", text }]);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    '<tool_call>{"a</tool_call>',
    "<tool_call>",
    "```\n",
    "</tool_call>",
    '<tool_call>{"name":"a","arguments":{"b":"',
    '{"name":',
    '<invoke name="x">',
    "/*",
    "'",
    "<tool_call>[",
    "\\",
    " ",
    "<!--",
    "[TOOL_CALLS]",
    "`<tool_call>",
    "<arg_key>x</arg_key><arg_value>",
    "<parameter=x>",
    "<a>",
    '{"name":"a","arguments":{}}\n',
  ])("looks at each character a bounded number of times: %s", (unit) => {
    const effort = (size: number): number => {
      const text = `<tool_call>${unit.repeat(size / unit.length)}`;
      const began = performance.now();
      read(text);
      return performance.now() - began;
    };
    effort(100_000);
    // Quadratic work would take hundreds of times as long for ten times the text.
    const small = Math.max(10, Math.min(effort(100_000), effort(100_000)));
    expect(Math.min(effort(1_000_000), effort(1_000_000)) / small).toBeLessThan(60);
  });
});
