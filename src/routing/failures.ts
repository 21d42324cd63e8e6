import type { BridgeError } from "../turn/error.ts";
import { Kept } from "../util/kept.ts";
import { ownerOf } from "../turn/principal.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Parties } from "./refusals.ts";
import { digest, lastWords } from "./words.ts";

/** Maximum number of remembered failures. */
const REMEMBERED = 1000;
const REMEMBER_MS = 60_000;

/**
 * Temporary failures of hosts, such as a broken connection to the model's service. The first failure of a request is
 * marked as retryable, and the client decides; when the same request fails at the same host again within a minute, it
 * is not. The bridge itself never retries.
 */
export class Failures {
  readonly #failed: Kept<true>;

  /** `now` returns milliseconds of a monotonic clock. */
  constructor(now?: () => number) {
    this.#failed = new Kept({
      entries: REMEMBERED,
      ageMs: REMEMBER_MS,
      ...(now !== undefined && { now }),
    });
  }

  /** The error as its client gets it. */
  judge(error: BridgeError, request: TurnRequest, { principal, host }: Parties): BridgeError {
    if (!error.transient) return error;
    const owner = ownerOf(principal);
    const { conversation = "", messages } = request;
    // With the number of messages, because an agent repeats the same user message throughout a task.
    const step = String(messages.length);
    const key = digest([owner, principal.agent, host, conversation, step, lastWords(request) ?? ""]);
    const again = this.#failed.get(key) !== undefined;
    if (!again) this.#failed.set(owner, key, true);
    return again ? error.asFinal() : error;
  }
}
