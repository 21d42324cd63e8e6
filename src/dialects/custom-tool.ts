/** OpenAI's custom tools take plain text and not JSON. It travels to the host, and back, as the one member of an object. */
import { parseObject } from "../turn/json-object.ts";
import type { Tool } from "../turn/request.ts";

/** The schema of a custom tool; the grammar of its text, where it has one, is told in words. */
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

/** The plain text of a call of a custom tool, from its arguments; what has another form is the text itself. */
export function unwrapCustom(json: string): string {
  const input = parseObject(json)?.["input"];
  return typeof input === "string" ? input : json;
}
