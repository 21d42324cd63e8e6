/**
 * A transport wrapper through which we send our own requests beside those of the MCP SDK's server.
 *
 * Sampling goes through here and not through the SDK because a completion may take minutes (the SDK gives up
 * after 60 s), hosts answer more loosely than the SDK's schemas allow, progress that arrives in one read with
 * the result must not be lost, and request ids must not look like the host's own: VS Code takes the id of a
 * `notifications/cancelled` for one of its own requests. So our ids are strings with a special prefix.
 */
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { BridgeError } from "../../turn/error.ts";
import { DECLINED } from "./discovery.ts";
import { JsonRpcFailure } from "./failure.ts";
import { heard } from "./heard.ts";

const PREFIX = "mcptb-";

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Whether an abort sends `notifications/cancelled` to the host. */
  readonly notifyCancelled?: boolean;
}

export type Params = Readonly<Record<string, unknown>>;

/** The params with these members in their `_meta`. */
export function withMeta(params: Params, members: Params): Params {
  return { ...params, _meta: { ...(params["_meta"] as Params | undefined), ...members } };
}

interface Pending {
  readonly method: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Progress that the host reports under `token` is passed on until `stop` is called. */
export interface ProgressWatch {
  readonly token: string;
  readonly stop: () => void;
}

export class Peer implements Transport {
  readonly #inner: Transport;
  readonly #pending = new Map<string, Pending>();
  readonly #watched = new Map<string, (params: Params) => void>();
  #count = 0;
  #closed = false;

  onclose?: NonNullable<Transport["onclose"]>;
  onerror?: NonNullable<Transport["onerror"]>;
  onmessage?: NonNullable<Transport["onmessage"]>;
  /** Called once when the connection is closed, before the SDK is informed. */
  onended?: () => void;
  /** Whether this message asks for an era that the host should not use. */
  declines?: (message: JSONRPCMessage) => boolean;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  async start(): Promise<void> {
    this.#inner.onmessage = (sent, extra) => {
      const message = heard(sent) as JSONRPCMessage;
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
   * Sends a request and waits for its response, without a time limit.
   *
   * @throws JsonRpcFailure the host's error; BridgeError when it cannot be sent or the connection ends; the signal's
   *   reason.
   */
  async call(method: string, params: Params, options: CallOptions = {}): Promise<unknown> {
    const { signal, notifyCancelled = false } = options;
    signal?.throwIfAborted();
    if (this.#closed) throw gone();
    const id = this.#nextId();
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(id, { method, resolve, reject });
        onAbort = () => {
          if (notifyCancelled)
            this.notify("notifications/cancelled", { requestId: id, reason: "The client left." });
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        this.#inner
          .send({ jsonrpc: "2.0", id, method, params })
          .catch((error: unknown) => reject(error instanceof BridgeError ? error : gone()));
      });
    } finally {
      this.#pending.delete(id);
      if (onAbort !== undefined) signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Creates a token for the `_meta` of a request; `onProgress` gets its progress in order, before the response. */
  watchProgress(onProgress: (params: Params) => void): ProgressWatch {
    const token = this.#nextId();
    this.#watched.set(token, onProgress);
    return { token, stop: () => void this.#watched.delete(token) };
  }

  /** Sends a notification; a connection that has ended is not an error here. */
  notify(method: string, params: Params): void {
    this.#inner.send({ jsonrpc: "2.0", method, params }).catch(() => undefined);
  }

  #nextId(): string {
    this.#count += 1;
    return `${PREFIX}${this.#count}`;
  }

  /** Takes messages that concern our own requests; true when the SDK must not see this one. */
  #take(message: JSONRPCMessage): boolean {
    if ("method" in message) {
      if (message.method === "server/discover") return this.#declines(message);
      if (message.method !== "notifications/progress") return false;
      const token = message.params?.["progressToken"];
      if (typeof token !== "string" || !token.startsWith(PREFIX)) return false;
      this.#watched.get(token)?.(message.params ?? {});
      return true;
    }
    const { id } = message;
    if (typeof id !== "string" || !id.startsWith(PREFIX)) return false;
    const pending = this.#pending.get(id);
    // Only the first response counts: a second one finds no request.
    this.#pending.delete(id);
    if (pending === undefined) {
      this.onerror?.(
        new Error("The host answered a request that has already ended (cancelled or answered before)."),
      );
    } else if ("error" in message) pending.reject(failureOf(message.error, pending.method));
    else pending.resolve(message.result);
    return true;
  }

  #declines(message: JSONRPCMessage): boolean {
    if (!("id" in message) || this.declines?.(message) !== true) return false;
    this.#inner.send({ jsonrpc: "2.0", id: message.id, error: DECLINED }).catch(() => undefined);
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

/** Some hosts send errors in other forms. */
function failureOf(error: unknown, method: string): JsonRpcFailure {
  if (typeof error === "string") return new JsonRpcFailure(0, error, method);
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return new JsonRpcFailure(Number(code) || 0, typeof message === "string" ? message : "", method);
}

/** The error of waiting requests when a connection ends. */
export function gone(): BridgeError {
  return new BridgeError("host_gone", "The connection to the MCP host ended before it answered.");
}
