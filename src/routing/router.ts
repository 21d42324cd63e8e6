/**
 * From a decoded request to running events: remembered refusals, a host, a place in its queue, and the polyfills
 * that this host needs.
 */
import { BridgeError } from "../turn/error.ts";
import type { TurnEvents } from "../turn/event.ts";
import { grammar } from "../turn/grammar.ts";
import type { Notice } from "../turn/notice.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Host, HostInfo } from "../hosts/host.ts";
import { compose, type Run } from "../polyfill/polyfill.ts";
import { refuseMedia } from "./media.ts";
import { Pool } from "./pool.ts";
import { Queue, type QueueOptions } from "./queue.ts";
import { Refusals } from "./refusals.ts";
import { noticesFor, polyfillsFor, type Supplies } from "./supplies.ts";

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
  readonly pool = new Pool();
  readonly #options: RouterOptions;
  readonly #queues = new WeakMap<Host, Queue>();
  readonly #refusals: Refusals;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#refusals = new Refusals(options.rememberRefusalMs);
  }

  /** Turns waiting for a place, over all hosts attached. */
  get queued(): number {
    let sum = 0;
    for (const host of this.pool.hosts) sum += this.#queues.get(host)?.queued ?? 0;
    return sum;
  }

  /**
   * Chooses the host. `client` is what the queue is fair between.
   *
   * @throws BridgeError `consent_denied` (remembered), `no_host`, `host_cannot_sample` or `unsupported_feature`.
   */
  route(request: TurnRequest, client: string): Route {
    const refusal = this.#refusals.find(request);
    if (refusal !== undefined) throw refusal;
    const { host, info } = this.pool.pick();
    refuseMedia(request, info);
    const run = compose(polyfillsFor(info.abilities, this.#options), this.#queued(host, client));
    return {
      host: info,
      notices: noticesFor(request, info.abilities),
      run: (signal) => grammar(this.#remembering(run(request, signal), request)),
    };
  }

  #queueOf(host: Host): Queue {
    let queue = this.#queues.get(host);
    if (queue === undefined) {
      queue = new Queue(this.#options.queue);
      this.#queues.set(host, queue);
    }
    return queue;
  }

  #queued(host: Host, client: string): Run {
    const queue = this.#queueOf(host);
    return async function* run(request, signal) {
      let leave = queue.tryEnter();
      if (leave === undefined) {
        const place = queue.enter(client, signal);
        // The consumer may leave at the next line; then nobody awaits the place.
        place.then((free) => signal.aborted && free()).catch(() => undefined);
        yield {
          type: "turn-wait",
          reason: "slot",
          elapsedMs: 0,
          message: "waiting for a free place at the host",
        };
        leave = await place;
      }
      try {
        yield* host.run(request, signal);
      } finally {
        leave();
      }
    };
  }

  async *#remembering(events: TurnEvents, request: TurnRequest): TurnEvents {
    try {
      yield* events;
    } catch (thrown) {
      if (thrown instanceof BridgeError && thrown.code === "consent_denied")
        this.#refusals.remember(request, thrown);
      throw thrown;
    }
  }
}
