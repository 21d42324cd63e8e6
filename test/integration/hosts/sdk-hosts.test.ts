/** The official MCP clients as hosts: they start the real program, shake hands, and lend it a model. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { Readable } from "node:stream";
import { Client as ClientV2 } from "@modelcontextprotocol/client";
import { StdioClientTransport as StdioV2 } from "@modelcontextprotocol/client/stdio";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as StdioV1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { InMemoryTaskStore } from "@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js";
import { CreateMessageRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { afterEach, describe, expect } from "vitest";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import { eachLine } from "../../support/streams/json-lines.ts";
import { MAIN } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const INFO = { name: "sdk-host", version: "1.0.0" };

/** How a host is told to start the bridge: on a port that is free and stays the same, as in a real configuration. */
async function server(
  flags: readonly string[] = [],
): Promise<{ command: string; args: string[]; stderr: "pipe" }> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return { command: process.execPath, args: [MAIN, "--port", String(port), ...flags], stderr: "pipe" };
}

/** Lines in which a bridge says that its port is taken. */
const taken: string[] = [];

/** What the model does with the text of the last message; rejects when the host fails. */
type Model = (text: string, signal: AbortSignal) => Promise<string>;

interface SdkHost {
  readonly url: string;
  readonly tools: string[];
  readonly close: () => Promise<void>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

function listening(stderr: unknown): Promise<string> {
  return new Promise((resolve) => {
    eachLine(stderr as Readable, (line) => {
      const url = / listening url=(\S+)$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
      if (line.includes("is taken")) taken.push(line);
    });
  });
}

function textOf(messages: readonly { readonly content: unknown }[]): string {
  const last = messages.at(-1)?.content as { text?: string } | undefined;
  return last?.text ?? "";
}

const result = (text: string) => ({
  role: "assistant" as const,
  model: "sdk/model",
  stopReason: "endTurn",
  content: { type: "text" as const, text },
});

async function startV2(model: Model, mode: "legacy" | "auto"): Promise<SdkHost> {
  const client = new ClientV2(INFO, { capabilities: { sampling: {} }, versionNegotiation: { mode } });
  client.setRequestHandler("sampling/createMessage", async ({ params }, { mcpReq }) =>
    result(await model(textOf(params.messages), mcpReq.signal)),
  );
  const transport = new StdioV2(await server(mode === "auto" ? ["--mcp-era", "legacy"] : []));
  const url = listening(transport.stderr);
  await client.connect(transport);
  open.push(() => client.close());
  const { tools } = await client.listTools();
  return { url: await url, tools: tools.map(({ name }) => name), close: () => client.close() };
}

async function startV1(model: Model): Promise<SdkHost> {
  const client = new ClientV1(INFO, { capabilities: { sampling: {} } });
  client.setRequestHandler(CreateMessageRequestSchema, async ({ params }, { signal }) =>
    result(await model(textOf(params.messages), signal)),
  );
  const transport = new StdioV1(await server());
  const url = listening(transport.stderr);
  await client.connect(transport);
  open.push(() => client.close());
  const { tools } = await client.listTools();
  return { url: await url, tools: tools.map(({ name }) => name), close: () => client.close() };
}

/** With tasks, as VS Code has them: `tasks/cancel` reaches the model as an aborted signal. */
async function startV1Tasks(model: Model): Promise<SdkHost> {
  const running = new Map<string, AbortController>();
  const store = new (class extends InMemoryTaskStore {
    override async updateTaskStatus(
      ...args: Parameters<InMemoryTaskStore["updateTaskStatus"]>
    ): Promise<void> {
      await super.updateTaskStatus(...args);
      if (args[1] === "cancelled") running.get(args[0])?.abort();
    }
  })();
  const client = new ClientV1(INFO, {
    capabilities: {
      sampling: {},
      tasks: { list: {}, cancel: {}, requests: { sampling: { createMessage: {} } } },
    },
    taskStore: store,
  });
  client.setRequestHandler(CreateMessageRequestSchema, async ({ params }, { taskStore }) => {
    if (params.task === undefined || taskStore === undefined) throw new Error("no task was asked for");
    const task = await taskStore.createTask({ ttl: params.task.ttl ?? null });
    const controller = new AbortController();
    running.set(task.taskId, controller);
    void model(textOf(params.messages), controller.signal).then(
      (text) => taskStore.storeTaskResult(task.taskId, "completed", result(text)),
      () => undefined,
    );
    return { task };
  });
  const transport = new StdioV1(await server());
  const url = listening(transport.stderr);
  await client.connect(transport);
  open.push(async () => {
    await client.close();
    store.cleanup();
  });
  const { tools } = await client.listTools();
  return { url: await url, tools: tools.map(({ name }) => name), close: () => client.close() };
}

const KINDS: Readonly<Record<string, (model: Model) => Promise<SdkHost>>> = {
  "SDK 1.x": startV1,
  "SDK 1.x with tasks": startV1Tasks,
  "SDK 2.x": (model) => startV2(model, "legacy"),
  "SDK 2.x that prefers the newest revision and falls back": (model) => startV2(model, "auto"),
};

for (const [kind, startHost] of Object.entries(KINDS)) {
  describe(kind, () => {
    verifies(
      [
        "host.discover-fallback",
        "host.bind-when-real",
        "host.concurrent",
        "host.cancel-notification",
        "host.task-cancel",
      ],
      "lends its model to both dialects, at once, cancels, and fails honestly",
      async () => {
        const cancelled: Promise<void>[] = [];
        let hanging!: () => void;
        const hangs = new Promise<void>((resolve) => {
          hanging = resolve;
        });
        const { url, tools, close } = await startHost(async (text, signal) => {
          if (text !== "hang") return `You said: ${text}`;
          cancelled.push(new Promise((resolve) => signal.addEventListener("abort", () => resolve())));
          hanging();
          return new Promise(() => undefined);
        });
        expect(tools).toEqual(["status", "hook"]);
        expect(taken).toEqual([]);

        const answers = await Promise.all(
          Array.from({ length: 12 }, async (_, index) => {
            const response = await ask(url, DIALECTS[index % 2] ?? "openai-chat", {
              text: `number ${index}`,
              stream: index % 3 === 0,
              headers: { "x-mcp-stream-unit": "whole" },
            });
            expect(response.status).toBe(200);
            return response.text();
          }),
        );
        for (const [index, text] of answers.entries()) expect(text).toContain(`You said: number ${index}`);

        const abort = new AbortController();
        const left = ask(url, "openai-chat", { text: "hang", signal: abort.signal });
        await hangs;
        abort.abort();
        await expect(left).rejects.toThrow(/abort/i);
        await cancelled[0];

        const lost = ask(url, "anthropic-messages", { text: "hang" });
        while (cancelled.length < 2) await new Promise((resolve) => setImmediate(resolve));
        await close();
        expect((await lost).status).toBe(502);
      },
    );
  });
}
