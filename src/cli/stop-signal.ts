const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"];
const INTERRUPTED = 130;

/**
 * Resolves with the first signal that asks this process to stop (Ctrl-C, a terminal that closes, a supervisor). A
 * second one ends the process at once, for people who do not want to wait for running requests.
 */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stopping = false;
    for (const signal of SIGNALS) {
      if (signal === "SIGBREAK" && process.platform !== "win32") continue;
      process.on(signal, () => {
        if (stopping) process.exit(INTERRUPTED);
        stopping = true;
        resolve(signal);
      });
    }
  });
}
