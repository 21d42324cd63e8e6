/** Accepts relays: connections of other processes that lend their hosts. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { BridgeError } from "../../turn/error.ts";
import { Borrower, type BorrowOptions } from "./borrow.ts";
import { boundBytes, Refusal, Unproven } from "./greeting.ts";
import { BORROWER_TAKES, MAX_HOSTS, RELAY_PROTOCOL } from "./protocol.ts";
import { WebSocketLink } from "./websocket-link.ts";
import { proveAsBorrower, sendWelcome, type Known } from "./proof.ts";

/** Time limit for the proof of the other side, and maximum number of connections before it. */
const PROVE_WITHIN_MS = 2000;
const MAX_UNPROVEN = 16;
const MAX_RELAYS = 256;
/** Time for a refused connection to close. */
const CLOSE_WITHIN_MS = 500;

export interface AcceptOptions extends Pick<BorrowOptions, "nextId" | "attach"> {
  /** Called for a fault of a relay, for the log. */
  readonly onFault: (message: string) => void;
}

export interface Relays {
  /**
   * Turns a request into a relay. The other side must prove itself, unless it has already done so.
   *
   * @throws BridgeError `queue_full` while there are too many relays, `shutting_down` after the end.
   */
  accept(incoming: IncomingMessage, socket: Duplex, head: Buffer, known: Known | "proven"): void;
  /** Ends all relays and their running turns. */
  close(): void;
}

export function createRelays(options: AcceptOptions): Relays {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: BORROWER_TAKES.bytes,
    perMessageDeflate: false,
    handleProtocols: () => RELAY_PROTOCOL,
  });
  /** By their remote address, the oldest first. */
  const unproven = new Map<WebSocket, string>();
  const relays = new Set<Borrower>();
  let closed = false;

  async function greet(
    socket: WebSocket,
    incoming: IncomingMessage,
    head: Buffer,
    known: Known,
  ): Promise<void> {
    const { socket: raw } = incoming;
    const unbound = boundBytes(raw, head);
    makeRoom(unproven);
    unproven.set(socket, raw.remoteAddress ?? "");
    try {
      await proveAsBorrower({ socket, raw, signal: AbortSignal.timeout(PROVE_WITHIN_MS) }, known);
      borrow(socket, incoming);
    } catch (error) {
      refuse(socket, error);
    } finally {
      unproven.delete(socket);
      unbound();
    }
  }

  function refuse(socket: WebSocket, error: unknown): void {
    const code = error instanceof Unproven ? error.code : undefined;
    // Only a side that may know the reason gets a regular close.
    if (code === undefined || socket.readyState !== socket.OPEN) socket.terminate();
    else {
      socket.close(code);
      setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS).unref();
    }
    options.onFault(`A relay was refused: ${error instanceof Unproven ? error.message : "unknown"}.`);
  }

  function borrow(socket: WebSocket, { socket: raw }: IncomingMessage): void {
    if (closed || relays.size >= MAX_RELAYS) throw new Unproven("there are too many", Refusal.full);
    const relay = new Borrower({
      ...options,
      transport: "relay",
      mostHosts: MAX_HOSTS,
      link: new WebSocketLink(socket, raw),
      onClosed(fault) {
        relays.delete(relay);
        if (fault !== undefined) options.onFault(`A relay was closed: ${fault}.`);
      },
    });
    relays.add(relay);
  }

  return {
    accept(incoming, stream, head, known) {
      if (closed) throw new BridgeError("shutting_down", "The bridge is stopping.");
      if (relays.size >= MAX_RELAYS) {
        throw new BridgeError("queue_full", "There are too many relays. Try again soon.");
      }
      server.handleUpgrade(incoming, stream, head, (socket) => {
        // A close event always follows.
        socket.on("error", () => undefined);
        if (known === "proven") {
          borrow(socket, incoming);
          sendWelcome(socket);
        } else void greet(socket, incoming, head, known);
      });
    },
    close() {
      closed = true;
      for (const socket of unproven.keys()) socket.terminate();
      for (const relay of relays) relay.close();
    },
  };
}

/** A newcomer is not refused: the oldest connection of the address with the most is closed for it. */
function makeRoom(unproven: ReadonlyMap<WebSocket, string>): void {
  if (unproven.size < MAX_UNPROVEN) return;
  const counts = new Map<string, number>();
  for (const address of unproven.values()) counts.set(address, (counts.get(address) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const [oldest] = [...unproven].find(([, address]) => counts.get(address) === most) ?? [];
  oldest?.terminate();
}
