/** One real request through the bridge, as a program on this computer makes it. */
import { randomUUID } from "node:crypto";
import type { BridgeAddress } from "../../src/joining/ask-bridge.ts";
import { streamChat } from "../../src/joining/stream-chat.ts";
import { plainText } from "./plain-text.ts";

const ANSWER_WITHIN_MS = 120_000;
const LONGEST_SHOWN = 300;

export interface Tried {
  readonly isGood: boolean;
  /** What the model said, or what went wrong and what to do. */
  readonly text: string;
  readonly model: string;
  readonly ms: number;
}

/**
 * Never rejects.
 *
 * @param onWaiting hears what the bridge says while it waits, such as where to give consent.
 */
export async function tryOut(
  address: BridgeAddress,
  onWaiting: (text: string) => void,
  signal: AbortSignal,
): Promise<Tried> {
  const began = performance.now();
  const outcome = (isGood: boolean, text: string, model = ""): Tried => ({
    isGood,
    text: plainText(text.trim().slice(0, LONGEST_SHOWN)),
    model: plainText(model),
    ms: Math.round(performance.now() - began),
  });
  // Never the same twice: the bridge remembers for a minute what has been refused.
  const content = `Reply with the single word OK. (check ${randomUUID().slice(0, 8)})`;
  try {
    const told = await streamChat(
      address,
      { model: "auto", messages: [{ role: "user", content }] },
      { onWaiting },
      AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    );
    if ("answer" in told) return outcome(true, told.answer.text, told.answer.model);
    return outcome(false, `${told.failure.message} ${told.failure.remedy}`);
  } catch (error) {
    return outcome(false, error instanceof Error ? error.message : String(error));
  }
}
