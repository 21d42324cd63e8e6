import { BridgeError } from "./error.ts";
import type { StopReason, TurnEvent, TurnEvents, Usage } from "./event.ts";
import type { ReasoningPart, TextPart, ToolCallPart } from "./message.ts";

type AnswerPart = TextPart | ReasoningPart | ToolCallPart;

/** The content of one answer, and why it ended. */
export interface Answer {
  readonly parts: readonly AnswerPart[];
  readonly stopReason: StopReason;
}

/** A finished turn: its answer, and further ones where the client asked for several. */
export interface Turn extends Answer {
  readonly model: string;
  readonly usage: Usage;
  readonly others: readonly Answer[];
}

/**
 * Folds a stream of events into the finished turn.
 *
 * @throws BridgeError the error of a `turn-error`, or `host_failed` when the stream has no end.
 */
export async function collect(events: TurnEvents): Promise<Turn> {
  let model: string | undefined;
  let usage: Usage | undefined;
  const folds: Fold[] = [];
  for await (const event of events) {
    if (event.type === "turn-error") throw event.error;
    if (event.type === "turn-wait") continue;
    if (event.type === "turn-start") model ??= event.model;
    if (event.type === "turn-end") ({ usage } = event);
    (folds[event.choice ?? 0] ??= new Fold()).add(event);
  }
  const [first, ...others] = Array.from(folds, (fold) => (fold ?? new Fold()).answer());
  if (first === undefined || usage === undefined) throw endless();
  return { model: model ?? "", ...first, usage, others };
}

function endless(): BridgeError {
  return new BridgeError("host_failed", "The host's answer stopped before it was complete.");
}

/** One answer while it arrives. */
class Fold {
  readonly #parts: AnswerPart[] = [];
  #pieces: string[] = [];
  #call = { callId: "", name: "" };
  #stopReason: StopReason | undefined;

  add(event: Exclude<TurnEvent, { type: "turn-error" | "turn-wait" }>): void {
    switch (event.type) {
      case "turn-start":
        break;
      case "tool-call-start":
        this.#call = event;
        this.#pieces = [];
        break;
      case "text-start":
      case "reasoning-start":
        this.#pieces = [];
        break;
      case "text-delta":
      case "reasoning-delta":
        this.#pieces.push(event.text);
        break;
      case "tool-call-delta":
        this.#pieces.push(event.json);
        break;
      case "text-end":
        this.#parts.push({ type: "text", text: this.#pieces.join("") });
        break;
      case "reasoning-end": {
        const { signature } = event;
        const text = this.#pieces.join("");
        this.#parts.push({ type: "reasoning", text, ...(signature !== undefined && { signature }) });
        break;
      }
      case "tool-call-end": {
        const { callId: id, name } = this.#call;
        this.#parts.push({ type: "tool-call", id, name, input: this.#pieces.join("") });
        break;
      }
      case "turn-end":
        this.#stopReason = event.stopReason;
        break;
      default:
        event satisfies never;
    }
  }

  /** @throws BridgeError `host_failed` when it has no end. */
  answer(): Answer {
    if (this.#stopReason === undefined) throw endless();
    return { parts: this.#parts, stopReason: this.#stopReason };
  }
}
