import type { IncomingMessage } from "node:http";
import { BridgeError, toBridgeError } from "../turn/error.ts";
import { nextTurn } from "../util/next-turn.ts";

/** Chunks read before the event loop runs again: in one go Node may deliver thousands of chunks of one byte each. */
const PIECES_A_TURN = 2000;

/** @throws BridgeError `payload_too_large` when the request announces a body of more than `limit` bytes. */
export function checkLength(incoming: IncomingMessage, limit: number): void {
  if (Number(incoming.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
}

/**
 * Reads a request's body of at most `limit` bytes, piece by piece. After an error the rest is left unread.
 *
 * @param take gets each piece, and refuses the body by throwing.
 * @throws BridgeError `payload_too_large`; `client_left` when the client goes away before the end.
 */
export function readBytes(
  incoming: IncomingMessage,
  limit: number,
  take: (bytes: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let size = 0;
    let pieces = 0;
    // Node reads up to 32 times 64 KiB in one go where so much has come already.
    const letOthers = async (): Promise<void> => {
      incoming.socket.pause();
      await nextTurn();
      pieces = 0;
      incoming.socket.resume();
    };
    const settle = (): void => {
      incoming.off("data", onData);
      incoming.off("end", onEnd);
      incoming.off("close", onClose);
    };
    const onData = (bytes: Buffer): void => {
      try {
        size += bytes.byteLength;
        if (size > limit) throw tooLarge(limit);
        take(bytes);
        pieces += 1;
        if (pieces === PIECES_A_TURN) void letOthers();
      } catch (thrown) {
        settle();
        incoming.pause();
        reject(toBridgeError(thrown));
      }
    };
    const onEnd = (): void => {
      settle();
      resolve();
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
