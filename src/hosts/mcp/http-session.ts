import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { NodeStreamableHTTPServerTransport } from "@modelcontextprotocol/node";
import type { JSONRPCMessage, RequestId, Transport } from "@modelcontextprotocol/server";
import { BridgeError } from "../../turn/error.ts";
import type { EventLog } from "./event-log.ts";
import type { Guest } from "./guests.ts";

/** Milliseconds that a request of ours waits for the host to open a stream. */
const STREAM_WITHIN_MS = 10_000;
const KEEP_ALIVE_MS = 15_000;
/** Open requests of one host, including those with answers to ours. */
const MAX_REQUESTS = 1024;
/** Long-running ones: streams and calls of `hook`. */
const MAX_STREAMS = 64;
export const SERVER_ERROR = -32_000;

/**
 * One host's session over Streamable HTTP (MCP 2025-11-25, Transports). Our own requests go to the stream that the host
 * opens with GET, or to that of a running `hook`; without either, the SDK's transport would drop them silently.
 */
export class HttpSession implements Transport, Guest {
  readonly id = randomUUID();
  /** The name of the key that opened it; no other key may use it. */
  readonly owner: string | undefined;
  readonly #inner: NodeStreamableHTTPServerTransport;
  readonly #hooks = new Set<RequestId>();
  readonly #waiting = new Set<() => void>();
  #streams = 0;
  #open = 0;
  #lastSeen = performance.now();
  #cameToLend = false;
  #offers: boolean | undefined;

  onclose?: NonNullable<Transport["onclose"]>;
  onerror?: NonNullable<Transport["onerror"]>;
  onmessage?: NonNullable<Transport["onmessage"]>;

  /** `onDeleted` is called when the host ends the session; `log` keeps messages that the host may have missed. */
  constructor(owner: string | undefined, log: EventLog, onDeleted: () => void) {
    this.owner = owner;
    this.#inner = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => this.id,
      onsessionclosed: onDeleted,
      eventStore: log,
      keepAliveMs: KEEP_ALIVE_MS,
    });
  }

  /** Whether a request of ours can currently reach the host. */
  get reachable(): boolean {
    return this.#streams > 0 || this.#hooks.size > 0;
  }

  get idleMs(): number {
    return this.#open > 0 ? 0 : performance.now() - this.#lastSeen;
  }

  get cameToLend(): boolean {
    return this.#cameToLend;
  }

  get offers(): boolean | undefined {
    return this.#offers;
  }

  /** Records the introduction of the host. */
  introduced(offers: boolean): void {
    this.#offers = offers;
  }

  setSupportedProtocolVersions(versions: string[]): void {
    this.#inner.setSupportedProtocolVersions(versions);
  }

  async start(): Promise<void> {
    this.#inner.onmessage = (message, extra) => this.onmessage?.(message, extra);
    this.#inner.onerror = (error) => this.onerror?.(error);
    this.#inner.onclose = () => this.onclose?.();
    await this.#inner.start();
  }

  /** Serves one HTTP request of the session; `body` is that of a POST. */
  async handle(incoming: IncomingMessage, outgoing: ServerResponse, body: unknown): Promise<void> {
    const isStream = incoming.method === "GET";
    const hook = hookIdOf(body);
    const isLong = isStream || hook !== undefined;
    if (this.#open >= MAX_REQUESTS || (isLong && this.#streams + this.#hooks.size >= MAX_STREAMS)) {
      refuse(outgoing, 503, SERVER_ERROR, "This session has too many open requests.");
      return;
    }
    const ending = this.#opened(isStream, hook);
    outgoing.once("close", ending);
    await this.#inner.handleRequest(incoming, outgoing, body);
  }

  /** @throws BridgeError `host_gone` when the host opens no stream for a request of ours. */
  async send(message: JSONRPCMessage, options?: { readonly relatedRequestId?: RequestId }): Promise<void> {
    if (!("method" in message) || options?.relatedRequestId !== undefined) {
      await this.#inner.send(message, options);
      return;
    }
    if ("id" in message && !this.reachable) await this.#becomesReachable();
    const [hook] = this.#hooks;
    const onHook = this.#streams === 0 && hook !== undefined;
    await this.#inner.send(message, onHook ? { relatedRequestId: hook } : undefined);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** Records a request of the host; the returned function records its end. */
  #opened(isStream: boolean, hook: RequestId | undefined): () => void {
    this.#open += 1;
    if (isStream) this.#streams += 1;
    if (hook !== undefined) this.#hooks.add(hook);
    // The transport knows the stream only after it has handled the request.
    if (isStream || hook !== undefined) {
      this.#cameToLend = true;
      setImmediate(() => this.#wake());
    }
    return () => {
      this.#open -= 1;
      this.#lastSeen = performance.now();
      if (isStream) this.#streams -= 1;
      if (hook !== undefined) this.#hooks.delete(hook);
    };
  }

  #becomesReachable(): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(wake);
        reject(
          new BridgeError(
            "host_gone",
            "The MCP host has no open stream (GET /mcp) for requests of the bridge. Reconnect the host.",
          ),
        );
      }, STREAM_WITHIN_MS);
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}

/** The id of the call, if the body is a call of our tool `hook`. */
export function hookIdOf(body: unknown): RequestId | undefined {
  const { id, method, params } = (body ?? {}) as {
    readonly id?: RequestId;
    readonly method?: unknown;
    readonly params?: { readonly name?: unknown };
  };
  return method === "tools/call" && params?.name === "hook" ? id : undefined;
}

/** Answers a request that is not passed to a server. */
export function refuse(outgoing: ServerResponse, status: number, code: number, message: string): void {
  outgoing.writeHead(status, { "content-type": "application/json" });
  outgoing.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message } }));
}
