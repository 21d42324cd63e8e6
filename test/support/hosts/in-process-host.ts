import { PassThrough } from "node:stream";
import type { Bridge } from "../../../src/bridge/bridge.ts";
import type { ConnectionEvents } from "../../../src/bridge/host-connections.ts";
import { StdioTransport } from "../../../src/hosts/mcp/stdio.ts";
import { ScriptedHost, type ScriptedHostOptions } from "./scripted-host.ts";

export interface InProcessHost {
  readonly host: ScriptedHost;
  /** Settles when the bridge has noticed that the host is gone. */
  readonly gone: Promise<void>;
}

/**
 * Attaches a scripted host to a bridge in this process, over the stdio transport and a pair of streams, and waits
 * for the end of the handshake. `host.close()` ends the connection; a new one can be attached at any time.
 */
export async function attachHost(
  bridge: Bridge,
  options: ScriptedHostOptions = {},
  events: ConnectionEvents = {},
): Promise<InProcessHost> {
  const toBridge = new PassThrough();
  const toHost = new PassThrough();
  const host = new ScriptedHost(toHost, toBridge, options);
  let onAttached!: () => void;
  let onClosed!: () => void;
  const attached = new Promise<void>((resolve) => {
    onAttached = resolve;
  });
  const gone = new Promise<void>((resolve) => {
    onClosed = resolve;
  });
  await bridge.connect(new StdioTransport(toBridge, toHost), {
    ...events,
    onAttached: () => {
      onAttached();
      events.onAttached?.();
    },
    onClosed: () => {
      onClosed();
      toHost.end();
      events.onClosed?.();
    },
  });
  await host.initialize();
  await attached;
  return { host, gone };
}
