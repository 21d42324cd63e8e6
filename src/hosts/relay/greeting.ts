/** What comes before a relay is one: from a stranger little is taken, and not for long. */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";

/** Bytes that a side may send before it has proved itself. */
const MOST_BYTES = 2048;

/** Why the side that accepts closes, as codes of a WebSocket's end: 4000 and the HTTP status of the like. */
export const Refusal = { key: 4401, address: 4403, full: 4429 } as const;

/** The other side does not know the secret or a key, or says something else. */
export class Unproven extends Error {
  override readonly name = "Unproven";
  /** With which the connection is to end, or has ended. */
  readonly code: number | undefined;

  constructor(message: string, code?: number) {
    super(message);
    this.code = code;
  }
}

/** There is no relay; the message says why, and what to do. */
export class RelayRefused extends Error {
  override readonly name = "RelayRefused";
}

/**
 * Ends a connection on which more comes than a proof needs; the function returned lifts the bound.
 *
 * @param head what has come already.
 */
export function boundBytes(raw: Duplex, head?: Buffer): () => void {
  let bytes = head?.length ?? 0;
  const onData = (data: Buffer): void => {
    bytes += data.length;
    if (bytes > MOST_BYTES) raw.destroy();
  };
  raw.on("data", onData);
  if (bytes > MOST_BYTES) raw.destroy();
  return () => void raw.off("data", onData);
}

/** @throws Unproven when none comes. */
export function nextMessage(socket: WebSocket, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      socket.off("message", onMessage);
      socket.off("close", onClose);
      signal.removeEventListener("abort", onAbort);
    };
    const onMessage = (data: Buffer): void => {
      settle();
      if (data.length <= MOST_BYTES) resolve(data.toString("utf8"));
      else reject(new Unproven("it says too much"));
    };
    const onClose = (code: number): void => {
      settle();
      reject(new Unproven("it closed the connection", code));
    };
    const onAbort = (): void => {
      settle();
      reject(new Unproven("it did not answer in time"));
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    // It may have ended between two messages.
    if (socket.readyState !== socket.OPEN) {
      reject(new Unproven("it closed the connection"));
      return;
    }
    socket.on("message", onMessage);
    socket.on("close", onClose);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
