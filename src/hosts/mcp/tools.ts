/** The tools that we offer to the host: `status` shows the state of the bridge, `hook` keeps a call open. */
import type { CallToolResult, Tool } from "@modelcontextprotocol/server";

export interface ToolContext {
  /** A few lines for a person. */
  readonly status: () => Promise<string>;
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
    description: "Shows the URL of the bridge, the number of served requests and the last error.",
    inputSchema: { type: "object", properties: {} },
    annotations: { readOnlyHint: true, openWorldHint: false },
  },
  {
    name: "hook",
    title: "Keep the bridge open",
    description:
      "Lets local clients use the model while the call is open. Call it when you are asked to lend the model, and again when it " +
      "returns. Hosts that accept sampling requests at any time do not need it.",
    inputSchema: { type: "object", properties: {} },
  },
];

/** Runs a tool by name; `hook` is its implementation in the current era. */
export async function callTool<Result>(
  params: { readonly name: string },
  tools: ToolContext,
  hook: () => Promise<Result>,
): Promise<CallToolResult | Result> {
  switch (params.name) {
    case "status":
      return { content: [{ type: "text", text: await tools.status() }] };
    case "hook":
      return hook();
    default:
      return { content: [{ type: "text", text: `Unknown tool ${params.name}.` }], isError: true };
  }
}
