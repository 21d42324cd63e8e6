import type { JsonObject } from "../../support/hosts/sampling-call.ts";
import { chat, messages, raw, responses, type HostileBody, type LimitCase } from "../case.ts";

/** Bodies that are large, or have very many small values; what is refused is refused as the client's mistake. */
const REFUSED = { status: 400, body: /invalid_request/ } as const;
/** Taken, or refused as too much. */
const EITHER = { status: [200, 400] } as const;

const RESPONSES = ["/v1/responses", "/v1/responses/compact", "/v1/responses/input_tokens"];
const PATHS = ["/v1/chat/completions", "/v1/messages", "/v1/messages/count_tokens", ...RESPONSES];

/** A body in which one member is an array of zeros, at the top or where a message has its content. */
function zeros(path: string, member: string): LimitCase {
  return {
    name: `${path} with ${member} of zeros`,
    size: 8_000_000,
    request: (size) => raw(path, withMember(path, member, `[${"0,".repeat(size)}0]`)),
    comes: REFUSED,
  };
}

function withMember(path: string, member: string, value: string): string {
  const content = member === "content" ? value : `"Hello?"`;
  const list = member === "messages" || member === "input" ? value : `[{"role":"user","content":${content}}]`;
  const other = ["messages", "content", "input"].includes(member) ? "" : `,"${member}":${value}`;
  const limit = path === "/v1/chat/completions" || path === "/v1/messages" ? `,"max_tokens":10` : "";
  return `{"model":"auto"${limit},"${RESPONSES.includes(path) ? "input" : "messages"}":${list}${other}}`;
}

const WRONG_ARRAYS: readonly LimitCase[] = [
  ...PATHS.map((path) => zeros(path, RESPONSES.includes(path) ? "input" : "messages")),
  zeros("/v1/chat/completions", "content"),
  zeros("/v1/messages", "content"),
  zeros("/v1/messages", "system"),
  zeros("/v1/messages", "tools"),
  zeros("/v1/messages", "stop_sequences"),
  zeros("/v1/chat/completions", "stop"),
  zeros("/v1/chat/completions", "tools"),
  zeros("/v1/responses", "tools"),
];

/** The same as far as the bound of values lets it come to the schema: what is wrong there is found once. */
const WRONG_FEW: readonly LimitCase[] = PATHS.map((path) => ({
  name: `${path} with as many wrong parts as may be`,
  size: 200_000,
  request: (size) => raw(path, withMember(path, "content", `[${"0,".repeat(size)}0]`)),
  comes: REFUSED,
}));

const text = (count: number): JsonObject[] =>
  Array.from({ length: count }, () => ({ type: "text", text: "a" }));
const call = (id: number): JsonObject => ({
  id: `c${id}`,
  type: "function",
  function: { name: "f", arguments: "{}" },
});

const PARTS: readonly LimitCase[] = (
  [
    ["chat", (count) => chat({ messages: [{ role: "user", content: text(count) }] })],
    ["messages", (count) => messages({ messages: [{ role: "user", content: text(count) }] })],
    [
      "responses",
      (count) =>
        responses({
          input: [{ role: "user", content: text(count).map((part) => ({ ...part, type: "input_text" })) }],
        }),
    ],
  ] satisfies readonly (readonly [string, (count: number) => HostileBody])[]
).map(([api, request]) => ({
  name: `one message of very many small parts at ${api}`,
  size: 80_000,
  request,
  comes: EITHER,
}));

const MANY: readonly LimitCase[] = [
  {
    name: "very many system parts",
    size: 80_000,
    request: (size) => messages({ system: text(size) }),
    comes: EITHER,
  },
  {
    name: "more system parts than values may be",
    size: 200_000,
    request: (size) => messages({ system: text(size) }),
    comes: EITHER,
  },
  {
    name: "very many system messages",
    size: 60_000,
    request: (size) =>
      chat({
        messages: [
          ...Array.from({ length: size }, () => ({ role: "system", content: "a" })),
          { role: "user", content: "Hello?" },
        ],
      }),
    comes: EITHER,
  },
  {
    name: "very many results at chat",
    size: 30_000,
    request: (size) => chat({ messages: [{ role: "user", content: "Hello?" }, ...results(size)] }),
    comes: EITHER,
  },
  {
    name: "very many calls and results at responses",
    size: 15_000,
    request: (size) => responses({ input: [...calls(size), ...outputs(size)] }),
    comes: EITHER,
  },
  {
    name: "very many tools at responses",
    size: 18_000,
    request: (size) =>
      responses({
        tools: Array.from({ length: size }, (_, index) => ({ type: "function", name: `f${index}` })),
      }),
    comes: EITHER,
  },
  {
    name: "one tool declared over and over at responses",
    size: 18_000,
    request: (size) =>
      responses({ tools: Array.from({ length: size }, () => ({ type: "function", name: "f" })) }),
    comes: EITHER,
  },
  {
    name: "very many allowed tools",
    size: 15_000,
    request: (size) => {
      const tools = Array.from({ length: size }, (_, index) => ({
        type: "function",
        function: { name: `f${index}` },
      }));
      return chat({ tools, tool_choice: { type: "allowed_tools", allowed_tools: { mode: "auto", tools } } });
    },
    comes: EITHER,
  },
  {
    name: "references to items that are not there",
    size: 60_000,
    request: (size) =>
      responses({
        input: Array.from({ length: size }, (_, index) => ({ type: "item_reference", id: `i${index}` })),
      }),
    comes: REFUSED,
  },
];

function results(count: number): JsonObject[] {
  const ids = Array.from({ length: count }, (_, index) => index);
  return [
    { role: "assistant", tool_calls: ids.slice(0, 100).map(call) },
    ...ids.map((id) => ({ role: "tool", tool_call_id: `c${id}`, content: "a" })),
  ];
}

function calls(count: number): JsonObject[] {
  return Array.from({ length: count }, (_, id) => ({
    type: "function_call",
    call_id: `c${id}`,
    name: "f",
    arguments: "{}",
  }));
}

function outputs(count: number): JsonObject[] {
  return Array.from({ length: count }, (_, id) => ({
    type: "function_call_output",
    call_id: `c${id}`,
    output: "a",
  }));
}

/** Values that are slow to parse or to copy, where nobody looks at them. */
const HEAVY: readonly (readonly [string, number, (size: number) => string])[] = [
  ["objects that are all different", 100_000, (size) => `[${numbered(size, (index) => `{"k${index}":0}`)}]`],
  ["an object of very many members", 200_000, (size) => `{${numbered(size, (index) => `"k${index}":0`)}}`],
  ["members named __proto__", 100_000, (size) => `[${numbered(size, () => `{"__proto__":0}`)}]`],
  ["a string of escapes", 15_000_000, (size) => `"${String.raw`\n`.repeat(size)}"`],
  ["a long number", 30_000_000, (size) => "1".repeat(size)],
  ["blanks", 30_000_000, (size) => `${" ".repeat(size)}1`],
];

const UNKNOWN: readonly LimitCase[] = HEAVY.map(([name, size, value], index) => {
  const path = PATHS[index % PATHS.length] ?? "/v1/messages";
  return {
    name: `in a member that nobody knows: ${name}`,
    size,
    request: (at) => raw(path, withMember(path, "unknown", value(at))),
    comes: EITHER,
  };
});

function numbered(count: number, element: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => element(index)).join();
}

const long = (size: number): string => "word ".repeat(Math.ceil(size / 5));

const LARGE: readonly LimitCase[] = (
  [
    ["chat", (size) => chat({ messages: [{ role: "user", content: long(size) }] })],
    ["messages", (size) => messages({ system: long(size) })],
    ["responses", (size) => responses({ input: long(size) })],
  ] as readonly (readonly [string, (size: number) => HostileBody])[]
).map(([api, request]) => ({
  name: `a prompt as large as a body may be at ${api}`,
  size: 30_000_000,
  request,
  // The largest are more than a line to a host may be.
  comes: { status: [200, 413] },
  memoryMb: 1024,
}));

export const cases: readonly LimitCase[] = [
  ...WRONG_ARRAYS,
  ...WRONG_FEW,
  ...PARTS,
  ...MANY,
  ...UNKNOWN,
  ...LARGE,
];
