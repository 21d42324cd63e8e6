import type { StopReason } from "../turn/event.ts";

/**
 * Why an answer ended, as clients that act on it need it: an answer with tool calls has ended for them, whatever the
 * host says, unless it was cut off or refused.
 */
export function finishOf(reason: StopReason, hasCalls: boolean): StopReason["unified"] {
  const ended = reason.unified === "end" || reason.unified === "stop-sequence";
  return ended && hasCalls ? "tool-calls" : reason.unified;
}
