/**
 * What is not the model's own writing must not be readable as a call, should the model repeat it. Everything that begins like
 * a call gets an invisible mark on the way in; in what the model writes, the mark is taken out again, so that a file about such
 * things survives being read and written.
 */
import { MARK, markPlaces } from "./beginnings.ts";
import { callsIn } from "./json-calls.ts";

export function escapeMarkup(text: string): string {
  return withMarks(text, [...markPlaces(text)]);
}

/** `escapeMarkup` on texts that may be read as one: what begins in one and goes on in the next is marked too. */
export function escapeTogether(texts: readonly string[]): string[] {
  const places = [...markPlaces(texts.join(""))];
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

function withMarks(text: string, places: readonly number[]): string {
  if (places.length === 0) return text;
  const parts = places.map((place, index) => text.slice(places[index - 1] ?? 0, place));
  return [...parts, text.slice(places.at(-1))].join(MARK);
}

/** The inverse: `unescapeMarkup(escapeMarkup(text)) === text` for every text. */
export function unescapeMarkup(text: string): string {
  if (!text.includes(MARK)) return text;
  const parts: string[] = [];
  let from = 0;
  for (const place of markPlaces(text)) {
    if (text[place] !== MARK) continue;
    parts.push(text.slice(from, place));
    from = place + 1;
  }
  return parts.join("") + text.slice(from);
}

/**
 * A JSON value whose text can be repeated: every string and every key escaped, and the first key of an object that would be
 * read as a call.
 */
export function escapeValue(value: unknown): unknown {
  return changed(value, escapeMarkup, (key, place, object) =>
    key.startsWith(MARK) || (place === 0 && beginsCall(object)) ? MARK + key : escapeMarkup(key),
  );
}

/** The inverse of `escapeValue`. */
export function unescapeValue(value: unknown): unknown {
  return changed(value, unescapeMarkup, (key) =>
    key.startsWith(MARK) ? key.slice(MARK.length) : unescapeMarkup(key),
  );
}

function beginsCall(object: object): boolean {
  return callsIn(object)?.some((call) => call.loose !== true) === true;
}

type ChangeKey = (key: string, place: number, object: object) => string;

function changed(value: unknown, change: (text: string) => string, changeKey: ChangeKey): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => changed(item, change, changeKey));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member], place) => [
      changeKey(key, place, value),
      changed(member, change, changeKey),
    ]),
  );
}
