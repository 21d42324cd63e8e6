import { createHash } from "node:crypto";
import { BridgeError, type ErrorCode } from "../turn/error.ts";
import { textOf, type Part } from "../turn/message.ts";
import type { TurnRequest } from "../turn/request.ts";

/** Most refusals that are remembered. */
const REMEMBERED = 1000;

interface Refusal {
  readonly error: BridgeError;
  readonly until: number;
  /** Characters; shorter prompts may be tried. */
  readonly from: number;
}

/**
 * The errors of a host that would come again, with the size of prompt from which on. What was denied is denied at any size; what
 * was too long is worth another try once the client has shortened it.
 */
const FINAL: Partial<Record<ErrorCode, (request: TurnRequest) => number>> = {
  consent_denied: () => 0,
  context_too_long: sizeOf,
  payload_too_large: sizeOf,
};

/**
 * What a host would not or could not do, remembered for a while: agents ask again in other shapes after a refusal, without
 * the features they think were at fault or without streaming, and the person should not be asked for the same again. A new
 * message of the user is not the same, unless the host takes a refusal for a permission: there the whole conversation waits.
 */
export class Refusals {
  readonly #rememberMs: number;
  readonly #refusals = new Map<string, Refusal>();

  constructor(rememberMs: number) {
    this.#rememberMs = rememberMs;
  }

  /** @throws BridgeError the refusal that stands for these words of the user, or for this conversation. */
  check(request: TurnRequest, now = Date.now()): void {
    // Long prompts take time to digest, and there is rarely anything to find.
    if (this.#refusals.size === 0) return;
    for (const key of [
      conversationKey(request),
      ...Object.keys(FINAL).map((code) => wordsKey(code, request)),
    ]) {
      const refusal = key === undefined ? undefined : this.#refusals.get(key);
      if (key === undefined || refusal === undefined) continue;
      if (refusal.until <= now) this.#refusals.delete(key);
      else if (refusal.from === 0 || sizeOf(request) >= refusal.from) throw repeated(refusal, now);
    }
  }

  /** Remembers an error that is final; others are let go. A refusal that stands already is not made to stand longer. */
  remember(request: TurnRequest, error: BridgeError, wholeConversation = false, now = Date.now()): void {
    const from = FINAL[error.code]?.(request);
    if (from === undefined) return;
    const keys = [wordsKey(error.code, request)];
    if (wholeConversation && error.code === "consent_denied") keys.push(conversationKey(request));
    for (const key of keys) this.#add(key, { error, from, until: now + this.#rememberMs }, now);
    for (const key of this.#refusals.keys()) {
      if (this.#refusals.size <= REMEMBERED) break;
      this.#refusals.delete(key);
    }
  }

  #add(key: string | undefined, refusal: Refusal, now: number): void {
    if (key === undefined || (this.#refusals.get(key)?.until ?? 0) > now) return;
    this.#refusals.delete(key);
    this.#refusals.set(key, refusal);
  }
}

function repeated({ error, until }: Refusal, now: number): BridgeError {
  const seconds = Math.ceil((until - now) / 1000);
  return new BridgeError(
    error.code,
    `${error.message} The bridge remembers this and does not ask again for ${seconds} s.`,
    { cause: error },
  );
}

function conversationKey({ conversation }: TurnRequest): string | undefined {
  return conversation === undefined ? undefined : `conversation ${conversation}`;
}

/** Clients put what they have to tell the model among the user's words, and move it about when they ask again. */
const REMINDER = /<system-reminder>[\s\S]*?<\/system-reminder>/g;

/** The last words of the user, results of tools not counted; another model may take a prompt that was too long for one. */
function wordsKey(code: string, request: TurnRequest): string | undefined {
  for (const { role, parts } of request.messages.toReversed()) {
    const words = role === "user" ? wordsOf(parts) : "";
    if (words === "") continue;
    const model = code === "consent_denied" ? "" : request.model;
    return `${code} ${model} ${createHash("sha256").update(words).digest("base64")}`;
  }
  return undefined;
}

function wordsOf(parts: readonly Part[]): string {
  return textOf(parts, "\n").replaceAll(REMINDER, " ").replaceAll(/\s+/g, " ").trim();
}

/** About how much a request asks of a host's connection and of its model. */
function sizeOf({ system, messages, tools }: TurnRequest): number {
  const parts = [...system, ...messages.flatMap((message) => message.parts)];
  return parts.reduce((sum, part) => sum + sizeOfPart(part), JSON.stringify(tools).length);
}

function sizeOfPart(part: Part): number {
  switch (part.type) {
    case "text":
    case "reasoning":
      return part.text.length;
    case "image":
    case "audio":
      return part.data.length;
    case "tool-call":
      return part.input.length;
    case "tool-result":
      return part.content.reduce((sum, inner) => sum + sizeOfPart(inner), 0);
    default:
      return part satisfies never;
  }
}
