/** The tools that we show to the host: `status` tells the person what is going on, `hook` holds a call open. */
import type { CallToolResult, ServerContext, Tool } from "@modelcontextprotocol/server";
import { hook } from "./hook.ts";

export interface ToolContext {
  /** A few lines for a person. */
  readonly status: () => string;
  /** The same in one line. */
  readonly summary: () => string;
  /** Milliseconds between progress notifications of an open hook. */
  readonly hookProgressMs: number;
  /** Ends open hooks. */
  readonly stopping: AbortSignal;
}

export const TOOLS: readonly Tool[] = [
  {
    name: "status",
    title: "Bridge status",
    description: "Tells the URL of the bridge, the requests it has served and the last error.",
    inputSchema: { type: "object", properties: {} },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  {
    name: "hook",
    title: "Hold the bridge open",
    description:
      "Stays open and lets local clients use the model until it is cancelled. Optional: only hosts that allow " +
      "sampling solely during a tool call need it.",
    inputSchema: { type: "object", properties: {} },
  },
];

/** Runs a tool by name. */
export async function callTool(
  params: { readonly name: string },
  context: ServerContext,
  tools: ToolContext,
): Promise<CallToolResult> {
  switch (params.name) {
    case "status":
      return { content: [{ type: "text", text: tools.status() }] };
    case "hook":
      return hook(context, tools);
    default:
      return { content: [{ type: "text", text: `There is no tool named ${params.name}.` }], isError: true };
  }
}
