/** What waits to be sent to a collector: bounded, in batches, again after a while where it may be. Nobody waits for it. */
import { within } from "../../util/async.ts";
import { type Delivery, type Destination, post } from "./post.ts";

const MOST_ITEMS = 2048;
const MOST_CHARACTERS = 8 * 1_048_576;
const BATCH_ITEMS = 512;
const BATCH_CHARACTERS = 1_048_576;
const SEND_AFTER_MS = 1000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** How long a batch is tried to be sent. */
const GIVES_UP_MS = 120_000;

export interface SenderOptions {
  readonly destination: Destination;
  /** A body with these items in it, which are JSON already. */
  readonly wrap: (items: readonly string[]) => string;
  /** Hears how many were lost. */
  readonly onLost: (items: number) => void;
  /** Hears why nothing is taken, once until something is again. */
  readonly onProblem: (message: string) => void;
}

export class Sender {
  readonly #options: SenderOptions;
  #waiting: string[] = [];
  #characters = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  /** Aborted when no more time is left. */
  readonly #ending = new AbortController();
  #closing = false;
  #wake: (() => void) | undefined;
  #problem: string | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** The oldest are lost where too many wait. */
  offer(item: string): void {
    if (this.#closing) return;
    this.#waiting.push(item);
    this.#characters += item.length;
    let lost = 0;
    while (
      this.#waiting.length > MOST_ITEMS ||
      (this.#characters > MOST_CHARACTERS && this.#waiting.length > 1)
    ) {
      this.#characters -= this.#waiting.shift()?.length ?? 0;
      lost += 1;
    }
    if (lost > 0) this.#options.onLost(lost);
    if (this.#sending !== undefined) return;
    if (this.#waiting.length >= BATCH_ITEMS) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), SEND_AFTER_MS).unref();
  }

  /** Sends what waits, within so many milliseconds; what is not sent by then is lost. */
  async close(ms: number): Promise<void> {
    this.#closing = true;
    this.#wake?.();
    this.#start();
    await within(this.#sending ?? Promise.resolve(), ms);
    this.#ending.abort();
    if (this.#waiting.length > 0) this.#options.onLost(this.#waiting.length);
    this.#waiting = [];
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#ending.signal.aborted) {
      const batch = this.#take();
      if (!(await this.#send(this.#options.wrap(batch)))) this.#options.onLost(batch.length);
    }
  }

  #take(): string[] {
    let [items, characters] = [0, 0];
    for (const { length } of this.#waiting) {
      if (items >= BATCH_ITEMS || (items > 0 && characters + length > BATCH_CHARACTERS)) break;
      items += 1;
      characters += length;
    }
    this.#characters -= characters;
    return this.#waiting.splice(0, items);
  }

  /** Whether it was taken. */
  async #send(body: string): Promise<boolean> {
    const { signal } = this.#ending;
    const until = performance.now() + GIVES_UP_MS;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const delivery = await post(this.#options.destination, body, signal);
      this.#tell(delivery);
      if (delivery.outcome !== "later") return delivery.outcome === "taken";
      // Different processes do not come again all at once.
      const wait = delivery.afterMs ?? pause * (0.5 + Math.random() / 2);
      if (this.#closing || performance.now() + wait > until) return false;
      await this.#pause(wait);
    }
  }

  /** Ends early when it is closed: then it is tried once more. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #tell(delivery: Delivery): void {
    const { onLost, onProblem } = this.#options;
    if (delivery.outcome === "taken" && delivery.rejected > 0) onLost(delivery.rejected);
    const isFine = delivery.outcome === "taken" && delivery.rejected === 0;
    const problem = isFine ? undefined : delivery.why;
    if (problem !== undefined && problem !== this.#problem) onProblem(problem);
    this.#problem = problem;
  }
}
