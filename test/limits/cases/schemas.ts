import type { JsonObject, Script } from "../../support/hosts/sampling-call.ts";
import { chat, checkReply, messages, responses, send, type HostileBody, type LimitCase } from "../case.ts";

/** JSON Schemas of clients, and what is checked against them. */
const look = (schema: unknown, name = "look"): JsonObject => ({
  type: "function",
  function: { name, parameters: schema },
});

/** A text host's answer that calls these tools. */
function calls(input: unknown, names: readonly string[] = ["look"]): Script {
  const text = names.map(
    (name) => `<tool_call>\n${JSON.stringify({ name, arguments: input })}\n</tool_call>`,
  );
  return (call) => call.answer(text.join("\n"));
}

/** A native host's answer that calls a tool with arguments of this JSON, which may be what no serialiser would write. */
function nativeCall(json: string): Script {
  return (call) => {
    const content = `{"type":"tool_use","id":"1","name":"look","input":${json}}`;
    const result = `{"role":"assistant","model":"m","stopReason":"toolUse","content":[${content}]}`;
    call.host.write(`{"jsonrpc":"2.0","id":${JSON.stringify(call.id)},"result":${result}}\n`);
  };
}

const evil = (letters: number): string => `${"a".repeat(letters)}!`;
const PATTERN = "^(a+)+$";

function doubling(levels: number, keyword = "anyOf"): JsonObject {
  const $defs: Record<string, JsonObject> = { l0: { type: "string" } };
  for (let level = 1; level <= levels; level += 1) {
    const $ref = `#/$defs/l${level - 1}`;
    $defs[`l${level}`] = { [keyword]: [{ $ref }, { $ref }] };
  }
  return { type: "object", properties: { a: { $ref: `#/$defs/l${levels}` } }, $defs };
}

/** A call whose arguments are handed on: nobody could check them. */
const handedOn = { status: 200, body: /"finish_reason":"tool_calls"/ };
const refused = (place: string): { status: number; body: RegExp } => ({
  status: 400,
  body: new RegExp(`invalid_request.*${place}|${place}.*invalid_request`),
});

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

function distinct(count: number): JsonObject[] {
  return Array.from({ length: count }, (_, index) =>
    look({ type: "object", properties: { a: { pattern: `${PATTERN}|${index}` } } }, `look${index}`),
  );
}

/** A request in each API for an answer of this form. */
function formed(schema: unknown): HostileBody[] {
  return [
    chat({ response_format: { type: "json_schema", json_schema: { name: "f", schema } } }),
    messages({ output_config: { format: { type: "json_schema", schema } } }),
    responses({ text: { format: { type: "json_schema", name: "f", schema } } }),
  ];
}

export const cases: readonly LimitCase[] = [
  {
    name: "a schema whose check would be a promise",
    size: 1,
    request: () => chat({ tools: [look({ $async: true, type: "object", required: ["a"] })] }),
    script: () => calls({}),
    comes: { status: 502, body: /required property 'a'/ },
  },
  {
    name: "a pattern that searches for ever",
    size: 33,
    fixed: true,
    request: () => chat({ tools: [look({ type: "object", properties: { a: { pattern: PATTERN } } })] }),
    script: (size) => calls({ a: evil(size) }),
    comes: handedOn,
  },
  {
    name: "patterns of property names",
    size: 33,
    fixed: true,
    request: () =>
      chat({ tools: [look({ patternProperties: { [PATTERN]: {} }, propertyNames: { pattern: PATTERN } })] }),
    script: (size) => calls({ [evil(size)]: 1 }),
    comes: handedOn,
  },
  {
    name: "definitions that double",
    size: 26,
    fixed: true,
    request: (size) => chat({ tools: [look(doubling(size))] }),
    script: () => calls({ a: 1 }),
    comes: handedOn,
  },
  {
    name: "unique items by the ten thousands",
    size: 60_000,
    request: () => chat({ tools: [look({ properties: { a: { uniqueItems: true } } })] }),
    script: (size) => calls({ a: Array.from({ length: size }, (_, index) => ({ index })) }),
    comes: handedOn,
  },
  {
    name: "a thousand slow schemas in one answer",
    size: 1000,
    fixed: true,
    small: 60,
    request: (size) => chat({ tools: distinct(size) }),
    script: (size) =>
      calls(
        { a: evil(33) },
        Array.from({ length: size }, (_, index) => `look${index}`),
      ),
    comes: handedOn,
  },
  {
    name: "an enum of a million values",
    size: 1_000_000,
    request: (size) =>
      chat({
        tools: [look({ properties: { a: { enum: Array.from({ length: size }, (_, index) => index) } } })],
      }),
    script: () => calls({ a: -1 }),
    comes: { status: [200, 400, 502] },
  },
  {
    name: "more schemas in one than there may be",
    size: 1_000_000,
    small: 21_000,
    request: (size) =>
      messages({
        tools: [{ name: "look", input_schema: { allOf: Array.from({ length: size }, () => ({})) } }],
      }),
    comes: { status: [200, 400] },
  },
  {
    name: "a schema that nests too deep",
    size: 200,
    fixed: true,
    request: (size) =>
      responses({
        tools: [
          {
            type: "function",
            name: "look",
            parameters: JSON.parse(`${'{"not":'.repeat(size)}{}${"}".repeat(size)}`) as JsonObject,
          },
        ],
      }),
    comes: refused("tools.0.parameters.not"),
  },
  {
    name: "an answer of a form that would be searched for for ever, in each API",
    size: 33,
    fixed: true,
    script: (size) => (call) => call.answer(JSON.stringify({ a: evil(size) })),
    async act({ url }) {
      const schema = { type: "object", properties: { a: { type: "string", pattern: PATTERN } } };
      await Promise.all(
        formed(schema).map(async (body) => checkReply(await send(url, body), { status: 200, body: /aaa!/ })),
      );
    },
  },
  ...(["text", "native"] as const).map((host): LimitCase => ({
    name: `schemas that are none, in each API, at a host of the kind ${host}`,
    host,
    size: 1,
    async act({ url }) {
      const garbage = { type: "object", properties: { a: { type: "garbage" } } };
      for (const [body, place] of [
        [chat({ tools: [look(garbage)] }), "tools.0.function.parameters.properties.a.type"],
        [
          messages({ tools: [{ name: "look", input_schema: garbage }] }),
          "tools.0.input_schema.properties.a.type",
        ],
        [
          responses({ tools: [{ type: "function", name: "look", parameters: garbage }] }),
          "tools.0.parameters.properties.a.type",
        ],
      ] as const) {
        checkReply(await send(url, body), refused(`${place}.*look`));
      }
      for (const body of formed({ properties: "text" })) {
        checkReply(await send(url, body), refused("schema.properties: must be"));
      }
    },
  })),
  ...(["text", "native"] as const).map((host): LimitCase => ({
    name: `arguments in the history that nest too deep, at a host of the kind ${host}`,
    host,
    size: 1_000_000,
    small: 30_000,
    async act({ url }, size) {
      const json = nested(size);
      const call = { id: "1", type: "function", function: { name: "look", arguments: json } };
      const history = [
        { role: "user", content: "Hello?" },
        { role: "assistant", tool_calls: [call] },
        { role: "tool", tool_call_id: "1", content: "x" },
      ];
      checkReply(
        await send(url, chat({ messages: history })),
        refused("messages.1.tool_calls.0.function.arguments: nests"),
      );
      const input = [
        { type: "function_call", call_id: "1", name: "look", arguments: json },
        { type: "function_call_output", call_id: "1", output: "x" },
      ];
      checkReply(await send(url, responses({ input })), refused("input.0.arguments: nests"));
    },
  })),
  {
    name: "arguments in the answer of a native host that nest too deep",
    host: "native",
    size: 1_000_000,
    small: 30_000,
    request: () => messages({ tools: [{ name: "look", input_schema: {} }] }),
    script: (size) => nativeCall(nested(size)),
    comes: { status: 502, body: /nests? |more levels|too deep/ },
  },
];
