/**
 * Responses sent before the request's body was read, such as errors. Closing at once would make the system reset the
 * connection, and a client that is still sending would see the reset instead of the response; reading without a limit
 * would accept the refused body.
 */
import type { IncomingMessage, ServerResponse } from "node:http";

/** A body up to this size is read, so that the connection can stay open. */
const SMALL = 65_536;
const LINGER_MS = 1000;
const LINGER_BYTES = 4 * 1_048_576;

/** Whether the rest of a body may be too large to be read for keeping the connection. */
export function hasUnreadBody(incoming: IncomingMessage): boolean {
  if (incoming.complete) return false;
  if (incoming.headers["transfer-encoding"] !== undefined) return true;
  return Number(incoming.headers["content-length"] ?? 0) > SMALL;
}

/** Whether the client waits for `100 Continue` before it sends its body (RFC 9110, section 10.1.1). */
export function expectsContinue(incoming: IncomingMessage): boolean {
  return incoming.httpVersionMinor > 0 && incoming.headers.expect?.toLowerCase() === "100-continue";
}

/** Writes the response at once, and ends it when the client has sent its body, or enough of it. */
export function endAfterBody(incoming: IncomingMessage, outgoing: ServerResponse, answer: Buffer): void {
  outgoing.write(answer);
  let read = 0;
  const end = (): void => {
    clearTimeout(timer);
    incoming.off("data", onData);
    outgoing.end();
  };
  const onData = (chunk: Buffer): void => {
    read += chunk.byteLength;
    if (read > LINGER_BYTES) end();
  };
  const timer = setTimeout(end, expectsContinue(incoming) ? 0 : LINGER_MS);
  incoming.on("data", onData);
  incoming.once("end", end);
  incoming.once("close", end);
  incoming.resume();
}
