/** One model request, from its body to the end of its answer. */
import { randomUUID } from "node:crypto";
import type { Exchange, RequestHeaders } from "../dialects/dialect.ts";
import type { Consent } from "../control/consent/consent.ts";
import type { Halt } from "../control/halt.ts";
import type { KeyRing } from "../control/keys/key-ring.ts";
import type { Budgets } from "../control/limits/budgets.ts";
import { STREAM_UNITS, type StreamUnit } from "../config/values.ts";
import type { TokenEstimator } from "../polyfill/tokens.ts";
import type { Route, Router } from "../routing/router.ts";
import { BridgeError } from "../turn/error.ts";
import type { Notice } from "../turn/notice.ts";
import { keyName, type Principal } from "../turn/principal.ts";
import { parallel } from "../turn/parallel.ts";
import { contextOf, traceBelow } from "../turn/trace.ts";
import { admission } from "./admission.ts";
import { headerText } from "./header-text.ts";
import type { BodyLimits, RequestScope } from "./request-scope.ts";
import { respond, type RespondOptions } from "./respond.ts";
import { spend } from "./spending.ts";
import { TurnWatch } from "./turn-watch.ts";
import { nextTurn } from "../util/next-turn.ts";

export interface TurnParts {
  readonly router: Router;
  readonly tokens: TokenEstimator;
  readonly respond: RespondOptions;
  readonly bodies: BodyLimits;
  readonly logContent: boolean;
  /** Whether what is told of a request once it is over shall have its answers. */
  readonly keepAnswers: boolean;
  readonly budgets: Budgets;
  readonly halt: Halt;
  readonly consent: Consent;
  readonly keyRing: KeyRing;
  /** The token limit where the client sends none. */
  readonly defaultMaxTokens: number;
}

/** @throws BridgeError when the request fails before its status was sent. */
export async function serveTurn(
  scope: RequestScope,
  decode: (...asked: [unknown, RequestHeaders, Principal]) => Exchange,
  parts: TurnParts,
): Promise<void> {
  const body = await scope.readJson(parts.bodies);
  const exchange = decode(body, scope.headers, scope.principal);
  // With a large request every step takes long, so the event loop runs between two steps.
  if (scope.isLarge) await nextTurn();
  const unit = streamUnit(scope.headers) ?? parts.respond.replay.unit;
  const askedBy = { client: scope.principal.agent, key: keyName(scope.principal) ?? "" };
  const { logContent, keepAnswers } = parts;
  const trace = scope.trace && traceBelow(scope.trace);
  // Where we keep none, the host's steps belong below the client's.
  const above = trace ?? scope.askedIn;
  const request = { ...exchange.request, askedBy, ...(above !== undefined && { trace: contextOf(above) }) };
  const turn = new TurnWatch(scope, exchange, { logContent, keepAnswers, trace });
  scope.turn = turn;

  const context = {
    // Not the id of the request, which is in the log: without keys, anyone who knows the id of a response may read it.
    id: randomUUID().replaceAll("-", ""),
    created: now(),
    now,
    inputTokens: () => parts.tokens.promptNow(request),
    timing: () => ({ total: scope.seconds, firstContent: turn.firstContent }),
  };
  const { withoutHost } = exchange;
  if (withoutHost !== undefined) {
    turn.received();
    tellNotices(exchange.notices, scope);
    const reply = { exchange, context, options: parts.respond, whole: false };
    await respond(turn.watch(withoutHost(await context.inputTokens())), reply, scope);
    return;
  }
  const route = routed();
  const { named } = scope.principal;
  const end = (reason: BridgeError): void => scope.abort(reason);
  // Also for a turn that waits for a host.
  scope.whenEnded(parts.halt.watch(end));
  if (named !== undefined) scope.whenEnded(parts.keyRing.watch(named, end));
  turn.received(route.host);
  const isAsked = parts.consent.policyFor(scope.principal) !== "auto";
  const inputTokens = named === undefined && !isAsked ? undefined : await context.inputTokens();
  scope.signal.throwIfAborted();
  if (inputTokens !== undefined && named !== undefined) {
    const outputTokens = request.maxTokens ?? parts.defaultMaxTokens;
    spend(scope, parts.budgets, {
      inputTokens: exchange.choices * inputTokens,
      outputTokens: exchange.choices * outputTokens,
    });
  }
  const { deltas } = route.host.abilities;
  const notices = [...exchange.notices, ...route.notices];
  tellNotices(notices, scope);
  const onNotice = (notice: Notice): void => {
    if (notices.some(({ code }) => code === notice.code)) return;
    notices.push(notice);
    tellNotices(notices, scope);
  };
  scope.outgoing.setHeader("x-mcp-host", route.host.label);
  if (route.hints.length > 0) scope.outgoing.setHeader("x-mcp-hints", headerText(route.hints.join(", ")));
  scope.outgoing.setHeader("x-mcp-bridge", deltas ? "deltas" : "replay");
  const reply = {
    exchange,
    context,
    options: { ...parts.respond, replay: { ...parts.respond.replay, unit } },
    whole: !deltas,
  };
  const admit = admission(scope, turn, parts.consent, {
    request,
    hints: route.hints,
    inputTokens,
    maxTokens: request.maxTokens ?? parts.defaultMaxTokens,
  });
  const hooks = { onNotice, admit, onEnter: () => turn.entered() };
  const events = parallel(exchange.choices, (signal) => route.run(signal, hooks), scope.signal);
  await respond(turn.watch(events), reply, scope);

  function routed(): Route {
    try {
      parts.halt.check();
      return parts.router.route(request, scope.principal, scope.headers.get("x-mcp-host") ?? undefined);
    } catch (thrown) {
      turn.received();
      throw thrown;
    }
  }
}

/** Seconds since the epoch. */
function now(): number {
  return Math.floor(Date.now() / 1000);
}

function tellNotices(notices: readonly Notice[], scope: RequestScope): void {
  if (notices.length === 0) return;
  const codes = [...new Set(notices.map((notice) => notice.code))];
  for (const code of codes) scope.turn?.notices.add(code);
  if (!scope.outgoing.headersSent) scope.outgoing.setHeader("x-mcp-notices", codes.join(", "));
  scope.log.info({ notices: codes }, "notices");
}

/** @throws BridgeError `invalid_request` for an unknown unit. */
function streamUnit(headers: RequestHeaders): StreamUnit | undefined {
  const wanted = headers.get("x-mcp-stream-unit");
  if (wanted === null) return undefined;
  const unit = STREAM_UNITS.find((known) => known === wanted);
  if (unit === undefined) {
    throw new BridgeError("invalid_request", `x-mcp-stream-unit: must be one of ${STREAM_UNITS.join(", ")}.`);
  }
  return unit;
}
