/**
 * The log as the host shows it: MCP logging notifications (MCP 2025-11-25, Logging), from the moment that the host asks for them until
 * it leaves. It reports requests, but never their content.
 */
import { textOf, type LogRecord } from "./text-log.ts";

/** Sends one notification's params. */
export type SendLog = (params: {
  readonly level: string;
  readonly logger: string;
  readonly data: string;
}) => Promise<void>;

/** The protocol's levels (RFC 5424), each with the lowest of our levels that it shows. */
const LEAST: Readonly<Record<string, number>> = {
  debug: 10,
  info: 30,
  notice: 40,
  warning: 40,
  error: 50,
  critical: 60,
  alert: 60,
  emergency: 60,
};
const NAMES: readonly (readonly [number, string])[] = [
  [60, "critical"],
  [50, "error"],
  [40, "warning"],
  [30, "info"],
];
/** The members with the prompts and answers of `--log-content`; and the time, which the host adds itself. */
const LEFT_OUT = ["request", "answers", "time"] as const;
/** Characters of a line; the host shows lines, not documents. */
const LONGEST = 4000;
/** Unsent lines; a host that does not read gets no more. */
const MOST_WAITING = 256;

export class HostLog {
  #least = Infinity;
  #send: SendLog | undefined;
  #waiting = 0;
  #dropped = 0;

  /** Whether the host has asked for the log. */
  get isOpen(): boolean {
    return this.#send !== undefined;
  }

  /** Starts the log with this level of the protocol, or changes the level. */
  open(level: string, send: SendLog): void {
    this.#least = LEAST[level] ?? LEAST["info"] ?? 0;
    this.#send = send;
  }

  close(): void {
    this.#send = undefined;
  }

  /** Sends a line, if the host wants this level. */
  take(record: LogRecord): void {
    const { level = 30, ...rest } = record;
    if (this.#send === undefined || level < this.#least) return;
    if (this.#waiting >= MOST_WAITING) {
      this.#dropped += 1;
      return;
    }
    const shown: Record<string, unknown> = { ...rest };
    for (const name of LEFT_OUT) delete shown[name];
    const lost = this.#dropped === 0 ? "" : ` (${this.#dropped} lines before it were dropped)`;
    this.#dropped = 0;
    const data = `${textOf(shown)}${lost}`.slice(0, LONGEST);
    const name = NAMES.find(([least]) => level >= least)?.[1] ?? "debug";
    this.#waiting += 1;
    this.#send({ level: name, logger: "mcptb", data })
      .catch(() => undefined)
      .finally(() => {
        this.#waiting -= 1;
      });
  }
}
