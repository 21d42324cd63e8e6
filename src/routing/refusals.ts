import { createHash } from "node:crypto";
import { BridgeError } from "../turn/error.ts";
import { textOf } from "../turn/message.ts";
import type { TurnRequest } from "../turn/request.ts";

/** Most refusals that are remembered. */
const REMEMBERED = 1000;

interface Refusal {
  readonly error: BridgeError;
  readonly until: number;
}

/**
 * Denied consent, remembered for a while: agents ask again in other shapes after a refusal, and the person should not be asked
 * again for what they have just denied. Some hosts even serve the next request after a "not now".
 */
export class Refusals {
  readonly #rememberMs: number;
  readonly #refusals = new Map<string, Refusal>();

  constructor(rememberMs: number) {
    this.#rememberMs = rememberMs;
  }

  /** @throws BridgeError `consent_denied` while a refusal stands for this conversation or this message. */
  check(request: TurnRequest, now = Date.now()): void {
    // Long prompts take time to digest, and there is rarely anything to find.
    if (this.#refusals.size === 0) return;
    for (const key of keysOf(request)) {
      const refusal = this.#refusals.get(key);
      if (refusal === undefined) continue;
      if (refusal.until > now) throw repeated(refusal, now);
      this.#refusals.delete(key);
    }
  }

  /** A refusal that stands already is not made to stand longer. */
  remember(request: TurnRequest, error: BridgeError, now = Date.now()): void {
    for (const key of keysOf(request)) {
      if ((this.#refusals.get(key)?.until ?? 0) > now) continue;
      this.#refusals.delete(key);
      this.#refusals.set(key, { error, until: now + this.#rememberMs });
    }
    for (const key of this.#refusals.keys()) {
      if (this.#refusals.size <= REMEMBERED) break;
      this.#refusals.delete(key);
    }
  }
}

function repeated({ error, until }: Refusal, now: number): BridgeError {
  const seconds = Math.ceil((until - now) / 1000);
  return new BridgeError(
    "consent_denied",
    `${error.message} The bridge remembers this and does not ask again for ${seconds} s.`,
    { cause: error },
  );
}

/** The conversation, where the client names it, and the last words of its user; results of tools are not words. */
function keysOf(request: TurnRequest): string[] {
  const keys: string[] = [];
  if (request.conversation !== undefined) keys.push(`conversation ${request.conversation}`);
  const last = request.messages.findLast(({ role, parts }) => role === "user" && textOf(parts).trim() !== "");
  if (last !== undefined) {
    keys.push(`message ${createHash("sha256").update(textOf(last.parts, "\n")).digest("base64")}`);
  }
  return keys;
}
