import { copied } from "../util/copied.ts";
import { BridgeError, type ErrorCode } from "../turn/error.ts";
import { Kept } from "../util/kept.ts";
import type { Part } from "../turn/message.ts";
import { ownerOf, type Principal } from "../turn/principal.ts";
import type { TurnRequest } from "../turn/request.ts";
import { digest, lastWords } from "./words.ts";

/** Most entries; a refusal takes two or three, by which it is found. */
const REMEMBERED = 2000;
const MESSAGE_LENGTH = 2000;

interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** Characters; shorter prompts may be tried. */
  readonly from: number;
}

/** Whose request it was, and who refused it. */
export interface Parties {
  readonly principal: Principal;
  /** The host's label: one that comes back under it has not changed its mind. */
  readonly host: string;
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
 * What a host would not or could not do for a client, remembered for a while: agents ask again in other shapes after a refusal,
 * without the features they think were at fault or without streaming, and the person should not be asked for the same again. A
 * new message of the user is not the same, unless the host takes a refusal for a permission: there the whole conversation waits.
 * It says nothing about other hosts, nor about what other clients ask.
 */
export class Refusals {
  readonly #refusals: Kept<Refusal>;

  /** `now` tells milliseconds that never go back. */
  constructor(rememberMs: number, now?: () => number) {
    this.#refusals = new Kept({ entries: REMEMBERED, ageMs: rememberMs, ...(now !== undefined && { now }) });
  }

  /** @throws BridgeError the refusal that stands at this host for these words of the user, or for this conversation. */
  check(request: TurnRequest, parties: Parties): void {
    // Long prompts take time to digest, and there is rarely anything to find.
    if (this.#refusals.isEmpty) return;
    const words = lastWords(request);
    const spoken = Object.keys(FINAL).flatMap((code) =>
      sessionsLike(request).map((session) => wordsKey(code, words, session, request, parties)),
    );
    for (const key of [conversationKey(request, parties), ...spoken]) {
      const refusal = key === undefined ? undefined : this.#refusals.get(key);
      if (key === undefined || refusal === undefined) continue;
      if (refusal.from === 0 || sizeOf(request) >= refusal.from)
        throw repeated(refusal, this.#refusals.left(key));
    }
  }

  /** Remembers an error that is final; others are let go. A refusal that stands already is not made to stand longer. */
  remember(request: TurnRequest, parties: Parties, error: BridgeError, wholeConversation = false): void {
    const from = FINAL[error.code]?.(request);
    if (from === undefined) return;
    const refusal = { code: error.code, message: copied(error.message, MESSAGE_LENGTH), from };
    const words = lastWords(request);
    const keys = [request.conversation ?? "", ANY_SESSION].map((session) =>
      wordsKey(error.code, words, session, request, parties),
    );
    if (wholeConversation && error.code === "consent_denied") keys.push(conversationKey(request, parties));
    for (const key of keys) {
      if (key === undefined || this.#refusals.get(key) !== undefined) continue;
      this.#refusals.set(ownerOf(parties.principal), key, refusal);
    }
  }
}

function repeated({ code, message }: Refusal, leftMs: number): BridgeError {
  const seconds = Math.ceil(leftMs / 1000);
  return new BridgeError(
    code,
    `${message} The bridge remembers this and does not ask again for ${seconds} s.`,
  );
}

/** Under which a refusal is found by a request that names no session. */
const ANY_SESSION = "*";

/**
 * The sessions whose words may be these: two that are named and differ are two clients, one that is not named may be
 * any, since agents leave their session out of some requests.
 */
function sessionsLike({ conversation }: TurnRequest): string[] {
  return conversation === undefined ? [ANY_SESSION] : [conversation, ""];
}

function conversationKey({ conversation }: TurnRequest, { principal, host }: Parties): string | undefined {
  return conversation === undefined
    ? undefined
    : digest(["conversation", ownerOf(principal), host, conversation]);
}

/** Another model may take a prompt that was too long for one. */
function wordsKey(
  code: string,
  words: string | undefined,
  session: string,
  { model }: TurnRequest,
  { principal, host }: Parties,
): string | undefined {
  if (words === undefined) return undefined;
  const asked = code === "consent_denied" ? "" : model;
  return digest(["words", ownerOf(principal), principal.agent, host, session, code, asked, words]);
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
