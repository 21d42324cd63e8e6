import type { CreateMessageRequestParams, CreateMessageResultWithTools } from "@modelcontextprotocol/client";
import type { TraceContext } from "../turn/trace.ts";
import type { Delta } from "../hosts/mcp/sampling-stream.ts";

export interface Lending {
  readonly params: CreateMessageRequestParams;
  /** The step of a trace to which what the model does belongs, where the bridge tells of one. */
  readonly trace: TraceContext | undefined;
  /** Aborts when the bridge cancels the request. */
  readonly signal: AbortSignal;
  /** Sends a piece of the answer to a bridge that wants pieces; resolves when the next may be sent. */
  readonly emit: (delta: Delta) => Promise<void>;
}

/** What a host lends. Rejects with `LendingError` what the bridge should be told. */
export type Model = (lending: Lending) => Promise<CreateMessageResultWithTools>;

/** A failure in words for a client, with its JSON-RPC code. */
export class LendingError extends Error {
  override readonly name: string = "LendingError";
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
