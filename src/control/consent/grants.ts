/** Answers that stand for more than one request, in memory alone: a bridge that begins anew asks anew. */
import { randomUUID } from "node:crypto";
import type { ConsentPolicy, Remember } from "../../util/consent-policy.ts";
import { minutesMs } from "../../util/consent-policy.ts";
import { keyName, type Principal } from "../../turn/principal.ts";
import { copied } from "../../util/copied.ts";
import type { SteadyClock } from "../../util/steady-clock.ts";
import { oneLine } from "../../util/terminal-text.ts";
import type { Decision, Grant } from "../control-shapes.ts";

const MOST = 1000;
/** No conversation is lent to for longer without a word. */
const CONVERSATION_MS = 86_400_000;
const LONGEST_NAME = 200;

/** What an answer is about. */
export interface Subject {
  readonly principal: Principal;
  readonly host: string;
  readonly conversation: string | undefined;
  /** An answer that was given under another policy is none. */
  readonly policy: ConsentPolicy;
}

interface Kept extends Grant {
  used: number;
}

export class Grants {
  readonly #clock: SteadyClock;
  /** By what they are about; the oldest first. */
  readonly #all = new Map<string, Kept>();

  constructor(clock: SteadyClock) {
    this.#clock = clock;
  }

  /** An answer that stands for this; it is counted as used. */
  use(subject: Subject): Grant | undefined {
    const now = this.#clock.now();
    for (const place of placesOf(subject)) {
      const found = this.#all.get(place);
      if (found === undefined) continue;
      if (found.until > now) {
        found.used += 1;
        return found;
      }
      this.#all.delete(place);
    }
    return undefined;
  }

  /** Keeps an answer; nothing for one that stands for one request. */
  keep(subject: Subject, answer: Decision["decision"], remember: Remember): Grant | undefined {
    if (remember === "once") return undefined;
    const now = this.#clock.now();
    const kind = remember === "conversation" ? "conversation" : "minutes";
    const place = placeOf(subject, kind);
    if (place === undefined) return undefined;
    const { principal, host } = subject;
    const made: Kept = {
      id: randomUUID(),
      key: keyName(principal) ?? null,
      client: oneLine(principal.agent, LONGEST_NAME),
      host: copied(host, LONGEST_NAME),
      decision: answer,
      kind,
      since: now,
      until: now + (minutesMs(remember) ?? CONVERSATION_MS),
      used: 0,
    };
    this.#all.delete(place);
    this.#all.set(place, made);
    const [oldest] = this.#all.keys();
    if (this.#all.size > MOST && oldest !== undefined) this.#all.delete(oldest);
    return made;
  }

  list(): Grant[] {
    const now = this.#clock.now();
    for (const [place, { until }] of this.#all) if (until <= now) this.#all.delete(place);
    return [...this.#all.values()].map((each) => ({ ...each }));
  }

  /** Ends one; whether there was one. */
  end(id: string): Grant | undefined {
    for (const [place, found] of this.#all) {
      if (found.id !== id) continue;
      this.#all.delete(place);
      return found;
    }
    return undefined;
  }

  /** Ends all; whether there were any. */
  clear(): boolean {
    const any = this.#all.size > 0;
    this.#all.clear();
    return any;
  }
}

function placesOf(subject: Subject): string[] {
  return [placeOf(subject, "minutes"), placeOf(subject, "conversation")].filter(
    (place) => place !== undefined,
  );
}

/** Another client that has the same key is somebody else to be asked about. */
function placeOf(
  { principal: { key, agent }, host, conversation, policy }: Subject,
  kind: Grant["kind"],
): string | undefined {
  if (kind === "minutes") return JSON.stringify([key ?? null, agent, host, policy]);
  if (conversation === undefined) return undefined;
  return JSON.stringify([key ?? null, agent, host, policy, conversation]);
}
