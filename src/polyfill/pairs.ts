import type { TurnEvents } from "../turn/event.ts";
import type { Polyfill } from "./polyfill.ts";

/**
 * Keeps both halves of a surrogate pair in one delta where a host cuts its text anywhere: clients that decode each
 * delta alone could not join them again.
 */
export const pairs: Polyfill = (next) => (request, signal) => whole(next(request, signal));

async function* whole(events: TurnEvents): TurnEvents {
  let half = "";
  for await (const event of events) {
    if (event.type === "text-delta" || event.type === "reasoning-delta") {
      const [text, rest] = split(half + event.text);
      half = rest;
      if (text !== "") yield { ...event, text };
      continue;
    }
    if (event.type === "tool-call-delta") {
      const [json, rest] = split(half + event.json);
      half = rest;
      if (json !== "") yield { ...event, json };
      continue;
    }
    // The text really ends with half a pair.
    if (half !== "" && event.type === "text-end") yield { type: "text-delta", id: event.id, text: half };
    if (half !== "" && event.type === "reasoning-end") {
      yield { type: "reasoning-delta", id: event.id, text: half };
    }
    if (half !== "" && event.type === "tool-call-end") {
      yield { type: "tool-call-delta", id: event.id, json: half };
    }
    if (event.type !== "turn-wait") half = "";
    yield event;
  }
}

/** Splits off the first half of a pair at the end of a text. */
function split(text: string): readonly [string, string] {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? [text.slice(0, -1), text.slice(-1)] : [text, ""];
}
