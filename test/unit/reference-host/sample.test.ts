import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { demoAnswer, lastWords } from "../../../src/reference-host/demo-model.ts";
import { sampleOf } from "../../../src/reference-host/sample.ts";

const SCHEMAS: Readonly<Record<string, object>> = {
  "an object": {
    type: "object",
    properties: {
      city: { type: "string", maxLength: 5 },
      degrees: { type: "number", minimum: 3 },
      sunny: { type: "boolean" },
      kind: { enum: ["a", "b"] },
      tags: { type: "array", items: { type: "string" }, minItems: 2 },
      none: { type: "null" },
    },
    required: ["city", "degrees", "sunny", "kind", "tags", "none"],
    additionalProperties: false,
  },
  "a choice": { anyOf: [{ type: "integer", maximum: -2 }, { type: "string" }] },
  "a definition that uses itself": {
    $ref: "#/$defs/node",
    $defs: {
      node: { type: "object", properties: { next: { anyOf: [{ type: "null" }, { $ref: "#/$defs/node" }] } } },
    },
  },
  "no type": { properties: { a: { const: 7 } }, required: ["a"] },
};

test.each(Object.entries(SCHEMAS))("a value fits %s", (_name, schema) => {
  const valid = new Ajv({ strict: false }).validate(schema, sampleOf(schema, "Paris and its weather"));
  expect(valid).toBe(true);
});

test("what never ends is filled in to a bound", () => {
  const endless = { type: "object", properties: { a: { $ref: "#" }, b: { $ref: "#" }, c: { $ref: "#" } } };
  expect(JSON.stringify(sampleOf(endless, "x")).length).toBeLessThan(20_000);
  for (const odd of [null, 7, "text", [], { type: [] }, { $ref: "#/none" }, { enum: [] }])
    expect(() => sampleOf(odd, "x")).not.toThrow();
});

test("JSON is answered where JSON is asked for, with what the person wrote in it", () => {
  const asked = (systemPrompt: string): string => {
    const { content } = demoAnswer({
      messages: [{ role: "user", content: { type: "text", text: "Ahoy" } }],
      maxTokens: 100,
      systemPrompt,
    });
    return content.type === "text" ? content.text : "";
  };
  const schema = { type: "object", properties: { greeting: { type: "string" } } };
  expect(JSON.parse(asked(`Write it as JSON. It fits this JSON Schema:\n${JSON.stringify(schema)}`))).toEqual(
    {
      greeting: "Ahoy",
    },
  );
  expect(JSON.parse(asked("Write your answer as JSON. It must be one JSON object."))).toEqual({
    answer: "Ahoy",
  });
  expect(asked("Be kind.")).toContain("> Ahoy");
});

test("an agent's reminders are not what the person wrote", () => {
  const words = (text: string): string =>
    lastWords({ messages: [{ role: "user", content: { type: "text", text } }], maxTokens: 1 });
  expect(words("<system-reminder>\nBe careful.\n</system-reminder>\nFix the bug.")).toBe("Fix the bug.");
  expect(words("Fix the bug.\n<system-reminder>Careful.</system-reminder>")).toBe("Fix the bug.");
  expect(words('<context kind="a">x</context>\n\n<env>y</env>\nHello\nthere')).toBe("Hello\nthere");
  expect(words("a < b and <b>bold</b> text")).toBe("a < b and <b>bold</b> text");
  expect(words("<open> never closed")).toBe("<open> never closed");
  expect(words("<p>only markup</p>")).toBe("");
});
