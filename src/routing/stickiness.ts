import { Kept } from "../util/kept.ts";
import { ownerOf, type Principal } from "../turn/principal.ts";
import { digest } from "./words.ts";

/** Maximum number of conversations whose host is remembered. */
const REMEMBERED = 10_000;
const REMEMBER_MS = 86_400_000;

/**
 * The host that served a conversation last: its model's service may have the context in a cache. A conversation
 * belongs to its client: another client may use the same id.
 */
export class Stickiness {
  readonly #hosts: Kept<string>;

  /** `now` returns milliseconds of a monotonic clock. */
  constructor(now?: () => number) {
    this.#hosts = new Kept({
      entries: REMEMBERED,
      ageMs: REMEMBER_MS,
      ...(now !== undefined && { now }),
    });
  }

  hostOf(principal: Principal, conversation: string | undefined): string | undefined {
    return conversation === undefined ? undefined : this.#hosts.get(keyOf(principal, conversation));
  }

  remember(principal: Principal, conversation: string | undefined, hostId: string): void {
    if (conversation === undefined) return;
    this.#hosts.set(ownerOf(principal), keyOf(principal, conversation), hostId);
  }
}

function keyOf(principal: Principal, conversation: string): string {
  return digest([ownerOf(principal), conversation]);
}
