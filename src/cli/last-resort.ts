/**
 * What becomes of an error that nobody awaits, in a process that serves others: it is logged, and the process goes on. Whatever belongs
 * to a request is answered where it fails; here arrive only defects, and one defect must not end everybody's requests.
 */
import type { Logger } from "../observability/log.ts";
import { EXIT } from "./failure.ts";

/** More than this within `WITHIN_MS` is no single defect: nothing works any more, and a new process is the better one. */
const MOST = 100;
const WITHIN_MS = 60_000;
/** So many of them are logged in full. */
const LOGGED = 10;

export function surviveDefects(log: Logger): void {
  let began = performance.now();
  let count = 0;
  const onDefect = (thrown: unknown): void => {
    const now = performance.now();
    if (now - began > WITHIN_MS) [began, count] = [now, 0];
    count += 1;
    const err = errorOf(thrown);
    try {
      if (count <= LOGGED) log.error({ err }, "an error that nobody awaited; the bridge goes on");
      if (count > MOST) log.fatal({ err }, "too many errors that nobody awaited; the bridge ends");
    } catch {
      // A log that fails must not be the end either.
    }
    if (count > MOST) process.exit(EXIT.failed);
  };
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", onDefect);
  process.on("unhandledRejection", onDefect);
}

/** Anything can be thrown; only errors are told in full, because what else it is may be a prompt. */
function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`thrown: ${typeof thrown}`);
}
