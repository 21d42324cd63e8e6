// A small MCP host: starts the bridge over stdio, as VS Code does, and answers its sampling requests. Put your own model in
// `answer`. Ctrl-C ends both.
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

/** Gets the params of `sampling/createMessage`, and a signal that fires when the client has left. */
async function answer({ messages, maxTokens }, _signal) {
  const last = [messages.at(-1).content].flat().find((block) => block.type === "text");
  return {
    role: "assistant",
    model: "example/upper-case",
    stopReason: "endTurn",
    content: { type: "text", text: (last?.text ?? "").toUpperCase().slice(0, maxTokens * 4) },
  };
}

const host = new Client({ name: "example-host", version: "1.0.0" }, { capabilities: { sampling: {} } });
host.setRequestHandler("sampling/createMessage", ({ params }, { mcpReq }) => answer(params, mcpReq.signal));
host.onclose = () => process.exit();

// In your own project: { command: "mcptb", args: ["--port", "8000"] }
await host.connect(
  new StdioClientTransport({
    command: process.execPath,
    args: [
      fileURLToPath(new URL("../dist/main.js", import.meta.url)),
      "--port",
      process.env.BRIDGE_PORT ?? "8000",
    ],
  }),
);
const { content } = await host.callTool({ name: "status", arguments: {} });
console.log(content.map((block) => block.text).join("\n"));
