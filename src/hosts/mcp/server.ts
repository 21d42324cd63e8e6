/** Our MCP server on one connection, in the era that the host opens with. */
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
 * Milliseconds after which a host that has asked what we speak is taken in. A host that only tries out the command is gone by then,
 * and must not find the port taken when it starts the command for good.
 */
const PROBE_MS = 1000;

/** Takes in a host that has shown who it is; the function returned takes it away again. */
export type Attach = (host: Introduction, carrier: Carrier) => () => void;

export interface ConnectOptions extends Omit<ServerParts, "onerror" | "hostLog"> {
  /** Where the log goes to the host, once it asks for it. */
  readonly hostLog?: HostLog | undefined;
  readonly transport: Transport;
  /** Which eras are served; hosts that open with another are told so. */
  readonly era: McpEra;
  readonly attach: Attach;
  readonly onClosed: () => void;
  /** Something odd about the host, for the log; each kind is told once and holds no content. */
  readonly onWarning: (message: string) => void;
}

/** Serves one connection until it ends. */
export async function connect(options: ConnectOptions): Promise<void> {
  const { era, attach } = options;
  const peer = new Peer(options.transport);
  const warn = once(options.onWarning);
  // The SDK quotes the message at fault behind a colon.
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

/** Most kinds of oddities that are told of one host. */
const KINDS = 100;

function once(tell: (message: string) => void): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (told.has(message) || told.size >= KINDS) return;
    told.add(message);
    tell(message);
  };
}
