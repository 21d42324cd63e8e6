/**
 * What an upstream gave with an answer and wants back with the next request: the model's reasoning in the vendor's own
 * form. Nobody but the API of that upstream reads it.
 */
import * as z from "zod";

const json = z.record(z.string(), z.unknown());

export const kept = z.discriminatedUnion("type", [
  /** A member of the message with a text: `reasoning_content`, `reasoning`. */
  z.object({ type: z.literal("text"), member: z.string(), text: z.string() }),
  /** OpenRouter's list of pieces of reasoning. */
  z.object({ type: z.literal("details"), details: z.array(json) }),
  /** Members of a call beside its id and function, as Google's `extra_content`. */
  z.object({ type: z.literal("call"), id: z.string(), members: json }),
  /** A whole content block, as Anthropic's thinking. */
  z.object({ type: z.literal("block"), block: json }),
]);

export type Kept = Readonly<z.infer<typeof kept>>;

/** Gathers what is kept of one answer, piece by piece; pieces of one thing become one. */
export class Keeping {
  #items: Kept[] = [];
  #size = 0;
  readonly #limit: number;

  /** `limit`: characters; an answer with more keeps nothing. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(piece: Kept): void {
    this.#size += piece.type === "text" ? piece.text.length : JSON.stringify(piece).length;
    if (this.#size > this.#limit) {
      this.#items = [];
      return;
    }
    const same = this.#items.findIndex(
      (item) => item.type === piece.type && piece.type !== "block" && memberOf(item) === memberOf(piece),
    );
    const known = this.#items[same];
    if (known === undefined) this.#items.push(piece);
    else this.#items[same] = joined(known, piece);
  }

  /** What was gathered since this was last asked for. */
  take(): readonly Kept[] {
    const items = this.#items.map((item) =>
      item.type === "details" ? { ...item, details: joinDetails(item.details) } : item,
    );
    this.#items = [];
    return items;
  }
}

function memberOf(item: Kept): string {
  if (item.type === "text") return item.member;
  return item.type === "call" ? item.id : "";
}

function joined(known: Kept, piece: Kept): Kept {
  if (known.type === "text" && piece.type === "text") {
    return { ...known, text: known.text + piece.text };
  }
  if (known.type === "details" && piece.type === "details") {
    // In place: copying the list for each piece would cost the square of its length.
    known.details.push(...piece.details);
    return known;
  }
  return piece;
}

/** Pieces of one detail come with the same type and index; their texts make one text. */
function joinDetails(details: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const whole: { entry: Record<string, unknown>; readonly texts: Map<string, string[]> }[] = [];
  for (const detail of details) {
    const last = whole.at(-1);
    const continues =
      last !== undefined &&
      detail["index"] !== undefined &&
      last.entry["type"] === detail["type"] &&
      last.entry["index"] === detail["index"];
    const target = continues ? last : { entry: {}, texts: new Map<string, string[]>() };
    if (!continues) whole.push(target);
    for (const [name, value] of Object.entries(detail)) {
      if (value === null && target.entry[name] !== undefined) continue;
      target.entry[name] = value;
      if (typeof value !== "string" || !["text", "summary", "data"].includes(name)) continue;
      const pieces = target.texts.get(name);
      if (pieces === undefined) target.texts.set(name, [value]);
      else pieces.push(value);
    }
  }
  return whole.map(({ entry, texts }) => ({
    ...entry,
    ...Object.fromEntries([...texts].map(([name, pieces]) => [name, pieces.join("")])),
  }));
}
