/** Keys that a request must carry one of. Compared as SHA-256 digests in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { BridgeError } from "../turn/error.ts";

/** So much of a digest is a name: whoever has another key has another name. */
const NAME_BYTES = 16;

export class Keys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  get isEmpty(): boolean {
    return this.#digests.length === 0;
  }

  /** The name of the key that was sent, with nothing of the key in it; `undefined` when none of these was sent. */
  find(headers: IncomingHttpHeaders): string | undefined {
    for (const key of keysOf(headers)) {
      const hash = digest(key);
      let known = false;
      // Every key is compared, in the same time whether it fits or not.
      for (const candidate of this.#digests) known = timingSafeEqual(candidate, hash) || known;
      if (known) return hash.toString("hex", 0, NAME_BYTES);
    }
    return undefined;
  }

  /**
   * Without any key configured every request is refused.
   *
   * @returns the name of the key that was sent.
   * @throws BridgeError `unauthorized`.
   */
  check(headers: IncomingHttpHeaders): string {
    const name = this.find(headers);
    if (name !== undefined) return name;
    throw new BridgeError(
      "unauthorized",
      keysOf(headers).length === 0
        ? "This bridge needs a key: send it as `Authorization: Bearer KEY` or `x-api-key: KEY`."
        : "The key is not one of this bridge's keys.",
    );
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
