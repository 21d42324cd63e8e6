import type { Writable } from "node:stream";
import { pino } from "pino";
import type { Config } from "../config/settings.ts";
import type { HostLog } from "./host-log.ts";
import type { LogRecord } from "./text-log.ts";

/** Writes one line of a log: details and a sentence, or the sentence alone. */
export interface LogLine {
  (details: object, message?: string): void;
  (message: string): void;
}

/** The log of the bridge; a pino logger has this form. */
export interface Logger {
  readonly fatal: LogLine;
  readonly error: LogLine;
  readonly warn: LogLine;
  readonly info: LogLine;
  readonly debug: LogLine;
  /** A logger that adds these members to every line. */
  child(members: Readonly<Record<string, unknown>>): Logger;
}

/** Characters that are kept for a host that does not read our stderr; further lines are dropped and counted. */
const MAX_WAITING = 1_048_576;

type Out = Writable & { readonly isTTY?: boolean };

/**
 * The log of the program, in the configured format. By default it is coloured on a terminal, one plain line for each
 * entry elsewhere, and sent to the host where the host shows it (`hostLog`). The formatter for terminals is loaded only
 * when needed.
 */
export async function openLog(
  config: Pick<Config, "logLevel" | "forceColor" | "logFormat">,
  out: Out = process.stderr,
  hostLog?: HostLog,
): Promise<Logger> {
  const { logFormat, forceColor } = config;
  if (logFormat === "json") return createLog(config, out, undefined, hostLog);
  if (logFormat === "auto" && (out.isTTY === true || forceColor)) {
    const { readableLog } = await import("./readable-log.ts");
    return createLog(config, out, readableLog(forceColor), hostLog);
  }
  const { textLine } = await import("./text-log.ts");
  // A host that shows the log also shows our stderr beside it.
  return createLog(config, out, textLine, hostLog, logFormat === "auto");
}

/**
 * A log of JSON lines, or of lines made by `format`; to stderr because stdout belongs to MCP, and to the host where
 * it shows them (`hostLog`), with `hostAlone` then only there. Writing never blocks and never fails: a host that does
 * not read the pipe, or has closed it, must not stop the bridge.
 */
export function createLog(
  config: Pick<Config, "logLevel">,
  out: Out = process.stderr,
  format?: (line: string) => string,
  hostLog?: HostLog,
  hostAlone = false,
): Logger {
  let dropped = 0;
  out.on("error", () => undefined);
  return pino(
    { level: config.logLevel, base: null },
    {
      write(line: string) {
        if (hostLog?.isOpen === true) {
          hostLog.take(JSON.parse(line) as LogRecord);
          if (hostAlone) return;
        }
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
