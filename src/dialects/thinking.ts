/** What the dialects share about reasoning: how much is asked for, and answers for clients that did not ask to see it. */
import type { Answer, Turn } from "../turn/collect.ts";
import type { TurnEvents } from "../turn/event.ts";
import type { Thinking } from "../turn/request.ts";

/** Longer than any word for an effort. */
const LONGEST_WORD = 40;

/** OpenAI's effort: a level, or `none` for no reasoning at all. */
export function thinkingOf(effort: string | null | undefined): Thinking | undefined {
  if (effort === null || effort === undefined || effort === "") return undefined;
  return effort === "none" ? { enabled: false } : { enabled: true, effort: effort.slice(0, LONGEST_WORD) };
}

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
