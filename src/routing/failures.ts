import type { BridgeError } from "../turn/error.ts";
import { Kept } from "../util/kept.ts";
import { ownerOf } from "../turn/principal.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Parties } from "./refusals.ts";
import { digest, lastWords } from "./words.ts";

/** Most failures that are remembered. */
const REMEMBERED = 1000;
const REMEMBER_MS = 60_000;

/**
 * Failures of hosts that may have passed by themselves, such as a broken connection to the model's service. The first one of a
 * request is told as worth a retry, which is the client's to decide; when the same request fails at the same host again within
 * a minute, it is not. The bridge itself never asks a second time.
 */
export class Failures {
  readonly #failed: Kept<true>;

  /** `now` tells milliseconds that never go back. */
  constructor(now?: () => number) {
    this.#failed = new Kept({
      entries: REMEMBERED,
      ageMs: REMEMBER_MS,
      ...(now !== undefined && { now }),
    });
  }

  /** The error as its client is to be told of it. */
  judge(error: BridgeError, request: TurnRequest, { principal, host }: Parties): BridgeError {
    if (!error.transient) return error;
    const owner = ownerOf(principal);
    const { conversation = "", messages } = request;
    // With the number of messages, because an agent says the same words all the way through a task.
    const step = String(messages.length);
    const key = digest([owner, principal.agent, host, conversation, step, lastWords(request) ?? ""]);
    const again = this.#failed.get(key) !== undefined;
    if (!again) this.#failed.set(owner, key, true);
    return again ? error.asFinal() : error;
  }
}
