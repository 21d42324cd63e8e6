import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { BridgeError } from "../turn/error.ts";
import type { BodyShare } from "./body-budget.ts";
import { checkLength, readBytes } from "./bytes.ts";
import { JsonBody } from "./json-body.ts";

/** Approximate memory of a JSON value, beside its text. */
const BYTES_PER_VALUE = 64;

export interface JsonLimits {
  /** The largest body, in bytes. */
  readonly bytes: number;
  /** How many JSON values a body may have, members and elements counted at every level. */
  readonly values: number;
}

/**
 * Reads a JSON body within the limits, and reserves its memory in `share`. A body whose announced length is too large
 * is refused before `onWanted` is called and the first byte is read.
 *
 * @throws BridgeError `payload_too_large`, `invalid_request`, `bodies_full` or `client_left`.
 */
export async function readJson(
  incoming: IncomingMessage,
  limits: JsonLimits,
  share: BodyShare,
  onWanted: () => void = () => undefined,
): Promise<unknown> {
  checkLength(incoming, limits.bytes);
  onWanted();
  const body = new JsonBody(limits.values);
  await readBytes(incoming, limits.bytes, (bytes) => {
    const before = body.values;
    body.add(bytes);
    share.grow(bytes.byteLength + (body.values - before) * BYTES_PER_VALUE);
  });
  return body.parse();
}

/** @throws BridgeError `unsupported_media_type` for a compressed body. */
export function checkEncoding(headers: IncomingHttpHeaders): void {
  const encoding = headers["content-encoding"]?.trim().toLowerCase();
  if (encoding === undefined || encoding === "identity") return;
  throw new BridgeError(
    "unsupported_media_type",
    "Compressed request bodies are not accepted. Send plain JSON.",
  );
}

/**
 * A body without a content-type counts as JSON, because hand-written clients send none. A given type must be JSON:
 * the types that a web page can send without a preflight (text/plain, forms) are refused.
 *
 * @throws BridgeError `unsupported_media_type`.
 */
export function checkMediaType(headers: IncomingHttpHeaders): void {
  const type = headers["content-type"]?.trim().toLowerCase();
  if (type === undefined || type === "") return;
  if (!/^application\/(?:[\w.+-]+\+)?json(?:\s*;.*)?$/.test(type)) {
    throw new BridgeError(
      "unsupported_media_type",
      "The body must be JSON with the header `content-type: application/json` (curl: -H 'content-type: application/json').",
    );
  }
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/.exec(type)?.[1];
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    throw new BridgeError("unsupported_media_type", "The body must be JSON in UTF-8.");
  }
}
