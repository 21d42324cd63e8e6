/** Our MCP server on one connection, in the era with which the host starts. */
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { McpEra } from "../../config/values.ts";
import type { HostLog } from "../../observability/host-log.ts";
import type { Carrier } from "./carrier.ts";
import { discoveringHost, Discovery } from "./discovery.ts";
import { legacyServer, modernServer, type ServerParts } from "./era-servers.ts";
import { HookRounds } from "./hook-rounds.ts";
import type { Introduction } from "./introduction.ts";
import { gone, Peer, type Params } from "./peer.ts";
import { pushTo } from "./push.ts";
import type { Transport } from "./transport.ts";

/**
 * Milliseconds after which a host that has asked for our versions is attached. A host that only tests the command has
 * ended by then, and must not find the port in use when it starts the command again.
 */
const PROBE_MS = 1000;

/** Attaches a host that has identified itself; the returned function detaches it. */
export type Attach = (host: Introduction, carrier: Carrier) => () => void;

export interface ConnectOptions extends Omit<ServerParts, "onerror" | "hostLog"> {
  /** The log for the host, once it asks for it. */
  readonly hostLog?: HostLog | undefined;
  readonly transport: Transport;
  /** The supported eras; hosts that start with another get an error. */
  readonly era: McpEra;
  readonly attach: Attach;
  readonly onClosed: () => void;
  /** Called for unexpected behaviour of the host, for the log: once for each kind, without content. */
  readonly onWarning: (message: string) => void;
}

/** Serves one connection until it ends. */
export async function connect(options: ConnectOptions): Promise<void> {
  const { era, attach } = options;
  const peer = new Peer(options.transport);
  const warn = once(options.onWarning);
  // The SDK quotes the invalid message after a colon.
  const onerror = (error: Error): void => warn(error.message.split(":", 1)[0] ?? "");
  const { hostLog } = options;
  const parts: ServerParts = {
    ...options,
    onerror,
    hostLog: hostLog && {
      log: hostLog,
      send: (params) => peer.send({ jsonrpc: "2.0", method: "notifications/message", params }),
    },
  };
  let rounds: HookRounds | undefined;
  let detach: (() => void) | undefined;
  let introduced: NodeJS.Timeout | undefined;

  const legacy = () =>
    legacyServer(parts, (host) => {
      detach = attach(host, pushTo(peer, host, options.timeoutMs));
    });
  const roundsOf = (host: Introduction): HookRounds => {
    if (rounds === undefined) {
      rounds = new HookRounds({ ...options, name: host.clientInfo.name });
      detach = attach(host, rounds);
    }
    return rounds;
  };
  const onDelta = (params: Params): void => rounds?.delta(params);
  const discovery = era === "auto" ? new Discovery() : undefined;
  peer.declines = (message) => {
    if (discovery?.declines(message) === true) return true;
    const host = discoveringHost(message);
    if (host !== undefined && era !== "legacy")
      introduced = setTimeout(() => roundsOf(host), PROBE_MS).unref();
    return false;
  };
  peer.onended = () => {
    clearTimeout(introduced);
    hostLog?.close();
    detach?.();
    rounds?.close(gone());
    options.onClosed();
  };
  if (era === "legacy") {
    await legacy().connect(peer);
  } else {
    serveStdio(
      (context) => (context.era === "legacy" ? legacy() : modernServer({ ...parts, roundsOf, onDelta })),
      {
        transport: peer,
        legacy: era === "modern" ? "reject" : "serve",
        onerror,
      },
    );
  }
}

/** Maximum number of such kinds for one host. */
const KINDS = 100;

function once(tell: (message: string) => void): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (told.has(message) || told.size >= KINDS) return;
    told.add(message);
    tell(message);
  };
}
