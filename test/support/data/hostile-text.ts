/**
 * Texts made to be expensive for a reader of calls: each sign that one of its forms knows, repeated, alternating with another,
 * nested and never ended, alone and behind what begins a call. The data of the tests of what reading costs.
 */
import { MARK } from "../../../src/polyfill/tools/beginnings.ts";

const CALL = '<tool_call>{"name":"Read","arguments":{"file_path":"a"}}</tool_call>';

/** Signs that open or close something, or that a reader looks behind. */
export const SIGNS: readonly string[] = [
  "<tool_call>",
  "</tool_call>",
  "<tool_call ",
  "<function=Read>",
  "</function>",
  '<invoke name="Read">',
  "</invoke>",
  '<parameter name="a">',
  "<parameter=a>",
  "</parameter>",
  "<parameter name=",
  "<arg_key>",
  "</arg_key>",
  "<arg_value>",
  "</arg_value>",
  "<arguments>",
  "</arguments>",
  "<name>",
  "<a>",
  "<tool_response>",
  "<think>",
  "</think>",
  "<!--",
  "-->",
  "[TOOL_CALLS]",
  "[ARGS]",
  "<｜tool▁call▁begin｜>",
  "<｜tool▁sep｜>",
  "<|python_tag|>",
  '<｜DSML｜invoke name="Read">',
  "</｜DSML｜parameter>",
  "<minimax:tool_call>",
  "]<]minimax[>[",
  "]<]minimax[>[<a>",
  "<|tool_call>call:Read{",
  'file_path:<|"|>',
  "<tool_call|>",
  "<|tool_call_start|>[Read(",
  "a='",
  "call:",
  "[Read(",
  "<|channel|>",
  "<|channel|>final<|message|>",
  "<|end|>",
  "```tool_code\n",
  "functools[",
  "```\n",
  "```x",
  "\n```x\n",
  "~~~\n",
  "`",
  "``` ",
  "> ",
  "{",
  "}",
  "[",
  "]",
  '{"name":',
  '{"a',
  '{"name":"Read","arguments":{}}',
  "{'a':1}",
  "{a:“[”}",
  '{a:“"”}',
  "{} {",
  '"',
  "'",
  "'a",
  '",',
  '":',
  ',"a',
  '"""',
  "“",
  "\\",
  "\\\\n",
  "\\u0",
  "//",
  "/*",
  "*/",
  "\n",
  "\r\n",
  " ",
  "\t",
  "\u200b",
  "\n- ",
  MARK,
  `<${MARK}`,
  `{"${MARK}`,
  "&lt;",
  "\\u003c",
  "<",
  "</",
  "<tool_",
  "a",
  "_",
  "1",
  "x\n",
];

/** What the signs stand behind. */
const HEADS: readonly string[] = [
  "",
  "<tool_call>",
  '<tool_call>{"name":"Read","arguments":{"file_path":"',
  '<invoke name="Read"><parameter name="file_path">',
  "[TOOL_CALLS]Read",
  "```\n",
  '{"name":"Read","arguments":{"file_path":\'',
];

export interface Shape {
  readonly name: string;
  /** The text of about so many characters. */
  readonly make: (size: number) => string;
}

const fill = (unit: string, size: number): string => unit.repeat(Math.ceil(size / unit.length));

/** Every sign alone behind every head, and pairs of signs: alternating, and nested. */
export function shapes(): Shape[] {
  const single = SIGNS.flatMap((sign) =>
    HEADS.map((head) => ({
      name: `${head} then ${sign}`,
      make: (size: number) => head + fill(sign, size),
    })),
  );
  const pairs = SIGNS.flatMap((one, index) =>
    [3, 7, 11].map((step) => {
      const other = SIGNS[(index * step + 5) % SIGNS.length] ?? "";
      return { one, other };
    }),
  );
  return [
    ...single,
    ...pairs.map(({ one, other }) => ({
      name: `${one} and ${other} in turn`,
      make: (size: number) => fill(one + other, size),
    })),
    ...pairs.map(({ one, other }) => ({
      name: `${one} inside, ${other} outside`,
      make: (size: number) => fill(one, size / 2) + fill(other, size / 2),
    })),
    ...SIGNS.map((sign) => ({
      name: `calls with ${sign} between`,
      make: (size: number) => fill(`${CALL}${sign}x`, size),
    })),
    ...SIGNS.map((sign) => ({
      name: `calls with ${sign} inside`,
      make: (size: number) => fill(`<tool_call>{"name":"Read","arguments":{"file_path":"${sign}`, size),
    })),
  ];
}
