/** When the lender is asked before a request goes to a host: never (`auto`), before each, once in a while, or always no. Pure functions. */
import * as z from "zod";

/** The longest time for which one answer stands. */
const MOST_MINUTES = 1440;
const POLICY = /^(?:auto|ask|conversation|deny|minutes:([1-9]\d{0,3}))$/;
const REMEMBER = /^(?:once|conversation|minutes:([1-9]\d{0,3}))$/;

export type ConsentPolicy = "auto" | "ask" | "conversation" | "deny" | `minutes:${number}`;
/** For how long an answer stands. */
export type Remember = "once" | "conversation" | `minutes:${number}`;

export const POLICY_WORDS = `auto, ask, conversation, deny, or minutes:N with N up to ${MOST_MINUTES}`;
const REMEMBER_WORDS = `once, conversation, or minutes:N with N up to ${MOST_MINUTES}`;

export const consentPolicy = z.custom<ConsentPolicy>(
  (value) => fits(POLICY, value),
  `must be one of ${POLICY_WORDS}`,
);
export const remember = z.custom<Remember>(
  (value) => fits(REMEMBER, value),
  `must be one of ${REMEMBER_WORDS}`,
);

function fits(form: RegExp, value: unknown): boolean {
  const match = typeof value === "string" ? form.exec(value) : null;
  return match !== null && Number(match[1] ?? 1) <= MOST_MINUTES;
}

/** What an answer stands for where the person says nothing of it. */
export function usualRemember(policy: ConsentPolicy): Remember {
  return policy === "conversation" || policy.startsWith("minutes:") ? (policy as Remember) : "once";
}

/** Nothing for what is not said in minutes. */
export function minutesMs(text: ConsentPolicy | Remember): number | undefined {
  const [, minutes] = /^minutes:(\d+)$/.exec(text) ?? [];
  return minutes === undefined ? undefined : Number(minutes) * 60_000;
}
