/** The MCP endpoint alone, and hosts that speak the protocol with fetch alone. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from "@modelcontextprotocol/server";
import { createParser } from "eventsource-parser";
import { ERA_SERVERS, hookCodec } from "../../../src/hosts/mcp/era-servers.ts";
import { mcpOverHttp, type McpHttpOptions } from "../../../src/hosts/mcp/http.ts";
import type { Carrier } from "../../../src/hosts/mcp/carrier.ts";

const open: (() => Promise<unknown>)[] = [];

/** Closes what tests have opened. */
export async function closeEndpoints(): Promise<void> {
  for (const close of open.splice(0).toReversed()) await close();
}

interface Endpoint {
  readonly url: string;
  /** Hosts that are attached, by the order they came. */
  readonly carriers: Map<string, Carrier>;
}

/** The MCP endpoint alone, on a socket of its own. */
export async function endpoint(settings: Partial<McpHttpOptions> = {}): Promise<Endpoint> {
  const carriers = new Map<string, Carrier>();
  const mcp = mcpOverHttp({
    version: "0",
    timeoutMs: 60_000,
    codec: hookCodec(),
    tools: {
      status: async () => "",
      summary: () => "",
      hookProgressMs: 10_000,
      stopping: new AbortController().signal,
    },
    era: "auto",
    servers: ERA_SERVERS,
    attach({ clientInfo }, carrier) {
      carriers.set(clientInfo.name, carrier);
      return () => void carriers.delete(clientInfo.name);
    },
    maxSessions: 2,
    idleMs: 600_000,
    onWarning: () => undefined,
    ...settings,
  });
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const owner = incoming.headers["x-api-key"];
      void mcp.handle(
        incoming,
        outgoing,
        text === "" ? undefined : JSON.parse(text),
        typeof owner === "string" ? owner : undefined,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(async () => {
    await mcp.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, carriers };
}

interface SseEvent {
  readonly id: string | undefined;
  readonly message: {
    readonly id: string;
    readonly method: string;
    readonly params: { readonly n?: number };
  };
}

interface Said {
  readonly version?: string;
  readonly capabilities?: object;
  /** With which it comes; the endpoint takes it as the owner's name. */
  readonly key?: string;
}

/** A host that speaks the protocol with fetch alone. */
export async function rawHost(url: string, name: string, said: Said = {}) {
  const { version = "1", capabilities = { sampling: {} }, key } = said;
  const keyHeader: Record<string, string> = key === undefined ? {} : { "x-api-key": key };
  let session = "";
  const post = async (message: object): Promise<Response> => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...keyHeader,
        ...(session !== "" && { "mcp-session-id": session }),
      },
      body: JSON.stringify({ jsonrpc: "2.0", ...message }),
    });
    session ||= response.headers.get("mcp-session-id") ?? "";
    return response;
  };
  const initialize = await post({
    id: 0,
    method: "initialize",
    params: {
      protocolVersion: "2025-11-25",
      capabilities,
      clientInfo: { name, version },
    },
  });
  await initialize.text();
  if (initialize.ok) await post({ method: "notifications/initialized" });

  /** Opens the stream on which the bridge asks, after the event with the id given. */
  const listen = async (after?: string) => {
    const leaving = new AbortController();
    const response = await fetch(url, {
      headers: {
        accept: "text/event-stream",
        ...keyHeader,
        "mcp-session-id": session,
        ...(after !== undefined && { "last-event-id": after }),
      },
      signal: leaving.signal,
    });
    const events: SseEvent[] = [];
    const parser = createParser({
      onEvent: ({ id, data }) => {
        if (data !== "") events.push({ id, message: JSON.parse(data) as SseEvent["message"] });
      },
    });
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? [])
        parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
    })().catch(() => undefined);
    return {
      events,
      status: response.status,
      async drop() {
        leaving.abort();
        await reading;
      },
    };
  };
  return { status: initialize.status, session, post, listen };
}

/** One call of `hook` by a host of the modern era, which has no session. Settles when the headers are there. */
export function hookCall(
  url: string,
  name: string,
  signal?: AbortSignal,
  brings: { readonly requestState?: string; readonly inputResponses?: object } = {},
  key?: string,
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "hook",
      ...(key !== undefined && { "x-api-key": key }),
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: {
        name: "hook",
        arguments: {},
        ...brings,
        _meta: {
          [PROTOCOL_VERSION_META_KEY]: "2026-07-28",
          [CLIENT_INFO_META_KEY]: { name, version: "1" },
          [CLIENT_CAPABILITIES_META_KEY]: { sampling: {} },
        },
      },
    }),
    ...(signal !== undefined && { signal }),
  });
}

/** A model's answer. */
export function sampled(text: string): object {
  return { role: "assistant", model: "m", content: { type: "text", text } };
}
