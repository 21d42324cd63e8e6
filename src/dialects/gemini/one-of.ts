/** Answers of the form `text/x.enum`: one of several words. Hosts are asked for it as a JSON string. */
import type { Answer, Turn } from "../../turn/collect.ts";
import type { TurnEvents } from "../../turn/event.ts";

/** The turn with the word itself in the place of its JSON. */
export function wordOf(turn: Turn): Turn {
  const plain = <One extends Answer>(answer: One): One => ({
    ...answer,
    parts: answer.parts.map((part) => (part.type === "text" ? { ...part, text: word(part.text) } : part)),
  });
  return { ...plain(turn), others: turn.others.map(plain) };
}

/** The same for the events of a turn. */
export async function* wordOfEvents(events: TurnEvents): TurnEvents {
  const pieces = new Map<number | undefined, string[]>();
  for await (const event of events) {
    if (event.type === "text-delta") {
      const known = pieces.get(event.choice);
      if (known === undefined) pieces.set(event.choice, [event.text]);
      else known.push(event.text);
      continue;
    }
    const text = event.type === "text-end" ? pieces.get(event.choice)?.join("") : undefined;
    if (event.type === "text-end" && text !== undefined) {
      pieces.delete(event.choice);
      yield { ...event, type: "text-delta", text: word(text) };
    }
    yield event;
  }
}

/** What is no JSON string, because the answer was cut or refused, stays as it is. */
function word(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : json;
  } catch {
    return json;
  }
}
