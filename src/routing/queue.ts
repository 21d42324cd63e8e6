import { BridgeError } from "../turn/error.ts";

export interface QueueOptions {
  /** Turns that run at the same time. */
  readonly concurrent: number;
  /** Turns that may wait. */
  readonly waiting: number;
  /** Milliseconds that a turn may wait for its slot. */
  readonly timeoutMs: number;
  /** Milliseconds from the start of one turn to the start of the next. */
  readonly spacingMs?: number;
}

/** Frees a slot; may be called more than once. */
export type Leave = () => void;

/** The place where a turn waits: the queue is fair between owners, and between the lines of each owner. */
export interface Line {
  readonly owner: string;
  readonly name: string;
}

interface Waiter {
  readonly admit: (leave: Leave) => void;
  readonly refuse: (reason: unknown) => void;
}

/** The waiting turns of one owner. */
interface Share {
  /** By the names of the lines; the order of the keys is the rotation. No list is empty. */
  readonly lines: Map<string, Set<Waiter>>;
  waiting: number;
}

/**
 * The bounded queue of a host, fair between owners: their waiting turns are admitted in rotation, and when the queue
 * is full, a turn of the owner with the most waiting turns is refused in favour of one with fewer.
 */
export class Queue {
  readonly #options: QueueOptions;
  /** By owner; the order of the keys is the rotation. No list is empty. */
  readonly #shares = new Map<string, Share>();
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

  /** Takes a free slot if there is one and no turn waits for it. */
  tryEnter(): Leave | undefined {
    if (this.#closed !== undefined || this.#queued > 0 || !this.#mayBegin()) return undefined;
    return this.#admit();
  }

  /**
   * Waits for a slot. The signal ends the wait; a slot that was already given must still be freed.
   *
   * @throws BridgeError `queue_full` or `queue_timeout`; the reason of the signal, of `refuse`, `refuseLine` or `close`.
   */
  async enter(line: Line, signal: AbortSignal): Promise<Leave> {
    signal.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed;
    const free = this.tryEnter();
    if (free !== undefined) return free;
    const { waiting, timeoutMs } = this.#options;
    if (this.#queued >= waiting && !this.#makeRoom(line.owner)) throw full(this.#queued);
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#remove(line, waiter);
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
      this.#add(line, waiter);
    });
  }

  /** Refuses all waiting turns. */
  refuse(reason: BridgeError): void {
    for (const { lines } of this.#shares.values()) {
      for (const line of lines.values()) for (const waiter of line) waiter.refuse(reason);
    }
  }

  /** Like `refuse`, for the turns of one line. */
  refuseLine({ owner, name }: Line, reason: BridgeError): void {
    for (const waiter of this.#shares.get(owner)?.lines.get(name) ?? []) waiter.refuse(reason);
  }

  /** Like `refuse`, also for later turns. Turns with a slot keep it. */
  close(reason: BridgeError): void {
    this.#closed = reason;
    clearTimeout(this.#later);
    this.refuse(reason);
  }

  /** Whether a turn may start; when only the spacing prevents it, a timer checks the waiting turns again. */
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

  #admitNext(): void {
    while (this.#shares.size > 0 && this.#mayBegin()) {
      const share = rotated(this.#shares);
      const [waiter] = (share && rotated(share.lines)) ?? [];
      waiter?.admit(this.#admit());
    }
  }

  /** Refuses the latest turn of the owner with the most waiting turns, if this owner has fewer. */
  #makeRoom(owner: string): boolean {
    let most: Share | undefined;
    for (const share of this.#shares.values()) {
      if (most === undefined || share.waiting > most.waiting) most = share;
    }
    const own = this.#shares.get(owner)?.waiting ?? 0;
    if (most === undefined || most.waiting <= own + 1) return false;
    const latest = [...most.lines.values()].at(-1);
    if (latest === undefined) return false;
    [...latest].at(-1)?.refuse(full(this.#queued));
    return true;
  }

  #add({ owner, name }: Line, waiter: Waiter): void {
    const share = this.#shares.get(owner) ?? { lines: new Map<string, Set<Waiter>>(), waiting: 0 };
    this.#shares.set(owner, share);
    const line = share.lines.get(name) ?? new Set();
    share.lines.set(name, line);
    line.add(waiter);
    share.waiting += 1;
    this.#queued += 1;
  }

  #remove({ owner, name }: Line, waiter: Waiter): void {
    const share = this.#shares.get(owner);
    const line = share?.lines.get(name);
    if (share === undefined || line?.delete(waiter) !== true) return;
    if (line.size === 0) share.lines.delete(name);
    share.waiting -= 1;
    if (share.waiting === 0) this.#shares.delete(owner);
    this.#queued -= 1;
  }
}

/** The next turn; its owner goes to the end of the rotation. */
function rotated<Value>(all: Map<string, Value>): Value | undefined {
  const [first] = all;
  if (first === undefined) return undefined;
  const [key, value] = first;
  all.delete(key);
  all.set(key, value);
  return value;
}

function full(queued: number): BridgeError {
  return new BridgeError(
    "queue_full",
    `The bridge is busy: ${queued} requests are already waiting for the host.`,
  );
}

function late(timeoutMs: number): BridgeError {
  return new BridgeError("queue_timeout", `No slot at the host became free within ${timeoutMs / 1000} s.`);
}
