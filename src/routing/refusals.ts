import { createHash } from "node:crypto";
import type { BridgeError } from "../turn/error.ts";
import { textOf } from "../turn/message.ts";
import type { TurnRequest } from "../turn/request.ts";

const REMEMBERED = 1000;

/**
 * Denied consent, remembered for a while: agents ask again in other shapes after a refusal, and the person
 * should not be asked again for what they have just denied.
 */
export class Refusals {
  readonly #rememberMs: number;
  readonly #refused = new Map<string, { readonly error: BridgeError; readonly until: number }>();

  constructor(rememberMs: number) {
    this.#rememberMs = rememberMs;
  }

  /** The refusal that still stands for a request like this one. */
  find(request: TurnRequest, now = Date.now()): BridgeError | undefined {
    // Long prompts take time to digest, and there is rarely anything to find.
    if (this.#refused.size === 0) return undefined;
    for (const key of keysOf(request)) {
      const entry = this.#refused.get(key);
      if (entry !== undefined && entry.until > now) return entry.error;
      this.#refused.delete(key);
    }
    return undefined;
  }

  remember(request: TurnRequest, error: BridgeError, now = Date.now()): void {
    for (const key of keysOf(request)) {
      this.#refused.delete(key);
      this.#refused.set(key, { error, until: now + this.#rememberMs });
    }
    for (const key of this.#refused.keys()) {
      if (this.#refused.size <= REMEMBERED) break;
      this.#refused.delete(key);
    }
  }
}

/** The conversation, where the client names it, and the last words of its user. */
function keysOf(request: TurnRequest): string[] {
  const keys: string[] = [];
  if (request.conversation !== undefined) keys.push(`conversation ${request.conversation}`);
  const last = request.messages.findLast((message) => message.role === "user");
  if (last !== undefined)
    keys.push(`message ${createHash("sha256").update(textOf(last.parts, "\n")).digest("base64")}`);
  return keys;
}
