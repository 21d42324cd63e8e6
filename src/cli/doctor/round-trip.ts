/** One real streamed request through the bridge to the host's model and back. */
import { randomUUID } from "node:crypto";
import type { BridgeAddress } from "../../joining/ask-bridge.ts";
import { streamChat } from "../../joining/stream-chat.ts";
import { fail, ok, type Finding } from "./check.ts";
import { say } from "../../util/say.ts";

export interface RoundTripOptions extends BridgeAddress {
  readonly timeoutMs: number;
  /** Called with the bridge's messages during the wait, such as where to give consent. */
  readonly onWaiting: (text: string) => void;
}

export async function checkRoundTrip(options: RoundTripOptions): Promise<Finding> {
  const { timeoutMs, onWaiting } = options;
  const began = performance.now();
  try {
    const outcome = await streamChat(
      options,
      { model: "auto", maxTokens: 100, messages: [question()] },
      { onWaiting },
      AbortSignal.timeout(timeoutMs),
    );
    if ("failure" in outcome) return fail("round-trip", outcome.failure.message, outcome.failure.remedy);
    const { model, text } = outcome.answer;
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    return ok("round-trip", say`${model} answered ${text.length} characters in ${seconds} s`);
  } catch {
    return fail(
      "round-trip",
      say`no answer within ${timeoutMs / 1000} s`,
      say`Check whether your host waits for consent, and read its log for this server.`,
    );
  }
}

/** Different each time, because the bridge remembers a refusal for a minute. */
function question(): { readonly role: "user"; readonly content: string } {
  return {
    role: "user",
    content: `Reply with the single word OK. (check ${randomUUID().slice(0, 8)})`,
  };
}
