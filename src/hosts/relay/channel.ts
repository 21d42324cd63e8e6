/** A WebSocket that carries checked JSON messages, and notices when the other side has vanished without a word. */
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import type * as z from "zod";
import { BridgeError } from "../../turn/error.ts";
import { excessOf } from "../../util/json-structure.ts";
import type { MessageBounds } from "./protocol.ts";

/** Both sides send a ping this often. */
const PING_MS = 2000;
/** So many pings in a row without a byte from the other side, and it is taken for gone. Time in which we slept does not count. */
const SILENT_PINGS = 5;

/** Bytes that may wait for a side that does not read: no further turn may begin, and later nothing may wait any more. */
const BUSY_BYTES = 128 * 1_048_576;
const MOST_BYTES = 160 * 1_048_576;
/** A side that did something wrong, or is told to go, may take this long to close. */
const CLOSE_WITHIN_MS = 1000;

const CLOSE = { done: 1000, violation: 1002 } as const;

export interface ChannelOptions<Incoming> {
  readonly socket: WebSocket;
  /** The connection under it. */
  readonly raw: Socket;
  readonly incoming: z.ZodType<Incoming>;
  readonly takes: MessageBounds;
  /** Bytes that a message to the other side may have. */
  readonly longest: number;
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
    socket.on("ping", () => this.#checkWaiting());
    socket.on("close", () => this.#end(undefined));
    // A close always follows.
    socket.on("error", () => undefined);
    this.#timer = setInterval(() => this.#look(), PING_MS);
  }

  /**
   * @returns the size of the message in characters. After the end nothing is sent.
   * @throws BridgeError `payload_too_large`; `queue_full` when the other side does not take what was sent before.
   */
  send(message: Outgoing): number {
    const { socket, longest } = this.#options;
    const text = JSON.stringify(message);
    // A UTF-16 unit takes at most three bytes, so short messages need no counting.
    if (text.length * 3 > longest && Buffer.byteLength(text) > longest) {
      throw new BridgeError(
        "payload_too_large",
        `This is too large for the connection between two bridges (over ${longest / 1_048_576} MiB).`,
      );
    }
    if (this.#closed) return text.length;
    if (text.length > 1_048_576 && socket.bufferedAmount + text.length > BUSY_BYTES) {
      throw new BridgeError("queue_full", "The connection between two bridges is busy.");
    }
    this.#gather();
    socket.send(text);
    this.#checkWaiting();
    return text.length;
  }

  /** Ends the connection in good order; does not wait for the other side. */
  close(): void {
    this.#close(CLOSE.done);
    this.#end(undefined);
  }

  /** What is sent in one go leaves in one write. A tick comes when no promise can go on. */
  #gather(): void {
    const { raw } = this.#options;
    if (raw.writableCorked > 0) return;
    raw.cork();
    process.nextTick(() => raw.uncork());
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#closed) return;
    const { incoming, takes, onMessage } = this.#options;
    try {
      if (isBinary) throw new Error("a message is not text");
      const text = data.toString("utf8");
      onMessage(readFrame(text, incoming, takes), text.length);
    } catch (thrown) {
      this.#close(CLOSE.violation);
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

  #checkWaiting(): void {
    const { socket } = this.#options;
    if (socket.bufferedAmount <= MOST_BYTES) return;
    socket.terminate();
    this.#end("it does not read what it is sent");
  }

  #close(code: number): void {
    const { socket } = this.#options;
    socket.close(code);
    const timer = setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS);
    socket.once("close", () => clearTimeout(timer));
  }

  #end(fault: string | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#options.onClosed(fault);
  }
}

/** Levels of arrays and objects: what a request of a client may have, and what a message puts around it. */
const MAX_DEPTH = 280;

/**
 * A message as it came, looked at before it is parsed: deep nesting and many small values cost far more than their bytes.
 *
 * @throws Error saying what is wrong with it.
 */
function readFrame<Message>(text: string, schema: z.ZodType<Message>, bounds: MessageBounds): Message {
  const excess = excessOf(text, { depth: MAX_DEPTH, values: bounds.values });
  if (excess === "depth") throw new Error("a message is nested too deep");
  if (excess === "values") throw new Error("a message has too many values");
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
