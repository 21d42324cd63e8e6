/** Our MCP server as a host sees it: who we are, and the tools `hook` and `status`. */
import {
  Server,
  type ClientCapabilities,
  type Implementation,
  type Transport,
} from "@modelcontextprotocol/server";
import { EXTENSION } from "./deltas.ts";
import { Peer } from "./peer.ts";
import { callTool, TOOLS, type ToolContext } from "./tools.ts";

/** What the handshake has told about a host. */
export interface Introduction {
  readonly clientInfo: Implementation;
  readonly capabilities: ClientCapabilities;
  /** The MCP revision agreed on. */
  readonly revision: string;
}

export interface ConnectOptions {
  readonly transport: Transport;
  readonly version: string;
  readonly tools: ToolContext;
  /** Called once at the first message that shows a real host and no probe. */
  readonly onFirstMessage: () => void;
  /** Called once, when the host has finished the handshake. */
  readonly onConnected: (host: Introduction, peer: Peer) => void;
  readonly onClosed: () => void;
  /** Something odd about the host, for the log; each kind is told once and holds no content. */
  readonly onWarning: (message: string) => void;
}

const INSTRUCTIONS =
  "MCPTokenBridge lends this host's model to local OpenAI and Anthropic clients. Nothing needs to be called: " +
  "the tool `status` tells what it is doing, and `hook` keeps a call open for hosts that allow sampling only inside one.";

const LATEST_REVISION = "2025-11-25";

/** Serves one connection in the legacy era (revisions up to 2025-11-25). */
export async function connect(options: ConnectOptions): Promise<void> {
  const { transport, version, tools, onFirstMessage, onConnected, onClosed } = options;
  const peer = new Peer(transport);
  const server = new Server(
    { name: "mcp-token-bridge", title: "MCPTokenBridge", version },
    { capabilities: { tools: {}, experimental: { [EXTENSION]: {} } }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler("tools/list", () => ({ tools: [...TOOLS] }));
  server.setRequestHandler("tools/call", (request, context) => callTool(request.params, context, tools));
  server.oninitialized = () => {
    delete server.oninitialized;
    onConnected(
      {
        clientInfo: server.getClientVersion() ?? { name: "unknown", version: "" },
        capabilities: server.getClientCapabilities() ?? {},
        revision: server.getNegotiatedProtocolVersion() ?? LATEST_REVISION,
      },
      peer,
    );
  };
  const warn = once(options.onWarning);
  // The SDK quotes the message at fault behind a colon.
  server.onerror = (error) => warn(error.message.split(":", 1)[0] ?? "");
  peer.onfirst = onFirstMessage;
  peer.onended = onClosed;
  await server.connect(peer);
}

function once(tell: (message: string) => void): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (told.has(message)) return;
    told.add(message);
    tell(message);
  };
}
