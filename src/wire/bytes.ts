import type { IncomingMessage } from "node:http";
import { BridgeError } from "../turn/error.ts";

/** @throws BridgeError `payload_too_large` when the request announces a body of more than `limit` bytes. */
export function checkLength(incoming: IncomingMessage, limit: number): void {
  if (Number(incoming.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
}

/**
 * Reads a request's body of at most `limit` bytes. What comes after a refusal is left unread.
 *
 * @throws BridgeError `payload_too_large`; `client_left` when the client goes away before the end.
 */
export function readBytes(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (): void => {
      incoming.off("data", onData);
      incoming.off("end", onEnd);
      incoming.off("close", onClose);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.byteLength;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      settle();
      incoming.pause();
      reject(tooLarge(limit));
    };
    const onEnd = (): void => {
      settle();
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
    };
    const onClose = (): void => {
      settle();
      reject(new BridgeError("client_left", "The client left before its request was complete."));
    };
    incoming.on("data", onData);
    incoming.once("end", onEnd);
    incoming.once("close", onClose);
    if (incoming.destroyed) onClose();
  });
}

function tooLarge(limit: number): BridgeError {
  const megabytes = Math.round((limit / 1_048_576) * 10) / 10;
  return new BridgeError(
    "payload_too_large",
    `The request body is larger than the limit of ${megabytes} MiB.`,
  );
}
