/**
 * The model that a host lends, as the benchmark needs it: it says a fixed text, at once or after some time
 * or when told to, and notes for each caller how long it kept its answer, so that this is not charged to the
 * server in between.
 */
export class Model {
  /** What every answer says. */
  text = "";
  /**
   * How long it thinks on average before it answers, in milliseconds. Each answer takes another time, so that
   * the callers do not keep in step.
   */
  thinkMs = 0;
  readonly #keptMs = new Map<number, number>();
  readonly #waiting: (() => void)[] = [];
  #holding = false;
  #arrived: (() => void) | undefined;

  /** Calls `reply` when the answer to the caller in `slot` is due. */
  ask(slot: number, reply: (text: string) => void): void {
    const asked = performance.now();
    const answer = (): void => {
      this.#keptMs.set(slot, performance.now() - asked);
      reply(this.text);
    };
    if (this.#holding) {
      this.#waiting.push(answer);
      this.#arrived?.();
    } else if (this.thinkMs > 0) setTimeout(answer, this.thinkMs * (0.5 + Math.random()));
    else answer();
  }

  /** How long the last answer for `slot` was kept here, in milliseconds. */
  kept(slot: number): number {
    return this.#keptMs.get(slot) ?? Number.NaN;
  }

  /** Keeps every answer from now on until `release`. */
  hold(): void {
    this.#holding = true;
  }

  /** Resolves when `count` callers wait for an answer that is being held. */
  async holds(count: number): Promise<void> {
    while (this.#waiting.length < count) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  release(): void {
    this.#holding = false;
    for (const answer of this.#waiting.splice(0)) answer();
  }
}
