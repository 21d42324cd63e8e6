/**
 * MCP over a pair of streams, with one JSON message on each line (MCP 2025-11-25, Transports, stdio).
 *
 * Not the SDK's transport, because its reader takes quadratic time for long lines, closes the connection at a line
 * above its limit, and drops responses that do not fit its schemas, so that their requests would wait for ever.
 */
import type { Readable, Writable } from "node:stream";
import { BridgeError } from "../../turn/error.ts";
import { excessOf } from "../../util/json-structure.ts";
import { LineSplitter } from "./lines.ts";
import type { Transport } from "./transport.ts";

const MIB = 1_048_576;

export interface StdioLimits {
  /** Longest line read, in bytes; a longer one is dropped and its request fails. */
  readonly read: number;
  /** Longest line written, in bytes. Hosts built on an MCP SDK close the connection at one above 10 MiB. */
  readonly write: number;
  /** Bytes that are buffered for a host that does not read. */
  readonly backlog: number;
}

/** Milliseconds for which a host's lines are read before the event loop runs again. */
const HELD_MS = 10;
/** A chunk of this size may be followed by more. */
const FULL = 16_384;

/** Limits for a message of a host; far above any answer of a model. */
const SHAPE = { depth: 256, values: 100_000 };
/** Messages in one batch. */
const BATCH = 1000;
/** Characters of each end of a message, enough to find its request. */
const ENDS = 256;

export const STDIO_LIMITS: StdioLimits = { read: 16 * MIB, write: 8 * MIB, backlog: 256 * MIB };

export class StdioTransport implements Transport {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #limits: StdioLimits;
  readonly #splitter: LineSplitter;
  #closed = false;

  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: (message: object) => void;

  constructor(input: Readable, output: Writable, limits: Partial<StdioLimits> = {}) {
    this.#input = input;
    this.#output = output;
    this.#limits = { ...STDIO_LIMITS, ...limits };
    this.#splitter = new LineSplitter(this.#limits.read, {
      onLine: (line) => this.#onLine(line),
      onDropped: (ends) => this.#refuse(ends, `is above ${this.#limits.read / MIB} MiB`),
    });
  }

  async start(): Promise<void> {
    this.#output.on("error", this.#onEnd);
    for (const event of ["end", "close", "error"]) this.#input.on(event, this.#onEnd);
    this.#input.on("data", this.#onData);
    if (this.#input.readableEnded || this.#input.destroyed) setImmediate(this.#onEnd);
  }

  /** @throws BridgeError `payload_too_large`, `host_failed` when the host does not read, `host_gone`. */
  async send(message: object): Promise<void> {
    if (this.#closed) throw new BridgeError("host_gone", "The connection to the MCP host has ended.");
    const line = `${lineOf(message)}\n`;
    const { write, backlog } = this.#limits;
    // A UTF-16 unit takes at most three bytes, so short lines need not be counted.
    if (line.length * 3 > write && Buffer.byteLength(line) > write) {
      throw new BridgeError(
        "payload_too_large",
        `The conversation is too large for the connection to the MCP host (over ${write / MIB} MiB). Send less.`,
      );
    }
    if (this.#output.writableLength > backlog) {
      throw new BridgeError("host_failed", "The MCP host does not read the messages of the bridge.");
    }
    this.#gather();
    this.#output.write(line);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#input.off("data", this.#onData);
    // The error listeners stay: a late error must not end the process.
    this.#input.pause();
    this.onclose?.();
  }

  readonly #onData = (chunk: Buffer): void => {
    const steps = this.#splitter.take(chunk);
    if (!takesLong(steps) && chunk.length < FULL) return;
    // Otherwise Node would read chunk after chunk, and nothing else would run.
    this.#input.pause();
    this.#goOn(steps);
  };

  #goOn(steps: Iterator<void>): void {
    setImmediate(() => {
      if (this.#closed) return;
      if (takesLong(steps)) this.#goOn(steps);
      else this.#input.resume();
    });
  }

  readonly #onEnd = (): void => {
    this.close().catch(() => undefined);
  };

  /** Messages sent in one turn of the event loop leave in one write, because each write wakes the host. */
  #gather(): void {
    if (this.#output.writableCorked > 0) return;
    this.#output.cork();
    setImmediate(() => this.#output.uncork());
  }

  #onLine(line: string): void {
    if (this.#closed || line === "" || line === "\r") return;
    if (excessOf(line, SHAPE) !== undefined) {
      this.#refuse(`${line.slice(0, ENDS)}\n${line.slice(-ENDS)}`, "nests too deep or has too many values");
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.onerror?.(new Error("The host sent a line that is not JSON; it was ignored."));
      return;
    }
    // Revision 2025-03-26 has batches.
    const batch: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (batch.length > BATCH)
      this.onerror?.(new Error("The host sent a batch that is too large; its end was ignored."));
    for (const message of batch.slice(0, BATCH)) this.#deliver(message);
  }

  #deliver(message: unknown): void {
    try {
      if (typeof message === "object" && message !== null) this.onmessage?.(message);
      else this.onerror?.(new Error("The host sent JSON that is not a message; it was ignored."));
    } catch (error) {
      this.onerror?.(
        error instanceof Error ? error : new Error("A message of the host could not be handled."),
      );
    }
  }

  /**
   * Fails the request that a dropped line was the response to, if it was one. Quotes inside JSON strings are escaped,
   * so the id found is that of the message.
   */
  #refuse(ends: string, why: string): void {
    this.onerror?.(new Error(`The host sent a line that ${why}; it was dropped.`));
    const id = /"id":\s*"([^"\\]+)"/.exec(ends)?.[1];
    if (id === undefined) return;
    this.#deliver({ jsonrpc: "2.0", id, error: { code: -32_603, message: `The answer ${why}.` } });
  }
}

/** Runs steps for as long as the event loop may be held; returns whether more are left. */
function takesLong(steps: Iterator<void>): boolean {
  const until = performance.now() + HELD_MS;
  while (steps.next().done !== true) if (performance.now() > until) return true;
  return false;
}

/** @throws BridgeError `invalid_request` for a message that nests too deep. */
function lineOf(message: object): string {
  try {
    return JSON.stringify(message);
  } catch {
    throw new BridgeError("invalid_request", "The request nests too deep to be sent to the MCP host.");
  }
}
