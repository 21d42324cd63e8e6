import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { beginningOf, bothSpreads, placeOf, sumsOf } from "../../../../src/control/history/hours.js";
import { requestsIn } from "../../../../src/control/history/in-memory.ts";
import { seriesOf } from "../../../../src/control/history/series.js";
import { addWritten, count, noSpread, percentile, written } from "../../../../src/control/history/spread.js";
import { verifies } from "../../../support/verifies.ts";
import { record } from "../../../support/history/record.ts";

const NOON = Date.UTC(2030, 0, 2, 12);
const HOUR = 3_600_000;

describe("spreads", () => {
  const times = fc.array(fc.integer({ min: 1, max: 6_000_000 }), { minLength: 1, maxLength: 60 });

  test("a percentile is a tenth wrong at most", () => {
    fc.assert(
      fc.property(times, fc.constantFrom(0.5, 0.9, 0.99), (all, part) => {
        const spread = noSpread();
        for (const ms of all) count(spread, ms);
        const exact =
          all.toSorted((one, other) => one - other)[Math.max(1, Math.ceil(all.length * part)) - 1] ?? 0;
        const found = percentile(spread, part) ?? 0;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 0.1 + 1);
      }),
    );
  });

  test("two together are what all would have been, also as they are kept", () => {
    fc.assert(
      fc.property(times, times, (one, other) => {
        const of = (all: readonly number[]): string => {
          const spread = noSpread();
          for (const ms of all) count(spread, ms);
          return written(spread);
        };
        expect(bothSpreads(of(one), of(other))).toBe(of([...one, ...other]));
      }),
    );
  });

  test("there are none of none, and what is damaged is passed over", () => {
    expect(percentile(noSpread(), 0.5)).toBe(null);
    const spread = noSpread();
    addWritten(spread, "3:2 x 999:1 -1:5 4:x 5:-3");
    expect(written(spread)).toBe("3:2");
  });
});

describe("series", () => {
  const records = [
    record({ at: NOON - 2 * HOUR, key: "anna", firstMs: 100, ms: 1000, outputTokens: 50, cachedTokens: 4 }),
    record({ at: NOON - 2 * HOUR, key: "ben", status: 502, error: "host_failed", outputTokens: undefined }),
    record({ at: NOON, key: "anna", firstMs: 900, ms: 1000, outputTokens: 50 }),
  ];

  verifies(
    "control.plots",
    "by the hour: sums, speed and percentiles, and gaps where there was nothing",
    () => {
      const series = seriesOf(sumsOf(records, "hour"), {
        by: "key",
        step: "hour",
        from: NOON - 2 * HOUR,
        until: NOON,
      });
      expect(series.times).toEqual([NOON - 2 * HOUR, NOON - HOUR, NOON]);
      expect(series.all.points.map((point) => point?.requests)).toEqual([2, undefined, 1]);
      expect(series.all.sum).toMatchObject({ requests: 3, errors: 1, cached: 4, output: 100, rate: 50 });
      expect(series.lines.map(({ name, sum }) => [name, sum.requests])).toEqual([
        ["anna", 2],
        ["ben", 1],
      ]);
      const [half = 0, most = 0] = series.lines[0]?.sum.first ?? [];
      expect([Math.abs((half ?? 0) - 100) < 11, Math.abs((most ?? 0) - 900) < 91]).toEqual([true, true]);
    },
  );

  verifies("control.plots", "by the day: those of the machine, whatever its zone and its summer time", () => {
    const zone = process.env["TZ"];
    try {
      for (const name of ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/Los_Angeles"]) {
        process.env["TZ"] = name;
        for (let day = 0; day < 366; day += 1) {
          const evening = new Date(2030, 0, 1 + day, 23, 30).getTime();
          const midnight = new Date(2030, 0, 1 + day).getTime();
          expect([name, day, beginningOf(placeOf(evening, "day"), "day")]).toEqual([name, day, midnight]);
          expect(placeOf(midnight, "day")).toBe(placeOf(evening, "day"));
        }
      }
      const late = [record({ at: new Date(2030, 0, 1, 23, 30).getTime() })];
      const query = {
        by: "all",
        step: "day",
        from: late[0]?.at ?? 0,
        until: new Date(2030, 0, 2, 1).getTime(),
      } as const;
      const { points } = seriesOf(sumsOf(late, "day"), query).all;
      expect(points.map((point) => point?.requests ?? 0)).toEqual([1, 0]);
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });

  test("all too many names are one line, and points have a bound", () => {
    const many = Array.from({ length: 30 }, (_, index) => record({ at: NOON, key: `key-${index % 12}` }));
    const query = { by: "key", step: "hour", from: 0, until: NOON } as const;
    const series = seriesOf(sumsOf(many, "hour"), query);
    expect(series.lines.length).toBe(8);
    expect(series.lines.at(-1)?.name).toBe(null);
    expect(series.lines.reduce((sum, line) => sum + line.sum.requests, 0)).toBe(30);
    expect(series.times.length).toBe(800);
    expect(series.times.at(-1)).toBe(NOON);
  });
});

verifies("control.plots", "lists go on where the page before has ended, whatever is searched for", () => {
  const records = Array.from({ length: 120 }, (_, index) =>
    record({
      at: NOON + Math.floor(index / 3),
      id: `id-${index}`,
      client: index % 2 === 0 ? "curl" : "CODEX 100%",
    }),
  );
  const found: string[] = [];
  let before: string | undefined;
  do {
    const page = requestsIn(records, { text: "codex 100%", ...(before !== undefined && { before }) });
    found.push(...page.requests.map(({ id }) => id ?? ""));
    before = page.next ?? undefined;
  } while (before !== undefined);
  expect(found).toEqual(
    records
      .filter((_, index) => index % 2 === 1)
      .map(({ id }) => id)
      .toReversed(),
  );
});
