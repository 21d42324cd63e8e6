import { addNotice, type Notice } from "../../turn/notice.ts";
import type { Tool } from "../../turn/request.ts";
import { readTool } from "../any-tool.ts";
import type { WireTool } from "./schema.ts";

/**
 * What a conversation says about tools beside the `tools` field: a deferred tool can be used once the conversation
 * refers to it, and system messages may add and remove tools (Anthropic, "Tool search tool" and
 * "Mid-conversation tool changes").
 */
export class ToolChanges {
  readonly #added = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #defined: WireTool[] = [];

  add(name: string): void {
    this.#added.add(name);
    this.#removed.delete(name);
  }

  define(tool: WireTool): void {
    this.#defined.push({ ...tool, defer_loading: false });
    if (typeof tool.name === "string") this.add(tool.name);
  }

  remove(name: string): void {
    this.#removed.add(name);
  }

  /** The tools the model may call now, in the client's order. */
  apply(tools: readonly WireTool[]): WireTool[] {
    // Where the vendor's own search would find deferred tools, nobody searches here: all are offered.
    const searched = tools.some((tool) => tool.type?.startsWith("tool_search_tool_") ?? false);
    return [...tools, ...this.#defined].filter(({ name, defer_loading: deferred }) => {
      if (typeof name !== "string") return true;
      if (this.#removed.has(name)) return false;
      return deferred !== true || searched || this.#added.has(name);
    });
  }
}

export function decodeTools(wire: readonly WireTool[], notices: Notice[]): Tool[] {
  const tools: Tool[] = [];
  for (const [index, stated] of wire.entries()) {
    // Each tool of this API is called with an object.
    const read = readTool({ ...stated, input_schema: schemaOf(stated) }, `tools.${index}`);
    if (read === undefined) {
      addNotice(notices, {
        code: "tool-kind-ignored",
        message: "Tools that the vendor runs itself are not available.",
      });
    } else tools.push(read.tool);
  }
  return tools;
}

function schemaOf({ type, custom, input_schema: schema }: WireTool): WireTool["input_schema"] {
  const isCustom = type === "custom" && (custom === null || custom === undefined);
  return schema ?? (isCustom ? { type: "object", properties: {} } : undefined);
}
