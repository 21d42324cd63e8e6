/** A WebSocket that carries checked JSON messages, and notices when the other side has vanished without a word. */
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type * as z from "zod";
import { BridgeError } from "../../turn/error.ts";
import { MAX_MESSAGE } from "./protocol.ts";

/** Both sides send a ping this often. */
const PING_MS = 2000;
/** So many pings in a row without a byte from the other side, and it is taken for gone. Time in which we slept does not count. */
const SILENT_PINGS = 5;

const CLOSE = { done: 1000, violation: 1002 } as const;

export interface ChannelOptions<Incoming> {
  readonly socket: WebSocket;
  /** The connection under it. */
  readonly raw: Socket;
  readonly incoming: z.ZodType<Incoming>;
  /** `size`: characters of the message. What it throws ends the connection. */
  readonly onMessage: (message: Incoming, size: number) => void;
  /** Called once; `fault` says what the other side did wrong, if it did. */
  readonly onClosed: (fault: string | undefined) => void;
}

export class Channel<Incoming, Outgoing> {
  readonly #options: ChannelOptions<Incoming>;
  readonly #timer: NodeJS.Timeout;
  #closed = false;
  #silent = 0;
  #bytes = -1;

  constructor(options: ChannelOptions<Incoming>) {
    this.#options = options;
    const { socket } = options;
    socket.on("message", (data: Buffer, isBinary) => this.#onMessage(data, isBinary));
    socket.on("close", () => this.#end(undefined));
    // A close always follows.
    socket.on("error", () => undefined);
    this.#timer = setInterval(() => this.#look(), PING_MS);
  }

  /**
   * @returns the size of the message in characters. After the end nothing is sent.
   * @throws BridgeError `payload_too_large`.
   */
  send(message: Outgoing): number {
    const text = JSON.stringify(message);
    // A UTF-16 unit takes at most three bytes, so short messages need no counting.
    if (text.length * 3 > MAX_MESSAGE && Buffer.byteLength(text) > MAX_MESSAGE) {
      throw new BridgeError(
        "payload_too_large",
        `This is too large for the connection between two bridges (over ${MAX_MESSAGE / 1_048_576} MiB).`,
      );
    }
    if (!this.#closed) this.#options.socket.send(text);
    return text.length;
  }

  /** Ends the connection in good order; does not wait for the other side. */
  close(): void {
    this.#options.socket.close(CLOSE.done);
    this.#end(undefined);
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#closed) return;
    const text = data.toString("utf8");
    try {
      if (isBinary) throw new Error("a message is not text");
      this.#options.onMessage(parse(text, this.#options.incoming), text.length);
    } catch (thrown) {
      this.#options.socket.close(CLOSE.violation);
      this.#end(thrown instanceof Error ? thrown.message : "a message could not be handled");
    }
  }

  #look(): void {
    const { socket, raw } = this.#options;
    this.#silent = raw.bytesRead === this.#bytes ? this.#silent + 1 : 0;
    this.#bytes = raw.bytesRead;
    if (this.#silent < SILENT_PINGS) socket.ping();
    else {
      socket.terminate();
      this.#end("it has been silent too long");
    }
  }

  #end(fault: string | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#options.onClosed(fault);
  }
}

function parse<Message>(text: string, schema: z.ZodType<Message>): Message {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("a message is not JSON");
  }
  const { data, success } = schema.safeParse(value);
  if (!success) throw new Error("a message has an unknown form");
  return data;
}
