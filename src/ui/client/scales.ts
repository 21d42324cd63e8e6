/** Where values and times lie on a plot, and which of them are named at its edges. Pure functions. */

const HOUR_MS = 3_600_000;
const HOURS_APART = [1, 2, 3, 6, 12, 24, 48];
const DAYS_APART = [1, 2, 5, 7, 14, 30];
/** How far apart two names of times are at least. */
const NAME_WIDTH = 64;
const ALONE = 6;

/** Round values from 0 to the first one that nothing is above; a few. */
export function roundValues(highest: number): number[] {
  if (!(highest > 0)) return [0, 1];
  const rough = highest / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, index) => index * step);
}

/** Round times: those are read as seconds and minutes, and not by tens. */
export function roundTimes(highest: number): number[] {
  const minute = 60_000;
  if (highest < minute) return roundValues(highest);
  return roundValues(highest / minute).map((value) => value * minute);
}

/** The places of those times that are named, as many as there is room for. */
export function namedTimes(times: readonly number[], step: "hour" | "day", width: number): number[] {
  const room = Math.max(1, Math.floor(width / NAME_WIDTH));
  const choices = step === "hour" ? HOURS_APART : DAYS_APART;
  const apart = choices.find((each) => times.length / each <= room) ?? Math.ceil(times.length / room);
  const places = [...times.keys()];
  if (step === "day") return places.filter((place) => (times.length - 1 - place) % apart === 0);
  return places.filter((place) => hourOf(times[place] ?? 0) % apart === 0);
}

/** Since the beginning of some day where the person is. */
function hourOf(at: number): number {
  return Math.floor((at - new Date(at).getTimezoneOffset() * 60_000) / HOUR_MS);
}

/** A path through the points that there are; where there are none it is broken. */
export function linePath(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  let isOpen = false;
  return values
    .map((value, index) => {
      const was = isOpen;
      isOpen = value !== null;
      if (value === null) return "";
      // A point between two gaps is a short line.
      const isAlone = !was && (values[index + 1] ?? null) === null;
      if (isAlone) return `M${round(x(index) - ALONE / 2)} ${round(y(value))}h${ALONE}`;
      return `${was ? "L" : "M"}${round(x(index))} ${round(y(value))}`;
    })
    .join("");
}

/** The area under the same points. */
export function areaPath(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  const parts: number[][] = [[]];
  for (const [index, value] of values.entries()) {
    if (value === null) parts.push([]);
    else parts.at(-1)?.push(index);
  }
  return parts
    .filter((part) => part.length > 1)
    .map((part) => {
      const top = part.map((index) => `${round(x(index))} ${round(y(values[index] ?? 0))}`).join("L");
      return `M${round(x(part[0] ?? 0))} ${y(0)}L${top}L${round(x(part.at(-1) ?? 0))} ${y(0)}Z`;
    })
    .join("");
}

/** Bars from one height to another. */
export function barsPath(
  below: readonly number[],
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
  width: number,
): string {
  return values
    .map((value, index) => {
      if (value === null || value === 0) return "";
      const [low, high] = [y(below[index] ?? 0), y((below[index] ?? 0) + value)];
      return `M${round(x(index) - width / 2)} ${round(low)}V${round(high)}h${round(width)}V${round(low)}Z`;
    })
    .join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
