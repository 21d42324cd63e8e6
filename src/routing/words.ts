import { createHash } from "node:crypto";
import type { Message, Part } from "../turn/message.ts";
import type { TurnRequest } from "../turn/request.ts";

/** Characters looked at, at either end of what the user said. */
const LOOKED_AT = 131_072;

/** Clients put what they have to tell the model among the user's words, and move it about when they ask again. */
const REMINDER = { open: "<system-reminder>", close: "</system-reminder>" };

/** A digest of the last words of the user, results of tools not counted; `undefined` where the user said nothing. */
export function lastWords({ messages }: TurnRequest): string | undefined {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    const words = message?.role === "user" ? wordsOf(message) : "";
    if (words !== "") return digest([words]);
  }
  return undefined;
}

/** One short text that stands for several. */
export function digest(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("base64");
}

function wordsOf({ parts }: Message): string {
  return withoutReminders(endsOf(parts)).replaceAll(/\s+/g, " ").trim();
}

/** The text of a message, and of a long one its beginning and its end. */
function endsOf(parts: readonly Part[]): string {
  const text = parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
  if (text.length <= 2 * LOOKED_AT) return text;
  return `${text.slice(0, LOOKED_AT)}\n${text.slice(-LOOKED_AT)}`;
}

/** A reminder that is not closed is text, and then nothing behind it is one. */
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
