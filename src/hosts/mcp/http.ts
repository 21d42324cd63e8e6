/** Our MCP server over Streamable HTTP: hosts of both eras at once, each with its own server. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { toNodeHandler, toWebRequest } from "@modelcontextprotocol/node";
import {
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  ProtocolError,
  type AuthInfo,
} from "@modelcontextprotocol/server";
import type { McpEra } from "../../config/values.ts";
import { DECLINED, discoveringHost, Discovery } from "./discovery.ts";
import type { EraServers, ServerParts } from "./era-servers.ts";
import { EventLogs } from "./event-log.ts";
import { givesWay, isGone, type Guest } from "./guests.ts";
import { heard } from "./heard.ts";
import { HookRounds } from "./hook-rounds.ts";
import { hookIdOf, HttpSession, refuse, SERVER_ERROR } from "./http-session.ts";
import type { Introduction } from "./introduction.ts";
import { gone, Peer, type Params } from "./peer.ts";
import { pushTo } from "./push.ts";
import type { Attach } from "./server.ts";

export interface McpHttpOptions extends Omit<ServerParts, "onerror"> {
  readonly era: McpEra;
  readonly servers: EraServers;
  readonly attach: Attach;
  /** Maximum number of hosts. */
  readonly maxSessions: number;
  /** Milliseconds without a request after which a host counts as disconnected. */
  readonly idleMs: number;
  readonly onWarning: (message: string) => void;
}

export interface McpHttp {
  /** Serves one request; `body` is the JSON of a POST, `owner` the name of its key. */
  handle(incoming: IncomingMessage, outgoing: ServerResponse, body: unknown, owner?: string): Promise<void>;
  /** The size limit for the body of a request, at most `limit`: an unknown host needs only little. */
  bodyLimit(incoming: IncomingMessage, limit: number, owner?: string): number;
  close(): Promise<void>;
}

/** A host of the modern era. It has no session: requests with the same key and the same introduction belong to one host. */
class ModernHost implements Guest {
  readonly rounds: HookRounds;
  readonly offers: boolean;
  /** Detaches it and ends its turns. */
  readonly leave: () => void;
  #lastSeen = performance.now();

  constructor(rounds: HookRounds, offers: boolean, detach: () => void) {
    this.rounds = rounds;
    this.offers = offers;
    this.leave = () => {
      detach();
      rounds.close(gone());
    };
  }

  get idleMs(): number {
    return this.rounds.slots > 0 ? 0 : performance.now() - this.#lastSeen;
  }

  get cameToLend(): boolean {
    return this.rounds.called;
  }

  seen(): void {
    this.#lastSeen = performance.now();
  }
}

const SWEEP_MS = 10_000;
const KEEP_ALIVE_MS = 15_000;
/** Revisions after this one have none. */
const LAST_WITH_SESSIONS = "2025-11-25";
const SESSION_NOT_FOUND = -32_001;
/** Maximum size of a body that begins a session. */
const INTRODUCTION_LIMIT = 1_048_576;
const FULL = "The bridge has reached its limit of hosts.";

export function mcpOverHttp(options: McpHttpOptions): McpHttp {
  const { era, servers, attach, maxSessions, idleMs } = options;
  const sessions = new Map<string, HttpSession>();
  const logs = new EventLogs();
  const modernHosts = new Map<string, ModernHost>();
  const discovery = new Discovery();
  const onerror = (error: Error): void => options.onWarning(error.message.split(":", 1)[0] ?? "");
  const parts = { ...options, onerror };

  async function openSession(owner: string | undefined): Promise<HttpSession> {
    const log = logs.open();
    const session = new HttpSession(owner, log, () => void sessions.delete(session.id));
    const peer = new Peer(session);
    let detach: (() => void) | undefined;
    peer.onended = () => {
      sessions.delete(session.id);
      logs.close(log);
      detach?.();
    };
    sessions.set(session.id, session);
    const server = servers.legacy(parts, (host) => {
      session.introduced(host.capabilities.sampling !== undefined);
      const carrier = pushTo(peer, host, options.timeoutMs);
      // A getter, because the host may connect and disconnect within its session.
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

  /** Whether there is room for a new host, if necessary after removing another. */
  function hasRoom(): boolean {
    if (sessions.size + modernHosts.size < maxSessions) return true;
    const guest = givesWay([...sessions.values(), ...modernHosts.values()]);
    if (guest instanceof HttpSession) end(guest);
    else if (guest !== undefined) dismiss(guest);
    return guest !== undefined;
  }

  function end(session: HttpSession): void {
    // Its place is free at once, even if its connection is still closing.
    sessions.delete(session.id);
    session.close().catch(() => undefined);
  }

  function dismiss(host: ModernHost): void {
    for (const [key, known] of modernHosts) if (known === host) modernHosts.delete(key);
    host.leave();
  }

  /** @throws ProtocolError when the limit of hosts is reached. */
  function roundsOf(host: Introduction, owner: string | undefined): HookRounds {
    const key = JSON.stringify([owner ?? null, host.clientInfo, host.capabilities]);
    let known = modernHosts.get(key);
    if (known === undefined) {
      if (!hasRoom()) throw new ProtocolError(SERVER_ERROR, FULL);
      const rounds = new HookRounds({ ...options, name: host.clientInfo.name });
      known = new ModernHost(rounds, host.capabilities.sampling !== undefined, attach(host, rounds));
      modernHosts.set(key, known);
    }
    known.seen();
    return known.rounds;
  }

  /** Whether there is room for a host that asks for our versions. */
  function takesIn(host: Introduction, owner: string | undefined): boolean {
    try {
      roundsOf(host, owner);
      return true;
    } catch (thrown) {
      if (thrown instanceof ProtocolError) return false;
      throw thrown;
    }
  }

  // A delta identifies its turn by a token that only the turn's host knows.
  const onDelta = (params: Params): void => {
    for (const { rounds } of modernHosts.values()) rounds.delta(params);
  };

  const modernHandler = (responseMode: "auto" | "sse") =>
    createMcpHandler(
      ({ authInfo }) =>
        servers.modern({ ...parts, roundsOf: (host) => roundsOf(host, authInfo?.clientId), onDelta }),
      { legacy: "reject", responseMode, keepAliveMs: KEEP_ALIVE_MS, onerror },
    );
  const brief = modernHandler("auto");
  const long = modernHandler("sse");
  const handleBrief = toNodeHandler(brief);
  const handleLong = toNodeHandler(long);

  const sweeping = setInterval(
    () => {
      for (const session of sessions.values()) if (isGone(session, idleMs)) end(session);
      // Without sessions there is no other sign that a host wants to lend.
      for (const host of modernHosts.values()) if (isGone(host, idleMs, host.offers)) dismiss(host);
    },
    Math.min(SWEEP_MS, idleMs),
  );
  sweeping.unref();

  /** The session that a request names, if it has the same owner. */
  function sessionOf({ headers }: IncomingMessage, owner: string | undefined): HttpSession | undefined {
    const session = sessions.get(String(headers["mcp-session-id"]));
    return session?.owner === owner ? session : undefined;
  }

  return {
    bodyLimit(incoming, limit, owner) {
      const modern = incoming.headers["mcp-protocol-version"] ?? "";
      const mayAnswer = sessionOf(incoming, owner) !== undefined || modern > LAST_WITH_SESSIONS;
      return mayAnswer ? limit : Math.min(limit, INTRODUCTION_LIMIT);
    },
    async handle(incoming, outgoing, sent, owner) {
      const request = asNamed(incoming, owner);
      const body = heard(sent);
      // The session first: an answer may be too large for the checks of bodies.
      if (incoming.headers["mcp-session-id"] !== undefined) {
        const session = sessionOf(incoming, owner);
        if (session === undefined)
          refuse(outgoing, 404, SESSION_NOT_FOUND, "Unknown session; initialize again.");
        else await session.handle(incoming, outgoing, body);
        return;
      }
      const declined = era === "auto" && discovery.declines(body);
      const legacy =
        declined || (era !== "modern" && (await isLegacyRequest(await toWebRequest(request, body), body)));
      if (!legacy && era !== "legacy") {
        const asking = discoveringHost(body);
        if (asking !== undefined && !takesIn(asking, owner)) {
          refuse(outgoing, 503, SERVER_ERROR, FULL);
          return;
        }
        if (hookIdOf(body) === undefined) await handleBrief(request, outgoing, body);
        else await handleLong(request, headersAtOnce(outgoing), body);
      } else if (!isInitializeRequest(body)) {
        const message = declined
          ? DECLINED.message
          : "A session starts with initialize (MCP up to 2025-11-25).";
        refuse(outgoing, 400, SERVER_ERROR, message);
      } else if (!hasRoom()) {
        refuse(outgoing, 503, SERVER_ERROR, FULL);
      } else {
        // Already here: on a busy machine its next request may arrive before the rest of its introduction is handled.
        discovery.fellBack(body.params.clientInfo.name);
        const session = await openSession(owner);
        await session.handle(incoming, outgoing, body);
      }
    },
    async close() {
      clearInterval(sweeping);
      await Promise.all([brief.close(), long.close()]);
      for (const host of modernHosts.values()) host.leave();
      modernHosts.clear();
      await Promise.all([...sessions.values()].map((session) => session.close()));
    },
  };
}

/** A server's request always has a method and a target; the SDK passes on the authentication. */
function asNamed(incoming: IncomingMessage, owner: string | undefined): NamedRequest {
  const { method = "GET", url = "/" } = incoming;
  const auth = owner === undefined ? undefined : { token: "", clientId: owner, scopes: [] };
  return Object.assign(incoming, { method, url, ...(auth && { auth }) });
}

type NamedRequest = IncomingMessage & {
  readonly method: string;
  readonly url: string;
  readonly auth?: AuthInfo;
};

/** Node holds headers back until there is a body, and clients give up a response long before a hook gets a turn. */
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
