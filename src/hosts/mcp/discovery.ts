/**
 * Which era a host is led to that asks with `server/discover` what we speak (MCP 2026-07-28, Versioning). Hosts that know both
 * eras choose the newer one, in which nothing is lent until they run our tool `hook`, and most never do. So their question is
 * declined, as by a server that does not know it, and they begin in the older era. A host that only asks again speaks nothing else.
 */
import { METHOD_NOT_FOUND } from "@modelcontextprotocol/server";
import { introductionOf, type Introduction } from "./introduction.ts";
import { declaresStream } from "./sampling-stream.ts";

/** Milliseconds in which a host that was declined begins the older era; whoever asks again later insists. */
const BEGINS_WITHIN_MS = 1000;
/** Names remembered; the oldest goes first. */
const REMEMBERED = 256;

export const DECLINED = {
  code: METHOD_NOT_FOUND,
  message:
    "Method not found: the bridge prefers MCP 2025-11-25, send initialize. " +
    "For a host that speaks only 2026-07-28, start the bridge with --mcp-era modern.",
};

/** Decides for every host that asks on one connection, or at one address. */
export class Discovery {
  /** When each was declined; `undefined` for hosts that have begun the older era since. */
  readonly #declined = new Map<string, number | undefined>();

  /** Whether this is a question to decline. */
  declines(message: unknown, now = performance.now()): boolean {
    const host = discoveringHost(message);
    // Who knows our extension runs the hook.
    if (host === undefined || declaresStream(host.capabilities)) return false;
    const { name } = host.clientInfo;
    if (this.#declined.has(name)) {
      const since = this.#declined.get(name);
      if (since !== undefined && now - since >= BEGINS_WITHIN_MS) return false;
    } else this.#note(name, now);
    return true;
  }

  /** A host of this name has begun the older era, and will again. */
  fellBack(name: string): void {
    this.#note(name, undefined);
  }

  #note(name: string, at: number | undefined): void {
    this.#declined.delete(name);
    this.#declined.set(name, at);
    const [oldest] = this.#declined.keys();
    if (this.#declined.size > REMEMBERED && oldest !== undefined) this.#declined.delete(oldest);
  }
}

/** Who asks, if this is the question. */
export function discoveringHost(message: unknown): Introduction | undefined {
  const { method, params } = (message ?? {}) as {
    method?: unknown;
    params?: { _meta?: Readonly<Record<string, unknown>> };
  };
  return method === "server/discover" ? introductionOf(params?._meta ?? {}) : undefined;
}
