import { BridgeError } from "../turn/error.ts";
import type { Host, HostInfo } from "../hosts/host.ts";
import { Queue, type QueueOptions } from "./queue.ts";

/** A host that is attached, and the queue before it. */
export interface Place {
  readonly host: Host;
  readonly queue: Queue;
}

/** The hosts that are attached right now. */
export class Pool {
  readonly #options: QueueOptions;
  readonly #places = new Map<string, Place>();

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Attaches a host; the function returned detaches it and ends what waits for it. */
  attach(host: Host): () => void {
    const place = { host, queue: new Queue(this.#options) };
    this.#places.set(host.id, place);
    return () => {
      if (this.#places.get(host.id) === place) this.#places.delete(host.id);
      place.queue.close(
        new BridgeError(
          "host_gone",
          `The MCP host (${host.describe().name}) has gone while the request waited for it.`,
        ),
      );
    };
  }

  describe(): HostInfo[] {
    return [...this.#places.values()].map(({ host }) => host.describe());
  }

  /** Turns waiting for a place at their host. */
  get queued(): number {
    let sum = 0;
    for (const { queue } of this.#places.values()) sum += queue.queued;
    return sum;
  }

  /**
   * The host for a new turn: of those that can sample, the one with the least to do.
   *
   * @throws BridgeError `no_host` or `host_cannot_sample`.
   */
  pick(): Place & { readonly info: HostInfo } {
    let best: (Place & { readonly info: HostInfo }) | undefined;
    for (const place of this.#places.values()) {
      const info = place.host.describe();
      if (info.canSample && (best === undefined || load(place) < load(best))) best = { ...place, info };
    }
    if (best !== undefined) return best;
    const [mute] = this.#places.values();
    if (mute === undefined) {
      throw new BridgeError(
        "no_host",
        "No MCP host is attached to the bridge. Start the server mcp-token-bridge in your MCP host " +
          "(in VS Code: MCP: List Servers > mcp-token-bridge > Start Server); `mcptb doctor` checks the setup.",
      );
    }
    throw new BridgeError(
      "host_cannot_sample",
      `The attached MCP host (${mute.host.describe().name}) does not offer sampling. ` +
        "Use a host that does, such as VS Code with Copilot.",
    );
  }
}

function load({ queue }: Place): number {
  return queue.running + queue.queued;
}
