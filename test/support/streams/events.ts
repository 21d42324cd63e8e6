import type { TurnEvent, TurnEvents } from "../../../src/turn/event.ts";

/** The events one after the other, each after a turn of the microtask queue. */
export async function* eventsOf(events: Iterable<TurnEvent>): TurnEvents {
  for (const event of events) yield Promise.resolve(event);
}

/** All items of a stream. */
export async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The events of a plain answer whose text comes in these pieces. */
export function textTurn(...pieces: string[]): TurnEvent[] {
  return [
    { type: "turn-start", model: "model" },
    { type: "text-start", id: "text" },
    ...pieces.map((text) => ({ type: "text-delta" as const, id: "text", text })),
    { type: "text-end", id: "text" },
    { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false } },
  ];
}
