/** A value that fits a JSON Schema, for the demo model: enough of the vocabulary for what people ask a model to fill in. */

type Schema = Readonly<Record<string, unknown>>;

/** Levels that are filled in. */
const DEEPEST = 12;
/** Values that are filled in: definitions may use each other over and over. */
const MOST = 500;

/** @param words what texts are filled with. */
export function sampleOf(schema: unknown, words: string): unknown {
  let left = MOST;

  function valueOf(stated: unknown, depth: number): unknown {
    left -= 1;
    if (!isSchema(stated) || depth > DEEPEST || left < 0) return null;
    const one = resolved(stated, schema);
    if ("const" in one) return one["const"];
    if (Array.isArray(one["enum"])) return one["enum"][0];
    for (const word of ["anyOf", "oneOf", "allOf"]) {
      const [first] = Array.isArray(one[word]) ? (one[word] as unknown[]) : [];
      if (first !== undefined) return valueOf(first, depth + 1);
    }
    switch (typeOf(one)) {
      case "object":
        return objectOf(one, depth);
      case "array":
        return Array.from({ length: Math.min(numberIn(one, "minItems") ?? 1, MOST) }, () =>
          valueOf(one["items"] ?? {}, depth + 1),
        );
      case "integer":
      case "number":
        return numberIn(one, "minimum") ?? numberIn(one, "maximum") ?? 1;
      case "boolean":
        return true;
      case "string":
        return textOf(one);
      default:
        return null;
    }
  }

  function objectOf(one: Schema, depth: number): object {
    const properties = isSchema(one["properties"]) ? one["properties"] : {};
    return Object.fromEntries(
      Object.entries(properties)
        .slice(0, MOST)
        .map(([name, property]) => [name, valueOf(property, depth + 1)]),
    );
  }

  function textOf(one: Schema): string {
    const formats: Readonly<Record<string, string>> = {
      date: "2026-01-31",
      "date-time": "2026-01-31T12:00:00Z",
      email: "person@example.com",
      uri: "https://example.com",
      uuid: "00000000-0000-4000-8000-000000000000",
    };
    const format = formats[String(one["format"])];
    if (format !== undefined) return format;
    const text = words.padEnd(Math.min(numberIn(one, "minLength") ?? 0, MOST), ".");
    return Array.from(text).slice(0, numberIn(one, "maxLength")).join("");
  }

  return valueOf(schema, 0);
}

function typeOf({ type, properties, items }: Schema): unknown {
  if (type === undefined)
    return properties !== undefined ? "object" : items !== undefined ? "array" : "string";
  return Array.isArray(type) ? (type as unknown[])[0] : type;
}

/** What a reference within the same schema stands for. */
function resolved(one: Schema, root: unknown): Schema {
  const reference = one["$ref"];
  if (typeof reference !== "string" || !reference.startsWith("#/")) return one;
  let found: unknown = root;
  for (const step of reference.slice(2).split("/")) found = isSchema(found) ? found[step] : undefined;
  return isSchema(found) ? found : {};
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numberIn(one: Schema, name: string): number | undefined {
  const value = one[name];
  return typeof value === "number" ? value : undefined;
}
