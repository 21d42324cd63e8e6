/** Sessions over Streamable HTTP, by hand: what a host sees that loses its stream, or goes away without a word. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from "@modelcontextprotocol/server";
import { createParser } from "eventsource-parser";
import { afterEach, expect, vi } from "vitest";
import { ERA_SERVERS, hookCodec } from "../../src/hosts/mcp/era-servers.ts";
import { mcpOverHttp, type McpHttpOptions } from "../../src/hosts/mcp/http.ts";
import type { Carrier } from "../../src/hosts/mcp/carrier.ts";
import { verifies } from "../support/verifies.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

interface Endpoint {
  readonly url: string;
  /** Hosts that are attached, by the order they came. */
  readonly carriers: Map<string, Carrier>;
}

/** The MCP endpoint alone, on a socket of its own. */
async function endpoint(settings: Partial<McpHttpOptions> = {}): Promise<Endpoint> {
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
      void mcp.handle(incoming, outgoing, text === "" ? undefined : JSON.parse(text));
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

/** A host that speaks the protocol with fetch alone. */
async function rawHost(url: string, name: string) {
  let session = "";
  const post = async (message: object): Promise<Response> => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
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
      capabilities: { sampling: {} },
      clientInfo: { name, version: "1" },
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
  return { status: initialize.status, post, listen };
}

const never = new AbortController().signal;

verifies(
  "http.reconnect",
  "a host that loses its stream gets what it has missed and answers on",
  async () => {
    const { url, carriers } = await endpoint();
    const host = await rawHost(url, "raw");
    const first = await host.listen();
    await vi.waitFor(() => expect(carriers.get("raw")?.slots).toBeUndefined());
    const one = carriers.get("raw")?.send({ n: 1 }, { signal: never });
    await vi.waitFor(() => expect(first.events).toHaveLength(1));
    await first.drop();
    await vi.waitFor(() => expect(carriers.get("raw")?.slots).toBe(0));
    const two = carriers.get("raw")?.send({ n: 2 }, { signal: never });
    const second = await host.listen(first.events[0]?.id);
    await vi.waitFor(() => expect(second.events.map(({ message }) => message.params.n)).toEqual([2]));
    for (const { message } of [...first.events, ...second.events]) {
      await host.post({ id: message.id, result: { answers: message.params.n } });
    }
    expect(await Promise.all([one, two])).toEqual([{ answers: 1 }, { answers: 2 }]);
    await second.drop();
  },
);

verifies("http.idle", "a host that makes no request for long is gone, one that listens stays", async () => {
  const { url, carriers } = await endpoint({ idleMs: 1000 });
  const listening = await rawHost(url, "listening");
  const stream = await listening.listen();
  expect((await rawHost(url, "silent")).status).toBe(200);
  await vi.waitFor(() => expect([...carriers.keys()]).toEqual(["listening"]), { timeout: 5000 });
  expect(stream.status).toBe(200);
  await stream.drop();
});

verifies("http.bounded", "no more sessions than there may be", async () => {
  const { url } = await endpoint();
  expect((await rawHost(url, "one")).status).toBe(200);
  expect((await rawHost(url, "two")).status).toBe(200);
  expect((await rawHost(url, "three")).status).toBe(503);
});

/** One call of `hook` by a host of the modern era, which has no session. Settles when the headers are there. */
function hookCall(
  url: string,
  name: string,
  signal?: AbortSignal,
  brings: { readonly requestState?: string; readonly inputResponses?: object } = {},
): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "hook",
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

verifies("http.bounded", "hosts without a session count as well", async () => {
  const { url, carriers } = await endpoint();
  const leaving = new AbortController();
  await hookCall(url, "one", leaving.signal);
  expect((await rawHost(url, "two")).status).toBe(200);
  expect(await (await hookCall(url, "three")).text()).toContain("as many hosts as it may");
  expect((await rawHost(url, "four")).status).toBe(503);
  expect([...carriers.keys()]).toEqual(["one", "two"]);
  await hookCall(url, "one", leaving.signal);
  await vi.waitFor(() => expect(carriers.get("one")?.slots).toBe(2));
  leaving.abort();
});

verifies("http.idle", "a host without a session is gone when it has made no call for long", async () => {
  const { url, carriers } = await endpoint({ idleMs: 500 });
  const leaving = new AbortController();
  await hookCall(url, "staying", leaving.signal);
  const left = new AbortController();
  await hookCall(url, "leaving", left.signal);
  left.abort();
  await vi.waitFor(() => expect([...carriers.keys()]).toEqual(["staying"]), { timeout: 5000 });
  leaving.abort();
});

verifies(
  "modern.dropped-call",
  "a call whose connection breaks takes no turn; the next call does",
  async () => {
    const { url, carriers } = await endpoint();
    const leaving = new AbortController();
    await hookCall(url, "host", leaving.signal);
    await vi.waitFor(() => expect(carriers.get("host")?.slots).toBe(1));
    leaving.abort();
    await vi.waitFor(() => expect(carriers.get("host")?.slots).toBe(0));
    const left = new AbortController();
    const turn = carriers.get("host")?.send({ messages: [], maxTokens: 7 }, { signal: left.signal });
    expect(await (await hookCall(url, "host")).text()).toContain('"maxTokens":7');
    left.abort(new Error("Enough."));
    await expect(turn).rejects.toThrow("Enough.");
  },
);

verifies("http.apart", "an answer counts only where its turn was sent, in either era", async () => {
  const { url, carriers } = await endpoint({ maxSessions: 4 });
  const leaving = new AbortController();
  const lasting = { signal: leaving.signal };

  const asked = await hookCall(url, "modern");
  const turn = carriers.get("modern")?.send({ messages: [], maxTokens: 7 }, lasting);
  const text = await asked.text();
  const requestState = /"requestState":"([^"]+)"/.exec(text)?.[1] ?? "";
  const [key = ""] = /[\da-f]{8}-[\da-f-]{27}/.exec(text) ?? [];
  const bring = (name: string, answer: string) =>
    hookCall(url, name, leaving.signal, { requestState, inputResponses: { [key]: sampled(answer) } });
  await bring("other", "of a stranger");
  await vi.waitFor(() => expect(carriers.get("other")?.slots).toBe(1));
  await bring("modern", "of its own");
  expect(await turn).toMatchObject({ content: { text: "of its own" } });

  const [one, two] = [await rawHost(url, "one"), await rawHost(url, "two")];
  const stream = await one.listen();
  await vi.waitFor(() => expect(carriers.get("one")?.slots).toBeUndefined());
  const pushed = carriers.get("one")?.send({ n: 1 }, lasting);
  await vi.waitFor(() => expect(stream.events).toHaveLength(1));
  const id = stream.events[0]?.message.id;
  await two.post({ id, result: sampled("of a stranger") });
  await one.post({ id, result: sampled("of its own") });
  expect(await pushed).toMatchObject({ content: { text: "of its own" } });
  await stream.drop();
  leaving.abort();
});

function sampled(text: string): object {
  return { role: "assistant", model: "m", content: { type: "text", text } };
}
