import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { nextTurn } from "../util/next-turn.ts";

/** Requests of one connection that are handled at the same time. */
const AT_ONCE = 8;

/**
 * Requests of one connection that may wait while more is read from it. While nothing is read, a client that leaves is
 * not noticed, so a few requests sent ahead never pause the connection.
 */
const AHEAD = 100;

/** Waiting requests of all connections together: each takes some kilobytes of memory. */
const MOST_WAITING = 10_000;

/**
 * The requests of each connection. A client may send requests ahead of the responses (pipelining, RFC 9112, section
 * 9.3.2), and Node emits all requests of one chunk of 64 KiB in one go. Here a few of them are handled at once and the
 * others wait; when many wait, the connection is paused. Requests of other connections are handled in between.
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
  /** The unfinished responses, in the order of their requests. */
  readonly #answers = new Set<ServerResponse>();
  readonly #waiting: (() => void)[] = [];
  #handled = 0;
  #goesOn = false;
  /** Whether the connection is paused because requests wait. */
  #held = false;

  constructor(socket: Socket, count: { waiting: number }) {
    this.#socket = socket;
    this.#count = count;
    // Node resumes the socket whenever a request is complete.
    socket.on("resume", () => this.#holdBack());
    socket.once("close", () => {
      this.#count.waiting -= this.#waiting.length;
      this.#waiting.length = 0;
    });
  }

  /** The unfinished responses, in the order of their requests. */
  get answers(): readonly ServerResponse[] {
    return [...this.#answers];
  }

  /** Handles a request now or later in its turn. */
  add(outgoing: ServerResponse, handle: () => void): void {
    const socket = this.#socket;
    // The rest after the request at which it was cut.
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
