/** The routes. Each request passes the guard, is decoded by its dialect, routed to a host, and answered. */
import { randomUUID } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import { Hono, type Context } from "hono";
import type { CountTokens, Dialect } from "../dialects/dialect.ts";
import type { Logger } from "../observability/log.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { TokenEstimator } from "../polyfill/tokens.ts";
import type { Router } from "../routing/router.ts";
import { BridgeError, toBridgeError } from "../turn/error.ts";
import { readJson } from "../wire/json.ts";
import { errorResponse } from "./error-response.ts";
import { Guard, type GuardOptions } from "./guard.ts";
import { modelRoutes } from "./model-routes.ts";
import { normalisePath } from "./path.ts";
import type { RespondOptions } from "./respond.ts";
import { serveTurn } from "./serve-turn.ts";

export interface AppOptions {
  readonly guard: GuardOptions;
  readonly bodyLimit: number;
  readonly maxInFlight: number;
  readonly respond: Omit<RespondOptions, "whole">;
  readonly version: string;
  readonly logContent: boolean;
}

export interface AppParts {
  readonly dialects: readonly Dialect[];
  readonly router: Router;
  readonly tokens: TokenEstimator;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** True from the moment the bridge begins to stop. */
  readonly stopping: () => boolean;
}

export interface RequestVariables {
  /** One id a request, from RX to TX and in the response. */
  readonly id: string;
  readonly dialect: Dialect;
  /** What the queue is fair between. */
  readonly client: string;
}

export type AppEnv = { Bindings: Partial<HttpBindings>; Variables: RequestVariables };

export function createApp(parts: AppParts, options: AppOptions): Hono<AppEnv> {
  const guard = new Guard(options.guard);
  const app = new Hono<AppEnv>({ getPath: (request) => normalisePath(new URL(request.url).pathname) });
  let inFlight = 0;

  app.use(async (c, next) => {
    c.set("id", randomUUID());
    c.set("dialect", dialectOf(c, parts.dialects));
    guard.checkHost(c.req.raw.headers);
    const origin = guard.checkOrigin(c.req.raw.headers);
    if (origin !== undefined) allowOrigin(c, origin);
    if (c.req.method === "OPTIONS" && origin !== undefined) return c.body(null, 204);
    if (c.req.path !== "/health")
      c.set("client", `${guard.checkKey(c.req.raw.headers)} ${c.req.header("user-agent") ?? ""}`);
    return next();
  });

  app.get("/health", (c) => c.json({ status: "ok", version: options.version }));
  app.get("/ready", (c) => {
    const hosts = parts.router.pool.describe();
    const ready = !parts.stopping() && hosts.some((host) => host.canSample);
    return c.json({ ready, hosts }, ready ? 200 : 503);
  });
  app.get("/metrics", async (c) =>
    c.text(await parts.metrics.text(), 200, { "content-type": parts.metrics.contentType }),
  );
  modelRoutes(app, parts.router);

  for (const dialect of parts.dialects) {
    app.post(dialect.path, async (c) => {
      if (parts.stopping()) throw new BridgeError("shutting_down", "The bridge is stopping.");
      if (inFlight >= options.maxInFlight) {
        throw new BridgeError(
          "queue_full",
          "The bridge is handling as many requests as it may. Try again soon.",
        );
      }
      inFlight += 1;
      const body = readJson(c.req.raw, options.bodyLimit);
      return serveTurn(c, dialect, body, parts, options, () => {
        inFlight -= 1;
      });
    });
    for (const route of dialect.local ?? []) {
      app.on(route.method, route.path, async (c) => {
        const body = route.method === "POST" ? await readJson(c.req.raw, options.bodyLimit) : undefined;
        const { headers } = c.req.raw;
        const count: CountTokens = (request) => parts.tokens.prompt(request);
        const answer = await route.answer({ params: c.req.param(), body, headers, count });
        c.header(dialect.requestIdHeader, c.get("id"));
        return c.json(answer);
      });
    }
  }
  const methods = new Map<string, string[]>();
  for (const { path, method = "POST" } of parts.dialects.flatMap((dialect) => [
    { path: dialect.path },
    ...(dialect.local ?? []),
  ]) as readonly { path: string; method?: string }[]) {
    methods.set(path, [...(methods.get(path) ?? []), method]);
  }
  for (const [path, allowed] of methods) {
    app.all(path, (c) => {
      c.header("allow", allowed.join(", "));
      throw new BridgeError("method_not_allowed", `${path} accepts only ${allowed.join(" and ")}.`);
    });
  }

  app.notFound((c) =>
    fail(c, new BridgeError("not_found", `There is no ${c.req.method} ${c.req.path} here.`)),
  );
  app.onError((thrown, c) => fail(c, toBridgeError(thrown)));

  function fail(c: Context<AppEnv>, error: BridgeError): Response {
    const dialect = c.get("dialect");
    parts.metrics.error(dialect.id, error.code);
    if (error.code === "internal") parts.log.error({ id: c.get("id"), err: error.cause }, "internal error");
    else parts.log.info({ id: c.get("id"), code: error.code, path: c.req.path }, "refused");
    const response = errorResponse(dialect, error, c.get("id"));
    for (const name of ["access-control-allow-origin", "vary", "allow"]) {
      const value = c.res.headers.get(name);
      if (value !== null) response.headers.set(name, value);
    }
    return response;
  }

  return app;
}

/** The dialect in which this request is to be answered, errors included. */
function dialectOf(c: Context<AppEnv>, dialects: readonly Dialect[]): Dialect {
  const byPath = dialects.find(
    (dialect) => c.req.path === dialect.path || c.req.path.startsWith(`${dialect.path}/`),
  );
  const vendor = c.req.header("anthropic-version") === undefined ? "openai-chat" : "anthropic-messages";
  const dialect = byPath ?? dialects.find((candidate) => candidate.id === vendor) ?? dialects[0];
  if (dialect === undefined) throw new Error("The bridge has no dialects.");
  return dialect;
}

function allowOrigin(c: Context<AppEnv>, origin: string): void {
  c.header("access-control-allow-origin", origin);
  c.header("vary", "Origin");
  if (c.req.method !== "OPTIONS") return;
  c.header("access-control-allow-methods", "GET, POST, OPTIONS");
  c.header(
    "access-control-allow-headers",
    c.req.header("access-control-request-headers") ?? "content-type, authorization",
  );
  c.header("access-control-max-age", "600");
}
