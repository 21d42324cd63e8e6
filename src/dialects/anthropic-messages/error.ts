import type { BridgeError } from "../../turn/error.ts";
import type { ErrorCode } from "../../turn/error-kinds.ts";
import type { ErrorReply } from "../dialect.ts";

/** Where the status alone would give the wrong type. */
const TYPE: Partial<Record<ErrorCode, string>> = {
  queue_timeout: "overloaded_error",
  bodies_full: "overloaded_error",
  shutting_down: "overloaded_error",
};

/** An error of the Messages API ("Errors") before the first byte. */
export function error(error: BridgeError, requestId: string): ErrorReply {
  return { status: error.kind.status, body: errorBody(error, requestId) };
}

/** The error object, also the data of an `error` event. */
export function errorBody(error: BridgeError, requestId?: string): unknown {
  return {
    type: "error",
    error: {
      type: typeOf(error),
      message: error.message,
      ...(error.details !== undefined && { details: error.details }),
    },
    ...(requestId !== undefined && { request_id: requestId }),
  };
}

function typeOf({ code, kind, transient }: BridgeError): string {
  // Inside a stream there are no headers, and this is the type for which clients retry.
  if (transient) return "overloaded_error";
  return TYPE[code] ?? typeOfStatus(kind.status);
}

function typeOfStatus(status: number): string {
  switch (status) {
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    case 504:
      return "timeout_error";
    default:
      return status < 500 ? "invalid_request_error" : "api_error";
  }
}
