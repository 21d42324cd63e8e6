/** This process as a member of a cluster: its hosts are lent to all others, and theirs attached here. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config/settings.ts";
import { Member } from "../hosts/cluster/member.ts";
import { BrokerRefused, connectNats, type NatsBroker } from "../hosts/cluster/nats.ts";
import type { LentHost, Order } from "../hosts/cluster/operate.ts";
import type { Presence } from "../hosts/cluster/presence.ts";
import type { Host } from "../hosts/host.ts";
import { Borrower } from "../hosts/relay/borrow.ts";
import { Lender } from "../hosts/relay/lend.ts";
import type { Link } from "../hosts/relay/link.ts";
import type { Logger } from "../observability/log.ts";
import type { Pool } from "../routing/pool.ts";
import { Backoff } from "../util/backoff.ts";
import { VERSION } from "../util/package.ts";
import type { AttachedHosts } from "./attached-hosts.ts";
import { clusterName } from "./settings.ts";

/** The first wait after the broker could not be reached. */
const RETRY_MS = 500;
/** Hosts that one member may lend. */
const MOST_HOSTS = 4096;

export interface ClusterOptions {
  readonly config: Config;
  readonly hosts: AttachedHosts;
  readonly pool: Pool;
  readonly log: Logger;
}

export interface Cluster {
  /** Lends no more, and lets the turns of others at our hosts end within so many milliseconds. */
  drain(ms: number): Promise<void>;
  /** Uses no hosts of others any more. */
  close(): Promise<void>;
}

/** Joins, and stays; while the broker cannot be reached, this process serves the hosts that it has itself. */
export function joinCluster(options: ClusterOptions): Cluster {
  const ending = new AbortController();
  let joined: Joined | undefined;
  const staying = stay(options, ending.signal, (now) => {
    joined = now;
  });
  return {
    async drain(ms) {
      ending.abort();
      await joined?.drain(ms);
    },
    async close() {
      ending.abort();
      await joined?.close();
      await staying;
    },
  };
}

async function stay(
  options: ClusterOptions,
  signal: AbortSignal,
  onJoined: (joined: Joined | undefined) => void,
): Promise<void> {
  const { config, log } = options;
  const name = clusterName(config);
  const backoff = new Backoff(RETRY_MS);
  let told: string | undefined;
  while (!signal.aborted) {
    try {
      const address = { servers: config.cluster, creds: config.clusterCreds, name: `mcptb ${name}` };
      const broker = await connectNats(address);
      if (signal.aborted) {
        await broker.close();
        return;
      }
      const joined = new Joined(broker, options);
      onJoined(joined);
      log.info({ broker: broker.version, name }, "joined the cluster");
      told = undefined;
      backoff.reset();
      const reason = await broker.closed;
      if (signal.aborted) return;
      onJoined(undefined);
      await joined.close();
      log.error(`The connection to the cluster's broker has ended: ${reason}.`);
    } catch (error) {
      if (!(error instanceof BrokerRefused)) throw error;
      if (error.message !== told) log.error(`The cluster's broker cannot be used: ${error.message}`);
      told = error.message;
    }
    await sleep(backoff.failed(), undefined, { signal }).catch(() => undefined);
  }
}

/** One connection to the broker, with all that goes over it. */
class Joined {
  readonly #broker: NatsBroker;
  readonly #options: ClusterOptions;
  readonly #member: Member;
  readonly #lenders = new Set<Lender>();
  readonly #borrowers = new Set<Borrower>();

  constructor(broker: NatsBroker, options: ClusterOptions) {
    const { config, log } = options;
    this.#broker = broker;
    this.#options = options;
    this.#member = new Member({
      broker,
      name: clusterName(config),
      version: VERSION,
      secret: config.clusterSecret ?? "",
      lent: () => this.#lent().map(({ shown }) => shown),
      borrow: (link, lender, onClosed) => this.#borrow(link, lender, onClosed),
      lend: (link, onClosed) => this.#lend(link, onClosed),
      obey: (order) => this.#obey(order),
      onNotice: (message) => log.warn(message),
    });
    this.#member.join();
  }

  async drain(ms: number): Promise<void> {
    this.#member.leave();
    await Promise.all([...this.#lenders].map((lender) => lender.stop(ms)));
  }

  async close(): Promise<void> {
    this.#member.leave();
    await Promise.all([...this.#lenders].map((lender) => lender.stop(0)));
    for (const borrower of this.#borrowers) borrower.close();
    await this.#broker.close();
  }

  /** What is lent, and how each host is shown. */
  #lent(): { readonly host: Host; readonly shown: LentHost }[] {
    const { hosts, pool } = this.#options;
    const known = new Map(pool.describe().map((info) => [info.id, info]));
    return hosts.lentToCluster().flatMap((host) => {
      const info = known.get(host.id);
      if (info === undefined) return [];
      const { label, name, running, queued, draining } = info;
      return [{ host, shown: { label, name, running, queued, draining } }];
    });
  }

  #lend(link: Link, onClosed: (fault: string | undefined) => void): void {
    const { log } = this.#options;
    const lender = new Lender({
      link,
      hosts: () => this.#lent().flatMap(({ host, shown }) => (shown.draining ? [] : [host])),
      mostHosts: MOST_HOSTS,
      onClosed: (fault) => {
        this.#lenders.delete(lender);
        onClosed(fault);
      },
      onDefect: (error) => log.error({ err: error }, "a turn failed"),
    });
    this.#lenders.add(lender);
  }

  #borrow(link: Link, { name }: Presence, onClosed: (fault: string | undefined) => void): void {
    const { hosts } = this.#options;
    const borrower = new Borrower({
      link,
      transport: "cluster",
      mostHosts: MOST_HOSTS,
      nextId: () => hosts.nextId(),
      attach: (host) => hosts.attachBorrowed(host, name),
      onClosed: (fault) => {
        this.#borrowers.delete(borrower);
        onClosed(fault);
      },
    });
    this.#borrowers.add(borrower);
  }

  #obey({ label, drain }: Order): boolean {
    const { pool, log } = this.#options;
    if (!this.#lent().some(({ shown }) => shown.label === label)) return false;
    pool.drain(label, drain);
    log.info({ host: label, drain }, "an operator of the cluster has said so");
    return true;
  }
}
