import { expect } from "vitest";
import { error } from "../../../../src/dialects/openai-chat/error.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import { ERROR_KINDS, type ErrorCode } from "../../../../src/turn/error-kinds.ts";
import { verifies } from "../../../support/verifies.ts";

const codes = Object.keys(ERROR_KINDS) as ErrorCode[];

verifies("chat.error-body", "every error has OpenAI's shape", () => {
  for (const code of codes) {
    const { status, body } = error(new BridgeError(code, "What went wrong."));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).toEqual({
      error: {
        message: "What went wrong.",
        type: expect.stringMatching(
          /^(?:invalid_request|authentication|permission|not_found|rate_limit|server)_error$/,
        ),
        param: null,
        code: expect.any(String),
      },
    });
  }
});

verifies("chat.error-body", "OpenAI's own codes, and the field at fault", () => {
  expect(error(new BridgeError("context_too_long", "x")).body).toMatchObject({
    error: { type: "invalid_request_error", code: "context_length_exceeded" },
  });
  expect(error(new BridgeError("host_quota_exhausted", "x")).body).toMatchObject({
    error: { type: "rate_limit_error", code: "insufficient_quota" },
  });
  expect(error(new BridgeError("host_rate_limited", "x"))).toMatchObject({
    status: 429,
    body: { error: { code: "rate_limit_exceeded" } },
  });
  expect(error(new BridgeError("unauthorized", "x"))).toMatchObject({
    status: 401,
    body: { error: { type: "authentication_error", code: "invalid_api_key" } },
  });
  expect(error(new BridgeError("invalid_request", "x", { param: "messages" })).body).toMatchObject({
    error: { param: "messages" },
  });
});

verifies("chat.refusal-once", "a refusal by the person is a 400", () => {
  expect(error(new BridgeError("consent_denied", "x"))).toMatchObject({
    status: 400,
    body: { error: { type: "invalid_request_error", code: "consent_denied" } },
  });
});
