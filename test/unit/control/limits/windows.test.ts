import fc from "fast-check";
import { expect } from "vitest";
import {
  corrected,
  merged,
  obstacle,
  ratesOf,
  UNUSED,
  type Usage,
  used,
} from "../../../../src/control/limits/windows.ts";
import { verifies } from "../../../support/verifies.ts";

const LIMITS = { requestsPerMinute: 5, tokensPerMinute: 100, requestsPerDay: 12, tokensPerDay: 300 };
const LENGTHS = { minute: 60_000, day: 86_400_000 };

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("ask" as const), tokens: fc.integer({ min: 1, max: 60 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("end" as const),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("wait" as const),
        ms: fc.oneof(fc.nat(70_000), fc.nat(90_000_000)),
      }),
    },
  ),
  { maxLength: 60 },
);

/** What was admitted, kept as a list: each window begins with the first that comes after the one before. */
interface Admitted {
  readonly at: number;
  requests: number;
  tokens: number;
}

function inWindow(list: readonly Admitted[], span: keyof typeof LENGTHS, now: number): Admitted[] {
  let since = -Infinity;
  for (const { at } of list) if (at >= since + LENGTHS[span]) since = at;
  return now < since + LENGTHS[span] ? list.filter(({ at }) => at >= since) : [];
}

const sum = (list: readonly Admitted[], of: "requests" | "tokens"): number =>
  list.reduce((total, each) => total + each[of], 0);

verifies("control.exact", "exactly what fits is admitted, as a list of all requests says", () => {
  fc.assert(
    fc.property(steps, (all) => {
      let usage: Usage = UNUSED;
      let now = 1_000_000;
      const admitted: Admitted[] = [];
      const open: { entry: Admitted; at: number }[] = [];
      for (const step of all) {
        if (step.do === "wait") now += step.ms;
        if (step.do === "ask") {
          const more = { requests: 1, tokens: step.tokens };
          const fits = (["minute", "day"] as const).every((span) => {
            const own = inWindow(admitted, span, now);
            const [requests, tokens] =
              span === "minute"
                ? [LIMITS.requestsPerMinute, LIMITS.tokensPerMinute]
                : [LIMITS.requestsPerDay, LIMITS.tokensPerDay];
            return sum(own, "requests") + 1 <= requests && sum(own, "tokens") + step.tokens <= tokens;
          });
          expect(obstacle(ratesOf(usage, LIMITS, now), more) === undefined).toBe(fits);
          if (!fits) continue;
          usage = used(usage, more, now);
          const entry = { at: now, ...more };
          admitted.push(entry);
          open.push({ entry, at: now });
        }
        const ending = step.do === "end" ? open.shift() : undefined;
        if (ending !== undefined && step.do === "end") {
          const actual = Math.floor(ending.entry.tokens * step.share);
          usage = corrected(usage, { requests: 0, tokens: actual - ending.entry.tokens }, ending.at);
          ending.entry.tokens = actual;
        }
        for (const { of, span, left, limit, renewsInMs } of ratesOf(usage, LIMITS, now)) {
          expect(limit - left).toBe(sum(inWindow(admitted, span, now), of));
          expect(renewsInMs).toBeGreaterThanOrEqual(0);
          expect(renewsInMs).toBeLessThanOrEqual(LENGTHS[span]);
        }
      }
    }),
  );
});

verifies("control.durable", "what two processes used apart is the sum of both", () => {
  fc.assert(
    fc.property(fc.nat(50), fc.nat(50), fc.nat(50), (shared, own, others) => {
      const before = used(UNUSED, { requests: shared, tokens: shared }, 1000);
      const mine = used(before, { requests: own, tokens: own }, 2000);
      const all = used(before, { requests: others, tokens: others }, 3000);
      const total = shared + own + others;
      expect(merged(mine, before, all, 4000).day).toEqual({ since: 1000, requests: total, tokens: total });
    }),
  );
});
