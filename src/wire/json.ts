import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { BridgeError } from "../turn/error.ts";
import { checkLength, readBytes } from "./bytes.ts";
import { nestsDeeperThan } from "./nesting.ts";

/** Levels of arrays and objects; far beyond what any schema of a tool needs. */
const MAX_DEPTH = 256;

/**
 * Reads a JSON body of at most `limit` bytes. What can be refused by its headers is refused before `onWanted` is called
 * and the first byte read.
 *
 * @throws BridgeError `unsupported_media_type`, `payload_too_large`, `invalid_request` or `client_left`.
 */
export async function readJson(
  incoming: IncomingMessage,
  limit: number,
  onWanted: () => void = () => undefined,
): Promise<unknown> {
  checkMediaType(incoming.headers);
  checkLength(incoming, limit);
  onWanted();
  return parseJson(decodeUtf8(await readBytes(incoming, limit)));
}

/**
 * A body without a content-type is taken for JSON, because hand-written clients send it. A named type must be JSON:
 * what a web page can send without asking first (RFC 6454 "simple" requests: text/plain, forms) never is.
 *
 * @throws BridgeError `unsupported_media_type`.
 */
export function checkMediaType(headers: IncomingHttpHeaders): void {
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding.trim().toLowerCase() !== "identity") {
    throw new BridgeError(
      "unsupported_media_type",
      "Compressed request bodies are not accepted. Send plain JSON.",
    );
  }
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

/** @throws BridgeError `invalid_request` when `text` is not JSON, or nests too deep. */
export function parseJson(text: string): unknown {
  if (text.trim() === "") {
    throw new BridgeError("invalid_request", "The request body is empty; it must be a JSON object.");
  }
  if (nestsDeeperThan(text, MAX_DEPTH)) {
    throw new BridgeError("invalid_request", `The request body nests deeper than ${MAX_DEPTH} levels.`);
  }
  try {
    // A `__proto__` member, however written, becomes an own property here and would turn dangerous in a later merge.
    return /__proto__|\\u005[fF]/.test(text) ? JSON.parse(text, withoutPrototype) : JSON.parse(text);
  } catch {
    throw new BridgeError("invalid_request", "The request body is not valid JSON.");
  }
}

/** @throws BridgeError `invalid_request` when the bytes are not UTF-8. A byte order mark is left out. */
function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BridgeError("invalid_request", "The request body is not valid UTF-8.");
  }
}

function withoutPrototype(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}
