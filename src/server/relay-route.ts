/** `/relay`: other processes of ours lend their hosts over a WebSocket. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isLoopback } from "../config/loopback.ts";
import type { Relays } from "../hosts/relay/accept.ts";
import { RELAY_PATH, RELAY_PROTOCOL } from "../hosts/relay/protocol.ts";
import { BridgeError } from "../turn/error.ts";
import { Keys } from "./keys.ts";

export interface RelayOptions {
  readonly relays: Relays;
  /** Keys for hosts elsewhere. */
  readonly hostKeys: readonly string[];
  /** What processes of the same user on this machine know; none where nobody is to find us. */
  readonly secret: string | undefined;
}

/** @throws BridgeError when the connection may not be a relay. */
export type RelayRoute = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Whether a request asks for a relay. */
export function isRelay(path: string, headers: IncomingHttpHeaders): boolean {
  return path === RELAY_PATH && headers.upgrade?.toLowerCase() === "websocket";
}

export function relayRoute({ relays, hostKeys, secret }: RelayOptions): RelayRoute {
  const keys = new Keys(hostKeys);
  return (incoming, socket, head) => {
    const { headers } = incoming;
    // Browsers send an Origin with every WebSocket; no web page has a host to lend.
    if (headers.origin !== undefined || headers["sec-fetch-site"] !== undefined) {
      throw new BridgeError("origin_refused", "Web pages may not open a relay.");
    }
    const withKey = headers.authorization !== undefined || headers["x-api-key"] !== undefined;
    if (withKey) keys.check(headers);
    else if (secret === undefined || !isLoopback(incoming.socket.remoteAddress ?? "")) {
      throw new BridgeError(
        "unauthorized",
        "A host elsewhere needs one of this bridge's host keys: `Authorization: Bearer KEY`.",
      );
    }
    if (!namesOf(headers["sec-websocket-protocol"]).includes(RELAY_PROTOCOL)) {
      throw new BridgeError("invalid_request", `This bridge speaks ${RELAY_PROTOCOL}.`);
    }
    relays.accept(incoming, socket, head, withKey ? undefined : secret);
  };
}

function namesOf(list: string | undefined): string[] {
  return (list ?? "").split(",").map((name) => name.trim());
}
