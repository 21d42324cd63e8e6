import type { Script } from "../../support/hosts/sampling-call.ts";
import { chat, type HostileBody, type LimitCase } from "../case.ts";

/** Answers of a host without tools, and histories sent to it, that are hard on the reader of calls. */
const TOOL = {
  type: "function",
  function: {
    name: "Read",
    description: "Reads a file.",
    parameters: { type: "object", properties: { file_path: { type: "string" } } },
  },
};

const ask = (): HostileBody => chat({ tools: [TOOL] });
const answers =
  (make: (size: number) => string) =>
  (size: number): Script =>
  (call) => {
    call.answer(make(size));
  };

const called = '<tool_call>{"name":"Read","arguments":{"file_path":"a"}}</tool_call>';
const fill = (unit: string, size: number): string => unit.repeat(Math.ceil(size / unit.length));

/** Name and text by size. Whatever the text means, the client gets an answer, or the error of a call that is not valid. */
const TEXTS: readonly (readonly [string, (size: number) => string])[] = [
  [
    "line breaks in the arguments",
    (size) => `<tool_call>{"name":"Read","arguments":{"file_path":"${fill('"\n', size)}`,
  ],
  [
    "quotes in the arguments",
    (size) => `<tool_call>{"name":"Read","arguments":{"file_path":"${fill('",', size)}`,
  ],
  ["a code block of nothing but backticks", (size) => fill("`", size)],
  ["code blocks that do not end, inside calls", (size) => fill('<tool_call>{"a":"\n```x\n"}', size)],
  [
    "comments that end at the very end, inside calls",
    (size) => `${fill('<tool_call>{"a":"<!--"}', size)}-->`,
  ],
  ["objects before an open one", (size) => fill("<tool_call>{} {", size)],
  ["brackets in curly quotes", (size) => `<tool_call>${fill('{a:“["”}', size)}${fill("]", size / 8)}`],
  ["arguments that open elements", (size) => `<tool_call><name>Read</name>${fill("<args>", size)}`],
  ["parameters without an end", (size) => `<invoke name="Read">${fill('<parameter name="a">', size)}`],
  [
    "a name without an end",
    (size) => `<tool_call>{"name":"${fill("Reed", size)}","arguments":{}}</tool_call>`,
  ],
  ["a tag without an end", (size) => fill("<parameter=aaaaaaaa", size)],
  ["many small calls", (size) => fill(called, size)],
  ["calls that are not valid", (size) => fill('<tool_call>{"a</tool_call>', size)],
  ["closing tags", (size) => `It is done.${fill("</tool_call>", size)}`],
  ["opening tags", (size) => fill("<tool_call>", size)],
  ["opening tags in inline code", (size) => fill("`<tool_call>", size)],
  ["brackets", (size) => `<tool_call>${fill("[", size)}`],
  ["objects one after the other", (size) => fill('{"name":"Read","arguments":{}}', size)],
  ["spaces without width", (size) => fill("\u200b", size)],
  ["our own marks", (size) => fill("<\u2060", size)],
  ["lists and white space", (size) => fill("\n- ", size)],
];

const inHistory = (text: string): HostileBody =>
  chat({
    tools: [TOOL],
    messages: [
      { role: "user", content: text },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "1", type: "function", function: { name: "Read", arguments: text } }],
      },
      { role: "tool", tool_call_id: "1", content: text },
    ],
  });

export const cases: readonly LimitCase[] = [
  {
    name: "an answer that is too long to look for calls in it",
    size: 8_000_000,
    request: ask,
    script: answers((size) => fill("<tool_call>", size)),
    comes: { status: [200, 502] },
  },
  {
    name: "a history of one text that is nearly as long as a line to a host",
    size: 5_000_000,
    request: (size: number) =>
      chat({ tools: [TOOL], messages: [{ role: "user", content: fill("</tool_call>", size) }] }),
    comes: { status: [200, 413] },
  },
  {
    name: "arguments in a history that are nearly as long as a line to a host",
    size: 5_000_000,
    request: (size: number) =>
      chat({
        tools: [TOOL],
        messages: [
          {
            role: "assistant",
            content: null,
            tool_calls: [
              {
                id: "1",
                type: "function",
                function: { name: "Read", arguments: JSON.stringify({ a: fill("<tool_call>", size) }) },
              },
            ],
          },
          { role: "tool", tool_call_id: "1", content: "" },
        ],
      }),
    comes: { status: [200, 413] },
  },
  ...TEXTS.map(([name, make]) => ({
    name: `an answer of ${name}`,
    size: 1_000_000,
    request: ask,
    script: answers(make),
    comes: { status: [200, 502] },
  })),
  ...TEXTS.map(([name, make]) => ({
    name: `a history of ${name}`,
    size: 1_000_000,
    request: (size: number) => inHistory(make(size)),
    // What is more than a line to a host may be is refused.
    comes: { status: [200, 400, 413] },
  })),
];
