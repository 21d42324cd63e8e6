import { expect, test } from "vitest";
import { classify, JsonRpcFailure } from "../../../../src/hosts/mcp/failure.ts";
import type { ErrorCode } from "../../../../src/turn/error-kinds.ts";
import { verifies } from "../../../support/verifies.ts";

const HOST = { name: "Some Host" };

function codeOf(code: number, message: string, method = "sampling/createMessage"): ErrorCode {
  return classify(new JsonRpcFailure(code, message, method), HOST).code;
}

verifies("host.consent-denied", "refusals by code and by words are told from failures", () => {
  expect(codeOf(-1, "User rejected sampling request")).toBe("consent_denied");
  expect(codeOf(-1, "")).toBe("consent_denied");
  expect(codeOf(-32_000, "The user has denied permission to call this method.")).toBe("consent_denied");
  expect(codeOf(-32_603, "Sampling request declined")).toBe("consent_denied");
  expect(codeOf(-32_603, "Permission denied by the person")).toBe("consent_denied");
  expect(codeOf(-32_000, "Something else went wrong")).toBe("host_failed");
  expect(codeOf(-32_603, "EACCES: permission denied, open 'models.json'")).toBe("host_failed");
  expect(codeOf(-32_603, "Request rejected: content filter")).toBe("host_failed");
  expect(codeOf(-32_603, "boom\n    at user.rejected (permission.js)")).toBe("host_failed");
});

verifies(
  "host.consent-denied",
  "the message says what to do, in the host's own words where they are known",
  () => {
    const denied = new JsonRpcFailure(-1, "User rejected sampling request", "sampling/createMessage");
    expect(classify(denied, HOST).message).toBe(
      "The request was refused at the MCP host (Some Host): User rejected sampling request. " +
        "Allow sampling for this server there, then send a new message.",
    );
    expect(classify(denied, { ...HOST, refusalStep: "Press the button." }).message).toMatch(
      /Press the button\.$/,
    );
    const noModels = new JsonRpcFailure(-32_000, "It has no allowlisted models", "sampling/createMessage");
    expect(classify(noModels, HOST)).toMatchObject({
      code: "consent_denied",
      message: expect.stringMatching(/Tick at least one model/),
    });
  },
);

verifies("host.error-kinds", "limits of the model's service keep their meaning", () => {
  expect(codeOf(-32_603, "Unknown error: Error: Rate limit exceeded")).toBe("host_rate_limited");
  expect(codeOf(-32_603, "You have exceeded your premium requests allowance")).toBe("host_quota_exhausted");
  expect(codeOf(-32_603, "quota exceeded")).toBe("host_quota_exhausted");
  expect(codeOf(-32_603, "Message exceeds token limit.")).toBe("context_too_long");
  const tooLong = new JsonRpcFailure(-32_603, "Message exceeds token limit.", "sampling/createMessage");
  expect(classify(tooLong, HOST).message).toBe("prompt is too long: Message exceeds token limit.");
});

verifies(
  "host.error-kinds",
  "a refused request is told from any failure inside a host on an older SDK",
  () => {
    expect(codeOf(-32_602, "stopSequences: unknown field")).toBe("invalid_request");
    // Version 1 of the Python SDK says so whatever went wrong in the host's callback.
    expect(codeOf(-32_602, "Invalid request parameters")).toBe("host_failed");
  },
);

verifies("host.transient", "what may have passed by itself is told from what will not", () => {
  const kind = (message: string, code = -32_603): readonly [ErrorCode, boolean] => {
    const error = classify(new JsonRpcFailure(code, message, "sampling/createMessage"), HOST);
    return [error.code, error.transient];
  };
  const passes = [
    "Unknown error: Error: net::ERR_NETWORK_CHANGED",
    "Unknown error: LanguageModelError: fetch failed",
    "read ECONNRESET",
    "getaddrinfo EAI_AGAIN api.example",
    "socket hang up",
    "Request timed out",
    "Gateway Timeout",
    "The server is overloaded. Please try again.",
    "Request Failed: 503 upstream connect error",
    "HTTP status 500",
    "Service temporarily unavailable",
    "Sorry, your request failed. Please try again.",
    "Something went wrong",
    "Invalid response from the server",
    "It took more than 400 ms",
    "",
  ];
  for (const message of passes) expect([message, ...kind(message)]).toEqual([message, "host_failed", true]);
  const lasts: readonly (readonly [string, ErrorCode])[] = [
    ["Request Failed: 400 {}", "invalid_request"],
    ["Invalid request: messages.0 is empty", "invalid_request"],
    ["invalid_request_error: roles must alternate", "invalid_request"],
    ["The upstream does not accept the request: no.", "invalid_request"],
    ["Unsupported content type image/tiff", "unsupported_feature"],
    ["The requested model is not supported.", "unsupported_feature"],
    ["The model `gpt-9` does not exist", "model_not_found"],
    ["Incorrect API key provided: (key)", "host_unauthorized"],
    ["401 Unauthorized", "host_unauthorized"],
    ["You are not signed in. Please sign in and try again.", "host_unauthorized"],
    ["The upstream does not accept the key: no. Check --key-env.", "host_unauthorized"],
    ["Request Failed: 403", "host_unauthorized"],
    ["You have no quota left", "host_quota_exhausted"],
    ["error code: 402", "host_quota_exhausted"],
    ["status code 429", "host_rate_limited"],
    ["Response was filtered by the content policy", "host_failed"],
    ["EACCES: permission denied, open 'models.json'", "host_failed"],
  ];
  for (const [message, code] of lasts) expect([message, ...kind(message)]).toEqual([message, code, false]);
  expect(kind("Something", -32_602)).toEqual(["invalid_request", false]);
  expect(kind("Something", -1)).toEqual(["consent_denied", false]);
});

verifies(
  "host.no-sampling",
  "a host without the method cannot sample; without another method it has failed",
  () => {
    expect(codeOf(-32_601, "Method not found")).toBe("host_cannot_sample");
    expect(codeOf(-32_601, "Method not found", "tasks/result")).toBe("host_failed");
  },
);

test("the failure itself stays at hand for the log", () => {
  const failure = new JsonRpcFailure(-5, "boom", "sampling/createMessage");
  expect(classify(failure, HOST).cause).toBe(failure);
});

test("a cap of a session is no limit of a rate: asking again after a while does not help", () => {
  for (const message of [
    "Sampling rate limit exceeded: at most 25 requests per session.",
    "MCP sampling request limit exceeded: maxSamplingRequests=25 applies to the entire client lifetime",
    "The maximum number of sampling requests per connection has been reached (limit 5)",
  ]) {
    expect(codeOf(-32_603, message)).toBe("host_quota_exhausted");
  }
  expect(codeOf(-32_603, "The context window limit of this session is reached")).toBe("context_too_long");
});
