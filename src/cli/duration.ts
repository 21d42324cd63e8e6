import { InvalidArgumentError } from "commander";

/** Longer than anything lasts here. */
const MOST_DAYS = 36_500;
export const DAY_MS = 86_400_000;
const UNITS = { m: 60_000, h: 3_600_000, d: DAY_MS } as const;

/** The milliseconds of `45m`, `12h` or `30d`. @throws InvalidArgumentError */
export function duration(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,7})([mhd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN);
  if (count === "" || Number.isNaN(ms) || ms > MOST_DAYS * DAY_MS) {
    throw new InvalidArgumentError("Give a number of minutes, hours or days: 45m, 12h, 30d.");
  }
  return ms;
}
