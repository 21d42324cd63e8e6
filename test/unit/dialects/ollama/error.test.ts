import { expect } from "vitest";
import { ollama } from "../../../../src/dialects/ollama/index.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import { ERROR_KINDS, type ErrorCode } from "../../../../src/turn/error-kinds.ts";
import { verifies } from "../../../support/verifies.ts";

verifies("ollama.errors", "each has its status and its sentence", () => {
  for (const code of Object.keys(ERROR_KINDS) as ErrorCode[]) {
    const error = new BridgeError(code, "It failed.");
    expect(ollama.error(error, "id")).toEqual({
      status: error.kind.status,
      body: { error: "It failed.", code },
    });
  }
});
