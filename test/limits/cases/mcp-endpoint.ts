import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from "@modelcontextprotocol/server";
import { checkReply, send, type Expected, type LimitCase, type Reply, type Target } from "../case.ts";

/** Hosts that come over HTTP: how they introduce themselves, and how many. */
const flags = ["--mcp-http"];

function say(
  { url }: Target,
  message: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, ...message });
  return send(url, {
    path: "/mcp",
    body,
    headers: { accept: "application/json, text/event-stream", ...headers },
  });
}

const initialize = (clientInfo: object, capabilities: object = { sampling: {} }): object => ({
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities, clientInfo },
});

/** A call of a host of the modern era, which introduces itself in each. */
const called = (clientInfo: object, capabilities: object): object => ({
  method: "tools/call",
  params: {
    name: "status",
    arguments: {},
    _meta: {
      [PROTOCOL_VERSION_META_KEY]: "2026-07-28",
      [CLIENT_INFO_META_KEY]: clientInfo,
      [CLIENT_CAPABILITIES_META_KEY]: capabilities,
    },
  },
});
const MODERN = { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "status" };

/** Taken, or refused as too much. */
const EITHER: Expected = { status: [200, 400, 413, 503] };
/** So many in one case: what is kept of each adds up. */
const TIMES = 30;
const MANY = 1000;

const INTRODUCTIONS: readonly (readonly [string, number, (size: number) => [object, object]])[] = [
  [
    "a version without end",
    8_000_000,
    (size) => [{ name: "host", version: "v".repeat(size) }, { sampling: {} }],
  ],
  ["a name without end", 8_000_000, (size) => [{ name: "n".repeat(size), version: "1" }, { sampling: {} }]],
  [
    "abilities without end",
    8_000_000,
    (size) => [
      { name: "host", version: "1" },
      { sampling: {}, experimental: { x: { y: "z".repeat(size) } } },
    ],
  ],
];

export const cases: readonly LimitCase[] = [
  ...INTRODUCTIONS.flatMap(([name, size, make]): LimitCase[] => [
    {
      name: `thirty hosts introduce themselves with ${name}`,
      size,
      flags,
      async act(bridge, at) {
        const message = initialize(...make(at));
        for (let time = 0; time < TIMES; time += 1) checkReply(await say(bridge, message), EITHER);
      },
    },
    {
      name: `a call brings ${name}`,
      size,
      flags,
      async act(bridge, at) {
        checkReply(await say(bridge, called(...make(at)), MODERN), EITHER);
      },
    },
  ]),
  {
    name: "hosts that introduce themselves and say no more",
    size: MANY,
    small: 300,
    flags,
    async act(bridge, size) {
      for (let index = 0; index < size; index += 1)
        checkReply(await say(bridge, initialize({ name: `bare ${index}`, version: "1" })), { status: 200 });
      // Who comes to lend finds a place.
      checkReply(await say(bridge, initialize({ name: "late", version: "1" })), { status: 200 });
    },
  },
  {
    name: "a batch of introductions",
    size: 50_000,
    flags,
    async act({ url }, size) {
      const one = JSON.stringify({ jsonrpc: "2.0", id: 1, ...initialize({ name: "host", version: "1" }) });
      const body = `[${`${one},`.repeat(size)}${one}]`;
      const headers = { accept: "application/json, text/event-stream" };
      checkReply(await send(url, { path: "/mcp", body, headers }), { status: [400, 413] });
    },
  },
  {
    name: "a message that nests deep",
    size: 4_000_000,
    flags,
    async act({ url }, size) {
      const body = `{"jsonrpc":"2.0","id":1,"method":"ping","params":${"[".repeat(size)}${"]".repeat(size)}}`;
      const headers = { accept: "application/json, text/event-stream" };
      checkReply(await send(url, { path: "/mcp", body, headers }), { status: [400, 413] });
    },
  },
];
