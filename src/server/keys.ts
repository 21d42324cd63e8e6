/** Keys that a request must carry one of. Compared as SHA-256 digests in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { BridgeError } from "../turn/error.ts";

export class Keys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  get isEmpty(): boolean {
    return this.#digests.length === 0;
  }

  /**
   * Without any key configured every request is refused.
   *
   * @returns a short name of the key that was sent, without the key in it.
   * @throws BridgeError `unauthorized`.
   */
  check(headers: IncomingHttpHeaders): string {
    const given = keysOf(headers);
    if (given.length === 0) {
      throw new BridgeError(
        "unauthorized",
        "This bridge needs a key: send it as `Authorization: Bearer KEY` or `x-api-key: KEY`.",
      );
    }
    for (const key of given) {
      const hash = digest(key);
      let known = false;
      // Every key is compared, in the same time whether it fits or not.
      for (const candidate of this.#digests) known = timingSafeEqual(candidate, hash) || known;
      if (known) return hash.toString("hex", 0, 4);
    }
    throw new BridgeError("unauthorized", "The key is not one of this bridge's keys.");
  }
}

/** Proxies and SDKs may send their own kind of key beside the one meant for us; either may be ours. */
function keysOf(headers: IncomingHttpHeaders): string[] {
  const keys: string[] = [];
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
  if (bearer !== undefined) keys.push(bearer);
  const apiKey = headers["x-api-key"];
  if (typeof apiKey === "string" && apiKey !== "") keys.push(apiKey);
  return keys;
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
