/** The only error that one part of the bridge throws to another, with its details. */
import { ERROR_KINDS, type ErrorCode, type ErrorKind } from "./error-kinds.ts";

export interface ErrorDetail {
  /** The request field at fault, e.g. `messages.0.content`. */
  readonly param?: string;
  /** Vendor-specific members that a dialect adds to its error body. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The failure may be temporary: the same request may be sent again, whatever the table says of the code. */
  readonly transient?: boolean;
  /** It is certain that no host has heard of the turn: another one may be asked. */
  readonly unheard?: boolean;
  /** Seconds to wait before a retry, where more is known than the table says. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** Seconds to wait after a failure that may be temporary. */
const TRANSIENT_RETRY_AFTER = 2;

/** The only error that one part of the bridge throws to another. Its message is safe to show to a client. */
export class BridgeError extends Error {
  readonly code: ErrorCode;
  readonly param: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly transient: boolean;
  readonly unheard: boolean;
  readonly #retryAfter: number | undefined;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "BridgeError";
    this.code = code;
    this.param = detail.param;
    this.details = detail.details;
    this.transient = detail.transient ?? false;
    this.unheard = detail.unheard ?? false;
    this.#retryAfter = detail.retryAfter;
  }

  /** The table's entry for its code; `retryable` says whether this error in particular is worth a retry. */
  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }

  /** Whether a client may usefully send the same request again. */
  get retryable(): boolean {
    return this.transient || this.kind.retryable;
  }

  /** Seconds to wait before a retry, where a retry can help. */
  get retryAfter(): number | undefined {
    return this.#retryAfter ?? this.kind.retryAfter ?? (this.transient ? TRANSIENT_RETRY_AFTER : undefined);
  }

  /** The same error, marked as not temporary. */
  asFinal(): BridgeError {
    const { code, message, param, details, cause } = this;
    return new BridgeError(code, message, {
      ...(param !== undefined && { param }),
      ...(details !== undefined && { details }),
      cause,
    });
  }
}

/**
 * Turns anything thrown into a `BridgeError`; the text of another error never becomes its message. Work that was
 * aborted without a reason was aborted because its client left.
 */
export function toBridgeError(thrown: unknown): BridgeError {
  if (thrown instanceof BridgeError) return thrown;
  if (thrown instanceof Error && thrown.name === "AbortError") {
    return new BridgeError("client_left", "The client left before its answer was complete.", {
      cause: thrown,
    });
  }
  return new BridgeError("internal", "The bridge failed to handle this request. Its log has the details.", {
    cause: thrown,
  });
}
