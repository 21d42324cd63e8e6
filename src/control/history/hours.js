// @ts-check
/** Sums of an hour, from which every plot is made. Plain JavaScript, because the thread of the history uses it as it is. */
import { addWritten, count, noSpread, written } from "./spread.js";

/**
 * @typedef {import("./record.ts").HistoryRecord} HistoryRecord
 * @typedef {object} Hour what came of the requests of an hour or a day with the same key, host, model and API; empty text: none known
 * @property {number} hour since the epoch, or the day
 * @property {string} key
 * @property {string} host
 * @property {string} model
 * @property {string} api
 * @property {number} requests
 * @property {number} errors
 * @property {number} input tokens
 * @property {number} cached those of the input's tokens that were read from a cache
 * @property {number} output tokens
 * @property {number} estimated those of the tokens that are our estimates
 * @property {number} busy milliseconds of the requests whose output's tokens are known
 * @property {string} first how the times to the first token are spread
 * @property {string} whole how the durations are spread
 */

export const HOUR_MS = 3_600_000;
const HTTP_ERROR = 400;

const DAY_MS = 24 * HOUR_MS;

/**
 * The hour or the day that a time is in. Days are those of the machine on which the bridge runs.
 *
 * @param {number} at
 * @param {"hour" | "day"} step
 */
export function placeOf(at, step) {
  if (step === "hour") return Math.floor(at / HOUR_MS);
  return Math.floor((at - new Date(at).getTimezoneOffset() * 60_000) / DAY_MS);
}

/**
 * When an hour or a day begins.
 *
 * @param {number} place
 * @param {"hour" | "day"} step
 */
export function beginningOf(place, step) {
  if (step === "hour") return place * HOUR_MS;
  const day = new Date(place * DAY_MS);
  return new Date(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()).getTime();
}

/** @param {Pick<HistoryRecord, "status" | "error">} record */
export function isError({ status, error }) {
  return error !== undefined || status >= HTTP_ERROR;
}

/**
 * @param {Iterable<HistoryRecord>} records
 * @param {"hour" | "day"} step
 * @returns {Hour[]}
 */
export function sumsOf(records, step) {
  /** @type {Map<string, Hour & { firsts: number[], wholes: number[] }>} */
  const hours = new Map();
  for (const record of records) {
    const { key = "", host = "", model = "", api, firstMs, ms, estimated } = record;
    const { inputTokens = 0, cachedTokens = 0, outputTokens } = record;
    const hour = placeOf(record.at, step);
    const place = JSON.stringify([hour, key, host, model, api]);
    let sum = hours.get(place);
    if (sum === undefined) {
      const counts = { requests: 0, errors: 0, input: 0, cached: 0, output: 0, estimated: 0, busy: 0 };
      const spreads = { first: "", whole: "", firsts: noSpread(), wholes: noSpread() };
      sum = { hour, key, host, model, api, ...counts, ...spreads };
      hours.set(place, sum);
    }
    sum.requests += 1;
    sum.errors += isError(record) ? 1 : 0;
    sum.input += inputTokens;
    sum.cached += cachedTokens;
    sum.output += outputTokens ?? 0;
    sum.estimated += estimated ? inputTokens + (outputTokens ?? 0) : 0;
    sum.busy += outputTokens === undefined ? 0 : ms;
    if (firstMs !== undefined) count(sum.firsts, firstMs);
    count(sum.wholes, ms);
  }
  return [...hours.values()].map(({ firsts, wholes, ...hour }) => ({
    ...hour,
    first: written(firsts),
    whole: written(wholes),
  }));
}

/**
 * Two spreads as they are kept, as one.
 *
 * @param {string} one
 * @param {string} other
 */
export function bothSpreads(one, other) {
  const sum = noSpread();
  addWritten(sum, one);
  addWritten(sum, other);
  return written(sum);
}
