/** A broker in this process, which may do with messages what a network does. */
import { randomUUID } from "node:crypto";
import type { Broker, BrokerMessage } from "../../../src/hosts/cluster/broker.ts";

export interface Passing {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply?: string | undefined;
}

/** What becomes of a message: what is delivered in its place, in that order. */
export type Fate = (message: Passing) => readonly Passing[];

interface Subscription {
  readonly owner: object;
  readonly pattern: string;
  readonly onMessage: (message: BrokerMessage) => void;
}

export class FakeBroker {
  /** All that was published, whatever became of it. */
  readonly passed: Passing[] = [];
  fate: Fate = (message) => [message];
  readonly #subscriptions = new Set<Subscription>();
  readonly #maxPayload: number;

  constructor(maxPayload = 1_048_576) {
    this.#maxPayload = maxPayload;
  }

  /** The broker as one member has it. */
  connection(): Broker & { isConnected: boolean; reconnected(): void } {
    const owner = {};
    const listeners = new Set<() => void>();
    return {
      maxPayload: this.#maxPayload,
      isConnected: true,
      publish: (subject, data, reply) => {
        if (data.length > this.#maxPayload) throw new Error("The message is too large for this broker.");
        const message = { subject, data: Uint8Array.from(data), reply };
        this.passed.push(message);
        for (const one of this.fate(message)) setImmediate(() => this.deliver(one, owner));
      },
      subscribe: (pattern, onMessage) => {
        const subscription = { owner, pattern, onMessage };
        this.#subscriptions.add(subscription);
        return () => void this.#subscriptions.delete(subscription);
      },
      onReconnect(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      inbox: () => `_INBOX.${randomUUID()}`,
      reconnected() {
        for (const listener of listeners) listener();
      },
    };
  }

  /** @param from whose message it is; to its owner it does not come back. */
  deliver({ subject, data, reply }: Passing, from?: object): void {
    const there = this.#listening(subject);
    for (const { owner, onMessage } of there) {
      if (owner !== from) onMessage({ subject, data, reply, nobodyListens: false });
    }
    if (there.length > 0 || reply === undefined) return;
    for (const { onMessage } of this.#listening(reply)) {
      onMessage({ subject: reply, data: new Uint8Array(), reply: undefined, nobodyListens: true });
    }
  }

  #listening(subject: string): Subscription[] {
    return [...this.#subscriptions].filter(({ pattern }) =>
      pattern.endsWith(".>") ? subject.startsWith(pattern.slice(0, -1)) : pattern === subject,
    );
  }
}
