import { BridgeError } from "../turn/error.ts";
import type { Host, HostInfo } from "../hosts/host.ts";

/** The hosts that are attached right now. */
export class Pool {
  readonly #hosts = new Map<string, Host>();

  /** Attaches a host; the function returned detaches it. */
  attach(host: Host): () => void {
    this.#hosts.set(host.id, host);
    return () => {
      if (this.#hosts.get(host.id) === host) this.#hosts.delete(host.id);
    };
  }

  get hosts(): Iterable<Host> {
    return this.#hosts.values();
  }

  describe(): HostInfo[] {
    return [...this.#hosts.values()].map((host) => host.describe());
  }

  /**
   * The host for a new turn: of those that can sample, the one with the least to do.
   *
   * @throws BridgeError `no_host` or `host_cannot_sample`.
   */
  pick(): { readonly host: Host; readonly info: HostInfo } {
    let best: { host: Host; info: HostInfo } | undefined;
    for (const host of this.#hosts.values()) {
      const info = host.describe();
      if (info.canSample && (best === undefined || info.running < best.info.running)) best = { host, info };
    }
    if (best !== undefined) return best;
    const [mute] = this.#hosts.values();
    if (mute === undefined) {
      throw new BridgeError(
        "no_host",
        "No MCP host is attached to the bridge. Start the server mcp-token-bridge in your MCP host " +
          "(in VS Code: MCP: List Servers > mcp-token-bridge > Start Server); `mcptb doctor` checks the setup.",
      );
    }
    throw new BridgeError(
      "host_cannot_sample",
      `The attached MCP host (${mute.describe().name}) does not offer sampling. Use a host that does, such as VS Code with Copilot.`,
    );
  }
}
