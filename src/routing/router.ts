/**
 * From a decoded request to running events: remembered refusals, a host, a place in its queue, and the polyfills
 * that this host needs. Nothing is ever sent to a host twice.
 */
import type { TurnEvents } from "../turn/event.ts";
import { grammar } from "../turn/grammar.ts";
import type { Notice } from "../turn/notice.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { HostInfo } from "../hosts/host.ts";
import { compose } from "../polyfill/polyfill.ts";
import { refuseMedia } from "./media.ts";
import { noticesFor } from "./notices.ts";
import { Pool } from "./pool.ts";
import type { QueueOptions } from "./queue.ts";
import { Refusals } from "./refusals.ts";
import { runAtHost } from "./run-at-host.ts";
import { polyfillsFor, type Supplies } from "./supplies.ts";

export interface RouterOptions extends Supplies {
  readonly queue: QueueOptions;
  /** Milliseconds for which a denied consent is not asked for again. */
  readonly rememberRefusalMs: number;
}

/** A request with a host to run it. */
export interface Route {
  readonly host: HostInfo;
  readonly notices: readonly Notice[];
  /** Runs the turn; the events are legal by `turn/grammar`. */
  run(signal: AbortSignal): TurnEvents;
}

export class Router {
  readonly pool: Pool;
  readonly #supplies: Supplies;
  readonly #refusals: Refusals;

  constructor(options: RouterOptions) {
    this.pool = new Pool(options.queue);
    this.#supplies = options;
    this.#refusals = new Refusals(options.rememberRefusalMs);
  }

  /** Turns waiting for a place, over all hosts attached. */
  get queued(): number {
    return this.pool.queued;
  }

  /**
   * Chooses the host. `client` is what the queue is fair between.
   *
   * @throws BridgeError `consent_denied` (remembered), `no_host`, `host_cannot_sample` or `unsupported_feature`.
   */
  route(request: TurnRequest, client: string): Route {
    this.#refusals.check(request);
    const { host, queue, info } = this.pool.pick();
    refuseMedia(request, info);
    const caller = { client, asked: request, refusals: this.#refusals };
    const run = compose(polyfillsFor(info.abilities, this.#supplies), (prepared, signal) =>
      runAtHost({ host, queue }, caller, prepared, signal),
    );
    return {
      host: info,
      notices: noticesFor(request, info.abilities),
      run: (signal) => grammar(run(request, signal)),
    };
  }
}
