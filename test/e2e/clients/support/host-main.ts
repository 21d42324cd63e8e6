/**
 * A real MCP client as host, in a process of its own: starts the bridge over stdio, declares sampling and does with
 * each request what the behaviour in `MCPTB_TEST_HOST` says.
 */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, ProtocolError, type CreateMessageRequest } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { HostOptions, HostReport } from "./host-behaviour.ts";

const { bridge, behaviour } = JSON.parse(process.env["MCPTB_TEST_HOST"] ?? "") as HostOptions;

function report(message: HostReport): void {
  process.send?.(message);
}

/** All that the user says: agents put texts of their own behind the prompt. */
function userText(params: CreateMessageRequest["params"]): string {
  return params.messages
    .filter((message) => message.role === "user")
    .flatMap((message) => message.content)
    .map((block) => (block.type === "text" ? block.text : ""))
    .join("\n");
}

function answerTo(prompt: string, answer: { text: string; echo?: boolean }): string {
  return answer.echo === true ? `${answer.text}${prompt}` : answer.text;
}

const client = new Client({ name: "scripted-host", version: "1.0.0" }, { capabilities: { sampling: {} } });

client.setRequestHandler("sampling/createMessage", async (request, { mcpReq: { signal } }) => {
  const text = userText(request.params);
  signal.addEventListener("abort", () => report({ type: "cancelled", text }), { once: true });
  report({ type: "asked", text });
  if (behaviour.kind === "wait") await once(signal, "abort");
  if (behaviour.kind === "error") {
    await sleep(behaviour.afterMs ?? 0);
    throw new ProtocolError(behaviour.code, behaviour.message);
  }
  return {
    role: "assistant",
    model: "scripted-model",
    stopReason: "endTurn",
    content: { type: "text", text: behaviour.kind === "answer" ? answerTo(text, behaviour) : "" },
  };
});

process.on("disconnect", () => process.exit(0));
const [command = process.execPath, ...args] = bridge;
const env = process.env as Record<string, string>;
await client.connect(new StdioClientTransport({ command, args, env, stderr: "inherit" }));
report({ type: "attached" });
