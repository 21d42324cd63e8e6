/** Refuses prompts that are too long for their model before it is asked, with a message that makes clients compact. */
import { BridgeError } from "../turn/error.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { TokenEstimator } from "../polyfill/tokens.ts";

/** Our count is an estimate: a prompt that may fit is sent to the host. */
const SURELY = 1.15;

/** @throws BridgeError `context_too_long` for a prompt that is far over `limit` tokens. */
export async function checkFits(
  request: TurnRequest,
  limit: number | undefined,
  tokens: Pick<TokenEstimator, "promptNow">,
): Promise<void> {
  if (limit === undefined) return;
  // A prompt that cannot be counted is not refused.
  const count = await tokens.promptNow(request).catch(() => 0);
  if (count > limit * SURELY) {
    throw new BridgeError("context_too_long", `prompt is too long: about ${count} tokens > ${limit} maximum`);
  }
}
