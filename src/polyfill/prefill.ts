import type { TurnEvents } from "../turn/event.ts";
import { textOf } from "../turn/message.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Polyfill } from "./polyfill.ts";

const INSTRUCTION =
  "Continue your last message exactly where it ends. Write only what follows, and repeat nothing of it.";

/**
 * The beginning of the answer that a client gives as a last assistant message; "" when it gives none. Some models
 * refuse such a conversation, and sampling has no word for it.
 */
export function prefillOf(request: TurnRequest): string {
  const last = request.messages.at(-1);
  if (last?.role !== "assistant" || last.parts.some((part) => part.type === "tool-call")) return "";
  return textOf(last.parts).trim() === "" ? "" : textOf(last.parts);
}

/** Asks for the continuation in words, and takes away the beginning where the model repeats it. */
export const prefill: Polyfill = (next) => (request, signal) => {
  const begun = prefillOf(request);
  if (begun === "") return next(request, signal);
  const instruction = { role: "user", parts: [{ type: "text", text: INSTRUCTION }] } as const;
  return withoutEcho(next({ ...request, messages: [...request.messages, instruction] }, signal), begun);
};

async function* withoutEcho(events: TurnEvents, begun: string): TurnEvents {
  let held = "";
  let decided = false;
  for await (const event of events) {
    if (decided || (event.type !== "text-delta" && event.type !== "text-end")) {
      yield event;
      continue;
    }
    if (event.type === "text-delta") {
      held += event.text;
      if (held.length < begun.length && begun.startsWith(held)) continue;
    }
    decided = true;
    const text = held.startsWith(begun) ? held.slice(begun.length) : held;
    if (text !== "") yield { type: "text-delta", id: event.id, text };
    if (event.type === "text-end") yield event;
  }
}
