import type { JsonObject } from "../../support/hosts/sampling-call.ts";
import { checkReply, ollama, raw, send, type LimitCase } from "../case.ts";

/** Requests of Ollama's API: pictures beside the text, calls without ids, options of any name. */
const USER: JsonObject = { role: "user", content: "Hello?" };
const TAKEN = { status: [200, 400, 404] } as const;
const ANSWERED = { status: 200, body: /"done":true,"done_reason":"stop"/ } as const;

function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const call = (name: string): JsonObject => ({ function: { name, arguments: {} } });
const result = (name: string): JsonObject => ({ role: "tool", tool_name: name, content: "x" });

function nested(levels: number, inner: unknown, wrap: (inner: unknown) => unknown): unknown {
  let value = inner;
  for (let level = 0; level < levels; level += 1) value = wrap(value);
  return value;
}

const INHERITED = ["__proto__", "constructor", "toString", "hasOwnProperty"] as const;

export const cases: readonly LimitCase[] = [
  {
    name: "Ollama: messages without end, some of them empty",
    size: 60_000,
    request: (size) =>
      ollama({
        messages: [
          USER,
          ...times(size, (index) => ({ role: "assistant", content: index % 2 === 0 ? "" : "ab" })),
          USER,
        ],
      }),
    comes: ANSWERED,
  },
  {
    name: "Ollama: pictures without end, each too small to be one",
    size: 99_000,
    request: (size) => ollama({ messages: [{ ...USER, images: times(size, () => "iVBO") }] }),
    comes: { status: [200, 400, 413, 502] },
  },
  {
    name: "Ollama: one large picture",
    size: 5_000_000,
    request: (size) => ollama({ messages: [{ ...USER, images: ["AAAA".repeat(size / 4)] }] }),
    comes: ANSWERED,
  },
  {
    name: "Ollama: a picture that is the beginning of a URL without end",
    size: 4_000_000,
    request: (size) =>
      ollama({ messages: [{ ...USER, images: [`data:image/png;${";a=b".repeat(size / 4)}`] }] }),
    comes: { status: 400, body: /messages\.0\.images\.0/ },
  },
  {
    name: "Ollama: calls of one name, and their results",
    size: 20_000,
    request: (size) =>
      ollama({
        messages: [
          USER,
          { role: "assistant", content: "", tool_calls: times(size, () => call("f")) },
          ...times(size, () => result("f")),
        ],
      }),
    comes: ANSWERED,
  },
  {
    name: "Ollama: calls of names of their own, and their results from the last to the first",
    size: 20_000,
    request: (size) =>
      ollama({
        messages: [
          USER,
          { role: "assistant", content: "", tool_calls: times(size, (index) => call(`f${index}`)) },
          ...times(size, (index) => result(`f${size - index - 1}`)),
        ],
      }),
    comes: ANSWERED,
  },
  {
    name: "Ollama: options and members that nobody knows",
    size: 60_000,
    request: (size) =>
      ollama({
        options: Object.fromEntries(times(size, (index) => [`un_known_${index}`, index])),
        ...Object.fromEntries(times(size / 2, (index) => [`un_known_${index}`, index])),
      }),
    comes: ANSWERED,
  },
  {
    name: "Ollama: more ends than there may be",
    size: 60_000,
    request: (size) => ollama({ options: { stop: times(size, (index) => `END${index}`) } }),
    small: 100,
    comes: { status: 400, body: /options\.stop/ },
  },
  {
    name: "Ollama: a name of nothing but tags",
    size: 1000,
    fixed: true,
    request: (size) => ollama({ model: ":latest".repeat(size / 7) }),
    comes: ANSWERED,
  },
  {
    name: "Ollama: a form that nests as deep as a body may",
    size: 120,
    fixed: true,
    request: (size) =>
      ollama({
        format: nested(size, { type: "string" }, (inner) => ({ type: "object", properties: { a: inner } })),
      }),
    comes: { status: [200, 400, 502] },
  },
  {
    name: "Ollama: the arguments of a call nest deeper than a host can be told",
    size: 230,
    fixed: true,
    request: (size) =>
      ollama({
        messages: [
          USER,
          {
            role: "assistant",
            content: "",
            tool_calls: [{ function: { name: "f", arguments: nested(size, 1, (inner) => ({ a: inner })) } }],
          },
          USER,
        ],
      }),
    comes: { status: 400, body: /nests deeper/ },
  },
  {
    name: "Ollama: old contexts, which are numbers without end",
    size: 200_000,
    request: (size) =>
      raw(
        "/api/generate",
        JSON.stringify({ model: "auto", prompt: "Hello?", context: times(size, (index) => index) }),
      ),
    comes: { status: 400, body: /context/ },
  },
  {
    name: "Ollama: names that every object has",
    size: 1,
    fixed: true,
    async act({ url }) {
      for (const name of INHERITED) {
        const member = `${JSON.stringify(name)}:{"a":1}`;
        const text = JSON.stringify(name);
        for (const [path, body] of [
          ["chat", `{"model":"auto","messages":[{"role":"user","content":"a",${member}}],${member}}`],
          ["chat", `{"model":"auto","messages":[{"role":"user","content":"a"}],"options":{${member}}}`],
          [
            "chat",
            `{"model":"auto","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"","tool_calls":[{"function":{"name":${text},"arguments":{${member}}}}]},{"role":"tool","tool_name":${text},"content":"x"}]}`,
          ],
          ["generate", `{"model":${text},"prompt":"a",${member}}`],
          ["show", `{"model":${text}}`],
          ["pull", `{"name":${text},${member}}`],
        ] as const) {
          checkReply(await send(url, raw(`/api/${path}`, body)), TAKEN);
        }
      }
    },
  },
];
