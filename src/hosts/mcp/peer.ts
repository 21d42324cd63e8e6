/**
 * A transport wrapper that lets us send requests of our own beside those of the MCP SDK's server.
 *
 * Sampling goes through here and not through the SDK because a completion may take minutes (the SDK gives up
 * after 60 s), hosts answer more loosely than the SDK's schemas allow, progress that arrives in one read with
 * the result must not be lost, and request ids must not look like the host's own: VS Code takes the id of a
 * `notifications/cancelled` for one of its own requests. So our ids are strings with a prefix of their own.
 */
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { BridgeError } from "../../turn/error.ts";
import { JsonRpcFailure } from "./failure.ts";

const PREFIX = "mcptb-";

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Whether aborting tells the host with `notifications/cancelled`. */
  readonly notifyCancelled?: boolean;
  /** Called for each `notifications/progress` of this request. */
  readonly onProgress?: (params: Readonly<Record<string, unknown>>) => void;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: CallOptions["onProgress"];
}

type Params = Readonly<Record<string, unknown>>;

export class Peer implements Transport {
  readonly #inner: Transport;
  readonly #pending = new Map<string, Pending>();
  #count = 0;
  #closed = false;

  onclose?: NonNullable<Transport["onclose"]>;
  onerror?: NonNullable<Transport["onerror"]>;
  onmessage?: NonNullable<Transport["onmessage"]>;
  /** Called once when the connection is closed, before the SDK hears of it. */
  onended?: () => void;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  async start(): Promise<void> {
    this.#inner.onmessage = (message, extra) => {
      if (!this.#take(message)) this.onmessage?.(message, extra);
    };
    this.#inner.onerror = (error) => this.onerror?.(error);
    this.#inner.onclose = () => this.#end();
    await this.#inner.start();
  }

  send(...args: Parameters<Transport["send"]>): Promise<void> {
    return this.#inner.send(...args);
  }

  async close(): Promise<void> {
    await this.#inner.close();
    this.#end();
  }

  /**
   * Sends a request and waits for its answer, without a time limit of its own.
   *
   * @throws JsonRpcFailure the host's error; BridgeError `host_gone` when the connection ends; the signal's reason.
   */
  async call(method: string, params: Params, options: CallOptions = {}): Promise<unknown> {
    const { signal, onProgress, notifyCancelled = false } = options;
    signal?.throwIfAborted();
    if (this.#closed) throw gone();
    this.#count += 1;
    const id = `${PREFIX}${this.#count}`;
    const sent = onProgress === undefined ? params : withProgressToken(params, id);
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(id, { resolve, reject, onProgress });
        onAbort = () => {
          if (notifyCancelled)
            this.notify("notifications/cancelled", { requestId: id, reason: "client left" });
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        this.#inner.send({ jsonrpc: "2.0", id, method, params: sent }).catch(() => reject(gone()));
      });
    } finally {
      this.#pending.delete(id);
      if (onAbort !== undefined) signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Sends a notification; a connection that has ended is not an error here. */
  notify(method: string, params: Params): void {
    this.#inner.send({ jsonrpc: "2.0", method, params }).catch(() => undefined);
  }

  /** Takes messages that concern our own requests; true when the SDK must not see this one. */
  #take(message: JSONRPCMessage): boolean {
    if ("method" in message) {
      if (message.method !== "notifications/progress") return false;
      const token = message.params?.["progressToken"];
      if (typeof token !== "string" || !token.startsWith(PREFIX)) return false;
      this.#pending.get(token)?.onProgress?.(message.params ?? {});
      return true;
    }
    const { id } = message;
    if (typeof id !== "string" || !id.startsWith(PREFIX)) return false;
    // An answer nobody waits for belongs to a request that was cancelled.
    const pending = this.#pending.get(id);
    if (pending === undefined) return true;
    if ("error" in message) pending.reject(new JsonRpcFailure(message.error.code, message.error.message));
    else pending.resolve(message.result);
    return true;
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const pending of this.#pending.values()) pending.reject(gone());
    this.onended?.();
    this.onclose?.();
  }
}

function withProgressToken(params: Params, token: string): Params {
  return { ...params, _meta: { ...(params["_meta"] as Params | undefined), progressToken: token } };
}

function gone(): BridgeError {
  return new BridgeError("host_gone", "The connection to the MCP host ended before it answered.");
}
