import type { BridgeError, ErrorCode } from "../../turn/error.ts";

export { openaiError as error } from "../openai-error.ts";

/** OpenAI's own words for what its clients act on. */
const VENDOR_CODE: Partial<Record<ErrorCode, string>> = {
  context_too_long: "context_length_exceeded",
  host_quota_exhausted: "insufficient_quota",
  host_rate_limited: "rate_limit_exceeded",
};

/**
 * The `error` member of a response that failed while it was streamed. Codex asks again up to five times unless the code
 * is one of a few, of which `invalid_prompt` is the one that says nothing else.
 */
export function failure(error: BridgeError): { readonly code: string; readonly message: string } {
  const code = VENDOR_CODE[error.code] ?? (error.retryable ? "server_error" : "invalid_prompt");
  return { code, message: error.message };
}
