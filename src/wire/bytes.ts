import type { IncomingMessage } from "node:http";
import { BridgeError, toBridgeError } from "../turn/error.ts";
import { nextTurn } from "../util/next-turn.ts";

/** Pieces that are taken before others have their turn: a body in chunks of a byte each has ten thousand in 64 KiB. */
const PIECES_A_TURN = 2000;

/** @throws BridgeError `payload_too_large` when the request announces a body of more than `limit` bytes. */
export function checkLength(incoming: IncomingMessage, limit: number): void {
  if (Number(incoming.headers["content-length"] ?? 0) > limit) throw tooLarge(limit);
}

/**
 * Reads a request's body of at most `limit` bytes, piece by piece. What comes after a refusal is left unread.
 *
 * @param take is given each piece; what it throws is a refusal.
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
