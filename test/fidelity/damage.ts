/** Slips that leave the meaning of a call of the asked form clear. */
import type { PlainCall } from "./values.ts";

export interface Damage {
  readonly name: string;
  /** Whether the slip can happen to this call without losing what was meant. */
  readonly applies: (call: PlainCall) => boolean;
  readonly write: (call: PlainCall) => string;
}

const always = (): boolean => true;
const json = (call: PlainCall): string => JSON.stringify({ name: call.name, arguments: call.input });
const block = (body: string): string => `<tool_call>\n${body}\n</tool_call>`;
const strings = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(strings)
      : [];
const holds = (call: PlainCall, pattern: RegExp): boolean =>
  strings(call.input).some((text) => pattern.test(text));

export const DAMAGES: readonly Damage[] = [
  { name: "no end tag", applies: always, write: (call) => `<tool_call>\n${json(call)}` },
  { name: "doubled end tag", applies: always, write: (call) => `${block(json(call))}\n</tool_call>` },
  { name: "wrong end tag", applies: always, write: (call) => `<tool_call>\n${json(call)}\n</function_call>` },
  {
    name: "opening tag as end tag",
    applies: always,
    write: (call) => `<tool_call>\n${json(call)}\n<tool_call>`,
  },
  { name: "code fence inside", applies: always, write: (call) => block(`\`\`\`json\n${json(call)}\n\`\`\``) },
  {
    name: "trailing commas",
    applies: always,
    write: (call) => block(json(call).replace(/\}\}$/, ",},}").replace("{,", "{")),
  },
  {
    name: "single quotes",
    applies: (call) => !holds(call, /['"\\\n\t]/),
    write: (call) => block(json(call).replaceAll('"', "'")),
  },
  {
    name: "bare keys",
    applies: always,
    write: (call) => block(json(call).replace('"name":', "name:").replace('"arguments":', "arguments:")),
  },
  {
    name: "raw line breaks",
    applies: (call) => holds(call, /\n/),
    write: (call) => block(json(call).replaceAll(/(?<!\\)((?:\\\\)*)\\n/g, "$1\n")),
  },
  {
    name: "raw tabs",
    applies: (call) => holds(call, /\t/),
    write: (call) => block(json(call).replaceAll("\\t", "\t")),
  },
  {
    name: "unescaped quotes",
    applies: (call) => holds(call, /"/) && !holds(call, /"\s*[,}\]:]/) && !holds(call, /[{[]/),
    write: (call) => block(json(call).replaceAll('\\"', '"')),
  },
  {
    name: "unescaped backslashes",
    applies: (call) => holds(call, /\\[dsUaC.]/) && !holds(call, /\\[bfnrtu"/\\]/),
    write: (call) => block(json(call).replaceAll("\\\\", "\\")),
  },
  { name: "a brace too many", applies: always, write: (call) => block(`${json(call)}}`) },
  { name: "a brace too few", applies: always, write: (call) => block(json(call).slice(0, -1)) },
  { name: "comment", applies: always, write: (call) => block(json(call).replace("{", "{ // the call\n")) },
  {
    name: "Python literals",
    applies: (call) => !holds(call, /true|false|null/),
    write: (call) => block(json(call).replaceAll("true", "True").replaceAll("false", "False")),
  },
  {
    name: "lower-case name",
    applies: always,
    write: (call) => block(json({ ...call, name: call.name.toLowerCase() })),
  },
  {
    name: "other case of name",
    applies: always,
    write: (call) => block(json({ ...call, name: call.name.replaceAll("_", "-").toUpperCase() })),
  },
  {
    name: "name off by a letter",
    applies: (call) => call.name.length > 5,
    write: (call) => block(json({ ...call, name: `${call.name.slice(0, 3)}${call.name.slice(4)}` })),
  },
  {
    name: "arguments beside the name",
    applies: (call) => Object.keys(call.input).length > 0,
    write: (call) => block(JSON.stringify({ name: call.name, ...call.input })),
  },
  {
    name: "attributes in the tag",
    applies: always,
    write: (call) => `<tool_call id="1">\n${json(call)}\n</tool_call>`,
  },
  { name: "special tokens", applies: always, write: (call) => `<|tool_call|>${json(call)}<|tool_call_end|>` },
];
