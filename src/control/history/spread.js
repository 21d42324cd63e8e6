// @ts-check
/**
 * How times are spread, as counts in steps that each are a fifth longer than the one before: sums of such counts are exact, so that
 * hours make days, and a percentile is wrong by a tenth at most. Plain JavaScript, because the thread of the history uses it as it is.
 */

const STEPS_A_DOUBLING = 4;
/** The last has all that is longer than two hours. */
const STEPS = 96;

/** @typedef {number[]} Spread */

/** @returns {Spread} */
export function noSpread() {
  return Array.from({ length: STEPS }, () => 0);
}

/** @param {number} ms */
function stepOf(ms) {
  if (!(ms >= 1)) return 0;
  return Math.min(STEPS - 1, 1 + Math.floor(Math.log2(ms) * STEPS_A_DOUBLING));
}

/**
 * @param {Spread} spread
 * @param {number} ms
 */
export function count(spread, ms) {
  const step = stepOf(ms);
  spread[step] = (spread[step] ?? 0) + 1;
}

/**
 * As it is kept: the steps that have any, in their order.
 *
 * @param {Spread} spread
 */
export function written(spread) {
  return spread.flatMap((times, step) => (times === 0 ? [] : [`${step}:${times}`])).join(" ");
}

/**
 * Adds what was kept.
 *
 * @param {Spread} spread
 * @param {string} text
 */
export function addWritten(spread, text) {
  if (text === "") return;
  for (const part of text.split(" ")) {
    const colon = part.indexOf(":");
    const step = Number(part.slice(0, colon));
    const times = Number(part.slice(colon + 1));
    if (Number.isInteger(step) && step >= 0 && step < STEPS && times > 0) {
      spread[step] = (spread[step] ?? 0) + times;
    }
  }
}

/**
 * Milliseconds under which this part of all are; `null` where there are none.
 *
 * @param {Spread} spread
 * @param {number} part between 0 and 1
 */
export function percentile(spread, part) {
  const all = spread.reduce((sum, times) => sum + times, 0);
  if (all === 0) return null;
  let left = Math.max(1, Math.ceil(all * part));
  for (const [step, times] of spread.entries()) {
    left -= times;
    if (left <= 0) return step === 0 ? 0 : Math.round(2 ** ((step - 0.5) / STEPS_A_DOUBLING));
  }
  return null;
}
