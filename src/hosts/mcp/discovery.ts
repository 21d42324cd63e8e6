/**
 * Chooses the era for a host that asks for our versions with `server/discover` (MCP 2026-07-28, Versioning). Hosts
 * that support both eras choose the newer one, in which they lend nothing until they run our tool `hook`, and most
 * never do. So the request is declined, as by a server that does not know it, and they start in the older era. A host
 * that only repeats the request supports no other era.
 */
import { METHOD_NOT_FOUND } from "@modelcontextprotocol/server";
import { introductionOf, type Introduction } from "./introduction.ts";
import { declaresStream } from "./sampling-stream.ts";

/** Milliseconds for a declined host to start the older era; a later repetition counts as insisting. */
const BEGINS_WITHIN_MS = 1000;
/** Names remembered; the oldest goes first. */
const REMEMBERED = 256;

export const DECLINED = {
  code: METHOD_NOT_FOUND,
  message:
    "Method not found: the bridge prefers MCP 2025-11-25, send initialize. " +
    "For a host that speaks only 2026-07-28, start the bridge with --mcp-era modern.",
};

/** Decides for all hosts on one connection, or at one address. */
export class Discovery {
  /** The time when each was declined; `undefined` for hosts that have started the older era since. */
  readonly #declined = new Map<string, number | undefined>();

  /** Whether this request must be declined. */
  declines(message: unknown, now = performance.now()): boolean {
    const host = discoveringHost(message);
    // A host that knows our extension runs the hook.
    if (host === undefined || declaresStream(host.capabilities)) return false;
    const { name } = host.clientInfo;
    if (this.#declined.has(name)) {
      const since = this.#declined.get(name);
      if (since !== undefined && now - since >= BEGINS_WITHIN_MS) return false;
    } else this.#note(name, now);
    return true;
  }

  /** Records that a host of this name has started the older era, and will do so again. */
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

/** The name of the host, if the message is `server/discover`. */
export function discoveringHost(message: unknown): Introduction | undefined {
  const { method, params } = (message ?? {}) as {
    method?: unknown;
    params?: { _meta?: Readonly<Record<string, unknown>> };
  };
  return method === "server/discover" ? introductionOf(params?._meta ?? {}) : undefined;
}
