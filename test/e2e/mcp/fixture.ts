/** Servers with what the MCP conformance suite expects, put behind our own `/mcp` in place of ours. */
import { McpServer } from "@modelcontextprotocol/server";
import type { EraServers, ServerParts } from "../../../src/hosts/mcp/era-servers.ts";
import { addPrompts, addResources } from "./fixture-prompts.ts";
import { addTools } from "./fixture-tools.ts";

function fixture({ codec }: ServerParts): McpServer {
  const server = new McpServer(
    { name: "conformance-fixture", version: "1.0.0" },
    {
      capabilities: {
        logging: {},
        completions: {},
        tools: { listChanged: false },
        prompts: { listChanged: false },
        resources: { subscribe: true, listChanged: false },
      },
      requestState: { verify: (state, context) => codec.verify(state, context) },
    },
  );
  // The payload is the suite's own; our hook's is only one of those the codec signs.
  addTools(server, codec);
  addPrompts(server);
  addResources(server);
  return server;
}

export const FIXTURES: EraServers = {
  legacy(parts) {
    const server = fixture(parts);
    server.server.setRequestHandler("resources/subscribe", () => ({}));
    server.server.setRequestHandler("resources/unsubscribe", () => ({}));
    return server;
  },
  modern: fixture,
};
