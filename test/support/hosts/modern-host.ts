import {
  Client,
  type CreateMessageRequestParams,
  type CreateMessageResult,
} from "@modelcontextprotocol/client";
import type { Transport } from "@modelcontextprotocol/client";

/** A result of sampling with tools may hold several blocks, which the type without them does not know. */
export type ModernModel = (params: CreateMessageRequestParams) => Promise<object> | object;

export interface ModernHostOptions {
  readonly model: ModernModel;
  /** Calls of the hook that are kept open; each is made again when it returns. */
  readonly hooks?: number;
  readonly name?: string;
  readonly capabilities?: object;
}

export interface ModernHost {
  readonly client: Client;
  /** The texts with which calls of the hook have ended. */
  readonly ended: string[];
  /** Errors that ended calls. */
  readonly failed: unknown[];
  close(): Promise<void>;
}

/** The official MCP client, pinned to revision 2026-07-28, that keeps calling our hook as a model would. */
export async function startModernHost(transport: Transport, options: ModernHostOptions): Promise<ModernHost> {
  const { model, hooks = 4, name = "modern-host", capabilities = { sampling: { tools: {} } } } = options;
  const client = new Client(
    { name, version: "1" },
    { capabilities, versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  client.setRequestHandler(
    "sampling/createMessage",
    async (request) => (await model(request.params)) as CreateMessageResult,
  );
  await client.connect(transport);
  const ended: string[] = [];
  const failed: unknown[] = [];
  const over = new AbortController();
  const keepOpen = async (): Promise<void> => {
    while (!over.signal.aborted) {
      try {
        const result = await client.callTool(
          { name: "hook", arguments: {} },
          { timeout: 600_000, signal: over.signal },
        );
        ended.push(result.content.map((block) => (block.type === "text" ? block.text : "")).join(""));
      } catch (error) {
        failed.push(error);
        return;
      }
    }
  };
  for (let index = 0; index < hooks; index += 1) void keepOpen();
  return {
    client,
    ended,
    failed,
    async close() {
      over.abort();
      await client.close();
    },
  };
}
