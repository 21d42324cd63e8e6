import { copied } from "../util/copied.ts";
import { BridgeError } from "../turn/error.ts";
import type { ErrorCode } from "../turn/error-kinds.ts";
import { Kept } from "../util/kept.ts";
import type { Part } from "../turn/message.ts";
import { ownerOf, type Principal } from "../turn/principal.ts";
import type { TurnRequest } from "../turn/request.ts";
import { digest, lastWords } from "./words.ts";

/** Maximum number of entries; a refusal is stored under two or three. */
const REMEMBERED = 2000;
const MESSAGE_LENGTH = 2000;

interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** Characters; a shorter prompt may be tried. */
  readonly from: number;
}

/** The sender of the request, and the host that refused it. */
export interface Parties {
  readonly principal: Principal;
  /** The host's label: a host that reconnects under it would refuse again. */
  readonly host: string;
}

/**
 * Errors of a host that would occur again, with the prompt size from which they do. A denial holds for any size; a
 * prompt that was too long may be tried again once the client has shortened it.
 */
const FINAL: Partial<Record<ErrorCode, (request: TurnRequest) => number>> = {
  consent_denied: () => 0,
  context_too_long: sizeOf,
  payload_too_large: sizeOf,
};

/**
 * Remembers for a while what a host refused to a client: agents repeat a refused request in other forms, without
 * features that might be the cause or without streaming, and the person should not be asked for the same again. A new
 * message of the user is a new request, unless the host stores a refusal as a permission: then the whole conversation
 * is refused. A refusal has no effect on other hosts or other clients.
 */
export class Refusals {
  readonly #refusals: Kept<Refusal>;

  /** `now` returns milliseconds of a monotonic clock. */
  constructor(rememberMs: number, now?: () => number) {
    this.#refusals = new Kept({ entries: REMEMBERED, ageMs: rememberMs, ...(now !== undefined && { now }) });
  }

  /** @throws BridgeError the remembered refusal of this host for this user message, or for this conversation. */
  check(request: TurnRequest, parties: Parties): void {
    // Hashing a long prompt takes time, and there is rarely a refusal.
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

  /** Remembers a final error and ignores others. A refusal that is already remembered does not get a new expiry time. */
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
  return new BridgeError(code, `${message} The bridge will not ask again for ${seconds} s.`);
}

/** The key under which a request without a session finds a refusal. */
const ANY_SESSION = "*";

/**
 * The sessions that a request may belong to: two different session ids are two clients, but a request without one may
 * belong to any, since agents omit the session in some requests.
 */
function sessionsLike({ conversation }: TurnRequest): string[] {
  return conversation === undefined ? [ANY_SESSION] : [conversation, ""];
}

function conversationKey({ conversation }: TurnRequest, { principal, host }: Parties): string | undefined {
  return conversation === undefined
    ? undefined
    : digest(["conversation", ownerOf(principal), host, conversation]);
}

/** Another model may accept a prompt that was too long for one. */
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

/** The approximate size of a request for a host's connection and its model. */
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
