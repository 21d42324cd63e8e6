import { BridgeError } from "./error.ts";
import type { StopReason, TurnEvents, Usage } from "./event.ts";
import type { ReasoningPart, TextPart, ToolCallPart } from "./message.ts";

/** A finished answer. */
export interface Turn {
  readonly model: string;
  readonly parts: readonly (TextPart | ReasoningPart | ToolCallPart)[];
  readonly stopReason: StopReason;
  readonly usage: Usage;
}

/**
 * Folds a stream of events into the finished turn.
 *
 * @throws BridgeError the error of a `turn-error`, or `host_failed` when the stream has no end.
 */
export async function collect(events: TurnEvents): Promise<Turn> {
  let model = "";
  const parts: (TextPart | ReasoningPart | ToolCallPart)[] = [];
  let pieces: string[] = [];
  let call = { callId: "", name: "" };

  for await (const event of events) {
    switch (event.type) {
      case "turn-wait":
        break;
      case "turn-start":
        ({ model } = event);
        break;
      case "tool-call-start":
        call = event;
        pieces = [];
        break;
      case "text-start":
      case "reasoning-start":
        pieces = [];
        break;
      case "text-delta":
      case "reasoning-delta":
        pieces.push(event.text);
        break;
      case "tool-call-delta":
        pieces.push(event.json);
        break;
      case "text-end":
        parts.push({ type: "text", text: pieces.join("") });
        break;
      case "reasoning-end": {
        const text = pieces.join("");
        parts.push(
          event.signature === undefined
            ? { type: "reasoning", text }
            : { type: "reasoning", text, signature: event.signature },
        );
        break;
      }
      case "tool-call-end":
        parts.push({ type: "tool-call", id: call.callId, name: call.name, input: pieces.join("") });
        break;
      case "turn-end":
        return { model, parts, stopReason: event.stopReason, usage: event.usage };
      case "turn-error":
        throw event.error;
      default:
        event satisfies never;
    }
  }
  throw new BridgeError("host_failed", "The host's answer ended without an end.");
}
