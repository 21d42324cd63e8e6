/**
 * Tools of this API have kinds and namespaces, ours only names: the names that go to the host, and the way back. A
 * `custom` tool takes plain text, which travels as the one member of an object.
 */
import { addNotice, type Notice } from "../../turn/notice.ts";
import type { Tool } from "../../turn/request.ts";
import { validate } from "../validate.ts";
import { wireTool, type WireTool } from "./schema.ts";

export interface ToolOrigin {
  readonly kind: "function" | "custom";
  readonly name: string;
  readonly namespace: string | undefined;
}

export class ToolNames {
  readonly tools: Tool[] = [];
  readonly #origins = new Map<string, ToolOrigin>();

  constructor(wire: readonly WireTool[], notices: Notice[]) {
    for (const tool of wire) this.#add(tool, undefined, notices);
  }

  /** What the tool was called, and of which kind it was, in the request. */
  originOf(name: string): ToolOrigin {
    return this.#origins.get(name) ?? { kind: "function", name, namespace: undefined };
  }

  #add(tool: WireTool, namespace: string | undefined, notices: Notice[]): void {
    const { name, description } = tool;
    if (tool.type === "namespace" && typeof name === "string") {
      (tool.tools ?? []).forEach((inner, index) => {
        this.#add(validate(wireTool, inner, `tools.${name}.${index}`), name, notices);
      });
      return;
    }
    if ((tool.type !== "function" && tool.type !== "custom") || typeof name !== "string") {
      addNotice(notices, {
        code: "tool-kind-ignored",
        message: "Tools that the vendor defines or runs itself are not available.",
      });
      return;
    }
    const known = flatName(name, namespace);
    this.#origins.set(known, { kind: tool.type, name, namespace });
    this.tools.push({
      name: known,
      inputSchema:
        tool.type === "custom" ? customSchema(tool) : (tool.parameters ?? { type: "object", properties: {} }),
      ...(typeof description === "string" && { description }),
    });
  }
}

/** The name by which a host knows a tool of a namespace. */
export function flatName(name: string, namespace: string | null | undefined): string {
  return namespace === null || namespace === undefined ? name : `${namespace}__${name}`;
}

function customSchema({ format }: WireTool): Tool["inputSchema"] {
  const grammar = format?.definition;
  const description =
    typeof grammar === "string"
      ? `Plain text that follows this ${format?.syntax ?? ""} grammar:\n${grammar}`
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

/** The plain text of a call of a custom tool, from its arguments. */
export function unwrapCustom(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null && "input" in value && typeof value.input === "string") {
      return value.input;
    }
  } catch {
    // Then the text itself is the input.
  }
  return json;
}
