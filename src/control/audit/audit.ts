/** What a running bridge writes into the audit log. */
import { OwnFileError } from "../../util/own-file.ts";
import { within } from "../../util/async.ts";
import { auditFile, writeEvent } from "./audit-file.ts";
import type { AuditEvent, AuditHead } from "./chain.ts";

/** The first refusal of a kind is written at once; further ones are counted for this time. */
const GATHER_MS = 60_000;
/** Kinds that are counted at the same time; all further ones count as one kind. */
const MOST_KINDS = 1000;
const CLOSES_WITHIN_MS = 2000;

export interface AuditOptions {
  readonly stateDir: string | undefined;
  /** Whether refusals are to be written: nobody has lent anything to anybody before. */
  readonly isWanted: () => boolean;
  /** Called with the head after each line, so that the log has a copy of it. */
  readonly onWritten: (event: AuditEvent, head: AuditHead) => void;
  readonly onProblem: (message: string) => void;
}

export class Audit {
  readonly #options: AuditOptions;
  readonly #file: string;
  /** Refusals since the last line of their kind. */
  readonly #refused = new Map<string, { readonly event: AuditEvent; more: number }>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #problem: string | undefined;

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#file = auditFile(options.stateDir);
  }

  write(event: AuditEvent): void {
    const { onWritten, onProblem } = this.#options;
    this.#writing = this.#writing
      .then(async () => {
        onWritten(event, await writeEvent(this.#file, event));
        this.#problem = undefined;
      })
      .catch((error: unknown) => {
        const problem = error instanceof OwnFileError ? error.message : `${this.#file} cannot be written.`;
        if (problem !== this.#problem) onProblem(problem);
        this.#problem = problem;
      });
  }

  /** Refusals of one kind give at most one line for each minute. */
  refused(code: string, who: string): void {
    if (!this.#options.isWanted()) return;
    const kind = this.#refused.size < MOST_KINDS ? `${code} ${who}` : "others";
    const known = this.#refused.get(kind);
    if (known !== undefined) {
      known.more += 1;
      return;
    }
    const event: AuditEvent = { event: "refused", who: kind === "others" ? "others" : who, about: { code } };
    this.#refused.set(kind, { event, more: 0 });
    this.write(event);
    this.#timer ??= setTimeout(() => this.#tellRefused(), GATHER_MS).unref();
  }

  /** Writes the pending lines. */
  async close(): Promise<void> {
    if (this.#timer !== undefined) this.#tellRefused();
    await within(this.#writing, CLOSES_WITHIN_MS);
  }

  #tellRefused(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { event, more } of this.#refused.values()) {
      if (more > 0) this.write({ ...event, about: { ...event.about, times: more } });
    }
    this.#refused.clear();
  }
}
