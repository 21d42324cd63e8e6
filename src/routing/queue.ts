import { BridgeError } from "../turn/error.ts";

export interface QueueOptions {
  /** Turns that run at once. */
  readonly concurrent: number;
  /** Turns that may wait. */
  readonly waiting: number;
  /** Milliseconds a turn may wait for its place. */
  readonly timeoutMs: number;
  /** Milliseconds between the beginnings of two turns. */
  readonly spacingMs?: number;
}

/** Frees a place; may be called more than once. */
export type Leave = () => void;

interface Waiter {
  readonly admit: (leave: Leave) => void;
  readonly refuse: (reason: unknown) => void;
}

/** A bounded queue before a host, fair between clients: their waiting turns are admitted in rotation. */
export class Queue {
  readonly #options: QueueOptions;
  /** Waiters by client; the order of the keys is the rotation. */
  readonly #waiting = new Map<string, Set<Waiter>>();
  #running = 0;
  #queued = 0;
  #began = -Infinity;
  #later: NodeJS.Timeout | undefined;
  #closed: BridgeError | undefined;

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
  tryEnter(): Leave | undefined {
    if (this.#closed !== undefined || this.#queued > 0 || !this.#mayBegin()) return undefined;
    return this.#admit();
  }

  /**
   * Waits for a place. The signal ends the waiting; a place that was already given must be left all the same.
   *
   * @throws BridgeError `queue_full` or `queue_timeout`; the reason of the signal, of `refuse`, `refuseClient` or `close`.
   */
  async enter(client: string, signal: AbortSignal): Promise<Leave> {
    signal.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed;
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
        this.#remove(client, waiter);
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
      };
      const waiter: Waiter = {
        admit: (leave) => {
          settle();
          resolve(leave);
        },
        refuse: (reason) => {
          settle();
          reject(reason);
        },
      };
      const onAbort = (): void => waiter.refuse(signal.reason);
      const timer = setTimeout(() => waiter.refuse(late(timeoutMs)), timeoutMs);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#add(client, waiter);
    });
  }

  /** Ends the waiting of all turns that have no place yet. */
  refuse(reason: BridgeError): void {
    for (const line of this.#waiting.values()) for (const waiter of line) waiter.refuse(reason);
  }

  /** Like `refuse`, for one client's turns. */
  refuseClient(client: string, reason: BridgeError): void {
    for (const waiter of this.#waiting.get(client) ?? []) waiter.refuse(reason);
  }

  /** Like `refuse`, for those too who come later. Turns that have a place keep it. */
  close(reason: BridgeError): void {
    this.#closed = reason;
    clearTimeout(this.#later);
    this.refuse(reason);
  }

  /** Whether a turn may begin; if it only comes too soon, those that wait are looked at again in time. */
  #mayBegin(): boolean {
    if (this.#running >= this.#options.concurrent) return false;
    const { spacingMs = 0 } = this.#options;
    const early = spacingMs === 0 ? 0 : this.#began + spacingMs - performance.now();
    if (early <= 0) return true;
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.#admitNext();
    }, early);
    return false;
  }

  #admit(): Leave {
    this.#began = performance.now();
    this.#running += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#running -= 1;
      this.#admitNext();
    };
  }

  /** The client whose turn it is goes to the end of the rotation. */
  #admitNext(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || !this.#mayBegin()) return;
      const [client, line] = first;
      this.#waiting.delete(client);
      this.#waiting.set(client, line);
      const [waiter] = line;
      waiter?.admit(this.#admit());
    }
  }

  #add(client: string, waiter: Waiter): void {
    const line = this.#waiting.get(client);
    if (line === undefined) this.#waiting.set(client, new Set([waiter]));
    else line.add(waiter);
    this.#queued += 1;
  }

  #remove(client: string, waiter: Waiter): void {
    const line = this.#waiting.get(client);
    if (line?.delete(waiter) !== true) return;
    if (line.size === 0) this.#waiting.delete(client);
    this.#queued -= 1;
  }
}

function late(timeoutMs: number): BridgeError {
  return new BridgeError("queue_timeout", `No place at the host became free within ${timeoutMs / 1000} s.`);
}
