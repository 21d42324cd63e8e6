import { expect } from "vitest";
import { gemini } from "../../../../src/dialects/gemini/index.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import { ERROR_KINDS, type ErrorCode } from "../../../../src/turn/error-kinds.ts";
import { verifies } from "../../../support/verifies.ts";

interface Told {
  readonly code: number;
  readonly message: string;
  readonly status: string;
  readonly details: readonly Readonly<Record<string, unknown>>[];
}

function told(error: BridgeError): { status: number; error: Told } {
  const { status, body } = gemini.error(error, "id");
  return { status, error: (body as { error: Told }).error };
}

const CODES = Object.keys(ERROR_KINDS) as ErrorCode[];

verifies(
  ["gemini.errors", "gemini.no-retry"],
  "only what may pass by itself has a status at which clients ask again",
  () => {
    for (const code of CODES) {
      for (const transient of [false, true]) {
        const error = new BridgeError(code, "It failed.", { transient });
        const { status, error: body } = told(error);
        expect([code, body.code]).toEqual([code, status]);
        expect(body.status).toMatch(/^[A-Z_]+$/);
        const asksAgain = status === 429 || status === 499 || status >= 500;
        if (code !== "internal")
          expect([code, asksAgain]).toEqual([code, error.retryable && error.kind.status >= 429]);
      }
    }
  },
);

verifies("gemini.errors", "names and details", () => {
  const of = (code: ErrorCode, detail = {}): readonly [number, string] => {
    const { status, error } = told(new BridgeError(code, "It failed.", detail));
    return [status, error.status];
  };
  expect(of("invalid_request")).toEqual([400, "INVALID_ARGUMENT"]);
  expect(of("unauthorized")).toEqual([401, "UNAUTHENTICATED"]);
  expect(of("forbidden")).toEqual([403, "PERMISSION_DENIED"]);
  expect(of("model_not_found")).toEqual([404, "NOT_FOUND"]);
  expect(of("queue_full")).toEqual([429, "RESOURCE_EXHAUSTED"]);
  expect(of("no_host")).toEqual([400, "FAILED_PRECONDITION"]);
  expect(of("host_timeout")).toEqual([400, "FAILED_PRECONDITION"]);
  expect(of("host_failed", { transient: true })).toEqual([503, "UNAVAILABLE"]);
  expect(of("internal")).toEqual([500, "INTERNAL"]);
  const { error } = told(new BridgeError("queue_full", "Full."));
  expect(error.details).toEqual([
    { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "QUEUE_FULL", domain: "mcp-token-bridge" },
    { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "5s" },
  ]);
});
