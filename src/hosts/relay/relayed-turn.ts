import { BridgeError } from "../../turn/error.ts";
import type { TurnEvent, TurnEvents } from "../../turn/event.ts";
import { WINDOW } from "./protocol.ts";

/** Limits of one answer: events, and characters of their messages. */
const MOST_EVENTS = 1_000_000;
const LONGEST_ANSWER = 64 * 1_048_576;

interface Received {
  readonly event: TurnEvent;
  readonly size: number;
}

/** One turn that runs at the other side: its events as they arrive, and the flow control. */
export class RelayedTurn {
  readonly #received: Received[] = [];
  /** Characters that are not read yet. */
  #waiting = 0;
  #owed = 0;
  /** Characters of all events so far. */
  #events = 0;
  #characters = 0;
  #ended = false;
  #error: Error | undefined;
  #woken: (() => void) | undefined;

  /** Whether more events are expected. */
  get isOver(): boolean {
    return this.#ended;
  }

  /** @throws Error when the other side sends more than it may. */
  push(event: TurnEvent, size: number): void {
    if (this.#ended) return;
    if (this.#waiting >= WINDOW) throw new Error("more events came than were requested");
    this.#events += 1;
    this.#characters += size;
    if (this.#events > MOST_EVENTS || this.#characters > LONGEST_ANSWER) {
      this.end(new BridgeError("host_failed", "The answer of the MCP host is too long."));
      return;
    }
    this.#received.push({ event, size });
    this.#waiting += size;
    this.#woken?.();
  }

  /** Ends the events; without an error the turn is complete. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#woken?.();
  }

  /** Ends it at once; unread events are dropped. */
  drop(error: Error): void {
    this.#received.length = 0;
    this.end(error);
  }

  /** `grant` reports to the other side that events of so many characters were read. Throws the error of the turn. */
  async *events(grant: (size: number) => void): TurnEvents {
    for (;;) {
      const next = this.#received.shift();
      if (next !== undefined) {
        this.#take(next.size, grant);
        yield next.event;
      } else if (this.#ended) {
        if (this.#error !== undefined) throw this.#error;
        return;
      } else await this.#more();
    }
  }

  #take(size: number, grant: (size: number) => void): void {
    this.#waiting -= size;
    this.#owed += size;
    if (this.#owed < WINDOW / 2) return;
    grant(this.#owed);
    this.#owed = 0;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#woken = resolve;
    });
  }
}

/**
 * The error of turns whose connection has ended: they may have been answered, so they are never sent again, unless the other side
 * certainly has not received them.
 */
export function connectionLost(host: string, unheard = false): BridgeError {
  return new BridgeError(
    "host_gone",
    `The connection to the MCP host (${host}), through another bridge, has ended.`,
    { unheard },
  );
}
