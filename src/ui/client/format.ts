/** Numbers and times for people, in the language of the page. */
import { language, texts } from "./page-texts.ts";

const whole = new Intl.NumberFormat(language);
const short = new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 3 });
const oneDigit = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const twoDigits = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const moment = new Intl.DateTimeFormat(language, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});
const hours = new Intl.DateTimeFormat(language, { hour: "numeric" });
const day = new Intl.DateTimeFormat(language, { month: "short", day: "numeric" });

export const NONE = "–";

export function number(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : whole.format(value);
}

/** As short as it can be read at a glance. */
export function compact(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : short.format(value);
}

export function rate(value: number | null | undefined): string {
  return value === null || value === undefined ? NONE : oneDigit.format(value);
}

/** Milliseconds. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return NONE;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${twoDigits.format(seconds)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 120) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d`;
}

export function clock(at: number): string {
  return time.format(at);
}

export function dateTime(at: number): string {
  return moment.format(at);
}

export function hour(at: number): string {
  return hours.format(at);
}

export function date(at: number): string {
  return day.format(at);
}

/** A name, or the word for none. */
export function name(text: string | null | undefined): string {
  return text === null || text === undefined || text === "" ? texts.nameless : text;
}
