import type { Writable } from "node:stream";
import { pino } from "pino";
import type { Config } from "../config/settings.ts";

/** Writes one line of a log: details and a sentence, or the sentence alone. */
export interface LogLine {
  (details: object, message?: string): void;
  (message: string): void;
}

/** Where the bridge tells what it does; a logger of pino has this form. */
export interface Logger {
  readonly fatal: LogLine;
  readonly error: LogLine;
  readonly warn: LogLine;
  readonly info: LogLine;
  readonly debug: LogLine;
  /** A logger that adds these members to every line. */
  child(members: Readonly<Record<string, unknown>>): Logger;
}

/** Characters that may wait for a host that does not read our stderr; lines beyond that are dropped and counted. */
const MAX_WAITING = 1_048_576;

type Out = Writable & { readonly isTTY?: boolean };

/** The log of the program: readable lines on a terminal, JSON elsewhere. What makes them readable is loaded only there. */
export async function openLog(
  config: Pick<Config, "logLevel" | "forceColor">,
  out: Out = process.stderr,
): Promise<Logger> {
  if (out.isTTY !== true && !config.forceColor) return createLog(config, out);
  const { readableLog } = await import("./readable-log.ts");
  return createLog(config, out, readableLog(config.forceColor));
}

/**
 * A log of JSON lines, or of what `format` makes of them; to stderr because stdout belongs to MCP. Writing never blocks and
 * never fails: a host that leaves the pipe unread, or has closed it, must not stop the bridge.
 */
export function createLog(
  config: Pick<Config, "logLevel">,
  out: Out = process.stderr,
  format?: (line: string) => string,
): Logger {
  let dropped = 0;
  out.on("error", () => undefined);
  return pino(
    { level: config.logLevel, base: null },
    {
      write(line: string) {
        if (out.destroyed || out.writableLength > MAX_WAITING) {
          dropped += 1;
          return;
        }
        if (dropped > 0) {
          const note = JSON.stringify({ level: 40, time: Date.now(), dropped, msg: "log lines dropped" });
          out.write(format === undefined ? `${note}\n` : format(note));
          dropped = 0;
        }
        out.write(format === undefined ? line : format(line));
      },
    },
  );
}
