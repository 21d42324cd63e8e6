/** Hosts that reach a bridge over Streamable HTTP, each with an official client. */
import { setTimeout } from "node:timers/promises";
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as HttpV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { CreateMessageRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { answer } from "./client-host.ts";
import { startModernHost } from "./modern-host.ts";

export interface HttpHostOptions {
  readonly url: string;
  readonly name: string;
  /** What the model answers to the text of the last message. */
  readonly model: (text: string, signal?: AbortSignal) => Promise<string> | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpHost {
  close(): Promise<void>;
}

type Start = (options: HttpHostOptions) => Promise<HttpHost>;

const lastText = (params: { readonly messages: readonly { readonly content: unknown }[] }): string =>
  (params.messages.at(-1)?.content as { text?: string } | undefined)?.text ?? "";

export const startSdk1: Start = async ({ url, name, model, headers = {} }) => {
  const client = new ClientV1({ name, version: "1" }, { capabilities: { sampling: {} } });
  client.setRequestHandler(CreateMessageRequestSchema, async ({ params }, { signal }) => ({
    role: "assistant" as const,
    model: `${name}/model`,
    content: { type: "text" as const, text: await model(lastText(params), signal) },
  }));
  const transport = new HttpV1(new URL(`${url}/mcp`), { requestInit: { headers } });
  await client.connect(transport);
  return {
    async close() {
      await transport.terminateSession().catch(() => undefined);
      await client.close();
    },
  };
};

export const startSdk2: Start = async ({ url, name, model, headers = {} }) => {
  const client = new ClientV2({ name, version: "1" }, { capabilities: { sampling: {} } });
  client.setRequestHandler("sampling/createMessage", async ({ params }, { mcpReq }) =>
    answer(await model(lastText(params), mcpReq.signal)),
  );
  const transport = new HttpV2(new URL(`${url}/mcp`), { requestInit: { headers } });
  await client.connect(transport);
  return {
    async close() {
      await transport.terminateSession().catch(() => undefined);
      await client.close();
    },
  };
};

/** Speaks only the modern era, which the bridge sees when it asks for that again. */
export const startModern: Start = async ({ url, name, model, headers = {} }) => {
  for (const end = performance.now() + 5000; ; await setTimeout(100)) {
    try {
      return await startModernHost(new HttpV2(new URL(`${url}/mcp`), { requestInit: { headers } }), {
        name,
        model: async (params) => answer(await model(lastText(params))),
      });
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
};

export const HTTP_HOSTS: Readonly<Record<string, Start>> = {
  "SDK 1.x": startSdk1,
  "SDK 2.x, legacy era": startSdk2,
  "SDK 2.x, modern era": startModern,
};
