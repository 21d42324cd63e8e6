/**
 * Milliseconds since the epoch that never go back. When the system clock is set back, this clock goes on; when the
 * system clock is ahead of the monotonic one, it follows, because the machine may have slept.
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

  /** Moves the clock forward to a time that another process has seen. */
  atLeast(time: number): void {
    if (time > this.now()) this.#time = time;
  }
}
