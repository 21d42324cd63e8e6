/** The composition root: from a configuration to hosts, routing and a server. */
import { setMaxListeners } from "node:events";
import type { Transport } from "@modelcontextprotocol/server";
import {
  bodyLimits,
  guardSettings,
  modelSettings,
  queueSettings,
  respondSettings,
  samplingSettings,
} from "./bridge-settings.ts";
import type { Config } from "./config/settings.ts";
import { anthropicMessages } from "./dialects/anthropic-messages/index.ts";
import { openaiChat } from "./dialects/openai-chat/index.ts";
import { openaiResponses } from "./dialects/openai-responses/index.ts";
import type { Host, HostTransport } from "./hosts/host.ts";
import type { Carrier } from "./hosts/mcp/carrier.ts";
import { ERA_SERVERS, hookCodec, type EraServers, type ServerParts } from "./hosts/mcp/era-servers.ts";
import { mcpOverHttp } from "./hosts/mcp/http.ts";
import type { Introduction } from "./hosts/mcp/introduction.ts";
import { connect } from "./hosts/mcp/server.ts";
import { HostSession } from "./hosts/mcp/session.ts";
import { statusLine, statusText, type BridgeState, type Standing } from "./hosts/mcp/status.ts";
import { createRelays } from "./hosts/relay/accept.ts";
import { connectRelay, type RelayAddress } from "./hosts/relay/connect.ts";
import { Lender } from "./hosts/relay/lend.ts";
import { Activity } from "./observability/activity.ts";
import { createLog, type Logger } from "./observability/log.ts";
import { Metrics } from "./observability/metrics.ts";
import { SchemaChecker } from "./polyfill/schema-checker/checker.ts";
import { TokenEstimator } from "./polyfill/tokens.ts";
import { Router } from "./routing/router.ts";
import { createApp } from "./server/app.ts";
import { listen, type Listener } from "./server/listen.ts";
import { OpenRequests } from "./server/open-requests.ts";
import { relayRoute } from "./server/relay-route.ts";
import { within } from "./turn/within.ts";
import { VERSION } from "./util/package.ts";

/** Responses kept for `previous_response_id`; the size is in characters. */
const STORED_RESPONSES = { responses: 1000, size: 64_000_000, ageMs: 86_400_000 };
const REMEMBER_REFUSAL_MS = 60_000;
const HOOK_PROGRESS_MS = 10_000;
const STATUS_WAITS_MS = 1000;
const MAX_HTTP_HOSTS = 256;
const HTTP_HOST_IDLE_MS = 600_000;

export interface ConnectionEvents {
  /** The host has shown who it is, and is attached. */
  readonly onAttached?: () => void;
  readonly onClosed?: () => void;
}

export interface BridgeOptions {
  /** What other processes of this user must know to lend their hosts to this one without a key. */
  readonly relaySecret?: string;
  /** MCP servers to put behind `/mcp` in place of ours. */
  readonly servers?: EraServers;
}

/** Hosts of this process that another one uses. */
export interface Lending {
  /** Resolves when the connection has ended, from whichever side. */
  readonly closed: Promise<void>;
}

export interface Bridge {
  /** Where the bridge can be reached, once it listens. */
  readonly url: string | undefined;
  /** Opens the port. Rejects with the system's error. */
  start(): Promise<void>;
  /** Ends running requests in good order, closes the port and the connections to hosts. */
  stop(): Promise<void>;
  /** Serves one MCP host on a transport, until that closes. */
  connect(transport: Transport, events?: ConnectionEvents): Promise<void>;
  /** Attaches a host that is not reached over MCP; the function returned detaches it. */
  attach(host: Host): () => void;
  /**
   * Lends the hosts of this process to the bridge at an address, instead of serving clients itself.
   *
   * @throws RelayRefused saying why that bridge does not take them.
   */
  lend(address: RelayAddress, signal: AbortSignal): Promise<Lending>;
  /** Says why no client can reach the hosts of this process, for the person who asks one of them. */
  waits(reason: string): void;
}

export function createBridge(
  config: Config,
  log: Logger = createLog(config),
  options: BridgeOptions = {},
): Bridge {
  const tokens = new TokenEstimator();
  const checker = new SchemaChecker();
  const router = new Router({
    queue: queueSettings(config),
    rememberRefusalMs: REMEMBER_REFUSAL_MS,
    models: modelSettings(config),
    tokens,
    checker,
  });
  const requests = new OpenRequests(config.maxInFlight);
  const metrics = new Metrics({
    inFlight: () => requests.turns,
    queued: () => router.queued,
    hosts: () => router.pool.describe().length,
  });
  let listener: Listener | undefined;
  let standing: Standing = { role: "waiting", reason: "The bridge is starting." };
  let stands!: () => void;
  const started = new Promise<void>((resolve) => {
    stands = resolve;
  });
  function stand(next: Standing): void {
    standing = next;
    stands();
  }
  let ids = 0;
  /** The hosts of this process, and each as it is lent. */
  const own = new Map<Host, Host>();
  const lenders = new Set<Lender>();
  const activity = new Activity();
  const transports = new Set<Transport>();
  const ending = new AbortController();
  // Every open hook listens to it.
  setMaxListeners(0, ending.signal);

  const relays = createRelays({
    nextId,
    attach(host) {
      const detach = router.pool.attach(host);
      const { id, name, version, canSample } = host.describe();
      log.info({ id, host: name, version, sampling: canSample, transport: "relay" }, "host attached");
      return () => {
        detach();
        log.info({ id, host: name }, "host gone");
      };
    },
    onFault: (message) => log.warn(message),
  });

  function nextId(): string {
    ids += 1;
    return `host-${ids}`;
  }

  function attachOwn(host: Host): () => void {
    const detach = router.pool.attach(host);
    own.set(host, router.pool.lent(host));
    return () => {
      own.delete(host);
      detach();
    };
  }

  const mcp: Omit<ServerParts, "onerror"> = {
    version: VERSION,
    timeoutMs: config.httpTimeout * 1000,
    codec: hookCodec(),
    tools: {
      // Hosts may ask as soon as they are attached, which is when the port is opened.
      async status() {
        await within(started, STATUS_WAITS_MS);
        return statusText(state());
      },
      summary: () => statusLine(state()),
      hookProgressMs: HOOK_PROGRESS_MS,
      stopping: ending.signal,
    },
  };

  function attachHost(introduction: Introduction, carrier: Carrier, transport: HostTransport): () => void {
    const session = new HostSession({
      ...introduction,
      id: nextId(),
      carrier,
      transport,
      timeoutMs: mcp.timeoutMs,
      consentHintMs: config.consentHintMs,
      settingsFor: samplingSettings(config),
    });
    const detach = attachOwn(session);
    const { id, name, version, canSample } = session.describe();
    log.info(
      { id, host: name, version, revision: introduction.revision, sampling: canSample },
      "host attached",
    );
    return () => {
      detach();
      log.info({ id, host: name }, "host gone");
    };
  }

  const mcpHttp = config.mcpHttp
    ? mcpOverHttp({
        ...mcp,
        era: config.mcpEra,
        servers: options.servers ?? ERA_SERVERS,
        attach: (host, carrier) => attachHost(host, carrier, "http"),
        maxSessions: MAX_HTTP_HOSTS,
        idleMs: HTTP_HOST_IDLE_MS,
        onWarning: (message) => log.warn(message),
      })
    : undefined;

  const app = createApp({
    dialects: [openaiChat, openaiResponses(STORED_RESPONSES), anthropicMessages],
    guard: guardSettings(config),
    mcp: mcpHttp,
    router,
    tokens,
    metrics,
    log,
    requests,
    respond: respondSettings(config, tokens),
    bodies: bodyLimits(config),
    hostBodies: bodyLimits(config),
    logContent: config.logContent,
    version: VERSION,
    relay: relayRoute({
      relays,
      hostKeys: config.hostKey,
      secret: options.relaySecret,
      host: config.host,
      allowedHosts: config.allowedHosts,
    }),
    onEnd: ({ turn, outcome, error }) => {
      if (turn !== undefined) activity.ended(outcome === "failed" ? error : undefined);
    },
  });

  function url(): string | undefined {
    return listener === undefined
      ? undefined
      : `http://${listener.host.includes(":") ? `[${listener.host}]` : listener.host}:${listener.port}`;
  }

  function state(): BridgeState {
    return { standing, activity, queued: router.queued, hosts: router.pool.describe() };
  }

  return {
    get url() {
      return url();
    },
    async start() {
      listener = await listen(app, {
        host: config.host,
        port: config.port,
        maxConnections: config.maxConnections,
        onDrop: () => metrics.connectionRefused(),
        onError: (error) => log.error({ err: error }, "cannot accept connections"),
      });
      const address = url();
      if (address !== undefined) stand({ role: "listening", url: address });
      log.info({ url: address }, "listening");
      // In the background, so that the end of the first answer need not wait for it.
      tokens.vocabulary().catch((error: unknown) => {
        log.warn({ err: error }, "no tokenizer: token counts stay unknown");
      });
    },
    async stop() {
      ending.abort();
      await Promise.all([
        requests.drain(config.drainMs),
        ...[...lenders].map((lender) => lender.stop(config.drainMs)),
      ]);
      relays.close();
      checker.close();
      await mcpHttp?.close();
      await listener?.close();
      await Promise.all([...transports].map((transport) => transport.close()));
    },
    attach: attachOwn,
    async lend(address, signal) {
      const connection = await connectRelay(address, signal);
      const closed = new Promise<void>((resolve) => {
        const lender = new Lender({
          ...connection,
          hosts: () => [...own.values()],
          onClosed(fault) {
            lenders.delete(lender);
            stand({ role: "waiting", reason: `The bridge at ${address.url} has gone.` });
            if (fault !== undefined) log.warn(`The relay was closed: ${fault}.`);
            resolve();
          },
          onDefect: (error) => log.error({ err: error }, "a turn failed"),
        });
        lenders.add(lender);
      });
      stand({ role: "lending", url: address.url });
      return { closed };
    },
    waits(reason) {
      stand({ role: "waiting", reason });
    },
    async connect(transport, events = {}) {
      transports.add(transport);
      await connect({
        ...mcp,
        transport,
        era: config.mcpEra,
        attach(host, carrier) {
          const detach = attachHost(host, carrier, "stdio");
          events.onAttached?.();
          return detach;
        },
        onClosed() {
          transports.delete(transport);
          events.onClosed?.();
        },
        onWarning: (message) => log.warn(message),
      });
    },
  };
}
