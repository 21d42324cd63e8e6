/** The composition root: from a configuration to hosts, routing and a server. */
import { setMaxListeners } from "node:events";
import type { Transport } from "@modelcontextprotocol/server";
import type { Serving } from "./bridge-serving.ts";
import { modelSettings, queueSettings, samplingSettings } from "./bridge-settings.ts";
import type { Config } from "./config/settings.ts";
import type { Host, HostTransport } from "./hosts/host.ts";
import type { Carrier } from "./hosts/mcp/carrier.ts";
import { hookCodec, type EraServers, type ServerParts } from "./hosts/mcp/era-servers.ts";
import type { Introduction } from "./hosts/mcp/introduction.ts";
import { connect } from "./hosts/mcp/server.ts";
import { HostSession } from "./hosts/mcp/session.ts";
import { statusLine, statusText, type BridgeState, type Standing } from "./hosts/mcp/status.ts";
import type { RelayAddress } from "./hosts/relay/connect.ts";
import type { Lender } from "./hosts/relay/lend.ts";
import { Activity } from "./observability/activity.ts";
import { createLog, type Logger } from "./observability/log.ts";
import { SchemaChecker } from "./polyfill/schema-checker/checker.ts";
import { TokenEstimator } from "./polyfill/tokens.ts";
import { Router } from "./routing/router.ts";
import { within } from "./turn/within.ts";
import { VERSION } from "./util/package.ts";

const REMEMBER_REFUSAL_MS = 60_000;
const HOOK_PROGRESS_MS = 10_000;
const STATUS_WAITS_MS = 1000;

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
  let serving: Promise<Serving> | undefined;
  let url: string | undefined;
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

  async function openServing(): Promise<Serving> {
    const { createServing } = await import("./bridge-serving.ts");
    return createServing({
      config,
      log,
      router,
      tokens,
      activity,
      mcp,
      servers: options.servers,
      relaySecret: options.relaySecret,
      attach: (host, carrier) => attachHost(host, carrier, "http"),
      nextId,
    });
  }

  function state(): BridgeState {
    return { standing, activity, queued: router.queued, hosts: router.pool.describe() };
  }

  return {
    get url() {
      return url;
    },
    async start() {
      serving ??= openServing();
      const opened = await serving;
      if (ending.signal.aborted) return;
      url = await opened.listen();
      stand({ role: "listening", url });
      log.info({ url }, "listening");
    },
    async stop() {
      ending.abort();
      const opened = await serving;
      await Promise.all([
        opened?.drain(config.drainMs),
        ...[...lenders].map((lender) => lender.stop(config.drainMs)),
      ]);
      checker.close();
      await opened?.close();
      await Promise.all([...transports].map((transport) => transport.close()));
    },
    attach: attachOwn,
    async lend(address, signal) {
      const [{ connectRelay }, { Lender: LenderOf }] = await Promise.all([
        import("./hosts/relay/connect.ts"),
        import("./hosts/relay/lend.ts"),
      ]);
      const connection = await connectRelay(address, signal);
      const closed = new Promise<void>((resolve) => {
        const lender = new LenderOf({
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
