/** Checks the Host and Origin headers and the key of a request. Pure functions; each throws a BridgeError or returns. */
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
  /** Operator keys: the rights of a client key, and those that concern the whole bridge. */
  readonly operatorKeys: readonly string[];
  /** What programs of the same user read in a file that only they can read. */
  readonly localSecret?: string | undefined;
  /** Named keys (`mcptb keys`), where there may be any. */
  readonly keyRing?: KeyRing | undefined;
  /** Keys of hosts that lend their model over HTTP; if empty, no key is needed. */
  readonly hostKeys: readonly string[];
  /** Whether hosts may connect over HTTP. */
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
    // Settings are validated when they are read, but programs that embed the bridge may pass others.
    if (!this.#loopbackOnly && !hasKeys && options.keyRing?.isInUse !== true) {
      throw new Error(`A bridge that listens on ${address} needs a key.`);
    }
    // Hosts read clients' prompts.
    if (options.keys.length > 0 && options.takesHosts && options.hostKeys.length === 0) {
      throw new Error("A bridge whose clients need a key needs one for its hosts as well.");
    }
    this.#hosts = new Set([address, ...options.allowedHosts.map((name) => hostName(name) ?? name)]);
    this.#origins = new Set(options.allowedOrigins.map(originOf));
    // A person's settings for commands may contain such a key: it never gets more rights than it was made with.
    this.#keys = new Keys(options.keys.filter((key) => idIn(key) === undefined));
    this.#alwaysNeedsKey = options.keys.length > 0 || !this.#loopbackOnly;
    this.#keyRing = options.keyRing;
    this.#hasOperatorKeys = options.operatorKeys.length > 0;
    this.#operatorKeys = new Keys(options.operatorKeys.filter((key) => idIn(key) === undefined));
    this.#localSecret = new Keys(options.localSecret === undefined ? [] : [options.localSecret]);
    this.#hostKeys = new Keys(options.hostKeys);
  }

  /**
   * Refuses host names that a web page could have pointed at this machine (DNS rebinding). IP addresses cannot be
   * misused so, and any address passes when the bridge listens on the network.
   *
   * @param authorities all Host headers, and the authority of an absolute request target.
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
        "This Host name is not allowed. Use http://127.0.0.1, or allow the name with --allowed-hosts.",
      );
    }
  }

  /**
   * Accepts programs, which send no Origin, and allowed web origins. Requests of a page without an Origin (images,
   * scripts) are recognised by `Sec-Fetch-Site`; following a link is accepted.
   *
   * @param authorities as for `checkHost`, which must have accepted them: the page under that name is ours.
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
      "Web pages may not use the bridge unless their origin is allowed with --allowed-origins.",
    );
  }

  /** Whether clients must send a key right now. */
  get needsKey(): boolean {
    return this.#alwaysNeedsKey || this.#keyRing?.isInUse === true;
  }

  /**
   * The principal of a client's request.
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
    // Without keys the bridge listens on loopback only, and every local program has the rights of an operator.
    const needsKey = this.needsKey;
    const key = needsKey ? this.#keyRing?.find(sent) : undefined;
    if (key !== undefined) return principalOf(`named ${key.id}`, agent, key.operator === true, key);
    if (needsKey) throw noneOfOurs(sent);
    return principalOf(undefined, agent, !this.#hasOperatorKeys);
  }

  /**
   * Who they are now that have come before: what was revoked since gives no right any more.
   *
   * @throws BridgeError as `checkKey`.
   */
  again(known: Principal): Principal {
    const { named } = known;
    const key = named && this.#keyRing?.again(named);
    return key === undefined ? known : { ...known, operator: key.operator === true, named: key };
  }

  /** @throws BridgeError `forbidden` without the rights of an operator. */
  checkOperator({ operator }: Principal): void {
    if (operator) return;
    throw new BridgeError(
      "forbidden",
      "This needs an operator's key: one of --operator-key, or one that `mcptb keys add NAME --operator` has made.",
    );
  }

  /**
   * Hosts have separate keys: with a client's key nobody may read other clients' prompts.
   *
   * @returns the name of the key; `undefined` where no key is needed.
   * @throws BridgeError `unauthorized`.
   */
  checkHostKey(headers: IncomingHttpHeaders): string | undefined {
    if (!this.#hostKeys.isEmpty) return this.#hostKeys.check(headers);
    // Keys may have been made since the bridge started.
    if (!this.needsKey) return undefined;
    throw new BridgeError(
      "unauthorized",
      "Hosts read clients' prompts, so where clients need a key, hosts need a key too: start the bridge with --host-key.",
    );
  }
}

/** An origin as browsers write it; origins of other schemes (of extensions, for example) are compared as they are. */
function originOf(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : "null";
  return origin === "null" ? text : origin;
}
