/** A log for people. */
import { stripVTControlCharacters } from "node:util";
import { prettyFactory } from "pino-pretty";
import { printable } from "../util/terminal-text.ts";

/**
 * Turns JSON lines of a log into readable lines. Their texts may come from hosts and clients, so they are made
 * printable before our colours are added. Any other line is shown as it is, without colours.
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
