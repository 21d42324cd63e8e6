/** Tools of this API have kinds and namespaces, ours only names: the names that go to the host, and the way back. */
import { addNotice, type Notice } from "../../turn/notice.ts";
import type { Tool } from "../../turn/request.ts";
import { readTool } from "../any-tool.ts";
import { validate } from "../validate.ts";
import { clientTool, isClientTool, type ClientToolType } from "./client-tools.ts";
import { wireTool, type WireTool } from "./schema.ts";

export interface ToolOrigin {
  readonly kind: "function" | "custom" | ClientToolType;
  readonly name: string;
  readonly namespace: string | undefined;
}

export class ToolNames {
  readonly #tools = new Map<string, Tool>();
  readonly #origins = new Map<string, ToolOrigin>();

  constructor(wire: readonly unknown[], notices: Notice[]) {
    wire.forEach((tool, index) => {
      this.#add(validate(wireTool, tool, `tools.${index}`), undefined, `tools.${index}`, notices);
    });
  }

  /** The tools for the host, each name once. */
  get tools(): Tool[] {
    return [...this.#tools.values()];
  }

  /** What the tool was called, and of which kind it was, in the request. */
  originOf(name: string): ToolOrigin {
    return this.#origins.get(name) ?? { kind: "function", name, namespace: undefined };
  }

  #add(tool: WireTool, namespace: string | undefined, at: string, notices: Notice[]): void {
    const { name } = tool;
    if (tool.type === "namespace" && typeof name === "string") {
      (tool.tools ?? []).forEach((inner, index) => {
        this.#add(
          validate(wireTool, inner, `tools.${name}.${index}`),
          name,
          `tools.${name}.${index}`,
          notices,
        );
      });
      return;
    }
    if (isClientTool(tool)) {
      const offered = clientTool(tool);
      this.#put(offered, { kind: tool.type, name: offered.name, namespace: undefined });
      return;
    }
    const read = readTool(tool, at);
    if (read === undefined) {
      addNotice(notices, {
        code: "tool-kind-ignored",
        message: "Tools that the vendor runs itself are not available.",
      });
      return;
    }
    const offered = { ...read.tool, name: flatName(read.tool.name, namespace) };
    this.#put(offered, { kind: read.isText ? "custom" : "function", name: read.tool.name, namespace });
  }

  #put(tool: Tool, origin: ToolOrigin): void {
    // Declared again, further down a conversation: the last one holds.
    this.#tools.delete(tool.name);
    this.#origins.set(tool.name, origin);
    this.#tools.set(tool.name, tool);
  }
}

/** The name by which a host knows a tool of a namespace. */
export function flatName(name: string, namespace: string | null | undefined): string {
  return namespace === null || namespace === undefined ? name : `${namespace}__${name}`;
}
