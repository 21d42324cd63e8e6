import type { EventId, EventStore, JSONRPCMessage, StreamId } from "@modelcontextprotocol/server";

/** Characters of JSON kept for a host that reconnects. */
const KEPT = 16_000_000;

interface Entry {
  readonly stream: StreamId;
  readonly message: JSONRPCMessage;
  readonly size: number;
}

/** What was sent to one host, so that it can go on where a connection broke (MCP 2025-11-25, Transports, Resumability). */
export class EventLog implements EventStore {
  readonly #entries = new Map<EventId, Entry>();
  #count = 0;
  #size = 0;

  async storeEvent(stream: StreamId, message: JSONRPCMessage): Promise<EventId> {
    this.#count += 1;
    const id = String(this.#count);
    const size = JSON.stringify(message).length;
    this.#entries.set(id, { stream, message, size });
    this.#size += size;
    for (const [oldest, entry] of this.#entries) {
      if (this.#size <= KEPT || oldest === id) break;
      this.#entries.delete(oldest);
      this.#size -= entry.size;
    }
    return id;
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
    for (const [id, entry] of this.#entries) {
      // An event without a message only marks a place in the stream.
      if (after && entry.stream === stream && "jsonrpc" in entry.message) await send(id, entry.message);
      after ||= id === last;
    }
    return stream;
  }
}
