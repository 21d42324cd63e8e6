/**
 * How much a key has used in the current minute and in the current day. A window begins with the first request after
 * the previous window ended. Pure functions; times come from a monotonic clock.
 */
import * as z from "zod";
import type { Limits } from "../../turn/principal.ts";
import type { Amount, Rate } from "../../turn/rate.ts";
import type { Immutable } from "../../util/shape.ts";

const count = z.number().nonnegative();
const window = z.strictObject({ since: count, requests: count, tokens: count });
export type Window = Immutable<z.output<typeof window>>;

export const usage = z.strictObject({ minute: window, day: window });
/** A window that has not begun is treated as an ended one. */
export type Usage = Immutable<z.output<typeof usage>>;

const LENGTH = { minute: 60_000, day: 86_400_000 } as const satisfies Record<Rate["span"], number>;
type Span = Rate["span"];

/** The kinds of limits, the one that renews first before the others. */
const LIMITS = [
  { name: "requestsPerMinute", of: "requests", span: "minute" },
  { name: "tokensPerMinute", of: "tokens", span: "minute" },
  { name: "requestsPerDay", of: "requests", span: "day" },
  { name: "tokensPerDay", of: "tokens", span: "day" },
] as const satisfies readonly { name: keyof Limits; of: keyof Amount; span: Span }[];

const OVER: Window = { since: 0, requests: 0, tokens: 0 };
export const UNUSED: Usage = { minute: OVER, day: OVER };

function running(used: Usage, span: Span, now: number): Window | undefined {
  const found = used[span];
  return found.since > 0 && now < found.since + LENGTH[span] ? found : undefined;
}

/** Whether all windows have ended, so that the entry can be deleted. */
export function isOver(used: Usage, now: number): boolean {
  return running(used, "minute", now) === undefined && running(used, "day", now) === undefined;
}

export function ratesOf(used: Usage, limits: Limits, now: number): Rate[] {
  return LIMITS.flatMap(({ name, of, span }) => {
    const limit = limits[name];
    if (limit === undefined) return [];
    const found = running(used, span, now);
    const left = Math.max(0, limit - (found?.[of] ?? 0));
    return [
      { of, span, limit, left, renewsInMs: found === undefined ? 0 : found.since + LENGTH[span] - now },
    ];
  });
}

/** The limit that this amount would exceed; of several, the one that lasts longest. */
export function obstacle(rates: readonly Rate[], more: Amount): Rate | undefined {
  return rates.findLast(({ of, left }) => more[of] > left);
}

/** The windows after using this amount. */
export function used(before: Usage, more: Amount, now: number): Usage {
  const next = (span: Span): Window => plus(running(before, span, now) ?? { ...OVER, since: now }, more);
  return { minute: next("minute"), day: next("day") };
}

/** Corrects an amount used at a certain time, in those windows that were running then and still are. */
export function corrected(before: Usage, by: Amount, at: number): Usage {
  const next = (span: Span): Window => {
    const found = before[span];
    return found.since > 0 && found.since <= at ? plus(found, by) : found;
  };
  return { minute: next("minute"), day: next("day") };
}

/**
 * Merges the use of two processes.
 *
 * @param mine the use that this process knows.
 * @param before what this process knew when it last read the file.
 * @param all the use of all processes in the file, without the later use of this one.
 */
export function merged(mine: Usage, before: Usage, all: Usage, now: number): Usage {
  const next = (span: Span): Window => {
    const [own, known, theirs] = [mine[span], before[span], running(all, span, now)];
    if (theirs === undefined) return own;
    if (running(mine, span, now) === undefined) return theirs;
    const since = own.since === known.since ? known : OVER;
    return plus(theirs, { requests: own.requests - since.requests, tokens: own.tokens - since.tokens });
  };
  return { minute: next("minute"), day: next("day") };
}

function plus({ since, requests, tokens }: Window, more: Amount): Window {
  return {
    since,
    requests: Math.max(0, requests + more.requests),
    tokens: Math.max(0, tokens + more.tokens),
  };
}
