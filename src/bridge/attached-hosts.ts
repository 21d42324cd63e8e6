/** Attaches and detaches the hosts of this process. */
import type { Halt } from "../control/halt.ts";
import type { Host, HostTransport } from "../hosts/host.ts";
import type { Carrier } from "../hosts/mcp/carrier.ts";
import type { Introduction } from "../hosts/mcp/introduction.ts";
import { HostSession, type SessionOptions } from "../hosts/mcp/session.ts";
import type { Logger } from "../observability/log.ts";
import type { Pool } from "../routing/pool.ts";
import { stoppable } from "./stoppable.ts";

export interface AttachedHostsOptions {
  readonly pool: Pool;
  readonly log: Logger;
  readonly halt: Halt;
  /** Settings for every host that is connected over MCP. */
  readonly session: Pick<SessionOptions, "timeoutMs" | "consentHintMs" | "settingsFor">;
}

export class AttachedHosts {
  readonly #options: AttachedHostsOptions;
  /** The hosts of this process, each with the form in which it is lent. */
  readonly #own = new Map<Host, Host>();
  /** Those that other processes of ours lend to this one, each as a cluster may use it. */
  readonly #relayed = new Map<Host, Host>();
  #ids = 0;

  constructor(options: AttachedHostsOptions) {
    this.#options = options;
  }

  /** An id for a new host. */
  nextId(): string {
    this.#ids += 1;
    return `host-${this.#ids}`;
  }

  /** The hosts of this process as other bridges use them. */
  lent(): Host[] {
    return [...this.#own.values()];
  }

  /** What this process lends to a cluster: its own hosts and those that came to it over a relay, never those of the cluster. */
  lentToCluster(): Host[] {
    return [...this.#own.values(), ...this.#relayed.values()];
  }

  /** Attaches a host of this process; the returned function detaches it. */
  attach(host: Host): () => void {
    const { pool, halt } = this.#options;
    const guarded = stoppable(host, halt);
    const detach = pool.attach(guarded);
    this.#own.set(host, pool.lent(guarded));
    return () => {
      this.#own.delete(host);
      detach();
    };
  }

  /** Attaches a host that has identified itself over MCP. */
  attachSession(
    introduction: Introduction,
    carrier: Carrier,
    transport: HostTransport,
    window?: string,
  ): () => void {
    const id = this.nextId();
    const { session } = this.#options;
    const host = new HostSession({ ...introduction, ...session, id, carrier, transport, window });
    return this.#logged(host, this.attach(host), { revision: introduction.revision });
  }

  /** Attaches a host that another process lends: over a relay it is not lent further. */
  attachRelayed(host: Host): () => void {
    const { pool, halt } = this.#options;
    const guarded = stoppable(host, halt);
    const detach = pool.attach(guarded);
    this.#relayed.set(host, pool.lent(guarded));
    const leave = (): void => {
      this.#relayed.delete(host);
      detach();
    };
    return this.#logged(host, leave, { transport: "relay" });
  }

  /** Attaches a host that another member of the cluster lends: it is not lent further. */
  attachBorrowed(host: Host, member: string): () => void {
    const { pool, halt } = this.#options;
    return this.#logged(host, pool.attach(stoppable(host, halt)), { transport: "cluster", member });
  }

  #logged(host: Host, detach: () => void, about: Readonly<Record<string, unknown>>): () => void {
    const { log } = this.#options;
    const { id, name, version, canSample } = host.describe();
    log.info({ id, host: name, version, sampling: canSample, ...about }, "host attached");
    return () => {
      detach();
      log.info({ id, host: name }, "host detached");
    };
  }
}
