/** Removes the reasoning for clients that did not ask for it. */
import type { Answer, Turn } from "../turn/collect.ts";
import type { TurnEvents } from "../turn/event.ts";

/** The turn without the model's reasoning. */
export function withoutReasoning(turn: Turn): Turn {
  const plain = <One extends Answer>(answer: One): One => ({
    ...answer,
    parts: answer.parts.filter(({ type }) => type !== "reasoning"),
  });
  return { ...plain(turn), others: turn.others.map(plain) };
}

/** The same for the events of a turn. */
export async function* withoutReasoningEvents(events: TurnEvents): TurnEvents {
  for await (const event of events) if (!event.type.startsWith("reasoning-")) yield event;
}
