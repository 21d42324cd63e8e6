/** The prompt of a request in OpenAI's and Anthropic's APIs: `messages` or `input`, `system` or `instructions`. */
import * as z from "zod";
import { BridgeError } from "../turn/error.ts";
import type { Message, Part, TextPart } from "../turn/message.ts";
import type { Notice } from "../turn/notice.ts";
import { anyItem, type Item } from "./any-item.ts";
import { anyContent, readPlain } from "./plain-part.ts";
import { appendAll } from "./append-all.ts";
import { MOST } from "./limits.ts";
import { list } from "./shapes.ts";

const items = list(anyItem, MOST.messages);

/** The members of a request that are its prompt, for an object schema. */
export const anyPrompt = {
  /** A single message may come without a list. */
  messages: z.union([items, anyItem.transform((item) => [item])]).nullish(),
  input: z.union([z.string(), items]).nullish(),
  system: anyContent.nullish(),
  instructions: anyContent.nullish(),
};

const prompt = z.object(anyPrompt);

export type AnyPrompt = z.output<typeof prompt>;

/** Messages and items, and the member of the request that contains them. */
export interface StatedItems {
  readonly at: "messages" | "input";
  readonly items: readonly Item[];
}

/** @throws BridgeError `invalid_request` when both members have some, because their order is unknown. */
export function statedItems({ messages, input }: AnyPrompt): StatedItems {
  const inputs: readonly Item[] =
    typeof input === "string"
      ? input === ""
        ? []
        : [{ type: "message", role: "user", content: input }]
      : (input ?? []);
  if (inputs.length === 0) return { at: "messages", items: messages ?? [] };
  if ((messages ?? []).length === 0) return { at: "input", items: inputs };
  throw new BridgeError(
    "invalid_request",
    "input: the request has messages too; send the conversation in one of them.",
    { param: "input" },
  );
}

/** The system prompt. @throws BridgeError `invalid_request` for anything but text in it. */
export function systemTexts({ system, instructions }: AnyPrompt, notices: Notice[]): TextPart[] {
  return [
    ...textsOf(readPlain(instructions, "instructions", notices), "instructions"),
    ...textsOf(readPlain(system, "system", notices), "system"),
  ];
}

function textsOf(parts: readonly Part[], at: string): TextPart[] {
  return parts.map((part) => {
    if (part.type === "text") return part;
    throw new BridgeError("invalid_request", `${at}: a system prompt may contain text only.`, { param: at });
  });
}

export interface Prompt {
  readonly system: readonly TextPart[];
  readonly messages: readonly Message[];
}

/**
 * A system prompt and messages in the form that hosts accept: system messages before the first other one become part of
 * the system prompt, empty messages are left out, and a system prompt alone becomes the user's message. `at` is the
 * member of the request with the messages.
 *
 * @throws BridgeError `invalid_request` when nothing is left to send, or a system prompt has more than text.
 */
export function toPrompt(system: readonly TextPart[], source: readonly Message[], at = "messages"): Prompt {
  const hoisted = [...system];
  const messages: Message[] = [];
  for (const message of source) {
    if (message.parts.length === 0) continue;
    if (message.role === "system" && messages.length === 0) {
      appendAll(hoisted, textsOf(message.parts, at));
    } else messages.push(message);
  }
  if (messages.length > 0) return { system: hoisted, messages };
  if (hoisted.length > 0) return { system: [], messages: [{ role: "user", parts: hoisted }] };
  throw new BridgeError("invalid_request", `${at}: no message has any content.`, { param: at });
}

/** The common type of all parts of a message, if they have one. */
type Kind = Part["type"] | "mixed";

/**
 * Joins messages that other APIs split: calls and reasoning are added to the assistant's message before them, results
 * to results.
 */
export function joinMessages(source: Iterable<Message>): Message[] {
  const messages: (Message & { readonly parts: Part[] })[] = [];
  let before: Kind = "mixed";
  for (const { role, parts } of source) {
    if (parts.length === 0) continue;
    const last = messages.at(-1);
    const after = kindOf(parts);
    if (last !== undefined && last.role === role && goesOn(before, after)) {
      appendAll(last.parts, parts);
      if (after !== before) before = "mixed";
    } else {
      messages.push({ role, parts: [...parts] });
      before = after;
    }
  }
  return messages;
}

function kindOf(parts: readonly Part[]): Kind {
  const type = parts[0]?.type ?? "mixed";
  return parts.every((part) => part.type === type) ? type : "mixed";
}

function goesOn(before: Kind, after: Kind): boolean {
  if (after === "tool-call" || after === "reasoning") return true;
  return before === (after === "tool-result" ? "tool-result" : "reasoning");
}
