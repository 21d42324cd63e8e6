import { addNotice, type Notice } from "../../turn/notice.ts";
import type { Tool, ToolChoice } from "../../turn/request.ts";
import type { PromptRequest, WireTool } from "./schema.ts";

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
  for (const { type, name, description, input_schema: inputSchema } of wire) {
    const own = type === null || type === undefined || type === "custom";
    if (!own || typeof name !== "string") {
      addNotice(notices, {
        code: "tool-kind-ignored",
        message: "Tools that the vendor defines or runs itself are not available.",
      });
      continue;
    }
    tools.push({
      name,
      inputSchema: inputSchema ?? { type: "object", properties: {} },
      ...(typeof description === "string" && { description }),
    });
  }
  return tools;
}

export function decodeToolChoice(choice: PromptRequest["tool_choice"]): ToolChoice {
  if (choice === null || choice === undefined) return { type: "auto" };
  switch (choice.type) {
    case "any":
      return { type: "required" };
    case "none":
      return { type: "none" };
    case "tool":
      return typeof choice.name === "string" ? { type: "tool", name: choice.name } : { type: "required" };
    case "auto":
      return { type: "auto" };
    default:
      return choice.type satisfies never;
  }
}
