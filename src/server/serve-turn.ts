/** One model request from its body to its response, with its log lines, metrics and cancellation. */
import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import type { Dialect, Exchange } from "../dialects/dialect.ts";
import { STREAM_UNITS, type StreamUnit } from "../polyfill/deltas.ts";
import { BridgeError, toBridgeError } from "../turn/error.ts";
import type { TurnEvent } from "../turn/event.ts";
import type { AppEnv, AppOptions, AppParts } from "./app.ts";
import { errorResponse } from "./error-response.ts";
import { respond } from "./respond.ts";

/** `release` is called exactly once, when the request is over in whatever way. */
export async function serveTurn(
  c: Context<AppEnv>,
  dialect: Dialect,
  body: Promise<unknown>,
  parts: AppParts,
  options: AppOptions,
  release: () => void,
): Promise<Response> {
  const { metrics } = parts;
  const id = c.get("id");
  const log = parts.log.child({ id });
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const abort = new AbortController();
  const labels = { dialect: dialect.id, stream: false };
  let status = 200;
  let over = false;
  let errorCode: string | undefined;

  function finish(cancelled: boolean): void {
    if (over) return;
    over = true;
    metrics.ended(labels, status, seconds());
    if (cancelled) {
      metrics.cancelled(labels);
      abort.abort(new BridgeError("shutting_down", "The client left."));
    }
    log.info({ status, ms: Math.round(seconds() * 1000), error: errorCode, cancelled }, "TX");
    release();
  }
  function failed(error: BridgeError): Response {
    errorCode = error.code;
    metrics.error(dialect.id, error.code);
    if (error.code === "internal") log.error({ err: error.cause }, "internal error");
    const response = errorResponse(dialect, error, id);
    status = response.status;
    finish(false);
    return response;
  }
  function onEvent(event: TurnEvent): void {
    if (event.type === "turn-start") metrics.firstContent(labels, seconds());
    if (event.type === "turn-wait" && event.reason === "consent")
      log.warn({ message: event.message }, "waiting");
    if (event.type === "turn-end") metrics.usage(dialect.id, event.usage);
    if (event.type === "turn-error") {
      errorCode = event.error.code;
      if (event.error.code === "internal") log.error({ err: event.error.cause }, "internal error");
    }
  }

  metrics.started();
  c.env.outgoing?.on("close", () => finish(true));
  c.req.raw.signal.addEventListener("abort", () => finish(true), { once: true });

  try {
    const exchange = dialect.decode(await body, c.req.raw.headers);
    labels.stream = exchange.stream;
    log.info(rx(exchange, options.logContent), "RX");
    const route = parts.router.route(exchange.request, exchange.request.conversation ?? c.get("client"));
    const notices = [...exchange.notices, ...route.notices];
    if (notices.length > 0) log.info({ notices: notices.map((notice) => notice.code) }, "notices");
    let firstByte = true;
    const response = await respond(route.run(abort.signal), {
      exchange,
      context: {
        id: randomUUID().replaceAll("-", ""),
        created: Math.floor(Date.now() / 1000),
        inputTokens: () => parts.tokens.prompt(exchange.request),
      },
      options: {
        ...options.respond,
        replay: { ...options.respond.replay, unit: unitOf(c) ?? options.respond.replay.unit },
        whole: !route.host.abilities.deltas,
      },
      errorResponse: failed,
      errorBody: (error) => dialect.error(error, id).body,
      onEvent,
      onChunk: (bytes) => {
        metrics.bytes(labels, bytes);
        if (firstByte) metrics.firstByte(labels, seconds());
        firstByte = false;
      },
      onEnd: (complete) => finish(!complete),
    });
    if (response.status === 200) {
      response.headers.set(dialect.requestIdHeader, id);
      response.headers.set("x-mcp-bridge", route.host.abilities.deltas ? "deltas" : "replay");
      if (notices.length > 0)
        response.headers.set("x-mcp-notices", notices.map((notice) => notice.code).join(", "));
    }
    return response;
  } catch (thrown) {
    return failed(toBridgeError(thrown));
  }
}

function rx(exchange: Exchange, content: boolean): object {
  const { request, stream } = exchange;
  const summary = {
    model: request.model,
    stream,
    messages: request.messages.length,
    tools: request.tools.length,
  };
  return content ? { ...summary, request } : summary;
}

function unitOf(c: Context<AppEnv>): StreamUnit | undefined {
  const wanted = c.req.header("x-mcp-stream-unit");
  if (wanted === undefined) return undefined;
  const unit = STREAM_UNITS.find((known) => known === wanted);
  if (unit === undefined) {
    throw new BridgeError("invalid_request", `x-mcp-stream-unit: must be one of ${STREAM_UNITS.join(", ")}.`);
  }
  return unit;
}
