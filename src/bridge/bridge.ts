/** The composition root: from a configuration to hosts, routing and a server. */
import { setMaxListeners } from "node:events";
import type { Transport } from "../hosts/mcp/transport.ts";
import { type Approvals, Consent } from "../control/consent/consent.ts";
import { Halt } from "../control/halt.ts";
import type { Origins } from "../config/in-force.ts";
import type { Config } from "../config/settings.ts";
import type { Host } from "../hosts/host.ts";
import { ERA_SERVERS, type EraServers, hookCodec, type ServerParts } from "../hosts/mcp/era-servers.ts";
import type { RelayAddress } from "../hosts/relay/connect.ts";
import type { Serving } from "./serving.ts";
import { createLog, type Logger } from "../observability/log.ts";
import { SchemaChecker } from "../polyfill/schema-checker/checker.ts";
import { TokenEstimator } from "../polyfill/tokens.ts";
import { Router } from "../routing/router.ts";
import { VERSION } from "../util/package.ts";
import { modelSettings, queueSettings, samplingSettings } from "./settings.ts";
import { AttachedHosts } from "./attached-hosts.ts";
import { HostConnections, type ConnectionEvents } from "./host-connections.ts";
import type { Cluster } from "./cluster.ts";
import { Lenders, type Lending } from "./lenders.ts";
import { Status } from "./status.ts";

const REMEMBER_REFUSAL_MS = 60_000;
const HOOK_PROGRESS_MS = 10_000;

export interface BridgeOptions {
  /** The secret with which other processes of this user lend their hosts to this one without a key. */
  readonly relaySecret?: string;
  /** Where each setting comes from, for the page that shows them. */
  readonly origins?: Origins;
}

/** What only tests put in the place of ours. */
export interface Parts extends BridgeOptions {
  /** The MCP servers behind `/mcp`. */
  readonly servers: EraServers;
}

export interface Bridge {
  /** Where the bridge can be reached, once it listens. */
  readonly url: string | undefined;
  /** Opens the port. Rejects with the system's error. */
  start(): Promise<void>;
  /** Lets running requests end, and closes the port and the connections to hosts. */
  stop(): Promise<void>;
  /** Serves one MCP host on a transport, until that closes. */
  connect(transport: Transport, events?: ConnectionEvents): Promise<void>;
  /** Attaches a host that is not connected over MCP; the returned function detaches it. */
  attach(host: Host): () => void;
  /**
   * Lends the hosts of this process to the bridge at an address, instead of serving clients itself.
   *
   * @throws RelayRefused saying why that bridge does not accept them.
   */
  lend(address: RelayAddress, signal: AbortSignal): Promise<Lending>;
  /** The requests of its clients that wait for permission. */
  readonly approvals: Approvals;
  /** Says why no client can reach the hosts of this process, for the person who asks one of them. */
  setUnavailable(reason: string): void;
}

/** @param log by default lines on stderr, as the configuration says. */
export function createBridge(
  config: Config,
  log: Logger = createLog(config),
  options: BridgeOptions = {},
): Bridge {
  return bridgeOf(config, log, { ...options, servers: ERA_SERVERS });
}

export function bridgeOf(config: Config, log: Logger, { relaySecret, servers, origins }: Parts): Bridge {
  const tokens = new TokenEstimator((error) =>
    log.warn({ err: error }, "no tokenizer: token counts are unknown"),
  );
  const checker = new SchemaChecker();
  const router = new Router({
    queue: queueSettings(config),
    rememberRefusalMs: REMEMBER_REFUSAL_MS,
    models: modelSettings(config),
    tokens,
    checker,
  });
  const halt = new Halt(config.stateDir);
  const consent = new Consent({
    policy: config.clientConsent,
    timeoutMs: config.consentTimeout * 1000,
    halt,
  });
  const status = new Status(router.pool);
  const ending = new AbortController();
  // Every open hook listens to it.
  setMaxListeners(0, ending.signal);

  const mcp: Omit<ServerParts, "onerror"> = {
    version: VERSION,
    timeoutMs: config.httpTimeout * 1000,
    codec: hookCodec(),
    tools: {
      status: () => status.text(),
      summary: () => status.line(),
      hookProgressMs: HOOK_PROGRESS_MS,
      stopping: ending.signal,
    },
  };
  const hosts = new AttachedHosts({
    pool: router.pool,
    log,
    halt,
    session: {
      timeoutMs: mcp.timeoutMs,
      consentHintMs: config.consentHintMs,
      settingsFor: samplingSettings(config),
    },
  });
  const connections = new HostConnections({ mcp, era: config.mcpEra, hosts, log });
  const lenders = new Lenders({ hosts, status, log });
  let serving: Promise<Serving> | undefined;
  let cluster: Cluster | undefined;
  let url: string | undefined;

  async function openServing(): Promise<Serving> {
    const { createServing } = await import("./serving.ts");
    const own = { config, origins, log, halt, consent, router, tokens, status, hosts };
    return createServing({ ...own, mcp, servers, relaySecret });
  }

  return {
    approvals: {
      list: () => consent.list(),
      watch: (listener) => consent.watch(listener),
      decide: (id, answer) => void consent.decide(id, answer),
    },
    get url() {
      return url;
    },
    async start() {
      serving ??= openServing();
      const opened = await serving;
      if (ending.signal.aborted) return;
      url = await opened.listen();
      status.set({ role: "listening", url });
      log.info({ url }, "listening");
      if (config.cluster.length === 0) return;
      const { joinCluster } = await import("./cluster.ts");
      if (!ending.signal.aborted) cluster = joinCluster({ config, hosts, pool: router.pool, log });
    },
    async stop() {
      ending.abort();
      const opened = await serving;
      await Promise.all([
        opened?.drain(config.drainMs),
        lenders.stop(config.drainMs),
        cluster?.drain(config.drainMs),
      ]);
      await cluster?.close();
      checker.close();
      await opened?.close();
      await connections.close();
    },
    attach: (host) => hosts.attach(host),
    connect: (transport, events) => connections.serve(transport, events),
    lend: (address, signal) => lenders.lend(address, signal),
    setUnavailable: (reason) => status.set({ role: "waiting", reason }),
  };
}
