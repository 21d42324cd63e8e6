/** Who may come in: the Host and Origin headers, and the key. Pure checks; each throws a BridgeError or returns. */
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { isLoopback } from "../util/net.ts";
import { BridgeError } from "../turn/error.ts";
import { principalOf, type Principal } from "../turn/principal.ts";
import { hostName } from "./authority.ts";
import type { KeyRing } from "../control/keys/key-ring.ts";
import { idIn } from "../control/keys/secret.ts";
import { Keys, noneOfOurs, sentKeys } from "./keys.ts";

export interface GuardOptions {
  /** The address the bridge listens on. */
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly keys: readonly string[];
  /** Keys that may do what a client's may, and what concerns the bridge as a whole. */
  readonly operatorKeys: readonly string[];
  /** What programs of the same user read in a file that only they can read. */
  readonly localSecret?: string | undefined;
  /** Keys that were made for somebody, where there may be such. */
  readonly keyRing?: KeyRing | undefined;
  /** Keys of hosts that lend their model over HTTP; without any, none is needed. */
  readonly hostKeys: readonly string[];
  /** Whether hosts may come over HTTP. */
  readonly takesHosts: boolean;
}

/** What a program of the same user is called. */
const THIS_USER = "user";

export class Guard {
  readonly #loopbackOnly: boolean;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #keys: Keys;
  readonly #operatorKeys: Keys;
  readonly #keyRing: KeyRing | undefined;
  readonly #alwaysNeedsKey: boolean;
  readonly #hasOperatorKeys: boolean;
  readonly #localSecret: Keys;
  readonly #hostKeys: Keys;

  constructor(options: GuardOptions) {
    const address = options.host.toLowerCase();
    this.#loopbackOnly = isLoopback(address);
    const hasKeys = options.keys.length > 0 || options.operatorKeys.length > 0;
    // Settings are checked when they are read; programs that embed the bridge may have made their own.
    if (!this.#loopbackOnly && !hasKeys && options.keyRing?.isInUse !== true) {
      throw new Error(`A bridge that listens on ${address} needs a key.`);
    }
    // Hosts see what clients ask.
    if (options.keys.length > 0 && options.takesHosts && options.hostKeys.length === 0) {
      throw new Error("A bridge whose clients need a key needs one for its hosts as well.");
    }
    this.#hosts = new Set([address, ...options.allowedHosts.map((name) => hostName(name) ?? name)]);
    this.#origins = new Set(options.allowedOrigins.map(originOf));
    // A person may have such a key in their settings for commands that ask a bridge: it gives no more than it was made for.
    this.#keys = new Keys(options.keys.filter((key) => idIn(key) === undefined));
    this.#alwaysNeedsKey = options.keys.length > 0 || !this.#loopbackOnly;
    this.#keyRing = options.keyRing;
    this.#hasOperatorKeys = options.operatorKeys.length > 0;
    this.#operatorKeys = new Keys(options.operatorKeys.filter((key) => idIn(key) === undefined));
    this.#localSecret = new Keys(options.localSecret === undefined ? [] : [options.localSecret]);
    this.#hostKeys = new Keys(options.hostKeys);
  }

  /**
   * Refuses names that a web page could have pointed at this machine (DNS rebinding). Addresses cannot be pointed
   * anywhere, so where the bridge listens to the network any address passes.
   *
   * @param authorities every Host header there is, and the authority of an absolute request target.
   * @throws BridgeError `invalid_request` (RFC 9112, section 3.2) or `origin_refused`.
   */
  checkHost(authorities: readonly string[]): void {
    if (authorities.length === 0) throw new BridgeError("invalid_request", "The Host header is missing.");
    for (const authority of authorities) {
      const name = hostName(authority);
      if (name === undefined) throw new BridgeError("invalid_request", "The Host header is not valid.");
      if (this.#hosts.has(name) || isLoopback(name) || (!this.#loopbackOnly && isIP(name) !== 0)) continue;
      throw new BridgeError(
        "origin_refused",
        "The bridge is not served under this Host name. Use http://127.0.0.1, or allow the name with --allowed-hosts.",
      );
    }
  }

  /**
   * Lets programs in, which send no Origin, and the web origins that were named. Requests that a page makes without an
   * Origin (images, scripts) are known by `Sec-Fetch-Site`; following a link is not one of them.
   *
   * @param authorities as for `checkHost`, which must have let them pass: the page that is served under that name is ours.
   * @returns the origin to name in CORS headers, if any.
   * @throws BridgeError `origin_refused`.
   */
  checkOrigin(headers: IncomingHttpHeaders, authorities: readonly string[]): string | undefined {
    const { origin } = headers;
    if (origin !== undefined && this.#origins.has(origin)) return origin;
    const site = headers["sec-fetch-site"];
    const own = authorities.every((authority) => origin === `http://${authority.toLowerCase()}`);
    if (own && (site === undefined || site === "same-origin")) return undefined;
    const embedded =
      (site === "cross-site" || site === "same-site") && headers["sec-fetch-mode"] !== "navigate";
    if (origin === undefined && !embedded) return undefined;
    throw new BridgeError(
      "origin_refused",
      "Web pages may not use the bridge unless their origin is named with --allowed-origins.",
    );
  }

  /** Whether clients must send a key right now. */
  get needsKey(): boolean {
    return this.#alwaysNeedsKey || this.#keyRing?.isInUse === true;
  }

  /**
   * Who a client's request comes from.
   *
   * @param inQuery the key in the query, for APIs whose clients send it there.
   * @throws BridgeError `unauthorized` or `keys_unusable`.
   */
  checkKey(headers: IncomingHttpHeaders, inQuery?: string | null): Principal {
    const agent = headers["user-agent"];
    const operator = this.#operatorKeys.find(headers, inQuery);
    if (operator !== undefined) return principalOf(operator, agent, true);
    if (this.#localSecret.find(headers) !== undefined) return principalOf(THIS_USER, agent, true);
    const configured = this.#keys.find(headers, inQuery);
    if (configured !== undefined) return principalOf(configured, agent, false);
    const sent = sentKeys(headers, inQuery);
    // Without any key the bridge is on the loopback, and every program on the machine is as good as its operator.
    const needsKey = this.needsKey;
    const key = needsKey ? this.#keyRing?.find(sent) : undefined;
    if (key !== undefined) return principalOf(`named ${key.id}`, agent, key.operator === true, key);
    if (needsKey) throw noneOfOurs(sent);
    return principalOf(undefined, agent, !this.#hasOperatorKeys);
  }

  /** @throws BridgeError `forbidden` for whoever may not do what concerns the bridge as a whole. */
  checkOperator({ operator }: Principal): void {
    if (operator) return;
    throw new BridgeError(
      "forbidden",
      "This needs an operator's key: one of --operator-key, or one that `mcptb keys add NAME --operator` has made.",
    );
  }

  /**
   * Hosts have keys of their own: a client's key does not let its owner see what other clients ask.
   *
   * @returns the name of the key; `undefined` where no key is needed.
   * @throws BridgeError `unauthorized`.
   */
  checkHostKey(headers: IncomingHttpHeaders): string | undefined {
    if (!this.#hostKeys.isEmpty) return this.#hostKeys.check(headers);
    // Keys may have been made since the bridge began.
    if (!this.needsKey) return undefined;
    throw new BridgeError(
      "unauthorized",
      "Hosts see what clients ask, so where clients need a key hosts need one as well: start the bridge with --host-key.",
    );
  }
}

/** An origin as browsers write it; schemes without one (of extensions, say) are compared as they are. */
function originOf(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : "null";
  return origin === "null" ? text : origin;
}
