import type { BridgeError, ErrorCode } from "../../turn/error.ts";

export { openaiError as error } from "../openai-error.ts";

/** The codes after which Codex and the Agents SDK do not try again. */
const FINAL: Partial<Record<ErrorCode, string>> = {
  context_too_long: "context_length_exceeded",
  host_quota_exhausted: "insufficient_quota",
  host_rate_limited: "rate_limit_exceeded",
};

/** The `error` member of a response that failed while it was streamed. */
export function failure(error: BridgeError): { readonly code: string; readonly message: string } {
  const code = FINAL[error.code] ?? (error.kind.retryable ? "server_error" : "invalid_prompt");
  return { code, message: error.message };
}
