/** Takes relays in: connections of other processes that lend their hosts. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { BridgeError } from "../../turn/error.ts";
import { Borrower, type BorrowOptions } from "./borrow.ts";
import { MAX_MESSAGE, RELAY_PROTOCOL } from "./protocol.ts";
import { proveAsBorrower, sendWelcome } from "./proof.ts";

/** How long the other side may take to prove itself, and how many may be about to. */
const PROVE_WITHIN_MS = 5000;
const MAX_UNPROVEN = 16;

export interface AcceptOptions extends Pick<BorrowOptions, "nextId" | "attach"> {
  /** Something went wrong with a relay; for the log. */
  readonly onFault: (message: string) => void;
}

export interface Relays {
  /**
   * Turns a request into a relay. With a secret the other side must prove that it knows it.
   *
   * @throws BridgeError `queue_full` while too many are about to prove themselves.
   */
  accept(incoming: IncomingMessage, socket: Duplex, head: Buffer, secret: string | undefined): void;
  /** Ends all relays, and with them the turns that run there. */
  close(): void;
}

export function createRelays(options: AcceptOptions): Relays {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: () => RELAY_PROTOCOL,
  });
  const unproven = new Set<WebSocket>();
  const relays = new Set<Borrower>();

  async function prove(socket: WebSocket, secret: string): Promise<void> {
    unproven.add(socket);
    try {
      await proveAsBorrower(socket, secret, AbortSignal.timeout(PROVE_WITHIN_MS));
    } finally {
      unproven.delete(socket);
    }
  }

  function borrow(socket: WebSocket, raw: Socket): void {
    const relay = new Borrower({
      ...options,
      socket,
      raw,
      onClosed(fault) {
        relays.delete(relay);
        if (fault !== undefined) options.onFault(`A relay was closed: ${fault}.`);
      },
    });
    relays.add(relay);
    sendWelcome(socket);
  }

  return {
    accept(incoming, stream, head, secret) {
      if (unproven.size >= MAX_UNPROVEN) {
        throw new BridgeError("queue_full", "Too many relays are about to begin. Try again soon.");
      }
      server.handleUpgrade(incoming, stream, head, (socket) => {
        // A close always follows.
        socket.on("error", () => undefined);
        if (secret === undefined) {
          borrow(socket, incoming.socket);
          return;
        }
        prove(socket, secret).then(
          () => borrow(socket, incoming.socket),
          (error: unknown) => {
            socket.terminate();
            options.onFault(`A relay was refused: ${error instanceof Error ? error.message : "unknown"}.`);
          },
        );
      });
    },
    close() {
      for (const socket of unproven) socket.terminate();
      for (const relay of relays) relay.close();
    },
  };
}
