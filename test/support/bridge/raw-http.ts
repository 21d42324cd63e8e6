import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface RawReply {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request as text, with the headers that every request needs unless the test says otherwise. */
export function rawRequest(
  line: string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
  body = "",
): string {
  const all: Record<string, string | readonly string[]> = { host: "127.0.0.1", ...headers };
  if (body !== "" && !("transfer-encoding" in all)) all["content-length"] ??= String(Buffer.byteLength(body));
  const lines = Object.entries(all).flatMap(([name, value]) =>
    [value].flat().map((each) => `${name}: ${each}\r\n`),
  );
  return `${line} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/** A connection on which a test sends bytes as they are, and sees what comes back. */
export class RawConnection {
  readonly socket: Socket;
  /** Settles when the connection is over, with true when it was reset. */
  readonly closed: Promise<boolean>;
  #text = "";
  #ended = false;
  #wake: (() => void) | undefined;

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname.replaceAll(/[[\]]/g, ""), port: Number(port) });
    await once(socket, "connect");
    return new RawConnection(socket);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    let reset = false;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => {
      this.#text += text;
      this.#wake?.();
    });
    socket.on("error", () => {
      reset = true;
    });
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        this.#ended = true;
        this.#wake?.();
        resolve(reset);
      });
    });
  }

  send(bytes: string | Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** The next response with its whole body, `bodiless` for the answer to HEAD. Rejects when the connection ends before. */
  async reply(bodiless = false): Promise<RawReply> {
    const headEnd = await this.#index("\r\n\r\n");
    const [first = "", ...lines] = this.#text.slice(0, headEnd).split("\r\n");
    this.#text = this.#text.slice(headEnd + 4);
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(":")).toLowerCase(),
        line.slice(line.indexOf(":") + 1).trim(),
      ]),
    );
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
    if (bodiless || status === 100 || status === 204) return { status, headers, body: "" };
    const body =
      headers["transfer-encoding"] === "chunked"
        ? await this.#chunks()
        : await this.#take(Number(headers["content-length"] ?? 0));
    return { status, headers, body: Buffer.from(body, "latin1").toString() };
  }

  /** Waits until the connection has brought `mark`, and returns everything up to its end. */
  async until(mark: string): Promise<string> {
    return this.#take((await this.#index(mark)) + mark.length);
  }

  /** Ends the connection as a client does that crashes or gives up. */
  cut(): void {
    this.socket.destroy();
  }

  async #chunks(): Promise<string> {
    let body = "";
    for (;;) {
      const line = await this.until("\r\n");
      const size = Number.parseInt(line, 16);
      const chunk = await this.#take(size + 2);
      if (size === 0) return body;
      body += chunk.slice(0, -2);
    }
  }

  async #index(mark: string): Promise<number> {
    for (;;) {
      const index = this.#text.indexOf(mark);
      if (index >= 0) return index;
      await this.#more();
    }
  }

  async #take(length: number): Promise<string> {
    while (this.#text.length < length) await this.#more();
    const taken = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    return taken;
  }

  async #more(): Promise<void> {
    if (this.#ended) throw new Error(`The connection ended after ${JSON.stringify(this.#text)}`);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Sends one request on a connection of its own. */
export async function sendRaw(url: string, request: string | Uint8Array): Promise<RawReply> {
  const connection = await RawConnection.open(url);
  try {
    connection.send(request);
    return await connection.reply();
  } finally {
    connection.cut();
  }
}
