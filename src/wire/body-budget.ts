import { BridgeError } from "../turn/error.ts";

/** Bytes up to which a body is small. */
const SMALL = 1_048_576;
/** The part of the budget that large bodies may use; the rest is for small ones, so that a few large ones block nobody. */
const FOR_LARGE = 0.75;

/** The memory that all request bodies may use together, each from its first byte to the end of its request. */
export class BodyBudget {
  readonly #limit: number;
  #held = 0;

  /** @param limit in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes in use now. */
  get held(): number {
    return this.#held;
  }

  /** The largest body, in bytes, that fits when there is no other. */
  get largest(): number {
    return Math.floor(this.#limit * FOR_LARGE);
  }

  /** The share of one body, empty at first. */
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
  /** Whether it is larger than a small body. */
  readonly isLarge: boolean;
  /**
   * @throws BridgeError `bodies_full` where that many bytes more do not fit into what is left of the budget,
   *   `payload_too_large` where they never will.
   */
  grow(bytes: number): void;
  /** Gives everything back; may be called again. */
  release(): void;
}

function tooLarge(): BridgeError {
  return new BridgeError(
    "payload_too_large",
    "The request body needs more memory than one body may use. Send less, or raise --body-budget-mb.",
  );
}

function full(): BridgeError {
  return new BridgeError(
    "bodies_full",
    "The current requests use all the memory for request bodies. Try again soon.",
  );
}
