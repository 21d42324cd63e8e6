import type { McpEra } from "../config/values.ts";
import type { ServerParts } from "../hosts/mcp/era-servers.ts";
import { connect } from "../hosts/mcp/server.ts";
import type { Transport } from "../hosts/mcp/transport.ts";
import type { HostLog } from "../observability/host-log.ts";
import type { Logger } from "../observability/log.ts";
import type { AttachedHosts } from "./attached-hosts.ts";

/** Callbacks for a connection to a host. */
export interface ConnectionEvents {
  /** The host has identified itself and is attached. */
  readonly onAttached?: () => void;
  readonly onClosed?: () => void;
  /** The window of an editor that has started this process, if one has. */
  readonly window?: string;
  /** The log for this host, if it shows logs; the one that was passed to `openLog`. */
  readonly hostLog?: HostLog;
}

export interface HostConnectionsOptions {
  readonly mcp: Omit<ServerParts, "onerror">;
  readonly era: McpEra;
  readonly hosts: AttachedHosts;
  readonly log: Logger;
}

/** The MCP connections of this process to hosts, except those over HTTP. */
export class HostConnections {
  readonly #options: HostConnectionsOptions;
  readonly #open = new Set<Transport>();

  constructor(options: HostConnectionsOptions) {
    this.#options = options;
  }

  /** Serves one host until its transport closes. */
  async serve(transport: Transport, events: ConnectionEvents = {}): Promise<void> {
    const { mcp, era, hosts, log } = this.#options;
    this.#open.add(transport);
    await connect({
      ...mcp,
      transport,
      era,
      hostLog: events.hostLog,
      attach(host, carrier) {
        const detach = hosts.attachSession(host, carrier, "stdio", events.window);
        events.onAttached?.();
        return detach;
      },
      onClosed: () => {
        this.#open.delete(transport);
        events.onClosed?.();
      },
      onWarning: (message) => log.warn(message),
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((transport) => transport.close()));
  }
}
