/**
 * Google's `Schema`, a selection of OpenAPI 3.0, as JSON Schema (Gemini API reference, "Caching", `Schema`): kinds in capitals,
 * `nullable`, counts as text, members in either spelling. What is JSON Schema already stays as it is.
 */
import { camelCase, numeric } from "./proto-json.ts";

/** The names of the members that hold one schema, a list of schemas, and schemas by name. */
const SCHEMA: ReadonlySet<string> = new Set([
  "items",
  "additionalProperties",
  "not",
  "if",
  "then",
  "else",
  "contains",
]);
const SCHEMAS: ReadonlySet<string> = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const BY_NAME: ReadonlySet<string> = new Set([
  "properties",
  "$defs",
  "definitions",
  "defs",
  "patternProperties",
]);

const COUNTS: ReadonlySet<string> = new Set([
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
]);

const KINDS: ReadonlySet<string> = new Set([
  "STRING",
  "NUMBER",
  "INTEGER",
  "BOOLEAN",
  "ARRAY",
  "OBJECT",
  "NULL",
]);

export function jsonSchema(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  const converted: Record<string, unknown> = {};
  let nullable = false;
  let ordering: readonly unknown[] = [];
  for (const [name, value] of Object.entries(schema)) {
    const member = camelCase(name);
    if (member === "nullable") nullable = value === true;
    else if (member === "propertyOrdering") ordering = Array.isArray(value) ? value : [];
    else if (member === "type" && value === "TYPE_UNSPECIFIED") continue;
    else if (member === "example") converted["examples"] = [value];
    else
      define(
        converted,
        member === "defs" ? "$defs" : member === "ref" ? "$ref" : member,
        convert(member, value),
      );
  }
  const ordered = inOrder(converted, ordering);
  return nullable ? orNull(ofItsKind(ordered)) : ofItsKind(ordered);
}

/** Models write properties in the order in which a schema has them. */
function inOrder(schema: Record<string, unknown>, ordering: readonly unknown[]): Record<string, unknown> {
  const { properties } = schema;
  if (ordering.length === 0 || typeof properties !== "object" || properties === null) return schema;
  const stated = new Map<unknown, unknown>(Object.entries(properties));
  const names = new Set([...ordering.filter((name) => stated.has(name)), ...stated.keys()]);
  const ordered: Record<string, unknown> = {};
  for (const name of names) define(ordered, String(name), stated.get(name));
  return { ...schema, properties: ordered };
}

function convert(member: string, value: unknown): unknown {
  if (member === "type") return Array.isArray(value) ? value.map(kind) : kind(value);
  if (COUNTS.has(member)) return numeric(value);
  if (SCHEMA.has(member)) return Array.isArray(value) ? value.map(jsonSchema) : jsonSchema(value);
  if (SCHEMAS.has(member)) return Array.isArray(value) ? value.map(jsonSchema) : value;
  if (!BY_NAME.has(member) || typeof value !== "object" || value === null || Array.isArray(value))
    return value;
  const converted: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) define(converted, name, jsonSchema(inner));
  return converted;
}

/** Also for names that objects have by themselves. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

function kind(value: unknown): unknown {
  return typeof value === "string" && KINDS.has(value) ? value.toLowerCase() : value;
}

/** Values are text in Google's lists, also those of numbers. */
function ofItsKind(schema: Record<string, unknown>): Record<string, unknown> {
  const { type, enum: values, format, ...others } = schema;
  // A list of values is also named as a format.
  const said = format === "enum" ? {} : "format" in schema ? { format } : {};
  const isNumber = type === "integer" || type === "number";
  const listed = isNumber && Array.isArray(values) ? values.map(numeric) : values;
  return {
    ...("type" in schema && { type }),
    ...others,
    ...said,
    ...("enum" in schema && { enum: listed }),
  };
}

function orNull(schema: Record<string, unknown>): Record<string, unknown> {
  const { type, enum: values } = schema;
  if (type === undefined) return { anyOf: [schema, { type: "null" }] };
  return {
    ...schema,
    type: [type, "null"].flat(),
    ...(Array.isArray(values) && { enum: [...values, null] }),
  };
}
