import { BridgeError } from "../turn/error.ts";

/** Bytes up to which a body is small. */
const SMALL = 1_048_576;
/** The part of the budget that large bodies may take; the rest is for small ones, so that a few large ones keep nobody out. */
const FOR_LARGE = 0.75;

/** What all request bodies in memory may take together, from their first byte until their request is over. */
export class BodyBudget {
  readonly #limit: number;
  #held = 0;

  /** @param limit in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes that are taken now. */
  get held(): number {
    return this.#held;
  }

  /** The largest body, in bytes, that finds room when there is no other. */
  get largest(): number {
    return Math.floor(this.#limit * FOR_LARGE);
  }

  /** A share for one body, empty at first. */
  open(): BodyShare {
    let taken = 0;
    return {
      get isLarge() {
        return taken > SMALL;
      },
      grow: (bytes) => {
        if (taken + bytes > this.largest) throw tooLarge();
        const room = taken + bytes > SMALL ? this.largest : this.#limit;
        if (this.#held + bytes > room) throw full();
        this.#held += bytes;
        taken += bytes;
      },
      release: () => {
        this.#held -= taken;
        taken = 0;
      },
    };
  }
}

export interface BodyShare {
  /** Whether it takes more than a small body does. */
  readonly isLarge: boolean;
  /**
   * @throws BridgeError `bodies_full` where that many bytes more do not fit into what is left of the budget,
   *   `payload_too_large` where they never will.
   */
  grow(bytes: number): void;
  /** Gives everything back; again is no harm. */
  release(): void;
}

function tooLarge(): BridgeError {
  return new BridgeError(
    "payload_too_large",
    "The request body takes more memory than one may. Send less, or raise --body-budget-mb.",
  );
}

function full(): BridgeError {
  return new BridgeError(
    "bodies_full",
    "The requests that the bridge is handling take as much memory as they may. Try again soon.",
  );
}
