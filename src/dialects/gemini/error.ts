/** Errors in Google's form: a status by its number and its name, and details of published kinds (Google AIP-193, "Errors"). */
import type { BridgeError } from "../../turn/error.ts";
import type { ErrorReply } from "../dialect.ts";

export function error(error: BridgeError): ErrorReply {
  return { status: statusOf(error), body: errorBody(error) };
}

/** The error object, also what ends a stream that failed. */
export function errorBody(error: BridgeError): { readonly error: object } {
  const { code, message, param, retryable, retryAfter } = error;
  const status = statusOf(error);
  return {
    error: {
      code: status,
      message,
      status: nameOf(status, error),
      details: [
        { "@type": `${TYPE}ErrorInfo`, reason: code.toUpperCase(), domain: "mcp-token-bridge" },
        ...(param === undefined
          ? []
          : [{ "@type": `${TYPE}BadRequest`, fieldViolations: [{ field: param, description: message }] }]),
        ...(retryable && retryAfter !== undefined
          ? [{ "@type": `${TYPE}RetryInfo`, retryDelay: `${retryAfter}s` }]
          : []),
      ],
    },
  };
}

const TYPE = "type.googleapis.com/google.rpc.";

/**
 * Clients of this API read from the status alone whether to ask again: 429, 499 and what begins with 5 for minutes, in silence. So a
 * failure that another attempt does not mend has none of these, unless it is a defect of ours.
 */
function statusOf({ kind: { status }, code, retryable }: BridgeError): number {
  if (retryable) return status === 502 ? 503 : status;
  return code !== "internal" && (status === 429 || status >= 499) ? 400 : status;
}

const NAMES: Readonly<Record<number, string>> = {
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

function nameOf(status: number, { kind, code }: BridgeError): string {
  // What was asked for is well-formed, and the bridge or its host is not in the state to do it.
  const isState = status === 400 && (kind.status !== 400 || code.startsWith("consent_"));
  return isState ? "FAILED_PRECONDITION" : (NAMES[status] ?? "INVALID_ARGUMENT");
}
