import { expect, test } from "vitest";
import { classify, JsonRpcFailure } from "../../../../src/hosts/mcp/failure.ts";
import type { ErrorCode } from "../../../../src/turn/error.ts";
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
