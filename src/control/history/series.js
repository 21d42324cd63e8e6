// @ts-check
/** From sums of hours to the series of plots. Plain JavaScript, because the thread of the history uses it as it is. */
import { beginningOf, placeOf } from "./hours.js";
import { addWritten, noSpread, percentile } from "./spread.js";

/**
 * @typedef {import("./hours.js").Hour} Hour
 * @typedef {import("./queries.ts").SeriesQuery} SeriesQuery
 * @typedef {import("./queries.ts").Series} Series
 * @typedef {import("./queries.ts").Figures} Figures
 * @typedef {ReturnType<typeof nothing>} Sum
 */

const MOST_POINTS = 800;
/** More lines than these cannot be told apart; what is left is one more. */
const MOST_NAMES = 7;

const COUNTS = /** @type {const} */ ([
  "requests",
  "errors",
  "input",
  "cached",
  "output",
  "estimated",
  "busy",
]);

function nothing() {
  const counts = { requests: 0, errors: 0, input: 0, cached: 0, output: 0, estimated: 0, busy: 0 };
  return { ...counts, firsts: noSpread(), wholes: noSpread() };
}

/**
 * @param {Sum} sum
 * @param {Hour} hour
 */
function add(sum, hour) {
  for (const member of COUNTS) sum[member] += hour[member];
  addWritten(sum.firsts, hour.first);
  addWritten(sum.wholes, hour.whole);
}

/** @param {readonly (Sum | undefined)[]} sums */
function together(sums) {
  const all = nothing();
  for (const sum of sums) {
    if (sum === undefined) continue;
    for (const member of COUNTS) all[member] += sum[member];
    for (const spread of /** @type {const} */ (["firsts", "wholes"])) {
      for (const [step, times] of sum[spread].entries()) all[spread][step] = (all[spread][step] ?? 0) + times;
    }
  }
  return all;
}

/**
 * @param {Sum} sum
 * @returns {Figures}
 */
function figures({ firsts, wholes, busy, ...counts }) {
  const rate = busy === 0 ? null : Math.round((counts.output / busy) * 10_000) / 10;
  const spread = (/** @type {number[]} */ times) => [0.5, 0.9, 0.99].map((part) => percentile(times, part));
  return { ...counts, rate, first: spread(firsts), whole: spread(wholes) };
}

/**
 * The hours or days of a query, as far as they are asked for; the last are kept where there would be too many.
 *
 * @param {SeriesQuery} query
 */
export function placesOf({ step, from, until }) {
  const last = placeOf(until, step);
  return { first: Math.max(placeOf(from, step), last - (MOST_POINTS - 1)), last };
}

/**
 * @param {Iterable<Hour>} hours or days, as the query has it
 * @param {SeriesQuery} query
 * @returns {Series}
 */
export function seriesOf(hours, query) {
  const { first, last } = placesOf(query);
  const points = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    beginningOf(first + index, query.step),
  );
  const kept = [...hours];
  const nameOf = (/** @type {Hour} */ hour) => (query.by === "all" ? "" : hour[query.by]);
  const names = largest(kept, nameOf);
  /** @type {Map<string, (Sum | undefined)[]>} */
  const lines = new Map();
  for (const hour of kept) {
    const index = hour.hour - first;
    if (index < 0 || index >= points.length) continue;
    const name = names.has(nameOf(hour)) ? nameOf(hour) : OTHERS;
    const line = lines.get(name) ?? [];
    lines.set(name, line);
    add((line[index] ??= nothing()), hour);
  }
  const told = (/** @type {readonly (Sum | undefined)[]} */ line) => ({
    sum: figures(together(line)),
    points: points.map((_, index) => {
      const sum = line[index];
      return sum === undefined ? null : figures(sum);
    }),
  });
  const all = points.map((_, index) => {
    const sums = [...lines.values()].flatMap((line) => line[index] ?? []);
    return sums.length === 0 ? undefined : together(sums);
  });
  return {
    times: points,
    all: told(all),
    lines:
      query.by === "all"
        ? []
        : [...names, OTHERS].flatMap((name) => {
            const line = lines.get(name);
            return line === undefined ? [] : [{ name: name === OTHERS ? null : name, ...told(line) }];
          }),
  };
}

/** No name has a line break in it. */
const OTHERS = "\n";

/**
 * @param {readonly Hour[]} hours
 * @param {(hour: Hour) => string} nameOf
 */
function largest(hours, nameOf) {
  /** @type {Map<string, number>} */
  const requests = new Map();
  for (const hour of hours) requests.set(nameOf(hour), (requests.get(nameOf(hour)) ?? 0) + hour.requests);
  const sorted = [...requests].sort(([, one], [, other]) => other - one);
  return new Set(sorted.slice(0, MOST_NAMES).map(([name]) => name));
}
