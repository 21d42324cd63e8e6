import { CommanderError } from "commander";
import { FileError } from "../client-files/file-error.ts";
import { ConfigError } from "../config/load.ts";

/** An expected failure of a command; the message says what is wrong, and what to do next. */
export class CliError extends Error {
  override readonly name = "CliError";
}

/** Exit codes: 0 success, 1 failure, 2 wrong command line or settings. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

export interface Outcome {
  readonly exitCode: number;
  /** For the person at the terminal; `undefined` when it was already printed. */
  readonly message: string | undefined;
}

/** The message and exit code for an error. A stack trace is shown only on request. */
export function outcomeOf(thrown: unknown, showStack: boolean): Outcome {
  if (thrown instanceof CommanderError) {
    return { exitCode: thrown.exitCode === 0 ? EXIT.ok : EXIT.usage, message: undefined };
  }
  if (thrown instanceof ConfigError) return { exitCode: EXIT.usage, message: thrown.message };
  if (thrown instanceof CliError || thrown instanceof FileError)
    return { exitCode: EXIT.failed, message: thrown.message };
  if (showStack && thrown instanceof Error)
    return { exitCode: EXIT.failed, message: thrown.stack ?? thrown.message };
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const [line = ""] = text.split("\n", 1);
  return {
    exitCode: EXIT.failed,
    message: `unexpected error: ${line} (set MCPTB_LOG_LEVEL=debug to see where)`,
  };
}
