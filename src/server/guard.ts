/** Who may come in: the Host and Origin headers, and the key. Pure checks; each throws a BridgeError or returns. */
import { createHash, timingSafeEqual } from "node:crypto";
import { BridgeError } from "../turn/error.ts";

export interface GuardOptions {
  /** The address the bridge listens on. */
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly keys: readonly string[];
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

export class Guard {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #keys: readonly Buffer[];

  constructor(options: GuardOptions) {
    this.#hosts = new Set([
      ...LOOPBACK,
      options.host.toLowerCase(),
      ...options.allowedHosts.map((name) => name.toLowerCase()),
    ]);
    this.#origins = new Set(options.allowedOrigins);
    this.#keys = options.keys.map(digest);
  }

  /**
   * Refuses names that a web page could have pointed at this machine (DNS rebinding).
   *
   * @throws BridgeError `origin_refused`.
   */
  checkHost(headers: Headers): void {
    const host = headers.get("host");
    const name = host?.replace(/:\d+$/, "").toLowerCase();
    if (name !== undefined && this.#hosts.has(name)) return;
    throw new BridgeError(
      "origin_refused",
      "The bridge is not served under this Host name. Use http://127.0.0.1, or allow the name with --allowed-hosts.",
    );
  }

  /**
   * Lets programs in (they send no Origin) and the web origins that were named.
   *
   * @returns the origin to name in CORS headers, if any.
   * @throws BridgeError `origin_refused`.
   */
  checkOrigin(headers: Headers): string | undefined {
    const origin = headers.get("origin");
    if (origin === null) return undefined;
    if (this.#origins.has(origin)) return origin;
    throw new BridgeError(
      "origin_refused",
      "Web pages may not use the bridge unless their origin is named with --allowed-origins.",
    );
  }

  /**
   * @returns a short name of the key for fairness and logs, without the key in it.
   * @throws BridgeError `unauthorized`.
   */
  checkKey(headers: Headers): string {
    if (this.#keys.length === 0) return "";
    const given = keyOf(headers);
    if (given === undefined) {
      throw new BridgeError(
        "unauthorized",
        "This bridge needs a key: send it as `Authorization: Bearer KEY` or `x-api-key: KEY`.",
      );
    }
    const hash = digest(given);
    let known = false;
    for (const key of this.#keys) known = timingSafeEqual(key, hash) || known;
    if (!known) throw new BridgeError("unauthorized", "The key is not one of this bridge's keys.");
    return hash.toString("hex", 0, 4);
  }
}

function keyOf(headers: Headers): string | undefined {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.get("authorization") ?? "")?.[1];
  return bearer ?? headers.get("x-api-key") ?? undefined;
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
