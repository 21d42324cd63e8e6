import { createHash } from "node:crypto";
import type { Message, Part } from "../turn/message.ts";
import type { TurnRequest } from "../turn/request.ts";

/** Characters used from each end of the user's text. */
const LOOKED_AT = 131_072;

/** Clients put their own reminders into the user's message, and move them when they repeat a request. */
const REMINDER = { open: "<system-reminder>", close: "</system-reminder>" };

/** A digest of the last user message with text, without tool results; `undefined` when there is none. */
export function lastWords({ messages }: TurnRequest): string | undefined {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    const words = message?.role === "user" ? wordsOf(message) : "";
    if (words !== "") return digest([words]);
  }
  return undefined;
}

/** One short digest of several texts. */
export function digest(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("base64");
}

function wordsOf({ parts }: Message): string {
  return withoutReminders(endsOf(parts)).replaceAll(/\s+/g, " ").trim();
}

/** The text of a message; of a long one its beginning and its end. */
function endsOf(parts: readonly Part[]): string {
  const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  if (text.length <= 2 * LOOKED_AT) return text;
  return `${text.slice(0, LOOKED_AT)}\n${text.slice(-LOOKED_AT)}`;
}

/** An unclosed reminder is text, and so is everything after it. */
function withoutReminders(text: string): string {
  const rest: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf(REMINDER.open, from);
    const end = start < 0 ? -1 : text.indexOf(REMINDER.close, start + REMINDER.open.length);
    if (end < 0) break;
    rest.push(text.slice(from, start));
    from = end + REMINDER.close.length;
  }
  return [...rest, text.slice(from)].join(" ");
}
