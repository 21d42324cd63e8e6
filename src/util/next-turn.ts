/** Milliseconds for which waiting tasks may run one after the other before sockets and timers are served. */
const HELD_MS = 10;

/** The waiting tasks. A thread has one event loop, so there is one list for it. */
const waiting: (() => void)[] = [];

/**
 * Yields to the event loop. All due `setImmediate` callbacks run in one go; here, when many tasks do long work in
 * steps at the same time, sockets and timers wait for about one step and not for one step of each task.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  const until = performance.now() + HELD_MS;
  const next = (): void => {
    waiting[0]?.();
    // The task that was waiting runs its step before this continues.
    queueMicrotask(() => {
      waiting.shift();
      if (waiting.length === 0) return;
      if (performance.now() < until) next();
      else setImmediate(goOn);
    });
  };
  next();
}
