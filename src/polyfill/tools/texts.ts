/** Converts arguments that came as text between tags to the types of the tool's schema. */
import type { Tool } from "../../turn/request.ts";
import { parseStrict } from "./lenient-json.ts";

type Members = Readonly<Record<string, unknown>>;

export function typedTexts(input: unknown, schema: Tool["inputSchema"]): unknown {
  if (typeof input !== "object" || input === null) return input;
  const properties = asMembers(schema["properties"]);
  return Object.fromEntries(
    Object.entries(input).map(([key, text]) => [
      key,
      typeof text === "string" ? typed(text, asMembers(properties[key])) : text,
    ]),
  );
}

function typed(text: string, property: Members): unknown {
  // The line breaks beside the tags belong to the markup.
  const value = text.replace(/^\r?\n/, "").replace(/\r?\n$/, "");
  const types = [property["type"]].flat();
  if (types.includes("string")) return value;
  const parsed = parseStrict(value);
  // Where the schema has no type, most texts are meant as strings.
  return typeof parsed === "string" ? value : parsed.value;
}

function asMembers(value: unknown): Members {
  return typeof value === "object" && value !== null ? (value as Members) : {};
}
