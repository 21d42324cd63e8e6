import type { RelayAddress } from "../hosts/relay/connect.ts";
import { MAX_HOSTS } from "../hosts/relay/protocol.ts";
import type { Lender } from "../hosts/relay/lend.ts";
import type { Logger } from "../observability/log.ts";
import type { AttachedHosts } from "./attached-hosts.ts";
import type { Status } from "./status.ts";

/** The hosts of this process, lent to another process. */
export interface Lending {
  /** Resolves when either side has ended the connection. */
  readonly closed: Promise<void>;
}

export interface LendersOptions {
  readonly hosts: AttachedHosts;
  readonly status: Status;
  readonly log: Logger;
}

/** The connections over which this process lends its hosts to other bridges. */
export class Lenders {
  readonly #options: LendersOptions;
  readonly #open = new Set<Lender>();

  constructor(options: LendersOptions) {
    this.#options = options;
  }

  /** @throws RelayRefused saying why that bridge does not accept them. */
  async lend(address: RelayAddress, signal: AbortSignal): Promise<Lending> {
    const { hosts, status, log } = this.#options;
    const [relay, lending] = await Promise.all([
      import("../hosts/relay/connect.ts"),
      import("../hosts/relay/lend.ts"),
    ]);
    const link = await relay.connectRelay(address, signal);
    const closed = new Promise<void>((resolve) => {
      const lender = new lending.Lender({
        link,
        hosts: () => hosts.lent(),
        mostHosts: MAX_HOSTS,
        onClosed: (fault) => {
          this.#open.delete(lender);
          status.set({ role: "waiting", reason: `The bridge at ${address.url} has ended.` });
          if (fault !== undefined) log.warn(`The relay was closed: ${fault}.`);
          resolve();
        },
        onDefect: (error) => log.error({ err: error }, "a turn failed"),
      });
      this.#open.add(lender);
    });
    status.set({ role: "lending", url: address.url });
    return { closed };
  }

  /** Waits at most so many milliseconds for running turns to end. */
  async stop(drainMs: number): Promise<void> {
    await Promise.all([...this.#open].map((lender) => lender.stop(drainMs)));
  }
}
