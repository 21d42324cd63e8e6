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
      cancelByNotification: false,
      refusalEndsAll: true,
      maxTokens: "no",
    });
  }
});

verifies("host.media", "goose and fast-agent read text only", () => {
  for (const name of ["goose", "goose-desktop", "fast-agent-mcp"]) {
    expect(quirksOf(name)).toMatchObject({ images: "no", audio: "no" });
  }
});

test("an unknown host gets what is safe everywhere", () => {
  for (const name of ["", "my-host", "encode-tool"]) {
    expect(quirksOf(name)).toEqual({
      prefersLegacy: false,
      cancelByNotification: true,
      contentArrays: true,
      images: "unknown",
      audio: "unknown",
      maxTokens: "unknown",
      temperature: "unknown",
      stopSequences: "unknown",
      refusalEndsAll: false,
    });
  }
});
