import type { TurnEvents } from "../turn/event.ts";

export const STREAM_UNITS = ["char", "token", "word", "sentence", "whole"] as const;
export type StreamUnit = (typeof STREAM_UNITS)[number];

export interface ReplayOptions {
  readonly unit: StreamUnit;
  /** Units are joined until a piece has at least this many characters. */
  readonly minChars: number;
}

/** Replays an answer that came whole in the units the user chose; nothing is added, lost or reordered. */
export async function* replay(events: TurnEvents, options: ReplayOptions): TurnEvents {
  for await (const event of events) {
    if (event.type !== "text-delta" || options.unit === "whole") {
      yield event;
      continue;
    }
    for (const text of pieces(event.text, options)) yield { type: "text-delta", id: event.id, text };
  }
}

/** Cuts a text into pieces that concatenate to it. */
export function* pieces(text: string, options: ReplayOptions): Generator<string> {
  let gathered = "";
  for (const unit of split(text, options.unit)) {
    gathered += unit;
    if (gathered.length < options.minChars) continue;
    yield gathered;
    gathered = "";
  }
  if (gathered !== "") yield gathered;
}

function* split(text: string, unit: StreamUnit): Generator<string> {
  switch (unit) {
    case "whole":
      yield text;
      return;
    case "char":
      for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text))
        yield segment;
      return;
    case "sentence":
      for (const { segment } of new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(text))
        yield segment;
      return;
    case "word":
    case "token":
      for (const [word] of text.matchAll(/\s*\S+|\s+$/g)) yield word;
      return;
    default:
      unit satisfies never;
  }
}
