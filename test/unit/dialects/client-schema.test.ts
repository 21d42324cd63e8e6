import { describe, expect } from "vitest";
import { decode as decodeMessages } from "../../../src/dialects/anthropic-messages/decode.ts";
import { decode as decodeChat } from "../../../src/dialects/openai-chat/decode.ts";
import { decode as decodeResponses } from "../../../src/dialects/openai-responses/decode.ts";
import { ResponseStore } from "../../../src/dialects/openai-responses/store.ts";
import { SCHEMA_BOUNDS } from "../../../src/turn/json-schema.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { verifies } from "../../support/verifies.ts";

interface Way {
  readonly name: string;
  /** Decodes a request that has this schema; the place of the schema in it. */
  readonly decode: (schema: unknown) => TurnRequest;
  readonly at: string;
}

const user = [{ role: "user", content: "Hello?" }];
const chat = (members: object): TurnRequest =>
  decodeChat({ model: "m", messages: user, ...members }, new Headers()).request;
const messages = (members: object): TurnRequest =>
  decodeMessages({ model: "m", max_tokens: 9, messages: user, ...members }, new Headers()).request;
const responses = (members: object): TurnRequest =>
  decodeResponses(
    { model: "m", input: "Hello?", ...members },
    new Headers(),
    new ResponseStore({ responses: 1, size: 1000, ageMs: 60_000 }),
    ANYONE,
  ).request;

const fine = { name: "fine", description: "Nothing is wrong with it." };

const TOOLS: readonly Way[] = [
  {
    name: "a tool of chat completions",
    decode: (parameters) =>
      chat({
        tools: [
          { type: "function", function: fine },
          { type: "function", function: { name: "look", parameters } },
        ],
      }),
    at: "tools.1.function.parameters",
  },
  {
    name: "a tool of messages",
    decode: (schema) => messages({ tools: [fine, { name: "look", input_schema: schema }] }),
    at: "tools.1.input_schema",
  },
  {
    name: "a tool of messages that waits to be found",
    decode: (schema) =>
      messages({ tools: [fine, { name: "look", input_schema: schema, defer_loading: true }] }),
    at: "tools.1.input_schema",
  },
  {
    name: "a tool added in the midst of messages",
    decode: (schema) =>
      messages({
        messages: [
          ...user,
          {
            role: "system",
            content: [
              { type: "tool_addition", tool: { definition: { name: "look", input_schema: schema } } },
            ],
          },
        ],
      }),
    at: "messages.1.content.0.tool.definition.input_schema",
  },
  {
    name: "a tool of responses",
    decode: (parameters) => responses({ tools: [{ type: "function", name: "look", parameters }] }),
    at: "tools.0.parameters",
  },
  {
    name: "a tool of a namespace",
    decode: (parameters) =>
      responses({
        tools: [{ type: "namespace", name: "n", tools: [{ type: "function", name: "look", parameters }] }],
      }),
    at: "tools.0.tools.0.parameters",
  },
  {
    name: "a tool among the input items",
    decode: (parameters) =>
      responses({
        input: [
          { type: "additional_tools", tools: [{ type: "function", name: "look", parameters }] },
          { role: "user", content: "Hello?" },
        ],
      }),
    at: "input.0.tools.0.parameters",
  },
];

const FORMS: readonly Way[] = [
  {
    name: "response_format",
    decode: (schema) =>
      chat({ response_format: { type: "json_schema", json_schema: { name: "f", schema } } }),
    at: "response_format.json_schema.schema",
  },
  {
    name: "text.format",
    decode: (schema) => responses({ text: { format: { type: "json_schema", name: "f", schema } } }),
    at: "text.format.schema",
  },
  {
    name: "output_config.format",
    decode: (schema) => messages({ output_config: { format: { type: "json_schema", schema } } }),
    at: "output_config.format.schema",
  },
  {
    name: "output_format",
    decode: (schema) => messages({ output_format: { type: "json_schema", schema } }),
    at: "output_format.schema",
  },
];

/** No JSON Schemas, with the place of the fault in them. */
const WRONG: readonly (readonly [unknown, string])[] = [
  ["text", ""],
  [[], ""],
  [7, ""],
  [true, ""],
  [{ type: "garbage" }, ".type"],
  [{ type: "OBJECT" }, ".type"],
  [{ type: [] }, ".type"],
  [{ type: ["object", 1] }, ".type"],
  [{ type: { object: true } }, ".type"],
  [{ properties: "text" }, ".properties"],
  [{ properties: [] }, ".properties"],
  [{ properties: { a: "string" } }, ".properties.a"],
  [{ properties: { a: null } }, ".properties.a"],
  [{ properties: { a: { type: "int" } } }, ".properties.a.type"],
  [{ properties: { type: { type: "str" } } }, ".properties.type.type"],
  [{ patternProperties: { "^a": 1 } }, ".patternProperties.^a"],
  [{ required: "x" }, ".required"],
  [{ required: [1] }, ".required"],
  [{ properties: { a: { required: true } } }, ".properties.a.required"],
  [{ properties: { a: { minimum: "a" } } }, ".properties.a.minimum"],
  [{ properties: { a: { maxLength: -1 } } }, ".properties.a.maxLength"],
  [{ properties: { a: { minItems: 1.5 } } }, ".properties.a.minItems"],
  [{ properties: { a: { exclusiveMaximum: "5" } } }, ".properties.a.exclusiveMaximum"],
  [{ properties: { a: { pattern: 5 } } }, ".properties.a.pattern"],
  [{ properties: { a: { $ref: {} } } }, ".properties.a.$ref"],
  [{ properties: { a: { enum: "x" } } }, ".properties.a.enum"],
  [{ properties: { a: { items: "string" } } }, ".properties.a.items"],
  [{ properties: { a: { items: [{}, 5] } } }, ".properties.a.items.1"],
  [{ properties: { a: { uniqueItems: "yes" } } }, ".properties.a.uniqueItems"],
  [{ additionalProperties: "no" }, ".additionalProperties"],
  [{ anyOf: {} }, ".anyOf"],
  [{ oneOf: [] }, ".oneOf"],
  [{ allOf: [{}, { not: [] }] }, ".allOf.1.not"],
  [{ $defs: { a: { if: { else: 1, type: 5 } } } }, ".$defs.a.if.else"],
  [{ dependentRequired: { a: "b" } }, ".dependentRequired.a"],
  [{ dependencies: { a: [1] } }, ".dependencies.a"],
];

/** What clients send and vendors, or most of them, take. */
const GOOD: readonly unknown[] = [
  undefined,
  null,
  {},
  { type: "object" },
  { type: ["object", "null"] },
  { type: null, properties: {} },
  { properties: { city: { type: "string", description: null, title: 5 } } },
  { type: "object", properties: null, required: null, additionalProperties: null },
  { type: "object", properties: { a: true, b: false, c: {} }, additionalProperties: false },
  { properties: { a: { type: "number", minimum: 1, exclusiveMinimum: true } } },
  { properties: { a: { type: "string", nullable: true, example: "x", format: "phone" } } },
  {
    $schema: "http://json-schema.org/draft-07/schema#",
    id: "x",
    definitions: { a: {} },
    $ref: "#/definitions/a",
  },
  { $schema: "https://json-schema.org/draft/2020-12/schema", $id: "x", $anchor: "a", $comment: "c" },
  { properties: { a: { items: [{ type: "string" }], additionalItems: false } } },
  { properties: { a: { type: "array", prefixItems: [{}], items: false, minItems: 2.0 } } },
  { anyOf: [{ required: ["a"] }, { required: ["b"] }] },
  { properties: { a: { enum: [], const: { type: "garbage" }, default: { properties: 5 } } } },
  { properties: { a: { pattern: "(?<broken" }, b: { $ref: "https://example.com/none" } } },
  { properties: { properties: { properties: {} }, type: { type: "string" }, $ref: {} } },
  { "x-vendor": { type: "garbage" }, strict: true, discriminator: { propertyName: "a" } },
  { dependencies: { a: ["b"], b: { required: ["c"] } } },
];

function faultOf(way: Way, schema: unknown): unknown {
  try {
    way.decode(schema);
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

describe.each([...TOOLS, ...FORMS])("the schema of $name", (way) => {
  const isTool = TOOLS.includes(way);

  verifies("server.schemas-checked", "is refused with its place where it is none", () => {
    for (const [schema, place] of WRONG) {
      const error = faultOf(way, schema);
      expect(error, JSON.stringify(schema)).toMatchObject({
        code: "invalid_request",
        param: `${way.at}${place}`,
        message: expect.stringContaining(`${way.at}${place}: must be `) as string,
      });
      if (isTool) expect((error as Error).message).toContain("look");
    }
  });

  verifies("server.schemas-checked", "is taken where a vendor takes it", () => {
    for (const schema of GOOD) expect(faultOf(way, schema), JSON.stringify(schema)).toBeUndefined();
  });

  verifies("server.schemas-checked", "is refused beyond the bounds, with a short message", () => {
    let deep: object = {};
    for (let level = 0; level <= SCHEMA_BOUNDS.depth; level += 1)
      deep = { properties: { ["n".repeat(100)]: deep } };
    const many = {
      properties: Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [index, {}])),
    };
    for (const schema of [deep, many]) {
      const error = faultOf(way, schema);
      expect(error).toMatchObject({ code: "invalid_request" });
      expect((error as Error).message).toMatch(/the bridge accepts/);
      expect((error as Error).message.length).toBeLessThan(900);
    }
  });
});

describe.each(TOOLS)("the schema of $name", (way) => {
  verifies("server.schemas-checked", "is that of an object", () => {
    for (const type of ["string", "array", ["string", "null"]]) {
      expect(faultOf(way, { type })).toMatchObject({ code: "invalid_request", param: `${way.at}.type` });
    }
  });
});
