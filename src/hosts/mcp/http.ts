/** Our MCP server over Streamable HTTP: hosts of both eras at once, each with a server of its own. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { toNodeHandler, toWebRequest } from "@modelcontextprotocol/node";
import {
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  ProtocolError,
} from "@modelcontextprotocol/server";
import type { McpEra } from "../../config/mcp-era.ts";
import { DECLINED, discoveringHost, Discovery } from "./discovery.ts";
import type { EraServers, ServerParts } from "./era-servers.ts";
import { HookRounds } from "./hook-rounds.ts";
import { hookIdOf, HttpSession } from "./http-session.ts";
import type { Introduction } from "./introduction.ts";
import { gone, Peer, type Params } from "./peer.ts";
import { pushTo } from "./push.ts";
import type { Attach } from "./server.ts";

export interface McpHttpOptions extends Omit<ServerParts, "onerror"> {
  readonly era: McpEra;
  readonly servers: EraServers;
  readonly attach: Attach;
  /** Most hosts at once. */
  readonly maxSessions: number;
  /** Milliseconds without any request after which a host counts as gone. */
  readonly idleMs: number;
  readonly onWarning: (message: string) => void;
}

export interface McpHttp {
  /** Serves one request; `body` is the JSON of a POST. */
  handle(incoming: IncomingMessage, outgoing: ServerResponse, body: unknown): Promise<void>;
  close(): Promise<void>;
}

/** A host of the modern era. It has no session: requests that introduce themselves alike are taken for one host's. */
interface ModernHost {
  readonly rounds: HookRounds;
  readonly detach: () => void;
  lastSeen: number;
}

const SWEEP_MS = 10_000;
const KEEP_ALIVE_MS = 15_000;
const SESSION_NOT_FOUND = -32_001;
const SERVER_ERROR = -32_000;
const FULL = "The bridge serves as many hosts as it may.";

export function mcpOverHttp(options: McpHttpOptions): McpHttp {
  const { era, servers, attach, maxSessions, idleMs } = options;
  const sessions = new Map<string, HttpSession>();
  const modernHosts = new Map<string, ModernHost>();
  const discovery = new Discovery();
  const onerror = (error: Error): void => options.onWarning(error.message.split(":", 1)[0] ?? "");
  const parts = { ...options, onerror };

  async function openSession(): Promise<HttpSession> {
    const session = new HttpSession(() => void sessions.delete(session.id));
    const peer = new Peer(session);
    let detach: (() => void) | undefined;
    peer.onended = () => {
      sessions.delete(session.id);
      detach?.();
    };
    sessions.set(session.id, session);
    const server = servers.legacy(parts, (host) => {
      discovery.fellBack(host.clientInfo.name);
      const carrier = pushTo(peer, host, options.timeoutMs);
      // A getter, because the host may come and go within its session.
      detach = attach(host, {
        cancel: carrier.cancel,
        errors: carrier.errors,
        get slots() {
          return session.reachable ? undefined : 0;
        },
        send: (params, send) => carrier.send(params, send),
      });
    });
    await server.connect(peer);
    return session;
  }

  const isFull = (): boolean => sessions.size + modernHosts.size >= maxSessions;

  /** @throws ProtocolError when there are as many hosts as there may be. */
  function roundsOf(host: Introduction): HookRounds {
    const key = JSON.stringify([host.clientInfo, host.capabilities]);
    let known = modernHosts.get(key);
    if (known === undefined) {
      if (isFull()) throw new ProtocolError(SERVER_ERROR, FULL);
      const rounds = new HookRounds({ ...options, name: host.clientInfo.name });
      known = { rounds, detach: attach(host, rounds), lastSeen: Date.now() };
      modernHosts.set(key, known);
    }
    known.lastSeen = Date.now();
    return known.rounds;
  }

  // A delta names its turn by a token that only the turn's host knows.
  const onDelta = (params: Params): void => {
    for (const { rounds } of modernHosts.values()) rounds.delta(params);
  };

  const modernHandler = (responseMode: "auto" | "sse") =>
    createMcpHandler(() => servers.modern({ ...parts, roundsOf, onDelta }), {
      legacy: "reject",
      responseMode,
      keepAliveMs: KEEP_ALIVE_MS,
      onerror,
    });
  const brief = modernHandler("auto");
  const long = modernHandler("sse");
  const handleBrief = toNodeHandler(brief);
  const handleLong = toNodeHandler(long);

  async function sweep(): Promise<void> {
    const now = Date.now();
    for (const session of sessions.values()) if (session.idleMs(now) > idleMs) await session.close();
    for (const [key, host] of modernHosts) {
      if (host.rounds.slots > 0 || now - host.lastSeen <= idleMs) continue;
      modernHosts.delete(key);
      host.detach();
    }
  }
  const sweeping = setInterval(
    () => {
      sweep().catch(() => undefined);
    },
    Math.min(SWEEP_MS, idleMs),
  );
  sweeping.unref();

  return {
    async handle(incoming, outgoing, body) {
      const request = asNamed(incoming);
      // The session first: an answer may be too large for whatever looks at bodies.
      const id = incoming.headers["mcp-session-id"];
      if (id !== undefined) {
        const session = sessions.get(String(id));
        if (session === undefined)
          refuse(outgoing, 404, SESSION_NOT_FOUND, "There is no such session; initialize again.");
        else await session.handle(incoming, outgoing, body);
        return;
      }
      const declined = era === "auto" && discovery.declines(body);
      const legacy =
        declined || (era !== "modern" && (await isLegacyRequest(await toWebRequest(request, body), body)));
      if (!legacy && era !== "legacy") {
        const asking = discoveringHost(body);
        if (asking !== undefined) roundsOf(asking);
        if (hookIdOf(body) === undefined) await handleBrief(request, outgoing, body);
        else await handleLong(request, headersAtOnce(outgoing), body);
      } else if (!isInitializeRequest(body)) {
        const message = declined
          ? DECLINED.message
          : "A session begins with initialize (MCP up to 2025-11-25).";
        refuse(outgoing, 400, SERVER_ERROR, message);
      } else if (isFull()) {
        refuse(outgoing, 503, SERVER_ERROR, FULL);
      } else {
        const session = await openSession();
        await session.handle(incoming, outgoing, body);
      }
    },
    async close() {
      clearInterval(sweeping);
      await Promise.all([brief.close(), long.close()]);
      for (const { rounds, detach } of modernHosts.values()) {
        detach();
        rounds.close(gone());
      }
      modernHosts.clear();
      await Promise.all([...sessions.values()].map((session) => session.close()));
    },
  };
}

/** What a server receives always has a method and a target. */
function asNamed(incoming: IncomingMessage): IncomingMessage & { method: string; url: string } {
  const { method = "GET", url = "/" } = incoming;
  return Object.assign(incoming, { method, url });
}

/** Node keeps headers until there is a body, and clients give up a response long before a hook has something to do. */
function headersAtOnce(outgoing: ServerResponse): ServerResponse {
  const writeHead = outgoing.writeHead.bind(outgoing) as (...parts: readonly unknown[]) => ServerResponse;
  return Object.assign(outgoing, {
    writeHead(...parts: readonly unknown[]): ServerResponse {
      writeHead(...parts);
      outgoing.flushHeaders();
      return outgoing;
    },
  });
}

function refuse(outgoing: ServerResponse, status: number, code: number, message: string): void {
  outgoing.writeHead(status, { "content-type": "application/json" });
  outgoing.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message } }));
}
