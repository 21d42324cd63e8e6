import type { EventId, EventStore, JSONRPCMessage, StreamId } from "@modelcontextprotocol/server";

export interface EventLimits {
  /** Characters of JSON kept for one host that reconnects. */
  readonly each: number;
  /** The same for all hosts together. */
  readonly all: number;
  /** Milliseconds for which a message is kept. */
  readonly ageMs: number;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

const LIMITS: EventLimits = {
  each: 16_000_000,
  all: 64_000_000,
  ageMs: 300_000,
  now: () => performance.now(),
};

/** Size of an entry beside its message. */
const ENTRY_SIZE = 200;

interface Entry {
  readonly stream: StreamId;
  /** Absent for a message that was too large to keep; its position in the stream still counts. */
  readonly message: JSONRPCMessage | undefined;
  readonly size: number;
  readonly until: number;
}

/** The messages sent to all hosts, within one limit: when it is reached, the longest log loses its oldest messages. */
export class EventLogs {
  readonly #limits: EventLimits;
  readonly #logs = new Set<EventLog>();
  #size = 0;

  constructor(limits: Partial<EventLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Characters that are currently kept. */
  get size(): number {
    return this.#size;
  }

  open(): EventLog {
    const log = new EventLog(this.#limits, (change) => this.#changed(change));
    this.#logs.add(log);
    return log;
  }

  /** Forgets the messages of a host. */
  close(log: EventLog): void {
    log.clear();
    this.#logs.delete(log);
  }

  #changed(change: number): void {
    this.#size += change;
    if (change <= 0) return;
    while (this.#size > this.#limits.all) {
      let longest: EventLog | undefined;
      for (const log of this.#logs) if (longest === undefined || log.size > longest.size) longest = log;
      if (longest?.dropOldest() !== true) return;
    }
  }
}

/** The messages sent to one host, so that it can resume after a broken connection (MCP 2025-11-25, Transports, Resumability). */
export class EventLog implements EventStore {
  readonly #limits: EventLimits;
  readonly #onChange: (change: number) => void;
  readonly #entries = new Map<EventId, Entry>();
  #count = 0;
  #size = 0;

  /** `onChange` is called with the change of its size. */
  constructor(limits: EventLimits, onChange: (change: number) => void) {
    this.#limits = limits;
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#size;
  }

  async storeEvent(stream: StreamId, message: JSONRPCMessage): Promise<EventId> {
    const { each, ageMs, now } = this.#limits;
    this.#count += 1;
    const id = String(this.#count);
    const length = JSON.stringify(message).length;
    const kept = length <= each;
    const size = ENTRY_SIZE + (kept ? length : 0);
    this.#entries.set(id, { stream, message: kept ? message : undefined, size, until: now() + ageMs });
    this.#size += size;
    for (const { until } of this.#entries.values()) {
      if (until > now() && this.#size <= each) break;
      this.dropOldest();
    }
    this.#onChange(size);
    return id;
  }

  /** Whether there was one. */
  dropOldest(): boolean {
    const [oldest] = this.#entries;
    if (oldest === undefined) return false;
    const [id, { size }] = oldest;
    this.#entries.delete(id);
    this.#size -= size;
    this.#onChange(-size);
    return true;
  }

  clear(): void {
    while (this.dropOldest());
  }

  async getStreamIdForEventId(id: EventId): Promise<StreamId | undefined> {
    return this.#entries.get(id)?.stream;
  }

  async replayEventsAfter(
    last: EventId,
    { send }: { readonly send: (id: EventId, message: JSONRPCMessage) => Promise<void> },
  ): Promise<StreamId> {
    const stream = this.#entries.get(last)?.stream ?? "";
    let after = false;
    for (const [id, { stream: of, message }] of this.#entries) {
      // An event without a message only marks a position in the stream.
      if (after && of === stream && message !== undefined && "jsonrpc" in message) await send(id, message);
      after ||= id === last;
    }
    return stream;
  }
}
