/** The routes. Each request passes the guard, finds its route, and is answered in its dialect. */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Dialect } from "../dialects/dialect.ts";
import type { McpHttp } from "../hosts/mcp/http.ts";
import type { Logger } from "../observability/log.ts";
import type { Metrics, RequestRecord } from "../observability/metrics.ts";
import { BridgeError, toBridgeError } from "../turn/error.ts";
import { allowOrigin, answerPreflight, isPreflight } from "./cors.ts";
import { dialectFor } from "./dialect-for.ts";
import { addDialects, type DialectParts } from "./dialect-routes.ts";
import { Guard, type GuardOptions } from "./guard.ts";
import { replyToMalformed, sendMalformed, type MalformedReply, type ParseFailure } from "./malformed.ts";
import { serveModel, serveModels } from "./model-routes.ts";
import { addOperatorRoutes, type OperatorParts } from "./operator-routes.ts";
import { RELAY_PATH } from "../hosts/relay/protocol.ts";
import { addPage, PAGE_PATHS } from "./page-routes.ts";
import type { RelayRoute } from "./relay-route.ts";
import { RequestScope, type BodyLimits, type Handler } from "./request-scope.ts";
import { RouteTable, type Match } from "./route-table.ts";
import { addSession, SESSION_PATH, sessionOf, type SessionParts } from "./session-routes.ts";
import { usageOf } from "./spending.ts";
import { parseTarget } from "./target.ts";

export interface AppParts extends DialectParts, OperatorParts, SessionParts {
  readonly guard: GuardOptions;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Serves hosts over Streamable HTTP, at `/mcp`. */
  readonly mcp?: McpHttp | undefined;
  /** For what hosts send there: apart from the clients' bodies, which are given up only when a host has answered. */
  readonly hostBodies: BodyLimits;
  readonly version: string;
  /** The page's language: one, or `auto`. */
  readonly lang: string;
  readonly relay: RelayRoute;
  /** Whether traces are kept. */
  readonly traces: boolean;
  /** Called when a request is over. */
  readonly onEnd: (record: RequestRecord) => void;
}

const MCP_PATH = "/mcp";
/** What everybody may know who reaches the address. */
const OPEN_PATHS: ReadonlySet<string> = new Set(["/health", SESSION_PATH, ...PAGE_PATHS]);

/** What a port serves. */
export interface Door {
  /** Answers one request; never throws. */
  readonly serve: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  /** Takes a connection that is to speak another protocol; false when the request is to be served as it is. */
  readonly upgrade: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Answers what is no request, as the last thing on its connection. */
  readonly refuse: (socket: Duplex, failure: ParseFailure) => void;
}

export interface App extends Door {
  /** The same at a port where programs look for a server of one API: it greets them. */
  readonly doorOf: (id: Dialect["id"]) => Door;
}

export function createApp(parts: AppParts): App {
  const guard = new Guard(parts.guard);
  const { dialects, metrics, requests, router, log } = parts;
  const since = new Date();
  const routes = new RouteTable<Handler>();
  addPage(routes, { needsKey: () => guard.needsKey, lang: parts.lang });

  routes.add("GET", "/health", (scope) =>
    scope.sendJson({ name: "mcp-token-bridge", status: "ok", version: parts.version }),
  );
  routes.add("GET", "/ready", (scope) => {
    const hosts = router.pool.describe();
    const stopped = parts.halt.isStopped;
    const ready = !requests.stopping && !stopped && hosts.some((host) => host.canSample);
    scope.sendJson({ ready, ...(stopped && { stopped }), hosts }, ready ? 200 : 503);
  });
  routes.add("GET", "/metrics", async (scope) => scope.send(await metrics.text(), metrics.contentType));
  routes.add("GET", "/v1/models", (scope) => serveModels(scope, router, since));
  // Model names of hosts contain slashes, which clients send encoded or plain.
  routes.add("GET", "/v1/models/{id+}", (scope, { id }) => serveModel(scope, id, router, since));
  routes.add("GET", "/v1/me/usage", (scope) => scope.sendJson(usageOf(scope.principal, parts.budgets)));
  addOperatorRoutes(routes, guard, parts);
  addSession(routes, guard, parts);
  const { mcp } = parts;
  if (mcp !== undefined) {
    for (const method of ["POST", "GET", "DELETE"]) {
      routes.add(method, MCP_PATH, async (scope) => {
        // It lasts as long as the host wants; what ends the clients' requests does not end it.
        requests.delete(scope);
        const { incoming, hostKey } = scope;
        const bytes = mcp.bodyLimit(incoming, parts.hostBodies.bytes, hostKey);
        const body = method === "POST" ? await scope.readJson({ ...parts.hostBodies, bytes }) : undefined;
        await mcp.handle(incoming, scope.outgoing, body, hostKey);
      });
    }
  }
  addDialects(routes, parts, since);

  async function dispatch(scope: RequestScope, authority: string | undefined): Promise<void> {
    const authorities = authoritiesOf(scope.incoming, authority);
    guard.checkHost(authorities);
    const origin = guard.checkOrigin(scope.incoming.headers, authorities);
    scope.isOwnOrigin = origin === undefined;
    if (origin !== undefined) allowOrigin(scope, origin);
    if (origin !== undefined && isPreflight(scope)) {
      answerPreflight(scope, methodsOf(routes.find(scope.path)));
      return;
    }
    if (scope.path === MCP_PATH) {
      scope.hostKey = guard.checkHostKey(scope.incoming.headers);
    } else if (!OPEN_PATHS.has(scope.path)) {
      const { queryKey } = scope.dialect;
      const inQuery = queryKey === undefined ? undefined : scope.query.get(queryKey);
      scope.principal =
        sessionOf(scope, parts.signIn, guard) ?? guard.checkKey(scope.incoming.headers, inQuery);
    }
    const route = routes.find(scope.path);
    if (route === undefined) {
      const path = scope.path.slice(0, 200);
      // Clients have no use for the operators' paths.
      const known = routes.patterns.filter((pattern) => !pattern.startsWith("/control"));
      throw new BridgeError("not_found", `Unknown path ${path}. Paths: ${known.join(", ")}.`);
    }
    scope.route = route.pattern;
    const handler = route.methods.get(scope.method === "HEAD" ? "GET" : scope.method);
    if (handler === undefined) {
      const allowed = methodsOf(route);
      scope.outgoing.setHeader("allow", allowed.join(", "));
      throw new BridgeError("method_not_allowed", `${route.pattern} accepts only ${allowed.join(" and ")}.`);
    }
    await handler(scope, route.params);
  }

  /** Called when a connection closes, where nobody waits for it: what fails here is told and ends nothing. */
  function ended(record: RequestRecord): void {
    try {
      metrics.ended(record);
      parts.onEnd(record);
    } catch (error) {
      log.error({ err: error }, "a request could not be counted");
    }
  }

  /** Answers on a connection that has no request of ours, and ends it. */
  function refuse(socket: Duplex, reply: MalformedReply, reason: string | undefined): void {
    const id = randomUUID();
    const { status, dialect, error } = reply;
    sendMalformed(socket, reply, id);
    log.info({ id, status, error: error.code, reason }, "refused");
    ended({
      id,
      method: "_OTHER",
      route: "none",
      dialect: dialect.id,
      stream: false,
      status,
      outcome: "failed",
      error: error.code,
      bytes: 0,
      seconds: 0,
      key: undefined,
      askedBy: { key: undefined, client: "" },
      trace: undefined,
      turn: undefined,
    });
  }

  /** As clients find it at a port; `known` are the dialects with the paths that each has there. */
  function appOf(known: readonly Dialect[]): Door {
    return {
      serve(incoming, outgoing) {
        const target = parseTarget(incoming.url ?? "/");
        const dialect = dialectFor(target, incoming.headers, known);
        const onEnd = (record: RequestRecord): void => {
          requests.delete(scope);
          ended(record);
        };
        const scope = new RequestScope({
          incoming,
          outgoing,
          target,
          dialect,
          log,
          stallMs: parts.respond.stallMs,
          traces: parts.traces,
          onEnd,
        });
        requests.add(scope);
        dispatch(scope, target.authority)
          .catch((thrown: unknown) => scope.fail(toBridgeError(thrown)))
          .catch((thrown: unknown) => {
            log.error({ id: scope.id, err: thrown }, "a failure could not be told");
            outgoing.destroy();
          });
      },
      upgrade(incoming, socket, head) {
        const target = parseTarget(incoming.url ?? "/");
        const { headers } = incoming;
        const isTurn = known.some(({ path }) => path === target.path);
        // Elsewhere the wish for another protocol may be ignored (RFC 9110, section 7.8).
        if (!isWebSocket(headers) || (target.path !== RELAY_PATH && !isTurn)) return false;
        try {
          guard.checkHost(authoritiesOf(incoming, target.authority));
          if (target.path !== RELAY_PATH) throw noWebSocket(target.path);
          parts.relay(incoming, socket, head);
        } catch (thrown) {
          const error = toBridgeError(thrown);
          refuse(
            socket,
            { status: error.kind.status, dialect: dialectFor(target, incoming.headers, known), error },
            "relay",
          );
        }
        return true;
      },
      refuse: (socket, failure) => refuse(socket, replyToMalformed(failure, known), failure.code),
    };
  }

  return {
    ...appOf(dialects),
    doorOf: (id) => appOf(dialects.map((one) => (one.id === id ? withRoot(one) : one))),
  };
}

/** A route that is not there is asked for all the same, so that its page reads why not. */
function methodsOf(route: Match<Handler> | undefined): string[] {
  const methods = route === undefined ? ["GET", "POST"] : [...route.methods.keys()];
  return methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
}

/** The dialect as it also has `/` for its own. */
function withRoot(dialect: Dialect): Dialect {
  return { ...dialect, paths: { test: (path) => path === "/" || dialect.paths.test(path) } };
}

function isWebSocket({ upgrade = "" }: IncomingHttpHeaders): boolean {
  return upgrade.toLowerCase() === "websocket";
}

/** Clients that would rather speak over a WebSocket fall back to HTTP on this status at once. */
function noWebSocket(path: string): BridgeError {
  return new BridgeError(
    "websocket_not_supported",
    `${path.slice(0, 200)} is not served over a WebSocket; send the request with POST over HTTP.`,
  );
}

/** Every Host header there is, and the host of a request target that is a whole URL. */
function authoritiesOf(incoming: IncomingMessage, authority: string | undefined): string[] {
  const found = authority === undefined ? [] : [authority];
  const { rawHeaders } = incoming;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") found.push(rawHeaders[index + 1] ?? "");
  }
  return found;
}
