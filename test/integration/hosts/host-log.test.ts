import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import {
  CreateMessageRequestSchema,
  LoggingMessageNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import type { Readable } from "node:stream";
import { expect, onTestFinished } from "vitest";
import { ask } from "../../support/bridge/ask.ts";
import { eachLine } from "../../support/streams/json-lines.ts";
import { MAIN } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const PROMPT = "the word that stays here";

verifies(
  "server.log-to-host",
  "a real client that sets a level gets the log, and stderr falls silent",
  async () => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [MAIN, "--port", "0", "--log-content"],
      stderr: "pipe",
    });
    const stderr: string[] = [];
    eachLine(transport.stderr as Readable, (line) => stderr.push(line));
    const host = new Client({ name: "shows-logs", version: "1" }, { capabilities: { sampling: {} } });
    const shown: { level: string; data: string }[] = [];
    host.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      shown.push({ level: params.level, data: String(params.data) });
    });
    host.setRequestHandler(CreateMessageRequestSchema, () => ({
      role: "assistant" as const,
      model: "m",
      content: { type: "text" as const, text: "Hello." },
    }));
    onTestFinished(() => host.close());
    await host.connect(transport);
    await host.setLoggingLevel("info");
    const url = (): string | undefined =>
      /listening url=(\S+)/.exec([...stderr, ...shown.map(({ data }) => data)].join("\n"))?.[1];
    await expect.poll(url).toBeDefined();
    const before = stderr.length;
    await (await ask(url() ?? "", "openai-chat", { text: PROMPT })).text();
    await expect.poll(() => shown.map(({ data }) => data.split(" ")[0])).toContain("TX");
    const received = shown.find(({ data }) => data.startsWith("RX "));
    expect(received).toMatchObject({ level: "info" });
    expect(received?.data).toMatch(/route=\/v1\/chat\/completions host=shows-logs .*model=auto/);
    expect(stderr.slice(before)).toEqual([]);
    expect(JSON.stringify(shown)).not.toContain(PROMPT);
  },
);
