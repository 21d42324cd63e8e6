/** The phase before the proof of a relay: an unknown side may send only little, and only for a short time. */
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";

/** Maximum bytes of a side before its proof. */
const MOST_BYTES = 2048;

/** Close codes of the accepting side: 4000 plus the corresponding HTTP status. */
export const Refusal = { key: 4401, address: 4403, full: 4429 } as const;

/** The other side does not know the secret or a key, or sends something else. */
export class Unproven extends Error {
  override readonly name = "Unproven";
  /** The close code of the connection. */
  readonly code: number | undefined;

  constructor(message: string, code?: number) {
    super(message);
    this.code = code;
  }
}

/** The relay was refused; the message says why, and what to do. */
export class RelayRefused extends Error {
  override readonly name = "RelayRefused";
}

/**
 * Ends a connection that sends more than a proof needs; the returned function removes the limit.
 *
 * @param head the bytes received so far.
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

/** @throws Unproven when none arrives. */
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
      else reject(new Unproven("it sends too much"));
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
