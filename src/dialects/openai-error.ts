import type { BridgeError } from "../turn/error.ts";
import { ERROR_KINDS, type ErrorCode, type ErrorKind } from "../turn/error-kinds.ts";
import type { ErrorReply } from "./dialect.ts";

/** Types that differ from the one for the status alone. */
const TYPE: Partial<Record<ErrorCode, string>> = { model_not_found: "invalid_request_error" };

/** OpenAI's own codes, where its clients check them. */
const VENDOR_CODE: Partial<Record<ErrorCode, string>> = {
  context_too_long: "context_length_exceeded",
  key_quota_exhausted: "insufficient_quota",
  key_rate_limited: "rate_limit_exceeded",
  host_quota_exhausted: "insufficient_quota",
  host_rate_limited: "rate_limit_exceeded",
  unauthorized: "invalid_api_key",
};

const OWN_CODE: ReadonlyMap<string, ErrorCode> = new Map([
  ...Object.keys(ERROR_KINDS).map((code) => [code, code as ErrorCode] as const),
  ...Object.entries(VENDOR_CODE).map(([code, vendors]) => [vendors, code as ErrorCode] as const),
]);

/** Our code for an error of this form. */
export function kindOf(code: string): ErrorKind | undefined {
  const own = OWN_CODE.get(code);
  return own === undefined ? undefined : ERROR_KINDS[own];
}

/** The error response of OpenAI's APIs, before the first byte. */
export function openaiError(error: BridgeError): ErrorReply {
  return { status: error.kind.status, body: openaiErrorBody(error) };
}

/** The error object of OpenAI's API reference, also used as the last frame of a stream that failed. */
export function openaiErrorBody(error: BridgeError): unknown {
  return {
    error: {
      message: error.message,
      type: TYPE[error.code] ?? typeOf(error.kind.status),
      param: error.param ?? null,
      code: VENDOR_CODE[error.code] ?? error.code,
      ...(error.details !== undefined && { details: error.details }),
    },
  };
}

function typeOf(status: number): string {
  if (status === 401) return "authentication_error";
  if (status === 403) return "permission_error";
  if (status === 404) return "not_found_error";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}
