/** Tools of this API have types and namespaces, ours only names: maps them to names for the host, and back. */
import { addNotice, type Notice } from "../../turn/notice.ts";
import type { Tool } from "../../turn/request.ts";
import { flatName, placed, readTool, VENDOR_RUNS, type PlacedTool } from "../any-tool.ts";
import { validate } from "../validate.ts";
import { clientTool, isClientTool, isClientToolKind, type ClientToolType } from "./client-tools.ts";
import { wireTool } from "./schema.ts";

export interface ToolOrigin {
  readonly kind: "function" | "custom" | ClientToolType;
  readonly name: string;
  readonly namespace: string | undefined;
}

export class ToolNames {
  readonly #tools = new Map<string, Tool>();
  readonly #origins = new Map<string, ToolOrigin>();

  constructor(wire: readonly PlacedTool<unknown>[], notices: Notice[]) {
    for (const tool of wire) this.#add(tool, undefined, notices);
  }

  /** The tools for the host, with unique names. */
  get tools(): Tool[] {
    return [...this.#tools.values()];
  }

  /** The name and type of the tool in the request. */
  originOf(name: string): ToolOrigin {
    return this.#origins.get(name) ?? { kind: "function", name, namespace: undefined };
  }

  #add({ tool: given, at }: PlacedTool<unknown>, namespace: string | undefined, notices: Notice[]): void {
    const tool = validate(wireTool, given, at);
    const { name } = tool;
    if (tool.type === "namespace" && typeof name === "string") {
      for (const inner of placed(tool.tools, `${at}.tools`)) this.#add(inner, name, notices);
      return;
    }
    if (isClientTool(tool)) {
      const offered = clientTool(tool, at);
      this.#put(offered, { kind: tool.type, name: offered.name, namespace: undefined });
      return;
    }
    if (isClientToolKind(tool.type ?? "")) {
      // Either side can run it, and here the client leaves it to the vendor.
      addNotice(notices, VENDOR_RUNS);
      return;
    }
    const read = readTool(tool, at, notices);
    if (read === undefined) return;
    const offered = { ...read.tool, name: flatName(read.tool.name, namespace) };
    this.#put(offered, { kind: read.isText ? "custom" : "function", name: read.tool.name, namespace });
  }

  #put(tool: Tool, origin: ToolOrigin): void {
    // Declared again later in a conversation: the last declaration counts.
    this.#tools.delete(tool.name);
    this.#origins.set(tool.name, origin);
    this.#tools.set(tool.name, tool);
  }
}
