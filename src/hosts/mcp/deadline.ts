/** Node's timers end at 2^31 - 1 ms. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** Created once, because a stack trace costs more than the rest of a deadline. */
const OVER = new Error("The turn is over.");

export interface Deadline {
  readonly signal: AbortSignal;
  /** Aborts the signal before the deadline. */
  readonly abort: (error: Error) => void;
  /** Stops the timer and aborts the signal, unless it is aborted already. */
  readonly end: () => void;
}

/** A signal that follows `parent` and is also aborted after `ms` milliseconds (`Infinity`: never), with `error()`. */
export function deadline(parent: AbortSignal, ms: number, error: () => Error): Deadline {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent.reason);
  if (parent.aborted) follow();
  parent.addEventListener("abort", follow, { once: true });
  const timer = ms > LONGEST_TIMER ? undefined : setTimeout(() => controller.abort(error()), ms);
  return {
    signal: controller.signal,
    abort: (error) => controller.abort(error),
    end() {
      clearTimeout(timer);
      parent.removeEventListener("abort", follow);
      controller.abort(OVER);
    },
  };
}
