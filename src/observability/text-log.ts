/** A log with one plain line for each entry: for files, and for programs that show our stderr line by line. */
import { oneLine, printable } from "../util/terminal-text.ts";

/** A line of the log as pino writes it. */
export interface LogRecord {
  readonly level?: number;
  readonly time?: number;
  readonly msg?: string;
  readonly [member: string]: unknown;
}

const LEVELS: readonly (readonly [number, string])[] = [
  [60, "FATAL"],
  [50, "ERROR"],
  [40, "WARN "],
  [30, "INFO "],
  [20, "DEBUG"],
];

/** `2026-11-30 12:00:00 INFO  listening url=http://127.0.0.1:8000`, with its line end. */
export function textLine(line: string): string {
  let record: LogRecord;
  try {
    record = JSON.parse(line) as LogRecord;
  } catch {
    return `${oneLine(line, line.length)}\n`;
  }
  const { level = 30, time = Date.now(), ...rest } = record;
  const name = LEVELS.find(([least]) => level >= least)?.[1] ?? "TRACE";
  return `${localTime(new Date(time))} ${name} ${textOf(rest)}\n`;
}

/** The sentence first, then `name=value`; everything printable, and on one line. */
export function textOf({ msg, ...members }: LogRecord): string {
  const pairs = Object.entries(members)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${onLine(name)}=${groupOf(value) ?? valueOf(value)}`);
  return [...(msg === undefined ? [] : [onLine(msg)]), ...pairs].join(" ");
}

/** A few plain members of one thing, such as counts: `inputTokens:3,estimated`. */
function groupOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members = Object.entries(value).filter(([, each]) => each !== false && each !== null);
  if (members.length === 0 || members.some(([, each]) => typeof each !== "number" && each !== true))
    return undefined;
  return members.map(([name, each]) => (each === true ? onLine(name) : `${onLine(name)}:${each}`)).join(",");
}

function valueOf(value: unknown): string {
  const plain = typeof value === "string" && /^[^\s"=]+$/.test(value);
  return onLine(plain ? value : JSON.stringify(value));
}

function onLine(text: string): string {
  return printable(text.replaceAll(/[\r\n\t]+/g, " "));
}

function localTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
