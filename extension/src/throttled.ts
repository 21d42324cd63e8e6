export interface Throttled {
  /** Has it done soon, however often this is called. */
  readonly call: () => void;
  readonly dispose: () => void;
}

/** Does something at most once in `everyMs` milliseconds: at once, and again when it was asked for meanwhile. */
export function throttled(everyMs: number, act: () => void): Throttled {
  let timer: NodeJS.Timeout | undefined;
  let again = false;
  const pass = (): void => {
    timer = undefined;
    if (!again) return;
    again = false;
    run();
  };
  const run = (): void => {
    timer = setTimeout(pass, everyMs);
    act();
  };
  return {
    call() {
      if (timer === undefined) run();
      else again = true;
    },
    dispose: () => clearTimeout(timer),
  };
}
