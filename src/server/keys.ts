/** Configured keys, of which a request must carry one. Compared as SHA-256 digests in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { BridgeError } from "../turn/error.ts";

/** The part of a digest that serves as the name of a key: different keys have different names. */
const NAME_BYTES = 16;

export class Keys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  get isEmpty(): boolean {
    return this.#digests.length === 0;
  }

  /**
   * The name of the key that was sent, from which the key cannot be derived; `undefined` when none of these keys was sent.
   *
   * @param inQuery the key in the query, where that is allowed.
   */
  find(headers: IncomingHttpHeaders, inQuery?: string | null): string | undefined {
    for (const key of sentKeys(headers, inQuery)) {
      const hash = digest(key);
      let known = false;
      // Every key is compared, in constant time.
      for (const candidate of this.#digests) known = timingSafeEqual(candidate, hash) || known;
      if (known) return hash.toString("hex", 0, NAME_BYTES);
    }
    return undefined;
  }

  /**
   * Without a configured key every request is refused.
   *
   * @returns the name of the key that was sent.
   * @throws BridgeError `unauthorized`.
   */
  check(headers: IncomingHttpHeaders, inQuery?: string | null): string {
    const name = this.find(headers, inQuery);
    if (name !== undefined) return name;
    throw noneOfOurs(sentKeys(headers, inQuery));
  }
}

/** The error for a request without a valid key. */
export function noneOfOurs(sent: readonly string[]): BridgeError {
  return new BridgeError(
    "unauthorized",
    sent.length === 0
      ? "This bridge needs a key: send it as `Authorization: Bearer KEY`, `x-api-key: KEY` or `x-goog-api-key: KEY`."
      : "The key is not one of this bridge's keys.",
  );
}

/** Proxies and SDKs may send another key beside the one for us; either may be ours. */
export function sentKeys(headers: IncomingHttpHeaders, inQuery?: string | null): string[] {
  const keys: string[] = [];
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
  if (bearer !== undefined) keys.push(bearer);
  for (const apiKey of [headers["x-api-key"], headers["x-goog-api-key"], inQuery]) {
    if (typeof apiKey === "string" && apiKey !== "") keys.push(apiKey);
  }
  return keys;
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
