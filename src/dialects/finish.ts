import type { StopReason } from "../turn/event.ts";

/**
 * The stop reason that clients can act on: an answer with tool calls has ended because of them, whatever the host says,
 * unless it was cut off or refused.
 */
export function finishOf(reason: StopReason, hasCalls: boolean): StopReason["unified"] {
  const ended = reason.unified === "end" || reason.unified === "stop-sequence";
  return ended && hasCalls ? "tool-calls" : reason.unified;
}
