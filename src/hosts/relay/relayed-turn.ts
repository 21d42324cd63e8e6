import { BridgeError } from "../../turn/error.ts";
import type { TurnEvent, TurnEvents } from "../../turn/event.ts";
import { WINDOW } from "./protocol.ts";

/** What one answer may come to: events, and characters of their messages. */
const MOST_EVENTS = 1_000_000;
const LONGEST_ANSWER = 64 * 1_048_576;

interface Received {
  readonly event: TurnEvent;
  readonly size: number;
}

/** One turn that runs at the other side: its events as they come, and how many more may come. */
export class RelayedTurn {
  readonly #received: Received[] = [];
  /** Characters that wait to be taken. */
  #waiting = 0;
  #owed = 0;
  /** Of all events so far. */
  #events = 0;
  #characters = 0;
  #ended = false;
  #error: Error | undefined;
  #woken: (() => void) | undefined;

  /** Whether more events are waited for. */
  get isOver(): boolean {
    return this.#ended;
  }

  /** @throws Error when the other side sends more than it may. */
  push(event: TurnEvent, size: number): void {
    if (this.#ended) return;
    if (this.#waiting >= WINDOW) throw new Error("more events came than were asked for");
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

  /** No more events come; without an error the turn is complete. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#woken?.();
  }

  /** Ends it at once, with what has come and was not taken. */
  drop(error: Error): void {
    this.#received.length = 0;
    this.end(error);
  }

  /** `grant` tells the other side that events of so many characters were taken. Throws what the turn failed with. */
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

/** The end of every turn whose connection has ended: it may have been answered, so it is never sent again. */
export function connectionLost(host: string): BridgeError {
  return new BridgeError(
    "host_gone",
    `The connection to the MCP host (${host}), through another bridge, has ended.`,
  );
}
