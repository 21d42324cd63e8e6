import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAnswer } from "../../../support/data/escaped.ts";

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
      { numRuns: 300 },
    );
  });
});
