/** `/relay`: other processes of ours lend their hosts over a WebSocket. */
import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { isLoopback } from "../util/net.ts";
import type { Relays } from "../hosts/relay/accept.ts";
import { RELAY_PROTOCOL } from "../hosts/relay/protocol.ts";
import { BridgeError } from "../turn/error.ts";
import { hostName } from "./authority.ts";
import { Keys } from "./keys.ts";

export interface RelayOptions {
  readonly relays: Relays;
  /** Keys for hosts on other machines. */
  readonly hostKeys: readonly string[];
  /** The secret that processes of the same user on this machine know; absent where they should not join. */
  readonly secret: string | undefined;
  /** The address the bridge listens on. */
  readonly host: string;
  /** More host names, with any port. */
  readonly allowedHosts: readonly string[];
}

/** @throws BridgeError when the connection is refused as a relay. */
export type RelayRoute = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;

export function relayRoute(options: RelayOptions): RelayRoute {
  const { relays, hostKeys } = options;
  const keys = new Keys(hostKeys);
  return (incoming, socket, head) => {
    const { headers } = incoming;
    // Browsers send an Origin with every WebSocket, and a web page has no host to lend.
    if (headers.origin !== undefined || headers["sec-fetch-site"] !== undefined) {
      throw new BridgeError("origin_refused", "Web pages may not open a relay.");
    }
    // Our own programs prove that they know a key, without sending it.
    const withKey = headers.authorization !== undefined || headers["x-api-key"] !== undefined;
    if (withKey) keys.check(headers);
    const secret = isSameMachine(incoming.socket) ? options.secret : undefined;
    if (secret === undefined && keys.isEmpty) {
      throw new BridgeError(
        "unauthorized",
        "A host on another machine needs one of this bridge's host keys: `Authorization: Bearer KEY`.",
      );
    }
    if (!namesOf(headers["sec-websocket-protocol"]).includes(RELAY_PROTOCOL)) {
      throw new BridgeError("invalid_request", `This bridge supports ${RELAY_PROTOCOL} only.`);
    }
    const isOurs = ourAddresses(options, incoming.socket);
    relays.accept(incoming, socket, head, withKey ? "proven" : { secret, keys: hostKeys, isOurs });
  };
}

function isSameMachine({ remoteAddress, localAddress }: Socket): boolean {
  return remoteAddress !== undefined && (isLoopback(remoteAddress) || remoteAddress === localAddress);
}

/**
 * Whether the address that a lender uses for its bridge is one of ours: an allowed name, which may be that of a proxy
 * with another port, or an address of this machine with our port.
 */
function ourAddresses({ host, allowedHosts }: RelayOptions, { localPort }: Socket): (url: string) => boolean {
  const allowed = new Set(allowedHosts.map((name) => hostName(name) ?? name));
  return (url) => {
    if (!URL.canParse(url)) return false;
    const { hostname, port, protocol } = new URL(url);
    const name = hostname.replaceAll(/[[\]]/g, "");
    if (allowed.has(name)) return true;
    const own = name === host.toLowerCase() || isLoopback(name) || (!isLoopback(host) && isIP(name) !== 0);
    return own && Number(port || (protocol === "wss:" ? 443 : 80)) === localPort;
  };
}

function namesOf(list: string | undefined): string[] {
  return (list ?? "").split(",").map((name) => name.trim());
}
