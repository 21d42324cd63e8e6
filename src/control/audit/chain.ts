/** The lines of the audit log: each contains a digest of the line before it, so that a changed or removed line is noticed. Pure functions. */
import { createHash } from "node:crypto";
import * as z from "zod";
import { say } from "../../util/say.ts";
import type { Immutable } from "../../util/shape.ts";

export const EVENTS = [
  "key-added",
  "key-rotated",
  "key-revoked",
  "key-changed",
  "stopped",
  "resumed",
  "bridge-started",
  "host-drained",
  "host-resumed",
  "key-changed",
  "consent-allowed",
  "consent-denied",
  "consent-ended",
  "request-cancelled",
  "signed-in",
  "signed-out",
  "refused",
] as const;

/** Details of an event, without secrets and without content. */
export interface AuditEvent {
  readonly event: (typeof EVENTS)[number];
  /** The actor: a user of this machine, or the name of a key. */
  readonly who: string;
  readonly about: Readonly<Record<string, unknown>>;
}

const auditLine = z.strictObject({
  n: z.int().positive(),
  at: z.iso.datetime(),
  event: z.string(),
  who: z.string(),
  about: z.record(z.string(), z.unknown()),
  previous: z.string(),
});

/** The head of the chain. */
export const auditHead = z.strictObject({ n: z.int().nonnegative(), digest: z.string() });
export type AuditHead = Immutable<z.output<typeof auditHead>>;

export const BEGINNING: AuditHead = { n: 0, digest: "" };

export function digestOf(line: string): string {
  return createHash("sha256").update(line).digest("base64url");
}

/** The next line, without its line break. */
export function lineOf({ event, who, about }: AuditEvent, head: AuditHead, at: Date): string {
  const previous = head.digest;
  return JSON.stringify({ n: head.n + 1, at: at.toISOString(), event, who, about, previous });
}

/** The head of the chain after its last line, valid or not. */
export function headAfter(line: string, lines: number): AuditHead {
  return { n: parsed(line)?.n ?? lines, digest: digestOf(line) };
}

export type Verdict =
  | { readonly head: AuditHead; readonly last: string | undefined }
  | { readonly line: number; readonly problem: string };

/** Verifies one line after the other. */
export class Verifier {
  readonly #known: AuditHead | undefined;
  #head = BEGINNING;
  #last: string | undefined;
  #broken: Verdict | undefined;

  /** @param known an earlier head of the chain, from another source. */
  constructor(known?: AuditHead) {
    this.#known = known;
  }

  /** @param isWhole whether the line has its line break. */
  add(line: string, isWhole = true): void {
    if (this.#broken !== undefined) return;
    const n = this.#head.n + 1;
    const found = parsed(line);
    if (found === undefined || !isWhole) this.#fail(n, say`it is not a line of the audit log, or was cut`);
    else if (found.n !== n) this.#fail(n, say`its number is ${found.n}: lines were removed, added or moved`);
    else if (found.previous !== this.#head.digest)
      this.#fail(n, say`the line before it was changed or replaced`);
    else {
      this.#head = { n, digest: digestOf(line) };
      this.#last = found.at;
      if (n === this.#known?.n && this.#known.digest !== this.#head.digest) {
        this.#fail(n, say`it is not the line that was written`);
      }
    }
  }

  verdict(): Verdict {
    if (this.#broken !== undefined) return this.#broken;
    const { n } = this.#head;
    if (this.#known !== undefined && this.#known.n > n) {
      return { line: n + 1, problem: say`it is missing: there were ${this.#known.n} lines before` };
    }
    return { head: this.#head, last: this.#last };
  }

  #fail(line: number, problem: string): void {
    this.#broken = { line, problem };
  }
}

function parsed(line: string): z.output<typeof auditLine> | undefined {
  try {
    return auditLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
