import { pino, type Logger } from "pino";
import pretty from "pino-pretty";
import type { Config } from "../config/schema.ts";

export type { Logger } from "pino";

const STDERR = 2;

/** The log, to stderr because stdout belongs to MCP: readable lines on a terminal, JSON elsewhere. */
export function createLog(config: Pick<Config, "logLevel" | "forceColor">): Logger {
  const options = { level: config.logLevel, base: null };
  if (process.stderr.isTTY || config.forceColor) {
    const readable = pretty({
      destination: STDERR,
      colorize: true,
      sync: true,
      ignore: "pid,hostname",
      translateTime: "HH:MM:ss",
    });
    return pino(options, readable);
  }
  return pino(options, pino.destination({ dest: STDERR, sync: true }));
}
