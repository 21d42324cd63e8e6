/** Our MCP server as a host sees it: who we are, and the tools `hook` and `status`. */
import { Server, type Transport } from "@modelcontextprotocol/server";
import { Peer } from "./peer.ts";
import { callTool, TOOLS, type ToolContext } from "./tools.ts";

export interface ConnectOptions {
  readonly transport: Transport;
  readonly version: string;
  readonly tools: ToolContext;
  /** Called when the host has finished the handshake. */
  readonly onConnected: (server: Server, peer: Peer) => void;
  readonly onClosed: () => void;
}

const INSTRUCTIONS =
  "MCPTokenBridge lends this host's model to local OpenAI and Anthropic clients. Nothing needs to be called: " +
  "the tool `status` tells what it is doing, and `hook` keeps a call open for hosts that allow sampling only inside one.";

/** Serves one connection in the legacy era (revisions up to 2025-11-25). */
export async function connect(options: ConnectOptions): Promise<void> {
  const peer = new Peer(options.transport);
  const server = new Server(
    { name: "mcp-token-bridge", title: "MCPTokenBridge", version: options.version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler("tools/list", () => ({ tools: [...TOOLS] }));
  server.setRequestHandler("tools/call", (request, context) =>
    callTool(request.params, context, options.tools),
  );
  server.oninitialized = () => options.onConnected(server, peer);
  peer.onended = options.onClosed;
  await server.connect(peer);
}
