import type { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { pino, type Logger } from "pino";
import { prettyFactory } from "pino-pretty";
import type { Config } from "../config/settings.ts";
import { printable } from "../util/terminal-text.ts";

export type { Logger } from "pino";

/** Characters that may wait for a host that does not read our stderr; lines beyond that are dropped and counted. */
const MAX_WAITING = 1_048_576;

type Out = Writable & { readonly isTTY?: boolean };

/**
 * The log, to stderr because stdout belongs to MCP: readable lines on a terminal, JSON elsewhere. Writing never blocks
 * and never fails: a host that leaves the pipe unread, or has closed it, must not stop the bridge.
 */
export function createLog(
  config: Pick<Config, "logLevel" | "forceColor">,
  out: Out = process.stderr,
): Logger {
  const format = out.isTTY === true || config.forceColor ? readableLog(config.forceColor) : undefined;
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

/**
 * Makes readable lines of JSON lines of a log. Its texts may come from hosts and clients, so they are made printable before
 * our own colours are added. What is no such line is shown as it is, without colours.
 */
export function readableLog(forceColor = false): (line: string) => string {
  const format = prettyFactory({
    colorize: forceColor || process.env["NO_COLOR"] === undefined,
    ignore: "pid,hostname",
    translateTime: "HH:MM:ss",
  });
  return (line) => {
    try {
      return format(JSON.parse(line, printableMember));
    } catch {
      return `${printable(stripVTControlCharacters(line)).trimEnd()}\n`;
    }
  };
}

function printableMember(name: string, value: unknown): unknown {
  if (printable(name) !== name) throw new SyntaxError("A name that cannot be shown.");
  return typeof value === "string" ? printable(value) : value;
}
