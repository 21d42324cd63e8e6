import { expect, test } from "vitest";
import { quirksOf } from "../../../../src/hosts/mcp/quirks.ts";
import { verifies } from "../../../support/verifies.ts";

verifies("host.cancel-quirk", "VS Code is known under each of its names", () => {
  for (const name of [
    "Visual Studio Code",
    "Visual Studio Code - Insiders",
    "code-server",
    "VSCodium",
    "Code - OSS",
  ]) {
    expect(quirksOf(name)).toMatchObject({
      cancel: "no",
      refusalEndsAll: true,
      maxTokens: "no",
    });
  }
});

verifies("host.media", "goose reads text only", () => {
  for (const name of ["goose", "goose-desktop"]) {
    expect(quirksOf(name)).toMatchObject({ images: "no", audio: "no" });
  }
});

verifies("host.error-as-text", "fast-agent's errors are known, its answers are not taken for them", () => {
  const { errorText } = quirksOf("fast-agent-mcp");
  for (const error of [
    "Error in sampling: no model",
    "I hit an internal error while calling the model: generic request failed (status=500)",
    "I hit an internal error while calling the model; see fast-agent-error for details.",
  ]) {
    expect(error).toMatch(errorText ?? /never/);
  }
  expect("I hit an internal error while calling the modeller").not.toMatch(errorText ?? /^/);
});

verifies("host.cancel-quirk", "no cancellation is sent to hosts that go on, or hear it too late", () => {
  for (const name of ["mcp-use", "copilot-cli", "pi-mcp-bridge"]) expect(quirksOf(name).cancel).toBe("no");
});

test("hosts that ask their person in a place of their own are known by it", () => {
  expect(quirksOf("copilot-cli").consentHint).toContain("Approve inference request?");
  expect(quirksOf("pi-mcp-my-bridge")).toMatchObject({
    label: "pi",
    consentHint: expect.stringContaining("Approve MCP sampling request") as unknown,
  });
});

test("an unknown host gets what is safe everywhere", () => {
  for (const name of ["", "my-host", "encode-tool"]) {
    expect(quirksOf(name)).toEqual({
      cancel: "unknown",
      contentArrays: "unknown",
      images: "unknown",
      audio: "unknown",
      maxTokens: "unknown",
      temperature: "unknown",
      stopSequences: "unknown",
      modelPreferences: "unknown",
      refusalEndsAll: false,
    });
  }
});
