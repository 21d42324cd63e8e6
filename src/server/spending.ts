/** Counts a request against the limits of its key. */
import type { Budgets, Reservation } from "../control/limits/budgets.ts";
import type { Outcome } from "../observability/metrics.ts";
import { keyName, type Principal } from "../turn/principal.ts";
import type { Amount } from "../turn/rate.ts";
import type { RequestScope } from "./request-scope.ts";
import type { TurnWatch } from "./turn-watch.ts";

/** Characters for each token, where no count is known. */
const CHARACTERS_A_TOKEN = 4;

/** The expected use of a turn. */
export interface Expected {
  /** Our estimate of the prompt. */
  readonly inputTokens: number;
  /** The maximum of the answer. */
  readonly outputTokens: number;
}

type Seen = Pick<TurnWatch, "usage" | "characters" | "wasSent">;

/** The reservation for a request, until its end. */
export interface Spending {
  settle(outcome: Outcome, turn: Seen | undefined): void;
}

/**
 * Reserves the highest possible use of the request, and sets the headers with the rest of the limits.
 *
 * @throws BridgeError as `Budgets.reserve`, after these headers were set.
 */
export function spend(scope: RequestScope, budgets: Budgets, expected: Expected): void {
  const { named } = scope.principal;
  if (named === undefined) return;
  const wanted = { requests: 1, tokens: expected.inputTokens + expected.outputTokens };
  let reserved: Reservation;
  try {
    reserved = budgets.reserve(named, wanted);
  } finally {
    const headers = scope.dialect.rateHeaders?.(budgets.ratesOf(named), Date.now()) ?? {};
    for (const [name, value] of Object.entries(headers)) scope.outgoing.setHeader(name, value);
  }
  scope.spending = {
    settle: (outcome, turn) => reserved.settle(actual(outcome, turn, expected)),
  };
}

/**
 * What was used. A request that failed before it was answered is given back. Of one that was broken off counts what was
 * answered; one that its client broke off counts as a request where the host was asked.
 */
function actual(outcome: Outcome, turn: Seen | undefined, { inputTokens, outputTokens }: Expected): Amount {
  const { usage, characters = 0, wasSent = false } = turn ?? {};
  if (usage !== undefined) {
    const seen = Math.ceil(characters / CHARACTERS_A_TOKEN);
    return { requests: 1, tokens: figure(usage.inputTokens, inputTokens) + figure(usage.outputTokens, seen) };
  }
  if (outcome === "complete") return { requests: 1, tokens: inputTokens + outputTokens };
  if (characters > 0)
    return { requests: 1, tokens: inputTokens + Math.ceil(characters / CHARACTERS_A_TOKEN) };
  return { requests: outcome === "cancelled" && wasSent ? 1 : 0, tokens: 0 };
}

/** A host may send any value. */
function figure(said: number | undefined, estimate: number): number {
  return said !== undefined && Number.isFinite(said) && said >= 0 ? said : estimate;
}

/** The limits that a client may read of its own key. */
export function usageOf(principal: Principal, budgets: Budgets): object {
  const rates = principal.named === undefined ? [] : budgets.ratesOf(principal.named);
  return {
    key: keyName(principal) ?? null,
    limits: rates.map(({ of, span, limit, left, renewsInMs }) => ({
      limit: `${of} a ${span}`,
      allowed: limit,
      left: Math.floor(left),
      renewsInSeconds: Math.ceil(renewsInMs / 1000),
    })),
    counts:
      "Tokens are estimates unless the host counts them; running requests are counted with their highest possible use.",
  };
}
