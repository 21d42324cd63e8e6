import type { Notice } from "../../turn/notice.ts";
import type { Tool } from "../../turn/request.ts";
import { readTool, type PlacedTool, type ReadTool } from "../any-tool.ts";
import type { WireTool } from "./schema.ts";
import { toolsetOf, toolsetTools } from "./toolsets.ts";

/**
 * Changes of the tools inside a conversation: a deferred tool can be used once the conversation refers to it, and
 * system messages may add and remove tools (Anthropic, "Tool search tool" and
 * "Mid-conversation tool changes").
 */
export class ToolChanges {
  readonly #added = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #defined: PlacedTool[] = [];

  add(name: string): void {
    this.#added.add(name);
    this.#removed.delete(name);
  }

  /** `at` is where the tool stands in the request. */
  define(tool: WireTool, at: string): void {
    this.#defined.push({ tool: { ...tool, defer_loading: false }, at });
    if (typeof tool.name === "string") this.add(tool.name);
  }

  remove(name: string): void {
    this.#removed.add(name);
  }

  /**
   * The tools the model may call now, in the client's order.
   *
   * @throws BridgeError `invalid_request` for a tool without a name or with an invalid schema, also where it cannot be called yet.
   */
  apply(placed: readonly PlacedTool[]): PlacedTool[] {
    // The vendor's own search for deferred tools does not exist here: all tools are offered.
    const searched = placed.some(({ tool }) => tool.type?.startsWith("tool_search_tool_") ?? false);
    return [...placed, ...this.#defined].filter((one) => {
      const { name, defer_loading: deferred } = one.tool;
      if (typeof name !== "string") return true;
      const offered = !this.#removed.has(name) && (deferred !== true || searched || this.#added.has(name));
      if (!offered) readPlaced(one, []);
      return offered;
    });
  }
}

export function decodeTools(placed: readonly PlacedTool[], notices: Notice[]): Tool[] {
  return placed.flatMap((one) => {
    const toolset = toolsetOf(one.tool);
    return toolset === undefined
      ? (readPlaced(one, notices)?.tool ?? [])
      : toolsetTools(toolset, one.tool, one.at);
  });
}

/** Each tool of this API is called with an object. */
function readPlaced({ tool, at }: PlacedTool, notices: Notice[]): ReadTool | undefined {
  const schema = schemaOf(tool);
  return readTool(schema === undefined ? tool : { ...tool, input_schema: schema }, at, notices);
}

function schemaOf({ type, custom, input_schema: schema }: WireTool): WireTool["input_schema"] {
  const isCustom = type === "custom" && (custom === null || custom === undefined);
  return schema ?? (isCustom ? { type: "object", properties: {} } : undefined);
}
