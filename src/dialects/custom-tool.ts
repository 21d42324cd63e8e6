/** OpenAI's custom tools take plain text instead of JSON. To the host and back it is the only member of an object. */
import { parseObject } from "../turn/json-object.ts";
import type { Tool } from "../turn/request.ts";

/** The schema of a custom tool; a grammar of its text becomes part of the description. */
export function customSchema(
  syntax: string | null | undefined,
  grammar: string | null | undefined,
): Tool["inputSchema"] {
  const description =
    typeof grammar === "string"
      ? `Plain text that follows this ${syntax ?? ""} grammar:\n${grammar}`
      : "Plain text.";
  return {
    type: "object",
    properties: { input: { type: "string", description } },
    required: ["input"],
    additionalProperties: false,
  };
}

/** The arguments of a call of a custom tool, from its plain text. */
export function wrapCustom(input: string): string {
  return JSON.stringify({ input });
}

/** The plain text of a call of a custom tool, from its arguments; arguments of another form are taken as the text. */
export function unwrapCustom(json: string): string {
  const input = parseObject(json)?.["input"];
  return typeof input === "string" ? input : json;
}
