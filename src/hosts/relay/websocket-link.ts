/** A relay's link over a WebSocket; it notices when the other side has vanished without a word. */
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type { Link, LinkEnd, LinkEvents } from "./link.ts";

/** Both sides send a ping this often. */
const PING_MS = 2000;
/** So many pings in a row without a byte from the other side, and it is taken for gone. Time in which we slept does not count. */
const SILENT_PINGS = 5;
/** Bytes that may wait for a side that does not read. */
const MOST_BYTES = 160 * 1_048_576;
/** A side that did something wrong, or is told to go, may take this long to close. */
const CLOSE_WITHIN_MS = 1000;

const CODES: Readonly<Record<LinkEnd, number>> = { done: 1000, violation: 1002 };

export class WebSocketLink implements Link {
  readonly #socket: WebSocket;
  readonly #raw: Socket;
  #events: LinkEvents | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #silent = 0;
  #bytes = -1;

  /** @param raw the connection under the socket. */
  constructor(socket: WebSocket, raw: Socket) {
    this.#socket = socket;
    this.#raw = raw;
  }

  get waiting(): number {
    return this.#socket.bufferedAmount;
  }

  open(events: LinkEvents): void {
    this.#events = events;
    const socket = this.#socket;
    socket.on("message", (data: Buffer, isBinary) => {
      if (this.#closed) return;
      if (isBinary) {
        this.#hangUp("violation");
        this.#end("a message is not text");
      } else events.onText(data.toString("utf8"));
    });
    socket.on("ping", () => this.#checkWaiting());
    socket.on("close", () => this.#end(undefined));
    // A close always follows.
    socket.on("error", () => undefined);
    this.#timer = setInterval(() => this.#look(), PING_MS);
  }

  send(text: string): void {
    if (this.#closed) return;
    this.#gather();
    this.#socket.send(text);
    this.#checkWaiting();
  }

  close(end: LinkEnd): void {
    this.#hangUp(end);
    this.#settle();
  }

  /** Whoever dies, its system ends the connection at once; pings are for machines that vanish. */
  attend(): void {
    // Nothing is done more often while turns are open.
  }

  /** What is sent in one go leaves in one write. A tick comes when no promise can go on. */
  #gather(): void {
    const raw = this.#raw;
    if (raw.writableCorked > 0) return;
    raw.cork();
    process.nextTick(() => raw.uncork());
  }

  #look(): void {
    const raw = this.#raw;
    this.#silent = raw.bytesRead === this.#bytes ? this.#silent + 1 : 0;
    this.#bytes = raw.bytesRead;
    if (this.#silent < SILENT_PINGS) this.#socket.ping();
    else {
      this.#socket.terminate();
      this.#end("it was silent for too long");
    }
  }

  #checkWaiting(): void {
    if (this.#socket.bufferedAmount <= MOST_BYTES) return;
    this.#socket.terminate();
    this.#end("it does not read our messages");
  }

  #hangUp(end: LinkEnd): void {
    const socket = this.#socket;
    socket.close(CODES[end]);
    const timer = setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS);
    socket.once("close", () => clearTimeout(timer));
  }

  #end(fault: string | undefined): void {
    if (this.#settle()) this.#events?.onClosed(fault);
  }

  /** Whether it was open until now. */
  #settle(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    clearInterval(this.#timer);
    return true;
  }
}
