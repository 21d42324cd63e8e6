/**
 * Milliseconds since the epoch that never go back. A clock on the wall that is set back is not followed; one that goes ahead of
 * the machine's own is, because it also counts the time for which the machine slept.
 */
export class SteadyClock {
  readonly #wall: () => number;
  readonly #own: () => number;
  #time: number;
  #lastWall: number;
  #lastOwn: number;

  constructor(wall: () => number = Date.now, own: () => number = () => performance.now()) {
    this.#wall = wall;
    this.#own = own;
    this.#time = this.#lastWall = wall();
    this.#lastOwn = own();
  }

  now(): number {
    const [wall, own] = [this.#wall(), this.#own()];
    this.#time += Math.max(0, own - this.#lastOwn, wall - this.#lastWall);
    [this.#lastWall, this.#lastOwn] = [wall, own];
    return this.#time;
  }

  /** It was later already, as another process has seen. */
  atLeast(time: number): void {
    if (time > this.now()) this.#time = time;
  }
}
