/** How model families write calls, each as a function from calls to text. */
import { NEWER_FAMILIES } from "./newer-families.ts";
import type { Random } from "./random.ts";
import { randomCall, randomTextCall, type PlainCall } from "./values.ts";

export interface Family {
  readonly name: string;
  /** Whether this is the form we ask for, without any slip. */
  readonly wellFormed: boolean;
  readonly call: (random: Random) => PlainCall;
  readonly write: (calls: readonly PlainCall[]) => string;
  /** The form holds one call only. */
  readonly single?: boolean;
  /** The form is the whole answer: no text before it. */
  readonly alone?: boolean;
  /** The whole answer, for forms that also say which part of it is text. */
  readonly frame?: (text: string, calls: readonly PlainCall[]) => string;
  /** What the model thinks in `frame`. */
  readonly reasoning?: string;
}

const json = (call: PlainCall): string => JSON.stringify({ name: call.name, arguments: call.input });
const block = (body: string): string => `<tool_call>\n${body}\n</tool_call>`;
const each = (write: (call: PlainCall) => string) => (calls: readonly PlainCall[]) =>
  calls.map(write).join("\n");
const parameters = (call: PlainCall, write: (key: string, value: string) => string): string =>
  Object.entries(call.input)
    .map(([key, value]) => write(key, String(value)))
    .join("\n");

export const FAMILIES: readonly Family[] = [
  ...NEWER_FAMILIES,
  { name: "as asked", wellFormed: true, call: randomCall, write: each((call) => block(json(call))) },
  {
    name: "as asked, on one line",
    wellFormed: true,
    call: randomCall,
    write: each((call) => `<tool_call>${json(call)}</tool_call>`),
  },
  {
    name: "as asked, indented",
    wellFormed: true,
    call: randomCall,
    write: each((call) => block(JSON.stringify({ name: call.name, arguments: call.input }, null, 2))),
  },
  {
    name: "several in one block",
    wellFormed: false,
    call: randomCall,
    write: (calls) => block(calls.map(json).join("\n")),
  },
  {
    name: "array in a block",
    wellFormed: false,
    call: randomCall,
    write: (calls) => block(`[${calls.map(json).join(", ")}]`),
  },
  {
    name: "arguments as a string (OpenAI)",
    wellFormed: false,
    call: randomCall,
    write: each((call) => block(JSON.stringify({ name: call.name, arguments: JSON.stringify(call.input) }))),
  },
  {
    name: "function object (OpenAI)",
    wellFormed: false,
    call: randomCall,
    write: each((call) =>
      block(JSON.stringify({ type: "function", function: { name: call.name, arguments: call.input } })),
    ),
  },
  {
    name: "`parameters` for arguments (Llama)",
    wellFormed: false,
    call: randomCall,
    write: each((call) => block(JSON.stringify({ name: call.name, parameters: call.input }))),
  },
  {
    name: "`input` for arguments (Claude)",
    wellFormed: false,
    call: randomCall,
    write: each(
      (call) => `<tool_use>\n${JSON.stringify({ name: call.name, input: call.input })}\n</tool_use>`,
    ),
  },
  {
    name: "numbered names (Kimi)",
    wellFormed: false,
    call: randomCall,
    write: (calls) =>
      calls
        .map((call, index) => block(json({ ...call, name: `functions.${call.name}:${index}` })))
        .join("\n"),
  },
  {
    name: "[TOOL_CALLS] (Mistral)",
    wellFormed: false,
    call: randomCall,
    write: (calls) => `[TOOL_CALLS][${calls.map(json).join(",")}]`,
  },
  {
    name: "<function=name> with JSON (Llama)",
    wellFormed: false,
    call: randomCall,
    write: each((call) => `<function=${call.name}>${JSON.stringify(call.input)}</function>`),
  },
  {
    name: "<function=name> with parameters (Qwen Coder)",
    wellFormed: false,
    call: randomTextCall,
    write: each((call) =>
      block(
        `<function=${call.name}>\n${parameters(call, (key, value) => `<parameter=${key}>\n${value}\n</parameter>`)}\n</function>`,
      ),
    ),
  },
  {
    name: "<invoke> (Claude)",
    wellFormed: false,
    call: randomTextCall,
    write: (calls) =>
      `<function_calls>\n${each(
        (call) =>
          `<invoke name="${call.name}">\n${parameters(call, (key, value) => `<parameter name="${key}">${value}</parameter>`)}\n</invoke>`,
      )(calls)}\n</function_calls>`,
  },
  {
    name: "<arg_key> (GLM)",
    wellFormed: false,
    call: randomTextCall,
    write: each(
      (call) =>
        `<tool_call>${call.name}\n${parameters(call, (key, value) => `<arg_key>${key}</arg_key>\n<arg_value>${value}</arg_value>`)}\n</tool_call>`,
    ),
  },
  { name: "bare JSON", wellFormed: false, call: randomCall, write: each(json), single: true, alone: true },
  {
    name: "JSON code block",
    wellFormed: false,
    call: randomCall,
    write: (calls) => `\`\`\`json\n${calls.map(json).join("\n")}\n\`\`\``,
    single: true,
  },
  {
    name: "block in a code block",
    wellFormed: false,
    call: randomCall,
    write: (calls) => `\`\`\`xml\n${each((call) => block(json(call)))(calls)}\n\`\`\``,
  },
];
