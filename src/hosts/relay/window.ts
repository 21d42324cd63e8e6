/** Flow control: limits what may be sent before the reader asks for more, so that a slow reader fills no memory. */
export class Window {
  readonly #size: number;
  #left: number;
  #opened: (() => void) | undefined;

  constructor(size: number) {
    this.#size = size;
    this.#left = size;
  }

  /** A message may be larger than the rest of the window; the next ones then wait. */
  spend(size: number): void {
    this.#left -= size;
  }

  /** The window never becomes larger than at the beginning, whatever the reader reports. */
  grant(size: number): void {
    this.#left = Math.min(this.#size, this.#left + size);
    if (this.#left > 0) this.#opened?.();
  }

  /** Waits until something may be sent. Rejects with the signal's reason. One waiter at a time. */
  async open(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#left > 0) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (): void => {
        this.#opened = undefined;
        signal.removeEventListener("abort", onAbort);
      };
      const onAbort = (): void => {
        settle();
        reject(signal.reason as Error);
      };
      this.#opened = () => {
        settle();
        resolve();
      };
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }
}
