import type { TurnEvents } from "../turn/event.ts";
import { textOf } from "../turn/message.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Polyfill } from "./polyfill.ts";

const INSTRUCTION =
  "Continue your last message exactly where it ends. Write only what follows, and repeat nothing of it.";

/**
 * The beginning of the answer that a client sends as the last assistant message; "" when there is none. Some models
 * refuse such a conversation, and MCP sampling has no field for it.
 */
export function prefillOf(request: TurnRequest): string {
  const last = request.messages.at(-1);
  if (last?.role !== "assistant" || last.parts.some((part) => part.type === "tool-call")) return "";
  return textOf(last.parts).trim() === "" ? "" : textOf(last.parts);
}

/** Asks for the continuation in the prompt, and removes the beginning where the model repeats it. */
export const prefill: Polyfill = (next) => (request, signal) => {
  const begun = prefillOf(request);
  if (begun === "") return next(request, signal);
  const instruction = { role: "user", parts: [{ type: "text", text: INSTRUCTION }] } as const;
  return withoutEcho(next({ ...request, messages: [...request.messages, instruction] }, signal), begun);
};

async function* withoutEcho(events: TurnEvents, begun: string): TurnEvents {
  /** How much of the beginning the answer has repeated so far; `undefined` once that is decided. */
  let repeated: number | undefined = 0;
  for await (const event of events) {
    if (repeated === undefined || (event.type !== "text-delta" && event.type !== "text-end")) {
      yield event;
      continue;
    }
    const text: string = event.type === "text-delta" ? event.text : "";
    const expected = begun.slice(repeated, repeated + text.length);
    if (event.type === "text-delta" && text === expected && repeated + text.length < begun.length) {
      repeated += text.length;
      continue;
    }
    const whole = repeated + expected.length === begun.length && text.startsWith(expected);
    const rest = whole ? text.slice(expected.length) : begun.slice(0, repeated) + text;
    repeated = undefined;
    if (rest !== "") yield { type: "text-delta", id: event.id, text: rest };
    if (event.type === "text-end") yield event;
  }
}
