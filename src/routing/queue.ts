import { BridgeError } from "../turn/error.ts";

export interface QueueOptions {
  /** Turns that run at once. */
  readonly concurrent: number;
  /** Turns that may wait. */
  readonly waiting: number;
  /** Milliseconds a turn may wait for its place. */
  readonly timeoutMs: number;
}

interface Waiter {
  readonly admit: () => void;
}

/** A bounded queue before a host, fair between clients: their waiting turns are admitted in rotation. */
export class Queue {
  readonly #options: QueueOptions;
  /** Waiters by client; the order of the keys is the rotation. */
  readonly #waiting = new Map<string, Waiter[]>();
  #running = 0;
  #queued = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#queued;
  }

  /** Takes a free place if there is one and nobody waits for it. */
  tryEnter(): (() => void) | undefined {
    if (this.#running >= this.#options.concurrent || this.#queued > 0) return undefined;
    return this.#admit();
  }

  /**
   * Waits for a place; the function returned frees it and may be called more than once.
   *
   * @throws BridgeError `queue_full` or `queue_timeout`; the signal's reason when it is aborted.
   */
  async enter(client: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const free = this.tryEnter();
    if (free !== undefined) return free;
    const { waiting, timeoutMs } = this.#options;
    if (this.#queued >= waiting) {
      throw new BridgeError(
        "queue_full",
        `The bridge is busy: ${this.#queued} requests are already waiting for the host.`,
      );
    }
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      };
      const waiter: Waiter = {
        admit: () => {
          settle();
          resolve(this.#admit());
        },
      };
      const leave = (reason: unknown): void => {
        settle();
        this.#remove(client, waiter);
        reject(reason);
      };
      const onAbort = (): void => leave(signal.reason);
      const timer = setTimeout(() => {
        leave(
          new BridgeError("queue_timeout", `No place at the host became free within ${timeoutMs / 1000} s.`),
        );
      }, timeoutMs);
      signal.addEventListener("abort", onAbort, { once: true });
      const line = this.#waiting.get(client);
      if (line === undefined) this.#waiting.set(client, [waiter]);
      else line.push(waiter);
      this.#queued += 1;
    });
  }

  #admit(): () => void {
    this.#running += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#running -= 1;
      this.#admitNext();
    };
  }

  #admitNext(): void {
    if (this.#running >= this.#options.concurrent) return;
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [client, line] = first;
    const waiter = line.shift();
    this.#waiting.delete(client);
    if (line.length > 0) this.#waiting.set(client, line);
    this.#queued -= 1;
    waiter?.admit();
  }

  #remove(client: string, waiter: Waiter): void {
    const line = this.#waiting.get(client);
    const index = line?.indexOf(waiter) ?? -1;
    if (line === undefined || index < 0) return;
    line.splice(index, 1);
    if (line.length === 0) this.#waiting.delete(client);
    this.#queued -= 1;
  }
}
