import type { BridgeError } from "../../turn/error.ts";
import type { ErrorCode } from "../../turn/error-kinds.ts";

export { openaiError as error } from "../openai-error.ts";

/** OpenAI's own codes, where its clients act on them. */
const VENDOR_CODE: Partial<Record<ErrorCode, string>> = {
  context_too_long: "context_length_exceeded",
  key_quota_exhausted: "insufficient_quota",
  key_rate_limited: "rate_limit_exceeded",
  host_quota_exhausted: "insufficient_quota",
  host_rate_limited: "rate_limit_exceeded",
};

/** The `error` member of a response that failed while it was streamed, with the vendor's codes. */
export function failure(error: BridgeError): { readonly code: string; readonly message: string } {
  const { status } = error.kind;
  const fault = status >= 500 ? "server_error" : status === 429 ? "rate_limit_exceeded" : "invalid_prompt";
  const code = VENDOR_CODE[error.code] ?? fault;
  return { code, message: error.message };
}
