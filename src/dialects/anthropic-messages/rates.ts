import { type Rate, tightest } from "../../turn/rate.ts";

/** The headers of the Messages API ("Rate limits", "Response headers"). */
export function rateHeaders(rates: readonly Rate[], now: number): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const of of ["requests", "tokens"] as const) {
    const rate = tightest(rates, of);
    if (rate === undefined) continue;
    headers[`anthropic-ratelimit-${of}-limit`] = String(rate.limit);
    headers[`anthropic-ratelimit-${of}-remaining`] = String(rate.left);
    headers[`anthropic-ratelimit-${of}-reset`] = new Date(now + rate.renewsInMs).toISOString();
  }
  return headers;
}
