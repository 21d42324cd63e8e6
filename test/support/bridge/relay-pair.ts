/** Both ends of one relay over a real WebSocket; either end may be the test's own. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { Host } from "../../../src/hosts/host.ts";
import { Borrower } from "../../../src/hosts/relay/borrow.ts";
import { MAX_HOSTS } from "../../../src/hosts/relay/protocol.ts";
import { WebSocketLink } from "../../../src/hosts/relay/websocket-link.ts";
import { Lender } from "../../../src/hosts/relay/lend.ts";

export interface SocketPair {
  /** At the side that lends. */
  readonly near: WebSocket;
  readonly nearRaw: Socket;
  /** At the side that borrows. */
  readonly far: WebSocket;
  readonly farRaw: Socket;
}

export async function socketPair(): Promise<SocketPair> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const near = new WebSocket(`ws://127.0.0.1:${port}`);
  const upgraded = once(near, "upgrade") as Promise<[IncomingMessage]>;
  const opened = once(near, "open");
  const [far, incoming] = (await once(server, "connection")) as [WebSocket, IncomingMessage];
  const [[response]] = await Promise.all([upgraded, opened]);
  server.close();
  return { near, nearRaw: response.socket, far, farRaw: incoming.socket };
}

export interface BorrowerEnd {
  readonly borrower: Borrower;
  readonly attached: readonly Host[];
  /** The first host that is lent. */
  readonly first: Promise<Host>;
  /** Settles when the connection has ended: what the lender did wrong, if it did. */
  readonly fault: Promise<string | undefined>;
}

export function borrowerAt({ far, farRaw }: SocketPair): BorrowerEnd {
  const attached: Host[] = [];
  let ids = 0;
  const { promise: first, resolve: onFirst } = defer<Host>();
  const { promise: fault, resolve: onClosed } = defer<string | undefined>();
  const borrower = new Borrower({
    transport: "relay",
    mostHosts: MAX_HOSTS,
    link: new WebSocketLink(far, farRaw),
    nextId: () => `host-${(ids += 1)}`,
    attach(host) {
      attached.push(host);
      onFirst(host);
      return () => void attached.splice(attached.indexOf(host), 1);
    },
    onClosed,
  });
  onTestFinished(() => borrower.close());
  return { borrower, attached, first, fault };
}

export interface LenderEnd {
  readonly lender: Lender;
  /** Settles when the connection has ended: what the borrower did wrong, if it did. */
  readonly fault: Promise<string | undefined>;
  readonly defects: readonly unknown[];
}

export function lenderAt({ near, nearRaw }: SocketPair, hosts: readonly Host[]): LenderEnd {
  const { promise: fault, resolve: onClosed } = defer<string | undefined>();
  const defects: unknown[] = [];
  const lender = new Lender({
    link: new WebSocketLink(near, nearRaw),
    hosts: () => hosts,
    mostHosts: MAX_HOSTS,
    onClosed,
    onDefect: (thrown) => defects.push(thrown),
  });
  onTestFinished(() => lender.stop(0));
  return { lender, fault, defects };
}

function defer<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** What a WebSocket of the test's own hears, in order. */
export class Inbox {
  readonly #messages: Record<string, unknown>[] = [];
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(socket: WebSocket) {
    socket.on("message", (data: Buffer) => {
      this.#messages.push(JSON.parse(data.toString()) as Record<string, unknown>);
      this.#wake?.();
    });
    socket.on("close", () => {
      this.#closed = true;
      this.#wake?.();
    });
  }

  /** The next message of this type; those before it are passed over. Rejects when the connection ends before it comes. */
  async next(type: string): Promise<Record<string, unknown>> {
    for (;;) {
      const message = this.#messages.shift();
      if (message?.["type"] === type) return message;
      if (message === undefined) {
        if (this.#closed) throw new Error(`The connection has ended before ${type} came.`);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
