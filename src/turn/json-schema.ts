/**
 * The keywords of JSON Schema by the form of their values: of draft 2020-12, and of the older drafts and OpenAPI where
 * clients still send them. Other keywords are annotations or unknown, and may hold anything.
 */

/** A schema that is an object; `true` and `false` are schemas too. */
export type Schema = Readonly<Record<string, unknown>>;

/** The form of a keyword's value. */
type Form =
  | "schema"
  /** Older drafts give `items` a list. */
  | "schema-or-list"
  | "schema-list"
  | "schema-map"
  | "type"
  | "text"
  | "text-list"
  | "text-lists"
  /** Schemas or lists of names. */
  | "dependencies"
  | "number"
  /** A number; a boolean up to draft 4. */
  | "limit"
  | "count"
  | "list"
  | "truth";

const FORMS: Readonly<Record<Form, readonly string[]>> = {
  schema: [
    "additionalProperties",
    "additionalItems",
    "unevaluatedProperties",
    "unevaluatedItems",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "contentSchema",
  ],
  "schema-or-list": ["items"],
  "schema-list": ["allOf", "anyOf", "oneOf", "prefixItems"],
  "schema-map": ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"],
  type: ["type"],
  text: [
    "$ref",
    "$dynamicRef",
    "$recursiveRef",
    "$id",
    "$schema",
    "$anchor",
    "$dynamicAnchor",
    "pattern",
    "format",
  ],
  "text-list": ["required"],
  "text-lists": ["dependentRequired"],
  dependencies: ["dependencies"],
  number: ["multipleOf", "maximum", "minimum"],
  limit: ["exclusiveMaximum", "exclusiveMinimum"],
  count: [
    "maxLength",
    "minLength",
    "maxItems",
    "minItems",
    "maxProperties",
    "minProperties",
    "maxContains",
    "minContains",
  ],
  list: ["enum"],
  truth: ["uniqueItems"],
};

const KEYWORDS: ReadonlyMap<string, Form> = new Map(
  Object.entries(FORMS).flatMap(([form, keywords]) => keywords.map((keyword) => [keyword, form as Form])),
);

const TYPES: ReadonlySet<string> = new Set([
  "object",
  "array",
  "string",
  "number",
  "integer",
  "boolean",
  "null",
]);

/** Far above what the tools of any API need; a larger schema would cost too much wherever it is used. */
export const SCHEMA_BOUNDS = { depth: 64, schemas: 20_000 } as const;

/** Where a value is not a JSON Schema, and why, as a text to put after the path. */
export interface SchemaFault {
  readonly path: readonly string[];
  readonly problem: string;
}

/**
 * The first place where a value is not a JSON Schema, or exceeds `SCHEMA_BOUNDS`. A keyword that holds null counts as absent.
 * The cost is linear in the size of the value.
 */
export function schemaFault(value: unknown): SchemaFault | undefined {
  return new Walk().fault(value);
}

/** Like `schemaFault`, for a tool's arguments, which are an object even where the schema does not say so. */
export function argumentsFault(value: unknown): SchemaFault | undefined {
  if (!isObject(value)) return { path: [], problem: "must be a JSON Schema, which is an object" };
  const { type } = value;
  const fits = type === undefined || type === null || type === "object" || namesObject(type);
  return (
    schemaFault(value) ??
    (fits
      ? undefined
      : { path: ["type"], problem: 'must be "object": the arguments of a tool are an object' })
  );
}

function namesObject(type: unknown): boolean {
  return Array.isArray(type) && type.includes("object");
}

/** A copy of a schema in which `change` stands for each schema directly inside of it. */
export function mapSubschemas(schema: Schema, change: (inner: unknown) => unknown): Record<string, unknown> {
  const copy: [string, unknown][] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    const form = KEYWORDS.get(keyword);
    copy.push([keyword, form === undefined ? value : mapValue(form, value, change)]);
  }
  // Also a member named `__proto__` is copied as an own one.
  return Object.fromEntries(copy);
}

function mapValue(form: Form, value: unknown, change: (inner: unknown) => unknown): unknown {
  if (value === null) return value;
  switch (form) {
    case "schema":
      return change(value);
    case "schema-or-list":
    case "schema-list":
      return Array.isArray(value) ? value.map((inner: unknown) => change(inner)) : change(value);
    case "schema-map":
    case "dependencies": {
      if (!isObject(value)) return value;
      const members = Object.entries(value).map(([key, inner]) => [
        key,
        Array.isArray(inner) ? inner : change(inner),
      ]);
      return Object.fromEntries(members);
    }
    default:
      return value;
  }
}

/** One walk through a schema; `#path` is the current place. */
class Walk {
  readonly #path: string[] = [];
  #schemas = 0;
  #depth = 0;

  fault(value: unknown): SchemaFault | undefined {
    if (typeof value === "boolean") return undefined;
    if (!isObject(value)) return this.#fault("must be a JSON Schema: an object, true or false");
    this.#schemas += 1;
    if (this.#schemas > SCHEMA_BOUNDS.schemas)
      return this.#fault(
        `is one subschema too many: the bridge accepts ${SCHEMA_BOUNDS.schemas} in one schema`,
      );
    for (const keyword of Object.keys(value)) {
      const form = KEYWORDS.get(keyword);
      const held = value[keyword];
      if (form === undefined || held === null || held === undefined) continue;
      const fault = this.#at(keyword, () => this.#held(form, held));
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #held(form: Form, value: unknown): SchemaFault | undefined {
    switch (form) {
      case "schema":
        return this.#inner(value);
      case "schema-or-list":
        return Array.isArray(value) ? this.#list(value) : this.#inner(value);
      case "schema-list":
        if (!Array.isArray(value) || value.length === 0)
          return this.#fault("must be a list with at least one JSON Schema");
        return this.#list(value);
      case "schema-map":
        return this.#members(value, (inner) => this.#inner(inner));
      case "text-lists":
        return this.#members(value, (inner) => this.#texts(inner));
      case "dependencies":
        return this.#members(value, (inner) =>
          Array.isArray(inner) ? this.#texts(inner) : this.#inner(inner),
        );
      case "text-list":
        return this.#texts(value);
      case "type": {
        const types: readonly unknown[] = Array.isArray(value) ? value : [value];
        const known = types.length > 0 && types.every((type) => typeof type === "string" && TYPES.has(type));
        return known ? undefined : this.#fault(`must be one or several of ${[...TYPES].join(", ")}`);
      }
      case "text":
        return typeof value === "string" ? undefined : this.#fault("must be a string");
      case "number":
        return typeof value === "number" ? undefined : this.#fault("must be a number");
      case "limit":
        return typeof value === "number" || typeof value === "boolean"
          ? undefined
          : this.#fault("must be a number");
      case "count":
        return Number.isInteger(value) && Number(value) >= 0
          ? undefined
          : this.#fault("must be a whole number, 0 or more");
      case "list":
        return Array.isArray(value) ? undefined : this.#fault("must be a list");
      case "truth":
        return typeof value === "boolean" ? undefined : this.#fault("must be true or false");
      default:
        return form satisfies never;
    }
  }

  #inner(value: unknown): SchemaFault | undefined {
    this.#depth += 1;
    if (this.#depth > SCHEMA_BOUNDS.depth)
      return this.#fault(`nests too deep: the bridge accepts ${SCHEMA_BOUNDS.depth} levels of schemas`);
    const fault = this.fault(value);
    this.#depth -= 1;
    return fault;
  }

  #list(list: readonly unknown[]): SchemaFault | undefined {
    for (const [index, inner] of list.entries()) {
      const fault = this.#at(String(index), () => this.#inner(inner));
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #members(value: unknown, check: (inner: unknown) => SchemaFault | undefined): SchemaFault | undefined {
    if (!isObject(value)) return this.#fault("must be an object");
    for (const key of Object.keys(value)) {
      const fault = this.#at(key, () => check(value[key]));
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #texts(value: unknown): SchemaFault | undefined {
    const fits = Array.isArray(value) && value.every((text) => typeof text === "string");
    return fits ? undefined : this.#fault("must be a list of strings");
  }

  #at(key: string, look: () => SchemaFault | undefined): SchemaFault | undefined {
    this.#path.push(key);
    const fault = look();
    this.#path.pop();
    return fault;
  }

  #fault(problem: string): SchemaFault {
    return { path: [...this.#path], problem };
  }
}

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
