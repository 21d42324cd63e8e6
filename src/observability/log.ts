import type { Writable } from "node:stream";
import { pino, type Logger } from "pino";
import { prettyFactory } from "pino-pretty";
import type { Config } from "../config/schema.ts";

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
  const readable = out.isTTY === true || config.forceColor;
  const format = readable
    ? prettyFactory({
        colorize: config.forceColor || process.env["NO_COLOR"] === undefined,
        ignore: "pid,hostname",
        translateTime: "HH:MM:ss",
      })
    : undefined;
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
          out.write(
            `${JSON.stringify({ level: 40, time: Date.now(), dropped, msg: "log lines dropped" })}\n`,
          );
          dropped = 0;
        }
        out.write(format === undefined ? line : format(line));
      },
    },
  );
}
