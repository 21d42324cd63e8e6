/**
 * Text that is not the model's own must not be read as a call when the model repeats it. Everything that begins like
 * a call gets an invisible mark on the way in; the mark is removed from the model's output, so that a file about such
 * markup survives being read and written.
 */
import { isPlain, MARK, markPlaces } from "./beginnings.ts";
import type { Steps } from "../../util/steps.ts";
import { callsIn } from "./json-calls.ts";

/** Characters handled in one step. */
const STEP = 16_384;

export function* escapeMarkup(text: string): Steps<string> {
  return withMarks(text, yield* placesIn(text));
}

/** `escapeMarkup` for texts that may be read as one: a beginning that spans two of them is marked too. */
export function* escapeTogether(texts: readonly string[]): Steps<string[]> {
  const places = yield* placesIn(texts.join(""));
  let [start, from] = [0, 0];
  return texts.map((text) => {
    const end = start + text.length;
    const own: number[] = [];
    for (; from < places.length && (places[from] ?? end) <= end; from += 1)
      own.push((places[from] ?? 0) - start);
    start = end;
    return withMarks(text, own);
  });
}

function* placesIn(text: string): Steps<readonly number[]> {
  const places: number[] = [];
  for (let from = 0; from < text.length; from += STEP) {
    for (const place of markPlaces(text, from, Math.min(from + STEP, text.length))) places.push(place);
    yield;
  }
  return places;
}

function withMarks(text: string, places: readonly number[]): string {
  if (places.length === 0) return text;
  const parts = places.map((place, index) => text.slice(places[index - 1] ?? 0, place));
  return [...parts, text.slice(places.at(-1))].join(MARK);
}

/** The inverse of `escapeMarkup`. */
export function* unescapeMarkup(text: string): Steps<string> {
  if (!text.includes(MARK)) return text;
  const parts: string[] = [];
  let from = 0;
  for (const place of yield* placesIn(text)) {
    if (text[place] !== MARK) continue;
    parts.push(text.slice(from, place));
    from = place + 1;
  }
  return parts.join("") + text.slice(from);
}

/** Escapes a JSON value: every string and key, and the first key of an object that would be read as a call. */
export function* escapeValue(value: unknown): Steps<unknown> {
  return yield* changed(value, escapeMarkup, function* (key, place, object) {
    return key.startsWith(MARK) || (place === 0 && beginsCall(object))
      ? MARK + key
      : yield* escapeMarkup(key);
  });
}

/** The inverse of `escapeValue`. */
export function* unescapeValue(value: unknown): Steps<unknown> {
  return yield* changed(value, unescapeMarkup, function* (key) {
    return key.startsWith(MARK) ? key.slice(MARK.length) : yield* unescapeMarkup(key);
  });
}

function beginsCall(object: object): boolean {
  return callsIn(object)?.some((call) => call.loose !== true) === true;
}

/** Members and elements handled in one step. */
const AT_ONCE = 1000;

type Change = (text: string) => Steps<string>;
type ChangeKey = (key: string, place: number, object: object) => Steps<string>;

function* changed(value: unknown, change: Change, changeKey: ChangeKey): Steps<unknown> {
  if (typeof value === "string") return yield* change(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value as readonly unknown[]) {
      items.push(staysSo(item) ? item : yield* changed(item, change, changeKey));
      if (items.length % AT_ONCE === 0) yield;
    }
    return items;
  }
  const members: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    const place = members.length;
    const isSameKey = place > 0 && isPlain(key) && !key.startsWith(MARK);
    members.push([
      isSameKey ? key : yield* changeKey(key, place, value),
      staysSo(member) ? member : yield* changed(member, change, changeKey),
    ]);
    if (members.length % AT_ONCE === 0) yield;
  }
  return Object.fromEntries(members);
}

/** Whether nothing needs to change in a value, in either direction: true for most. */
function staysSo(value: unknown): boolean {
  return typeof value === "string"
    ? value.length <= STEP && isPlain(value)
    : typeof value !== "object" || value === null;
}
