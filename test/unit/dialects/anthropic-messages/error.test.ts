import { expect } from "vitest";
import { error } from "../../../../src/dialects/anthropic-messages/error.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import { ERROR_KINDS, type ErrorCode } from "../../../../src/turn/error-kinds.ts";
import { verifies } from "../../../support/verifies.ts";

/** The types of the API reference, "Errors". */
const TYPES = [
  "invalid_request_error",
  "authentication_error",
  "permission_error",
  "not_found_error",
  "request_too_large",
  "rate_limit_error",
  "api_error",
  "timeout_error",
  "overloaded_error",
];

verifies("messages.error-body", "every error has Anthropic's shape and one of its types", () => {
  for (const code of Object.keys(ERROR_KINDS) as ErrorCode[]) {
    const { status, body } = error(new BridgeError(code, "What went wrong."), "id-1");
    expect(status).toBe(ERROR_KINDS[code].status);
    expect(body).toEqual({
      type: "error",
      error: { type: expect.toBeOneOf(TYPES), message: "What went wrong." },
      request_id: "id-1",
    });
  }
});

verifies(["messages.error-body", "messages.refusal-once"], "the types that clients look at", () => {
  const typeOf = (code: ErrorCode) => {
    const { status, body } = error(new BridgeError(code, "x"), "id-1");
    return [status, (body as { error: { type: string } }).error.type];
  };
  expect(typeOf("consent_denied")).toEqual([400, "invalid_request_error"]);
  expect(typeOf("unauthorized")).toEqual([401, "authentication_error"]);
  expect(typeOf("not_found")).toEqual([404, "not_found_error"]);
  expect(typeOf("payload_too_large")).toEqual([413, "request_too_large"]);
  expect(typeOf("queue_full")).toEqual([429, "rate_limit_error"]);
  expect(typeOf("queue_timeout")).toEqual([503, "overloaded_error"]);
  expect(typeOf("no_host")).toEqual([503, "api_error"]);
  expect(typeOf("host_timeout")).toEqual([504, "timeout_error"]);
  expect(typeOf("context_too_long")).toEqual([400, "invalid_request_error"]);
});

verifies("messages.thread", "details reach the client", () => {
  const details = { error_code: "thread_unsupported_request", unsupported: ["thread"] };
  expect(error(new BridgeError("unsupported_feature", "x", { details }), "id-1").body).toMatchObject({
    error: { details },
  });
});
