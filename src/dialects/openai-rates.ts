import { type Rate, tightest } from "../turn/rate.ts";

/** The headers of OpenAI's APIs ("Rate limits", "Rate limits in headers"). */
export function rateHeaders(rates: readonly Rate[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const of of ["requests", "tokens"] as const) {
    const rate = tightest(rates, of);
    if (rate === undefined) continue;
    headers[`x-ratelimit-limit-${of}`] = String(rate.limit);
    headers[`x-ratelimit-remaining-${of}`] = String(rate.left);
    headers[`x-ratelimit-reset-${of}`] = duration(rate.renewsInMs);
  }
  return headers;
}

/** As the vendor writes it: `1s`, `6m0s`, `23h59m59s`. */
function duration(ms: number): string {
  const all = Math.ceil(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return `${hours > 0 ? `${hours}h` : ""}${all >= 60 ? `${minutes}m` : ""}${seconds}s`;
}
