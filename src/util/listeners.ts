/** Who wants to hear that something has changed. */
export class Listeners {
  readonly #all = new Set<() => void>();

  /** The function returned takes it off again. */
  add(listener: () => void): () => void {
    // Of its own, so that one that is added twice is there twice.
    const own = (): void => listener();
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  call(): void {
    for (const listener of this.#all) listener();
  }
}
