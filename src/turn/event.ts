import type { BridgeError } from "./error.ts";

/** Why a turn ended. `raw` keeps the host's own word for it. */
export interface StopReason {
  readonly unified: "end" | "max-tokens" | "stop-sequence" | "tool-calls" | "refusal";
  readonly raw?: string;
  /** The sequence that ended the answer, where one did. */
  readonly sequence?: string;
}

/** Token counts of a turn. Unknown is `undefined`, never 0. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** True when the figures come from our tokenizer and not from the host. */
  readonly estimated: boolean;
}

/** What a turn that has no answer yet is waiting for. */
export type WaitReason = "slot" | "consent" | "host";

/**
 * A piece of an answer. Blocks (text, reasoning, tool call) carry an id and no index: dialects number their own.
 * The legal order is in `grammar.ts`.
 */
export type TurnEvent = Piece & {
  /** Which of several answers asked for at once it belongs to, from 0; absent where there is one. */
  readonly choice?: number;
};

type Piece =
  | {
      readonly type: "turn-wait";
      readonly reason: WaitReason;
      /** Milliseconds since the turn began. */
      readonly elapsedMs: number;
      /** A sentence for the person at the client, e.g. where to give consent. */
      readonly message?: string;
    }
  | {
      readonly type: "turn-start";
      /** The model that answers, as the host names it. */
      readonly model: string;
    }
  | { readonly type: "text-start"; readonly id: string }
  | { readonly type: "text-delta"; readonly id: string; readonly text: string }
  | { readonly type: "text-end"; readonly id: string }
  | { readonly type: "reasoning-start"; readonly id: string }
  | { readonly type: "reasoning-delta"; readonly id: string; readonly text: string }
  /** `signature` is what the host wants back with the next request, without white space in it. */
  | { readonly type: "reasoning-end"; readonly id: string; readonly signature?: string }
  | {
      readonly type: "tool-call-start";
      readonly id: string;
      readonly callId: string;
      readonly name: string;
    }
  /** `json` is raw JSON text; the deltas of one call concatenate to its input. */
  | { readonly type: "tool-call-delta"; readonly id: string; readonly json: string }
  | { readonly type: "tool-call-end"; readonly id: string }
  /** `usage` is that of all answers that have ended so far. */
  | { readonly type: "turn-end"; readonly stopReason: StopReason; readonly usage: Usage }
  | { readonly type: "turn-error"; readonly error: BridgeError };

/** A turn that is running. Cancelling is the `AbortSignal` it was started with; `return()` cleans up. */
export type TurnEvents = AsyncIterable<TurnEvent>;
