import { BridgeError } from "../turn/error.ts";
import type { Message, TextPart } from "../turn/message.ts";

export interface Prompt {
  readonly system: readonly TextPart[];
  readonly messages: readonly Message[];
}

/**
 * A system prompt and messages as hosts can take them: system messages before the first other one belong to the system
 * prompt, empty messages are left out, and a system prompt alone becomes the user's message.
 *
 * @throws BridgeError `invalid_request` when nothing is left to send.
 */
export function toPrompt(system: readonly TextPart[], source: readonly Message[]): Prompt {
  const hoisted = [...system];
  const messages: Message[] = [];
  for (const message of source) {
    if (message.parts.length === 0) continue;
    if (message.role === "system" && messages.length === 0) {
      for (const part of message.parts) if (part.type === "text") hoisted.push(part);
    } else messages.push(message);
  }
  if (messages.length > 0) return { system: hoisted, messages };
  if (hoisted.length > 0) return { system: [], messages: [{ role: "user", parts: hoisted }] };
  throw new BridgeError("invalid_request", "messages: no message has any content.", { param: "messages" });
}
