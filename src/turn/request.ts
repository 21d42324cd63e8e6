import type { Message, TextPart } from "./message.ts";

/** A tool the model may call. `inputSchema` is JSON Schema. */
export interface Tool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export type ToolChoice =
  | { readonly type: "auto" | "none" | "required" }
  | { readonly type: "tool"; readonly name: string };

/** The form the answer must have. `schema` is JSON Schema. */
export type ResponseFormat =
  | { readonly type: "text" }
  | { readonly type: "json"; readonly name?: string; readonly schema?: Readonly<Record<string, unknown>> };

/** How much the model should think before it answers, as far as the client says it. */
export interface Thinking {
  /** Whether it thinks at all. */
  readonly enabled?: boolean;
  /** The client's word for how much: `minimal`, `low`, `medium`, `high`, `xhigh`, `max`. */
  readonly effort?: string;
  /** Tokens that it may think for. */
  readonly budgetTokens?: number;
}

/** Whose request it is, as far as that is known: for the person at the host. Empty texts for what is not. */
export interface AskedBy {
  /** What the client calls itself. */
  readonly client: string;
  /** The name of the key that it came with, which is not the key. */
  readonly key: string;
}

/** One model request in neutral form: what every dialect decodes to and every host runs. */
export interface TurnRequest {
  /** The model name as the client wrote it. */
  readonly model: string;
  /** Names for the host to look for instead, the best first; none: its own choice. Decided by routing. */
  readonly hints?: readonly string[];
  readonly system: readonly TextPart[];
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls: boolean;
  readonly responseFormat: ResponseFormat;
  /** Upper bound of the answer in tokens; `undefined`: the host's own. */
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly stopSequences: readonly string[];
  readonly thinking?: Thinking;
  /** What ties the requests of one conversation together, where the client says it (a session header). */
  readonly conversation: string | undefined;
  /** Set by the server. */
  readonly askedBy?: AskedBy;
}
