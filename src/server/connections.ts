import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { nextTurn } from "../util/next-turn.ts";

/** Requests of one connection that are handled at the same time. */
const AT_ONCE = 8;

/**
 * Requests of one connection that wait while more is read from it. Where nothing is read it is not seen that a client has left, so a
 * client that sends a few ahead is never held back.
 */
const AHEAD = 100;

/** Requests of all connections together that are known and wait for those before them: some kilobytes of memory each. */
const MOST_WAITING = 10_000;

/**
 * What is asked on each connection. A client may send requests ahead of the answers (RFC 9112, section 9.3.2), and Node hands over all
 * that stand in one chunk of 64 KiB in one go. Here a few of them are handled at once; the others wait, and where many do, no more is
 * read from their connection; the requests of other connections have their turn in between.
 */
export class Connections {
  readonly #all = new WeakMap<Socket, Connection>();
  readonly #count = { waiting: 0 };

  of(socket: Socket): Connection {
    let connection = this.#all.get(socket);
    if (connection === undefined) {
      connection = new Connection(socket, this.#count);
      this.#all.set(socket, connection);
    }
    return connection;
  }
}

export class Connection {
  readonly #socket: Socket;
  readonly #count: { waiting: number };
  /** The answers that are not over, in the order of their requests. */
  readonly #answers = new Set<ServerResponse>();
  readonly #waiting: (() => void)[] = [];
  #handled = 0;
  #goesOn = false;
  /** Whether no more is read because requests wait. */
  #held = false;

  constructor(socket: Socket, count: { waiting: number }) {
    this.#socket = socket;
    this.#count = count;
    // Node reads on whenever a request is complete.
    socket.on("resume", () => this.#holdBack());
    socket.once("close", () => {
      this.#count.waiting -= this.#waiting.length;
      this.#waiting.length = 0;
    });
  }

  /** The answers that are not over, in the order of their requests. */
  get answers(): readonly ServerResponse[] {
    return [...this.#answers];
  }

  /** Handles a request now, or when its turn has come. */
  add(outgoing: ServerResponse, handle: () => void): void {
    const socket = this.#socket;
    // What stands behind the request at which it was cut.
    if (socket.destroyed) return;
    this.#answers.add(outgoing);
    outgoing.once("close", () => this.#answers.delete(outgoing));
    if (this.#handled < AT_ONCE && this.#waiting.length === 0) {
      this.#handle(outgoing, handle);
    } else if (this.#count.waiting >= MOST_WAITING) {
      socket.destroy();
    } else {
      this.#count.waiting += 1;
      this.#waiting.push(() => this.#handle(outgoing, handle));
      this.#holdBack();
    }
  }

  #handle(outgoing: ServerResponse, handle: () => void): void {
    this.#handled += 1;
    outgoing.once("close", () => {
      this.#handled -= 1;
      void this.#goOn();
    });
    handle();
  }

  async #goOn(): Promise<void> {
    if (this.#goesOn) return;
    this.#goesOn = true;
    while (this.#handled < AT_ONCE && this.#waiting.length > 0) {
      await nextTurn();
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#count.waiting -= 1;
      next();
      this.#readOn();
    }
    this.#goesOn = false;
  }

  #holdBack(): void {
    if (this.#waiting.length < AHEAD) return;
    this.#held = true;
    this.#socket.pause();
  }

  #readOn(): void {
    if (!this.#held || this.#waiting.length >= AHEAD) return;
    this.#held = false;
    this.#socket.resume();
  }
}
