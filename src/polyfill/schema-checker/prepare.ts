/** Converts a client's schema for the worker: keywords of older drafts and of OpenAPI become those of draft 2020-12. */
import { mapSubschemas, SCHEMA_BOUNDS, type Schema } from "../../turn/json-schema.ts";

export interface Prepared {
  readonly schema: unknown;
  /**
   * Whether a check costs at most the size of the schema times that of the value: no part of the schema applies twice
   * to one place, and nothing in it searches.
   */
  readonly plain: boolean;
}

/** Subschemas that a simple schema may have: preparing more could take seconds. */
const MOST_PLAIN = 200;

/** Keywords whose cost is not bounded by their own size: patterns, references, comparisons and collections. */
const COSTLY: ReadonlySet<string> = new Set([
  "pattern",
  "patternProperties",
  "$ref",
  "$dynamicRef",
  "$recursiveRef",
  "uniqueItems",
  "unevaluatedProperties",
  "unevaluatedItems",
  "contains",
]);

/** `undefined` for a schema that nests too deep. */
export function prepare(schema: Schema): Prepared | undefined {
  let plain = true;
  let count = 0;
  let depth = 0;
  let tooDeep = false;
  function change(inner: unknown): unknown {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner) || tooDeep) return inner;
    count += 1;
    depth += 1;
    tooDeep = depth > SCHEMA_BOUNDS.depth + 1;
    const modern = modernized(inner as Schema);
    plain &&= !Object.keys(modern).some((keyword) => COSTLY.has(keyword));
    const changed = mapSubschemas(modern, change);
    depth -= 1;
    return changed;
  }
  const prepared = change(schema);
  return tooDeep ? undefined : { schema: prepared, plain: plain && count <= MOST_PLAIN };
}

/**
 * One schema without its subschemas. Left out are `$async` (an extension of the validator that would make a check
 * wait), the name of the draft, and keywords that are null.
 */
function modernized(schema: Schema): Schema {
  const { $schema: _, $async: __, id: ___, nullable, ...rest } = schema;
  const modern = Object.fromEntries(
    Object.entries(rest).filter(([keyword, value]) => value !== null || keyword === "const"),
  );
  limits(modern, "minimum", "exclusiveMinimum");
  limits(modern, "maximum", "exclusiveMaximum");
  if (nullable === true) allowNull(modern);
  if (Array.isArray(modern["items"])) {
    const { items, additionalItems } = modern;
    delete modern["items"];
    delete modern["additionalItems"];
    if (items.length > 0) modern["prefixItems"] = items;
    if (additionalItems !== undefined) modern["items"] = additionalItems;
  }
  return modern;
}

/** Up to draft 4 an exclusive limit is a boolean beside the plain limit. */
function limits(schema: Record<string, unknown>, plain: string, exclusive: string): void {
  if (typeof schema[exclusive] !== "boolean") return;
  if (schema[exclusive] && typeof schema[plain] === "number") {
    schema[exclusive] = schema[plain];
    delete schema[plain];
  } else delete schema[exclusive];
}

/** OpenAPI 3.0: null is valid too. */
function allowNull(schema: Record<string, unknown>): void {
  const { type, enum: values } = schema;
  if (typeof type === "string") schema["type"] = [type, "null"];
  else if (Array.isArray(type)) schema["type"] = [...new Set<unknown>([...(type as unknown[]), "null"])];
  if (Array.isArray(values)) schema["enum"] = [...new Set<unknown>([...(values as unknown[]), null])];
}
