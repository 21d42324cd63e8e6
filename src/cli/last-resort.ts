/**
 * Handles uncaught errors in a process that serves others: they are logged, and the process continues. Errors of
 * requests are answered where they happen; only bugs arrive here, and one bug must not end everybody's requests.
 */
import type { Logger } from "../observability/log.ts";
import { EXIT } from "./failure.ts";

/** More than this within `WITHIN_MS` is not a single bug: nothing works any more, and a new process is better. */
const MOST = 100;
const WITHIN_MS = 60_000;
/** So many of them are logged in detail. */
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
      if (count <= LOGGED) log.error({ err }, "an uncaught error; the bridge continues");
      if (count > MOST) log.fatal({ err }, "too many uncaught errors; the bridge ends");
    } catch {
      // A failing log must not end the process either.
    }
    if (count > MOST) process.exit(EXIT.failed);
  };
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", onDefect);
  process.on("unhandledRejection", onDefect);
}

/** Anything can be thrown; only errors are logged in detail, because another value may be a prompt. */
function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`thrown: ${typeof thrown}`);
}
