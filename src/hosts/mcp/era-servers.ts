/** The MCP SDK's server for each era, with our tools; both report when a host has identified itself. */
import { randomBytes } from "node:crypto";
import {
  createRequestStateCodec,
  Server,
  type McpServer,
  type Implementation,
  type jsonSchemaValidator,
  type RequestStateCodec,
} from "@modelcontextprotocol/server";
import * as z from "zod";
import { holdHook, pullHook } from "./hook.ts";
import type { HookRounds, HookState } from "./hook-rounds.ts";
import { introductionOf, UNKNOWN, type Introduction } from "./introduction.ts";
import type { Params } from "./peer.ts";
import { DELTA_METHOD, EXTENSION, OFFER } from "./sampling-stream.ts";
import type { HostLog, SendLog } from "../../observability/host-log.ts";
import { callTool, TOOLS, type ToolContext } from "./tools.ts";

export interface ServerParts {
  readonly version: string;
  readonly tools: ToolContext;
  /** Milliseconds for a host to answer; `Infinity` for no limit. */
  readonly timeoutMs: number;
  /** Called for an unexpected message of the host. */
  readonly onerror: (error: Error) => void;
  /** The log, for a host that shows it (legacy era). */
  readonly hostLog?: { readonly log: HostLog; readonly send: SendLog } | undefined;
  /** Signs the state of hook calls; the same for all connections, because a call may come back on another one. */
  readonly codec: HookCodec;
}

const INSTRUCTIONS =
  "MCPTokenBridge lends this host's model to local clients of the OpenAI, Anthropic, Gemini and Ollama APIs. Nothing needs to be called: " +
  "the tool `status` shows what it is doing, and `hook` keeps a call open for hosts that allow sampling only inside a tool call.";

const MODERN_INSTRUCTIONS =
  "MCPTokenBridge lends this host's model to local clients of the OpenAI, Anthropic, Gemini and Ollama APIs while the tool `hook` is running. Call " +
  "`hook`, and call it again whenever it returns; several calls at once serve several clients at once. The tool " +
  "`status` shows what the bridge is doing.";

const LATEST_LEGACY = "2025-11-25";
const DAY_S = 86_400;
const anyParams = z.record(z.string(), z.unknown());

/**
 * The SDK uses it to validate forms that a person has filled in, and we send no forms. Its default creates a schema
 * compiler for each server, that is, over HTTP in the modern era for each request.
 */
const jsonSchemaValidator: jsonSchemaValidator = {
  getValidator() {
    throw new Error("The bridge sends no forms.");
  },
};

const identity = (version: string): Implementation => ({
  name: "mcp-token-bridge",
  title: "MCPTokenBridge",
  version,
});

/** The servers of one connection, for both eras. */
export interface EraServers {
  readonly legacy: (parts: ServerParts, onReady: (host: Introduction) => void) => Server | McpServer;
  readonly modern: (parts: ModernParts) => Server | McpServer;
}

/** For revisions up to 2025-11-25. `onReady` is called once, at the end of the handshake. */
export function legacyServer(parts: ServerParts, onReady: (host: Introduction) => void): Server {
  const { version, tools, hostLog } = parts;
  const server = new Server(identity(version), {
    capabilities: {
      tools: {},
      experimental: { [EXTENSION]: OFFER },
      ...(hostLog !== undefined && { logging: {} }),
    },
    instructions: INSTRUCTIONS,
    jsonSchemaValidator,
  });
  if (hostLog !== undefined) {
    server.setRequestHandler("logging/setLevel", ({ params }) => {
      hostLog.log.open(params.level, hostLog.send);
      return {};
    });
  }
  server.setRequestHandler("tools/list", () => ({ tools: [...TOOLS] }));
  server.setRequestHandler("tools/call", (request, context) =>
    callTool(request.params, tools, () => holdHook(context, tools)),
  );
  server.onerror = parts.onerror;
  server.oninitialized = () => {
    delete server.oninitialized;
    onReady({
      clientInfo: server.getClientVersion() ?? UNKNOWN,
      capabilities: server.getClientCapabilities() ?? {},
      revision: server.getNegotiatedProtocolVersion() ?? LATEST_LEGACY,
    });
  };
  return server;
}

export type HookCodec = RequestStateCodec<HookState>;

export function hookCodec(): HookCodec {
  return createRequestStateCodec<HookState>({ key: randomBytes(32), ttlSeconds: DAY_S });
}

export interface ModernParts extends ServerParts {
  /** The rounds of the host that a request belongs to; in this era each request identifies its host. */
  readonly roundsOf: (host: Introduction) => HookRounds;
  /** Takes the params of a delta, whose token identifies its turn. */
  readonly onDelta: (params: Params) => void;
}

/** For revision 2026-07-28. */
export function modernServer(parts: ModernParts): Server {
  const { version, tools, codec, onerror, roundsOf, onDelta } = parts;
  const server = new Server(identity(version), {
    capabilities: { tools: {}, extensions: { [EXTENSION]: OFFER } },
    instructions: MODERN_INSTRUCTIONS,
    jsonSchemaValidator,
    requestState: { verify: (state, context) => codec.verify(state, context) },
  });
  server.onerror = onerror;
  server.setNotificationHandler(DELTA_METHOD, { params: anyParams }, onDelta);
  server.setRequestHandler("tools/list", (_request, context) => {
    roundsOf(introductionOf(context.mcpReq.envelope ?? {}));
    return { tools: [...TOOLS] };
  });
  server.setRequestHandler("tools/call", (request, context) => {
    const rounds = roundsOf(introductionOf(context.mcpReq.envelope ?? {}));
    return callTool(request.params, tools, () => pullHook(context, tools, rounds));
  });
  return server;
}

export const ERA_SERVERS: EraServers = { legacy: legacyServer, modern: modernServer };
