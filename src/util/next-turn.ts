/** Milliseconds for which those who waited may hold the event loop, one after the other, before sockets and timers have their turn. */
const HELD_MS = 10;

/** Those who wait. A thread has one event loop, so there is one order of turns on it. */
const waiting: (() => void)[] = [];

/**
 * Lets others have their turn. In contrast to `setImmediate`, of which all that are due run in one go: where many do long work in steps
 * at the same time, sockets and timers wait for about one step and not for one of each.
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
    // Whoever waited does its step before this.
    queueMicrotask(() => {
      waiting.shift();
      if (waiting.length === 0) return;
      if (performance.now() < until) next();
      else setImmediate(goOn);
    });
  };
  next();
}
