const FAILURES = 3;
const FOR_MS = 30_000;

/** Whether a host's last turns have failed: others are asked before it for a while. */
export class Health {
  #failures = 0;
  #until = 0;

  failing(now = performance.now()): boolean {
    return this.#failures >= FAILURES && now < this.#until;
  }

  ended(failed: boolean, now = performance.now()): void {
    this.#failures = failed ? this.#failures + 1 : 0;
    this.#until = now + FOR_MS;
  }
}
