import { setImmediate as nextTurn } from "node:timers/promises";
import type { Client } from "@modelcontextprotocol/client";
import {
  declaresBatches,
  DELTA_METHOD,
  deltaParams,
  MOST_IN_BATCH,
  progressParams,
  targetOf,
  type Delta,
  type StreamTarget,
} from "../hosts/mcp/sampling-stream.ts";

/** Characters of deltas after which a batch is full, and no more are taken while they wait. */
const LARGE = 32_768;

/**
 * Sends the deltas of one request in order, one message at a time; what comes meanwhile goes with the next message where the
 * bridge takes several. Does nothing for a request that asks for none.
 */
export class DeltaSender {
  readonly #client: Client;
  readonly #target: StreamTarget | undefined;
  readonly #signal: AbortSignal;
  readonly #most: number;
  #waiting: Delta[] = [];
  #size = 0;
  #seq = 1;
  #sending: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** `params` are those of the request; `signal` ends the sending. */
  constructor(client: Client, params: object, signal: AbortSignal) {
    this.#client = client;
    this.#target = targetOf(params);
    this.#signal = signal;
    this.#most = declaresBatches(client.getServerCapabilities() ?? {}) ? MOST_IN_BATCH : 1;
  }

  /** Resolves when the next may be given. Rejects when one could not be sent. */
  async emit(delta: Delta): Promise<void> {
    if (this.#target === undefined) return;
    this.#throwIfFailed();
    this.#waiting.push(delta);
    this.#size += sizeOf(delta);
    this.#sending ??= this.#sendAll(this.#target).catch((error: unknown) => {
      this.#failure = { error };
    });
    if (this.#waiting.length >= this.#most || this.#size >= LARGE) await this.flush();
  }

  /** Resolves when all are sent: the answer must not come before them. Rejects when one could not be sent. */
  async flush(): Promise<void> {
    await this.#sending;
    this.#throwIfFailed();
  }

  async #sendAll(target: StreamTarget): Promise<void> {
    try {
      while (this.#waiting.length > 0 && !this.#signal.aborted) {
        // What the model writes in one go goes in one message.
        if (this.#most > 1) await nextTurn();
        const [first, ...others] = this.#waiting.splice(0, this.#most);
        if (first === undefined) break;
        const batch = [first, ...others] as const;
        this.#size -= batch.reduce((sum, delta) => sum + sizeOf(delta), 0);
        const seq = this.#seq;
        this.#seq += batch.length;
        await this.#client.notification(
          target.era === "modern"
            ? { method: DELTA_METHOD, params: deltaParams(target.token, seq, batch) }
            : { method: "notifications/progress", params: progressParams(target.token, seq, batch) },
        );
      }
    } finally {
      this.#sending = undefined;
    }
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

function sizeOf(delta: Delta): number {
  if ("text" in delta) return delta.text.length;
  return "json" in delta ? delta.json.length : 0;
}
