/** The questions to the lender that wait for an answer, and the answers that stand. */
import { randomUUID } from "node:crypto";
import type { ConsentPolicy } from "../../util/consent-policy.ts";
import { usualRemember } from "../../util/consent-policy.ts";
import { BridgeError } from "../../turn/error.ts";
import { ownerOf, type Principal } from "../../turn/principal.ts";
import { deferred, type Deferred, LONGEST_MS } from "../../util/async.ts";
import { Listeners } from "../../util/listeners.ts";
import { SteadyClock } from "../../util/steady-clock.ts";
import type { AuditEvent } from "../audit/chain.ts";
import type { Approval, Decision, Grant } from "../control-shapes.ts";
import type { Halt } from "../halt.ts";
import { Grants, type Subject } from "./grants.ts";
import { type Asking, questionOf } from "./question.ts";

/** Questions that wait at once; nobody answers more. */
const MOST = 100;
/** Of them those of one owner, so that nobody's questions keep out those of all others. */
const MOST_OF_ONE = 20;

export interface ConsentOptions {
  /** For keys that have no word of their own. */
  readonly policy: ConsentPolicy;
  readonly timeoutMs: number;
  readonly halt: Pick<Halt, "watch">;
  readonly clock?: SteadyClock;
}

/** What the log and the audit log hear. */
export interface ConsentEvents {
  readonly onAsked: (approval: Approval) => void;
  /** `by` is a principal of this bridge, or none for the person at this process. */
  readonly onDecided: (
    event: AuditEvent["event"],
    by: Principal | undefined,
    about: AuditEvent["about"],
  ) => void;
}

/** The requests that wait for permission, for a program that shows them to its person. */
export interface Approvals {
  /** The oldest first. */
  list(): readonly Approval[];
  /** Calls at each change; the function returned ends that. */
  watch(listener: () => void): () => void;
  /** @throws BridgeError `not_found` where the request does not wait any more, `invalid_request`. */
  decide(id: string, answer: Decision): void;
}

interface Pending extends Deferred<void> {
  readonly approval: Approval;
  readonly subject: Subject;
  readonly owner: string;
}

export class Consent {
  readonly #options: ConsentOptions;
  readonly #clock: SteadyClock;
  readonly #grants: Grants;
  readonly #pending = new Map<string, Pending>();
  readonly #changed = new Listeners();
  #events: ConsentEvents | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: ConsentOptions) {
    this.#options = options;
    this.#clock = options.clock ?? new SteadyClock();
    this.#grants = new Grants(this.#clock);
  }

  /** From then on these hear of what happens. */
  connect(events: ConsentEvents): void {
    this.#events = events;
  }

  /** What holds for keys that have no word of their own. */
  get policy(): ConsentPolicy {
    return this.#options.policy;
  }

  policyFor({ named }: Principal): ConsentPolicy {
    return named?.consent ?? this.#options.policy;
  }

  /** The questions that wait, the oldest first. */
  list(): Approval[] {
    return [...this.#pending.values()].map(({ approval }) => approval);
  }

  grants(): Grant[] {
    return this.#grants.list();
  }

  /** Calls at each change of what waits or stands. */
  watch(listener: () => void): () => void {
    return this.#changed.add(listener);
  }

  /**
   * Asks, where somebody must be asked; nothing where the request may go on at once. The promise resolves when it may; the signal
   * withdraws the question.
   *
   * @throws BridgeError `consent_denied` where the answer stands already, `queue_full` where too many wait; so does the promise,
   *   also with `consent_timeout`.
   */
  ask(request: string, asking: Omit<Asking, "policy">, signal: AbortSignal): Promise<void> | undefined {
    const { principal, host } = asking;
    const policy = this.policyFor(principal);
    if (policy === "auto") return undefined;
    if (policy === "deny") throw denied("The person who runs the bridge lends nothing to this key.");
    const subject: Subject = { principal, host, conversation: asking.request.conversation, policy };
    const standing = this.#grants.use(subject);
    if (standing?.decision === "allow") return undefined;
    if (standing !== undefined) throw refused(standing);
    const owner = ownerOf(principal);
    const own = [...this.#pending.values()].filter((other) => other.owner === owner).length;
    if (this.#pending.size >= MOST || own >= MOST_OF_ONE) {
      throw new BridgeError(
        "queue_full",
        "Too many requests already wait for permission from the person who runs the bridge. Try again when that person has answered.",
      );
    }
    signal.throwIfAborted();
    const now = this.#clock.now();
    const approval: Approval = {
      ...questionOf({ ...asking, policy }),
      id: randomUUID(),
      request,
      askedAt: now,
      until: now + Math.min(this.#options.timeoutMs, LONGEST_MS),
    };
    return this.#wait({ ...deferred(), approval, subject, owner }, signal);
  }

  /**
   * Answers a question, and those that wait and would be answered by it.
   *
   * @throws BridgeError `not_found` where it does not wait any more, `invalid_request`.
   */
  decide(id: string, { decision, remember }: Decision, by?: Principal): Required<Decision> {
    const pending = this.#pending.get(id);
    if (pending === undefined) {
      throw new BridgeError(
        "not_found",
        "This question does not wait any more: it was answered or withdrawn, or its time is over.",
      );
    }
    const { approval, subject } = pending;
    const usual = usualRemember(approval.policy);
    const length = remember ?? (usual === "conversation" && !approval.hasConversation ? "once" : usual);
    if (length === "conversation" && !approval.hasConversation) {
      throw new BridgeError(
        "invalid_request",
        "remember: the client does not say to which conversation the request belongs; give once or minutes:N.",
        { param: "remember" },
      );
    }
    const kept = this.#grants.keep(subject, decision, length);
    const { key, client, host, model } = approval;
    this.#events?.onDecided(decision === "allow" ? "consent-allowed" : "consent-denied", by, {
      key,
      client,
      host,
      model,
      remember: length,
    });
    this.#settle(pending, decision);
    if (kept !== undefined) this.#settleCovered();
    this.#watchHalt();
    this.#changed.call();
    return { decision, remember: length };
  }

  /** Ends an answer that stands. @throws BridgeError `not_found`. */
  endGrant(id: string, by?: Principal): void {
    const ended = this.#grants.end(id);
    if (ended === undefined) throw new BridgeError("not_found", "There is no such answer that stands.");
    const { key, client, host, decision } = ended;
    this.#events?.onDecided("consent-ended", by, { key, client, host, decision });
    this.#watchHalt();
    this.#changed.call();
  }

  async #wait(pending: Pending, signal: AbortSignal): Promise<void> {
    const { approval, promise, reject } = pending;
    const { timeoutMs } = this.#options;
    const onAbort = (): void => reject(signal.reason);
    const timer = setTimeout(() => reject(late(timeoutMs)), Math.min(timeoutMs, LONGEST_MS)).unref();
    signal.addEventListener("abort", onAbort, { once: true });
    this.#pending.set(approval.id, pending);
    this.#events?.onAsked(approval);
    this.#changed.call();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      if (this.#pending.delete(approval.id)) this.#changed.call();
    }
  }

  #settle(pending: Pending, decision: Decision["decision"]): void {
    this.#pending.delete(pending.approval.id);
    if (decision === "allow") pending.resolve();
    else pending.reject(denied("The person who runs the bridge does not allow this request."));
  }

  #settleCovered(): void {
    for (const pending of this.#pending.values()) {
      const standing = this.#grants.use(pending.subject);
      if (standing !== undefined) this.#settle(pending, standing.decision);
    }
  }

  /** What was allowed before everything was stopped is asked for anew after that. */
  #watchHalt(): void {
    if (this.#grants.list().length === 0) {
      this.#unwatch?.();
      this.#unwatch = undefined;
      return;
    }
    this.#unwatch ??= this.#options.halt.watch(() => {
      this.#unwatch = undefined;
      this.#grants.clear();
      this.#changed.call();
    });
  }
}

function denied(message: string): BridgeError {
  return new BridgeError("consent_denied", `${message} Ask that person; nothing was sent to a model.`);
}

function refused({ kind, until, since }: Grant): BridgeError {
  const minutes = Math.ceil((until - since) / 60_000);
  const long = kind === "conversation" ? "for this conversation" : `for ${minutes} minutes`;
  return denied(`The person who runs the bridge has denied requests like this ${long}.`);
}

function late(timeoutMs: number): BridgeError {
  return new BridgeError(
    "consent_timeout",
    `The person who runs the bridge was asked and has not answered within ${timeoutMs / 1000} s, so nothing was sent to a model. ` +
      "Tell that person, who can answer on the bridge's page or with `mcptb approvals`.",
  );
}
