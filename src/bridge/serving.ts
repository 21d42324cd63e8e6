/** Serves clients, and hosts that connect over the network: loaded only when a process opens its port. */
import type { AttachedHosts } from "./attached-hosts.ts";
import type { Status } from "./status.ts";
import { historyRecord } from "./history-record.ts";
import { leaveToOllama, openOllamaPort } from "./ollama-port.ts";
import { bodyLimits, guardSettings, respondSettings } from "./settings.ts";
import type { Consent } from "../control/consent/consent.ts";
import type { Halt } from "../control/halt.ts";
import type { AuditEvent } from "../control/audit/chain.ts";
import { Audit } from "../control/audit/audit.ts";
import { ContentStore } from "../control/content/content-store.ts";
import { History } from "../control/history/history.ts";
import { keyFile } from "../control/keys/key-file.ts";
import { KeyRing } from "../control/keys/key-ring.ts";
import { SignIn } from "../control/sign-in.ts";
import { Budgets } from "../control/limits/budgets.ts";
import type { Origins } from "../config/in-force.ts";
import type { Config } from "../config/settings.ts";
import { anthropicMessages } from "../dialects/anthropic-messages/index.ts";
import { gemini } from "../dialects/gemini/index.ts";
import { ollama } from "../dialects/ollama/index.ts";
import { openaiChat } from "../dialects/openai-chat/index.ts";
import { openaiResponses } from "../dialects/openai-responses/index.ts";
import type { EraServers, ServerParts } from "../hosts/mcp/era-servers.ts";
import { createRelays } from "../hosts/relay/accept.ts";
import type { Logger } from "../observability/log.ts";
import { type KeyLimit, Metrics } from "../observability/metrics.ts";
import { openTelemetry } from "../observability/otlp/telemetry.ts";
import type { TokenEstimator } from "../polyfill/tokens.ts";
import type { Router } from "../routing/router.ts";
import { createApp } from "../server/app.ts";
import { listen, type Listener } from "../server/listen.ts";
import { OpenRequests } from "../server/open-requests.ts";
import { relayRoute } from "../server/relay-route.ts";
import type { ErrorCode } from "../turn/error-kinds.ts";
import { keyName, type Principal } from "../turn/principal.ts";
import { VERSION } from "../util/package.ts";

/** Responses kept for `previous_response_id`; the size is in characters. */
const STORED_RESPONSES = { responses: 1000, size: 64_000_000, ageMs: 86_400_000 };
const MAX_HTTP_HOSTS = 256;
const HTTP_HOST_IDLE_MS = 600_000;

/** Errors about missing keys and the rights of keys. */
const AUDITED: ReadonlySet<ErrorCode> = new Set([
  "unauthorized",
  "forbidden",
  "origin_refused",
  "outside_scope",
  "model_not_found",
  "key_rate_limited",
  "key_quota_exhausted",
  "keys_unusable",
  "consent_denied",
  "consent_timeout",
  "stopped",
]);

export interface ServingParts {
  /** Where the settings come from, where that is known. */
  readonly origins: Origins | undefined;
  readonly config: Config;
  readonly log: Logger;
  readonly halt: Halt;
  readonly consent: Consent;
  readonly router: Router;
  readonly tokens: TokenEstimator;
  readonly status: Status;
  readonly hosts: AttachedHosts;
  readonly mcp: Omit<ServerParts, "onerror">;
  /** The MCP servers behind `/mcp`. */
  readonly servers: EraServers;
  /** The secret with which other processes of this user lend their hosts to this one without a key. */
  readonly relaySecret: string | undefined;
}

export interface Serving {
  /** Opens the port and returns its URL. Rejects with the system's error. */
  listen(): Promise<string>;
  /** Lets running requests end, for at most so many milliseconds. */
  drain(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** The settings in the audit log: who has access, and the number of keys of each kind. */
function startedWith({ host, port, apiKey, operatorKey, hostKey, mcpHttp }: Config): AuditEvent["about"] {
  const keys = { clients: apiKey.length, operators: operatorKey.length, hosts: hostKey.length };
  return { version: VERSION, host, port, keys, mcpHttp };
}

/** What the keys may use and have left, for the metrics; nothing where nobody can tell. */
function limitsOf(keyRing: KeyRing, budgets: Budgets): KeyLimit[] {
  try {
    return keyRing
      .limited()
      .flatMap((key) =>
        budgets
          .ratesOf(key)
          .map(({ of, span, limit, left }) => ({ key: key.name, of: `${of} a ${span}`, limit, left })),
      );
  } catch {
    return [];
  }
}

export async function createServing(parts: ServingParts): Promise<Serving> {
  const { config, log, halt, consent, router, tokens, status, hosts, mcp } = parts;
  const requests = new OpenRequests(config.maxInFlight);
  const metrics = new Metrics({
    inFlight: () => requests.turns,
    queued: () => router.queued,
    hosts: () => router.pool.describe().length,
    limits: () => limitsOf(keyRing, budgets),
  });
  const telemetry = openTelemetry({
    settings: config,
    version: VERSION,
    metrics,
    onProblem: (message) => log.warn(message),
  });
  const keyRing = new KeyRing({
    file: keyFile(config.stateDir),
    onProblem: (message) => log.error(`All requests with keys of mcptb keys are refused: ${message}`),
  });
  const budgets = new Budgets({
    stateDir: config.stateDir,
    onProblem: (message) => log.error(`The use of the keys cannot be saved: ${message}`),
  });
  const history = new History({
    stateDir: config.stateDir,
    keepDays: config.keepDays,
    onNotice: (message) => log.info(message),
  });
  const content = new ContentStore({
    stateDir: config.stateDir,
    keepDays: config.keepContent,
    onProblem: (message) => log.error(message),
  });
  const audit = new Audit({
    stateDir: config.stateDir,
    isWanted: () => keyRing.isInUse,
    onWritten: ({ event }, { n, digest }) => {
      log.info({ event, n, digest }, "audit");
      telemetry?.audited(event, { n, digest });
    },
    onProblem: (message) => log.error(`The audit log cannot be written: ${message}`),
  });
  const tellControl = (
    event: AuditEvent["event"],
    by: Principal | undefined,
    about: AuditEvent["about"],
  ): void => audit.write({ event, who: by === undefined ? "user" : (keyName(by) ?? "no key"), about });
  consent.connect({
    onAsked: ({ id, request, key, client, host, until }) =>
      log.warn(
        { id: request, approval: id, key, client, host, until: new Date(until).toISOString() },
        "a request waits for you to allow it: on the page, or with mcptb approvals",
      ),
    onDecided(event, by, about) {
      log.info({ ...about, by: by === undefined ? "user" : keyName(by) }, event);
      tellControl(event, by, about);
    },
  });
  const relays = createRelays({
    nextId: () => hosts.nextId(),
    attach: (host) => hosts.attachRelayed(host),
    onFault: (message) => log.warn(message),
  });
  const mcpHttp = config.mcpHttp
    ? (await import("../hosts/mcp/http.ts")).mcpOverHttp({
        ...mcp,
        era: config.mcpEra,
        servers: parts.servers,
        attach: (host, carrier) => hosts.attachSession(host, carrier, "http"),
        maxSessions: MAX_HTTP_HOSTS,
        idleMs: HTTP_HOST_IDLE_MS,
        onWarning: (message) => log.warn(message),
      })
    : undefined;
  const app = createApp({
    dialects: [openaiChat, openaiResponses(STORED_RESPONSES), anthropicMessages, gemini, ollama],
    guard: guardSettings(config, keyRing, parts.relaySecret),
    mcp: mcpHttp,
    router,
    tokens,
    budgets,
    halt,
    defaultMaxTokens: config.maxTokens,
    metrics,
    log,
    requests,
    respond: respondSettings(config, tokens),
    bodies: bodyLimits(config),
    hostBodies: bodyLimits(config),
    logContent: config.logContent,
    keepAnswers: content.isWanted || telemetry?.wantsContent === true,
    traces: telemetry !== undefined,
    version: VERSION,
    lang: config.lang,
    relay: relayRoute({
      relays,
      hostKeys: config.hostKey,
      secret: parts.relaySecret,
      host: config.host,
      allowedHosts: config.allowedHosts,
    }),
    history,
    consent,
    keyRing,
    stateDir: config.stateDir,
    onControl: tellControl,
    signIn: new SignIn(),
    keyFile: keyFile(config.stateDir),
    config,
    origins: parts.origins,
    onEnd: (record) => {
      const { turn, outcome, error } = record;
      telemetry?.ended(record);
      content.add(record);
      if (error !== undefined && AUDITED.has(error)) audit.refused(error, record.askedBy.key ?? "unknown");
      if (turn === undefined) return;
      status.turnEnded(outcome === "failed" ? error : undefined);
      history.add(historyRecord(record, turn, Date.now()));
    },
  });
  const { host, port } = config;
  const options = {
    host,
    maxConnections: config.maxConnections,
    onDrop: () => metrics.connectionRefused(),
    onError: (error: Error) => log.error({ err: error }, "cannot accept connections"),
  };
  const ollamaDoor = app.doorOf("ollama");
  const isOnlyPort = port !== 0 && port === config.ollamaPort;
  let listener: Listener | undefined;
  let second: Promise<Listener | undefined> | undefined;
  const closing = new AbortController();

  return {
    async listen() {
      if (isOnlyPort) await leaveToOllama(host, port);
      listener = await listen(isOnlyPort ? ollamaDoor : app, { ...options, port });
      if (config.ollamaPort !== 0 && !isOnlyPort) {
        second = openOllamaPort(
          () => listen(ollamaDoor, { ...options, port: config.ollamaPort }),
          { host, port: config.ollamaPort, url: listener.url },
          { log, signal: closing.signal },
        );
      }
      if (keyRing.isInUse)
        audit.write({ event: "bridge-started", who: `process ${process.pid}`, about: startedWith(config) });
      return listener.url;
    },
    drain: (ms) => requests.drain(ms),
    async close() {
      relays.close();
      await mcpHttp?.close();
      closing.abort();
      await Promise.all([listener?.close(), second?.then((opened) => opened?.close())]);
      await Promise.all([budgets.close(), history.close(), content.close(), audit.close()]);
      // Behind the audit log, whose last lines it tells of.
      await telemetry?.close();
    },
  };
}
