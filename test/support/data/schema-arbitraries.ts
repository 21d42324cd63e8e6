/** JSON Schemas as anybody may write them, good and bad, and values that come near them. */
import * as fc from "fast-check";

const NAMES = ["a", "b", "type", "properties", "$ref", "constructor", "toString", "0", "", "名", "a.b/c~d"];
const PATTERNS = [
  "^a",
  "^(a+)+$",
  "(a|a)*b",
  "(?=(a*)*b)",
  "[",
  "\\p{L}",
  "\\-",
  "(?<x>a)\\k<x>",
  "",
  "^[\\w.-]+@",
];
const REFS = [
  "#",
  "#/$defs/a",
  "#/$defs/b",
  "#/properties/a",
  "#a",
  "#/none",
  "x",
  "https://example.com/s",
  "%%",
  "",
];
const TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"];

const name = fc.constantFrom(...NAMES);
/** What stands where something else should. */
const misfit = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom("garbage", "OBJECT", -1, 1.5, [], {}, [null]),
);

function mostly(arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 30, arbitrary },
    { weight: 1, arbitrary: misfit },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

const number = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom(0.1, 1e300, 2 ** 53));
const count = fc.nat(4);
const names = fc.array(name, { maxLength: 3 });

/** A JSON Schema, or nearly one. */
export const jsonSchema: fc.Arbitrary<unknown> = fc.letrec<{ schema: unknown; object: object }>((tie) => {
  const schema = tie("schema");
  const some = fc.array(schema, { minLength: 1, maxLength: 3 });
  const map = fc.dictionary(name, schema, { maxKeys: 3 });
  const keywords: Record<string, fc.Arbitrary<unknown>> = {
    type: mostly(fc.oneof(fc.constantFrom(...TYPES), fc.subarray(TYPES, { minLength: 1 }))),
    properties: mostly(map),
    patternProperties: mostly(fc.dictionary(fc.constantFrom(...PATTERNS), schema, { maxKeys: 2 })),
    additionalProperties: mostly(schema),
    unevaluatedProperties: mostly(schema),
    propertyNames: mostly(schema),
    required: mostly(names),
    dependentRequired: mostly(fc.dictionary(name, names, { maxKeys: 2 })),
    dependentSchemas: mostly(map),
    dependencies: mostly(fc.dictionary(name, fc.oneof(schema, names), { maxKeys: 2 })),
    items: mostly(fc.oneof(schema, some)),
    prefixItems: mostly(some),
    additionalItems: mostly(schema),
    unevaluatedItems: mostly(schema),
    contains: mostly(schema),
    minContains: mostly(count),
    uniqueItems: mostly(fc.boolean()),
    minItems: mostly(count),
    maxProperties: mostly(count),
    minLength: mostly(count),
    maxLength: mostly(count),
    pattern: mostly(fc.constantFrom(...PATTERNS)),
    format: mostly(fc.constantFrom("date-time", "email", "regex", "none")),
    minimum: mostly(number),
    exclusiveMaximum: mostly(fc.oneof(number, fc.boolean())),
    multipleOf: mostly(number),
    enum: mostly(fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 4 })),
    const: fc.jsonValue({ maxDepth: 2 }),
    allOf: mostly(some),
    anyOf: mostly(some),
    oneOf: mostly(some),
    not: mostly(schema),
    if: mostly(schema),
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword is called so, and nobody awaits this.
    then: mostly(schema),
    else: mostly(schema),
    $ref: mostly(fc.constantFrom(...REFS)),
    $dynamicRef: mostly(fc.constantFrom(...REFS)),
    $id: mostly(fc.constantFrom(...REFS, "urn:example:a")),
    $anchor: mostly(fc.constantFrom("a", "b", "%")),
    $dynamicAnchor: mostly(fc.constantFrom("a", "b")),
    $defs: mostly(map),
    $schema: mostly(fc.constantFrom("http://json-schema.org/draft-07/schema#", "https://example.com/meta")),
    $async: fc.boolean(),
    nullable: mostly(fc.boolean()),
    default: fc.jsonValue({ maxDepth: 1 }),
    discriminator: fc.constant({ propertyName: "a" }),
    id: mostly(name),
  };
  return {
    schema: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      { weight: 1, arbitrary: fc.boolean() },
      { weight: 12, arbitrary: tie("object") },
    ),
    object: fc
      .array(fc.constantFrom(...Object.keys(keywords)), { maxLength: 5 })
      .chain((chosen) =>
        fc.record(Object.fromEntries(chosen.map((keyword) => [keyword, keywords[keyword] ?? misfit]))),
      ),
  };
}).schema;

/** A value for such schemas: their names, their types, texts that are hard on patterns, deep and long ones. */
export const valueForSchema: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, 5, -1.5, "", "5", "a", "true", `${"a".repeat(35)}!`, "名", 1e21),
    fc.dictionary(name, tie("value"), { maxKeys: 4 }),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.constant(Array.from({ length: 5000 }, (_, index) => ({ index }))),
  ),
})).value;
