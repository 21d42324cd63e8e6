/** A door that tests open: everybody waits until then. Rejects with the signal's reason when that comes first. */
export class Gate {
  readonly #opened: Promise<void>;
  #open: () => void = () => undefined;

  constructor() {
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
  }

  async pass(signal?: AbortSignal): Promise<void> {
    if (signal === undefined) return this.#opened;
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      this.#opened.then(resolve, reject);
    });
  }
}
