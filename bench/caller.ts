import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { CHAT } from "./client.ts";

/** What one request took, in milliseconds from its sending; `first` is the first character of the answer. */
export interface Timing {
  readonly first: number;
  readonly total: number;
}

interface Pending {
  readonly started: number;
  first: number;
  head: string;
  tail: string;
  /** Bytes still to come; unknown until the head has been read, and for a chunked body. */
  left: number | undefined;
  readonly resolve: (timing: Timing) => void;
  readonly reject: (error: Error) => void;
}

const LAST_CHUNK = "0\r\n\r\n";
/** The first character of a delta or a message, in any API. */
const FIRST_TEXT = /"(?:content|text)": ?"[^"]/;
/** The end of a stream of each API, or of a JSON body, behind which the last chunk ends. */
const WHOLE =
  /(?:\[DONE\]\n\n|"message_stop"\}\n\n|"responseId":"\w{1,40}"\}\n\n|"(?:eval_count|estimated)":\w{1,9}\}\n|\})\r\n0\r\n\r\n$/;

/**
 * One keep-alive connection that sends the same request over and over, one at a time. It is no HTTP client: it
 * finds the end of an answer and the first character of its text by their bytes, since `node:http` would take
 * more of the machine for this than the servers that are measured.
 */
export class Caller {
  readonly #socket: Socket;
  readonly #request: Buffer;
  #pending: Pending | undefined;

  static async connect(
    port: number,
    body: Buffer,
    path = CHAT,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Caller> {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    await once(socket, "connect");
    const lines = Object.entries({
      host: `127.0.0.1:${port}`,
      "content-type": "application/json",
      "content-length": String(body.length),
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
    return new Caller(socket, Buffer.concat([Buffer.from(head), body]));
  }

  private constructor(socket: Socket, request: Buffer) {
    this.#socket = socket;
    this.#request = request;
    socket.on("data", (chunk) => this.#onData(chunk));
    socket.on("error", (error) => this.#fail(error.message));
    socket.on("close", () => this.#fail("connection closed"));
  }

  /** Sends the request and reads the answer to its end. Rejects unless that is a complete success. */
  call(): Promise<Timing> {
    return new Promise((resolve, reject) => {
      const started = performance.now();
      this.#pending = { started, first: Number.NaN, head: "", tail: "", left: undefined, resolve, reject };
      this.#socket.write(this.#request);
    });
  }

  close(): void {
    this.#pending = undefined;
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    const pending = this.#pending;
    if (!pending) return;
    pending.tail = (pending.tail + chunk.toString("latin1", Math.max(0, chunk.length - 64))).slice(-64);
    if (Number.isNaN(pending.first)) this.#onHead(pending, chunk);
    else if (pending.left !== undefined) pending.left -= chunk.length;
    const ended = pending.left === undefined ? pending.tail.endsWith(LAST_CHUNK) : pending.left <= 0;
    if (ended) this.#finish(pending);
  }

  /** Everything up to the chunk that holds the first character of the answer. */
  #onHead(pending: Pending, chunk: Buffer): void {
    pending.head += chunk.toString("latin1");
    if (FIRST_TEXT.test(pending.head)) pending.first = performance.now() - pending.started;
    const bodyStart = pending.head.indexOf("\r\n\r\n") + 4;
    if (bodyStart < 4) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(pending.head.slice(0, bodyStart))?.[1];
    if (length !== undefined) pending.left = Number(length) - (pending.head.length - bodyStart);
  }

  #finish(pending: Pending): void {
    const total = performance.now() - pending.started;
    this.#pending = undefined;
    const complete = pending.left === undefined ? WHOLE.test(pending.tail) : pending.left === 0;
    if (!pending.head.startsWith("HTTP/1.1 200 ") || !complete || Number.isNaN(pending.first)) {
      pending.reject(new Error(`unexpected answer: ${pending.head} ... ${pending.tail}`));
    } else pending.resolve({ first: pending.first, total });
  }

  #fail(reason: string): void {
    this.#pending?.reject(new Error(`${reason} after ${JSON.stringify(this.#pending.tail)}`));
    this.#pending = undefined;
  }
}
