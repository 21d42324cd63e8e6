/** The routes. Each request passes the guard, finds its route, and is answered in its dialect. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Dialect } from "../dialects/dialect.ts";
import type { Logger } from "../observability/log.ts";
import type { Metrics, RequestRecord } from "../observability/metrics.ts";
import { BridgeError, toBridgeError } from "../turn/error.ts";
import { allowOrigin, answerPreflight, isPreflight } from "./cors.ts";
import { dialectFor } from "./dialect-for.ts";
import { Guard, type GuardOptions } from "./guard.ts";
import { replyToMalformed, sendMalformed, type ParseFailure } from "./malformed.ts";
import { MODELS_PATH, serveModel, serveModels } from "./model-routes.ts";
import type { OpenRequests } from "./open-requests.ts";
import { RequestScope } from "./request-scope.ts";
import { serveTurn, type TurnParts } from "./serve-turn.ts";
import { parseTarget } from "./target.ts";

export interface AppParts extends TurnParts {
  readonly dialects: readonly Dialect[];
  readonly guard: GuardOptions;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly requests: OpenRequests;
  readonly version: string;
  /** Called when a request is over. */
  readonly onEnd: (record: RequestRecord) => void;
}

export interface App {
  /** Answers one request; never throws. */
  readonly serve: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  /** Answers what is no request, as the last thing on its connection. */
  readonly refuse: (socket: Duplex, failure: ParseFailure) => void;
}

interface Route {
  /** For logs and metrics. */
  readonly pattern: string;
  readonly method: "GET" | "POST";
  readonly serve: (scope: RequestScope) => void | Promise<void>;
}

export function createApp(parts: AppParts): App {
  const guard = new Guard(parts.guard);
  const { dialects, metrics, requests, router, log } = parts;
  const since = new Date();
  const routes = new Map<string, Route>();
  const get = (pattern: string, serve: Route["serve"]): Route => ({ pattern, method: "GET", serve });
  const add = (route: Route): unknown => routes.set(route.pattern, route);

  add(
    get("/health", (scope) =>
      scope.sendJson({ name: "mcp-token-bridge", status: "ok", version: parts.version }),
    ),
  );
  add(
    get("/ready", (scope) => {
      const hosts = router.pool.describe();
      const ready = !requests.stopping && hosts.some((host) => host.canSample);
      scope.sendJson({ ready, hosts }, ready ? 200 : 503);
    }),
  );
  add(get("/metrics", async (scope) => scope.send(await metrics.text(), metrics.contentType)));
  add(get(MODELS_PATH, (scope) => serveModels(scope, router, since)));
  const model = get(`${MODELS_PATH}/{id}`, (scope) => serveModel(scope, router, since));
  for (const dialect of dialects) {
    add({
      pattern: dialect.path,
      method: "POST",
      serve: async (scope) => {
        requests.admit(scope);
        await serveTurn(scope, parts);
      },
    });
    for (const local of dialect.local ?? []) {
      add({
        pattern: local.path,
        method: "POST",
        serve: async (scope) => {
          const body = await scope.readJson(parts.bodyLimit);
          scope.sendJson(await local.answer(body, scope.headers, (request) => parts.tokens.prompt(request)));
        },
      });
    }
  }

  async function dispatch(scope: RequestScope, authority: string | undefined): Promise<void> {
    guard.checkHost(authoritiesOf(scope.incoming, authority));
    const origin = guard.checkOrigin(scope.incoming.headers);
    if (origin !== undefined) allowOrigin(scope, origin);
    if (origin !== undefined && isPreflight(scope)) {
      answerPreflight(scope);
      return;
    }
    if (scope.path !== "/health") {
      scope.client = `${guard.checkKey(scope.incoming.headers)} ${scope.headers.get("user-agent") ?? ""}`;
    }
    const route = routes.get(scope.path) ?? (scope.path.startsWith(`${MODELS_PATH}/`) ? model : undefined);
    if (route === undefined) {
      const path = scope.path.slice(0, 200);
      throw new BridgeError(
        "not_found",
        `There is no ${path} here; there is ${[...routes.keys()].join(", ")}.`,
      );
    }
    scope.route = route.pattern;
    if (scope.method !== route.method && !(scope.method === "HEAD" && route.method === "GET")) {
      scope.outgoing.setHeader("allow", route.method === "GET" ? "GET, HEAD" : "POST");
      throw new BridgeError("method_not_allowed", `${route.pattern} accepts only ${route.method}.`);
    }
    await route.serve(scope);
  }

  function ended(record: RequestRecord): void {
    metrics.ended(record);
    parts.onEnd(record);
  }

  return {
    serve(incoming, outgoing) {
      const target = parseTarget(incoming.url ?? "/");
      const dialect = dialectFor(target.path, incoming.headers, dialects);
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
        onEnd,
      });
      requests.add(scope);
      dispatch(scope, target.authority).catch((thrown: unknown) => scope.fail(toBridgeError(thrown)));
    },
    refuse(socket, failure) {
      const id = randomUUID();
      const reply = replyToMalformed(failure, dialects);
      const { status, dialect, error } = reply;
      sendMalformed(socket, reply, id);
      log.info({ id, status, error: error.code, reason: failure.code }, "refused");
      ended({
        route: "none",
        dialect: dialect.id,
        stream: false,
        status,
        outcome: "failed",
        error: error.code,
        bytes: 0,
        turn: undefined,
      });
    },
  };
}

/** Every Host header there is, and the host of a request target that is a whole URL. */
function authoritiesOf(incoming: IncomingMessage, authority: string | undefined): string[] {
  const found = authority === undefined ? [] : [authority];
  const { rawHeaders } = incoming;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    if (name.length === 4 && name.toLowerCase() === "host") found.push(value);
  }
  return found;
}
