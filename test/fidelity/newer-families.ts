/** How models of 2025 and 2026 write calls. */
import type { Family } from "./families.ts";
import { randomCall, randomTextCall, type PlainCall } from "./values.ts";

const all =
  (write: (call: PlainCall) => string, between = "\n") =>
  (calls: readonly PlainCall[]): string =>
    calls.map(write).join(between);
const members = (call: PlainCall, write: (key: string, value: unknown) => string, between = "\n"): string =>
  Object.entries(call.input)
    .map(([key, value]) => write(key, value))
    .join(between);

/** Elements as Claude writes them, with something before each name. */
const invoke =
  (prefix: string, attributes = "") =>
  (call: PlainCall): string =>
    `<${prefix}invoke name="${call.name}">\n${members(call, (key, value) => `<${prefix}parameter name="${key}"${attributes}>${String(value)}</${prefix}parameter>`)}\n</${prefix}invoke>`;

const dsml = (bars: string, wrapper: string | undefined): Family["write"] => {
  const prefix = `${bars}DSML${bars}`;
  const calls = all(invoke(prefix, ' string="true"'));
  return (some) =>
    wrapper === undefined ? calls(some) : `<${prefix}${wrapper}>\n${calls(some)}\n</${prefix}${wrapper}>`;
};

const TOKEN = "]<]minimax[>[";
const minimax3 = (value: unknown): string =>
  Array.isArray(value)
    ? value.map((item) => `${TOKEN}<item>${minimax3(item)}${TOKEN}</item>`).join("")
    : typeof value === "object" && value !== null
      ? Object.entries(value)
          .map(([key, member]) => `${TOKEN}<${key}>${minimax3(member)}${TOKEN}</${key}>`)
          .join("")
      : String(value);

const gemma =
  (quote: string) =>
  (value: unknown): string => {
    if (typeof value === "string") return `${quote}${value}${quote}`;
    if (Array.isArray(value)) return `[${value.map(gemma(quote)).join(",")}]`;
    if (typeof value !== "object" || value === null) return String(value);
    return `{${Object.entries(value)
      .map(([key, member]) => `${key}:${gemma(quote)(member)}`)
      .join(",")}}`;
  };
const gemmaCall = (quote: string) => (call: PlainCall) => `call:${call.name}${gemma(quote)(call.input)}`;

const python = (value: unknown): string => {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${python(member)}`)
    .join(", ")}}`;
};
const pythonCall = (call: PlainCall): string =>
  `${call.name}(${members(call, (key, value) => `${key}=${python(value)}`, ", ")})`;
const pythonList = (calls: readonly PlainCall[]): string => `[${calls.map(pythonCall).join(", ")}]`;

const harmonyCall = (call: PlainCall): string =>
  `<|start|>assistant<|channel|>commentary to=functions.${call.name} <|constrain|>json<|message|>${JSON.stringify(call.input)}<|call|>`;
const THOUGHT = "The user wants this done. I need tools.";

const other = { wellFormed: false } as const;

export const NEWER_FAMILIES: readonly Family[] = [
  { ...other, name: "DSML (DeepSeek V3.2)", call: randomTextCall, write: dsml("｜", "function_calls") },
  { ...other, name: "DSML (DeepSeek V4)", call: randomTextCall, write: dsml("｜", "tool_calls") },
  { ...other, name: "DSML without a wrapper", call: randomTextCall, write: dsml("｜", undefined) },
  { ...other, name: "DSML with other bars", call: randomTextCall, write: dsml("|", "tool_calls") },
  { ...other, name: "DSML with doubled bars", call: randomTextCall, write: dsml("｜｜", "tool_calls") },
  {
    ...other,
    name: "<minimax:tool_call> (MiniMax M2)",
    call: randomTextCall,
    write: (calls) => `<minimax:tool_call>\n${all(invoke(""))(calls)}\n</minimax:tool_call>`,
  },
  {
    ...other,
    name: "a token before each tag (MiniMax M3)",
    call: randomTextCall,
    write: (calls) =>
      `${TOKEN}<tool_call>\n${all(
        (call) => `${TOKEN}<invoke name="${call.name}">${minimax3(call.input)}${TOKEN}</invoke>`,
      )(calls)}\n${TOKEN}</tool_call>`,
  },
  {
    ...other,
    name: "<seed:tool_call> (Seed)",
    call: randomTextCall,
    write: all(
      (call) =>
        `<seed:tool_call>\n<function=${call.name}>\n${members(call, (key, value) => `<parameter=${key}>${String(value)}</parameter>`)}\n</function>\n</seed:tool_call>`,
    ),
  },
  {
    ...other,
    name: "any namespace",
    call: randomTextCall,
    write: (calls) =>
      `<acme.ai:function_calls>\n${all(invoke("acme.ai:"))(calls)}\n</acme.ai:function_calls>`,
  },
  {
    ...other,
    name: "any namespace with JSON",
    call: randomCall,
    write: all(
      (call) => `<x:tool_call>${JSON.stringify({ name: call.name, arguments: call.input })}</x:tool_call>`,
    ),
  },
  {
    ...other,
    name: "call:name{} (Gemma 4)",
    call: randomCall,
    write: all((call) => `<|tool_call>${gemmaCall('<|"|>')(call)}<tool_call|>`, ""),
  },
  { ...other, name: "call:name{} alone", call: randomCall, write: all(gemmaCall('<|"|>')), alone: true },
  {
    ...other,
    name: "FunctionGemma",
    call: randomCall,
    write: all((call) => `<start_function_call>${gemmaCall("<escape>")(call)}<end_function_call>`, ""),
  },
  {
    ...other,
    name: "Gemma 4 with thinking",
    call: randomCall,
    write: all((call) => `<|tool_call>${gemmaCall('<|"|>')(call)}<tool_call|>`, ""),
    frame: (text, calls) =>
      `<|channel>thought\n${THOUGHT}<channel|>${text}${all((call) => `<|tool_call>${gemmaCall('<|"|>')(call)}<tool_call|>`, "")(calls)}`,
    reasoning: THOUGHT,
  },
  {
    ...other,
    name: "harmony (GPT-OSS)",
    call: randomCall,
    write: all(harmonyCall, ""),
    frame: (text, calls) =>
      `<|channel|>analysis<|message|>${THOUGHT}<|end|>${text === "" ? "" : `<|start|>assistant<|channel|>commentary<|message|>${text}<|end|>`}${calls.map(harmonyCall).join("")}`,
    reasoning: THOUGHT,
  },
  {
    ...other,
    name: "harmony, the end of the call left out",
    call: randomCall,
    single: true,
    write: all(harmonyCall, ""),
    frame: (text, [call]) =>
      `<|channel|>analysis<|message|>${THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>${text}<|end|>${
        call === undefined ? "" : harmonyCall(call).replace(/<\|call\|>$/, "")
      }`,
    reasoning: THOUGHT,
  },
  {
    ...other,
    name: "Python list (LFM2)",
    call: randomCall,
    write: (calls) => `<|tool_call_start|>${pythonList(calls)}<|tool_call_end|>`,
  },
  { ...other, name: "Python list alone (Llama 4)", call: randomCall, write: pythonList, alone: true },
  {
    ...other,
    name: "Python list with its tokens (Llama 4)",
    call: randomCall,
    write: (calls) => `<|python_start|>${pythonList(calls)}<|python_end|>`,
    alone: true,
  },
  {
    ...other,
    name: "tool_code (Gemini)",
    call: randomCall,
    write: (calls) =>
      `\`\`\`tool_code\n${all((call) => `print(default_api.${pythonCall(call)})`)(calls)}\n\`\`\``,
  },
];
