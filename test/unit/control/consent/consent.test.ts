import { expect } from "vitest";
import { Consent } from "../../../../src/control/consent/consent.ts";
import type { Asking } from "../../../../src/control/consent/question.ts";
import { principalOf } from "../../../../src/turn/principal.ts";
import type { ConsentPolicy } from "../../../../src/util/consent-policy.ts";
import { SteadyClock } from "../../../../src/util/steady-clock.ts";
import { turnRequest } from "../../../support/data/turn-request.ts";
import { verifies } from "../../../support/verifies.ts";

const never = (): AbortSignal => new AbortController().signal;

/** A consent whose clock the test sets. */
function consentOf(policy: ConsentPolicy) {
  let now = 1_000_000;
  let own = 0;
  const stops = new Set<() => void>();
  const consent = new Consent({
    policy,
    timeoutMs: 60_000,
    halt: {
      watch(onStop) {
        const stop = (): void => onStop(undefined as never);
        stops.add(stop);
        return () => void stops.delete(stop);
      },
    },
    clock: new SteadyClock(
      () => now,
      () => own,
    ),
  });
  return {
    consent,
    stops,
    /** Time goes by. */
    pass: (ms: number): void => {
      now += ms;
      own += ms;
    },
    /** Somebody sets the clock. */
    setBack: (ms: number): void => {
      now -= ms;
    },
  };
}

function asking(conversation?: string, consent?: ConsentPolicy): Omit<Asking, "policy"> {
  const named = { id: "1", name: "anna", scope: {}, limits: {}, consent };
  return {
    principal: principalOf("named 1", "agent", false, named),
    request: turnRequest({ conversation }),
    api: "openai-chat",
    host: "vscode",
    hints: [],
    inputTokens: undefined,
    maxTokens: undefined,
  };
}

/** Whether it may go on at once; answers the question where it may not. */
function isAsked(consent: Consent, about: Omit<Asking, "policy">): boolean {
  const answer = consent.ask("request", about, never());
  answer?.catch(() => undefined);
  for (const { id } of consent.list()) consent.decide(id, { decision: "allow" });
  return answer !== undefined;
}

verifies("control.grants", "an answer ends with its minutes, whatever somebody does to the clock", () => {
  const { consent, pass, setBack } = consentOf("minutes:5");
  expect([isAsked(consent, asking()), isAsked(consent, asking())]).toEqual([true, false]);
  pass(299_000);
  expect(isAsked(consent, asking())).toBe(false);
  setBack(86_400_000);
  pass(2000);
  expect(consent.grants()).toEqual([]);
  expect(isAsked(consent, asking())).toBe(true);
});

verifies("control.grants", "an answer for a conversation ends after a day", () => {
  const { consent, pass } = consentOf("conversation");
  expect([
    isAsked(consent, asking("a")),
    isAsked(consent, asking("a")),
    isAsked(consent, asking("b")),
  ]).toEqual([true, false, true]);
  pass(86_400_001);
  expect(isAsked(consent, asking("a"))).toBe(true);
});

verifies("control.grants", "an answer under another policy is none, and a stop ends all", () => {
  const { consent, stops } = consentOf("minutes:5");
  expect(isAsked(consent, asking())).toBe(true);
  expect(isAsked(consent, asking(undefined, "ask"))).toBe(true);
  expect(isAsked(consent, asking(undefined, "auto"))).toBe(false);
  expect(() => consent.ask("request", asking(undefined, "deny"), never())).toThrow("lends nothing");
  expect(stops.size).toBe(1);
  for (const stop of stops) stop();
  expect(consent.grants()).toEqual([]);
  expect(isAsked(consent, asking())).toBe(true);
});

verifies("control.grants", "what is remembered has a bound", () => {
  const { consent } = consentOf("conversation");
  for (let turn = 0; turn < 1100; turn += 1) isAsked(consent, asking(`conversation ${turn}`));
  expect(consent.grants()).toHaveLength(1000);
  expect(isAsked(consent, asking("conversation 0"))).toBe(true);
});

verifies("control.waiting", "what is waited for ends with its signal, and nothing is left", async () => {
  const { consent } = consentOf("ask");
  const leaving = new AbortController();
  const answer = consent.ask("request", asking(), leaving.signal);
  expect(consent.list()).toHaveLength(1);
  leaving.abort(new Error("left"));
  await expect(answer).rejects.toThrow("left");
  expect(consent.list()).toEqual([]);
});
