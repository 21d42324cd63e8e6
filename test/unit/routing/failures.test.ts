import { expect, test } from "vitest";
import { Failures } from "../../../src/routing/failures.ts";
import type { Parties } from "../../../src/routing/refusals.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { verifies } from "../../support/verifies.ts";

const MINUTE = 60_000;
const HERE: Parties = { principal: { key: "k", agent: "a", operator: false }, host: "vscode" };
const broken = new BridgeError("host_failed", "The MCP host failed: fetch failed.", { transient: true });

function said(...texts: readonly string[]): TurnRequest {
  return turnRequest({
    messages: texts.map((text) => ({ role: "user", parts: [{ type: "text", text }] })),
  });
}

verifies("host.transient", "the first failure is worth a retry, the same within a minute is not", () => {
  let now = 0;
  const failures = new Failures(() => now);
  const retryable = (request: TurnRequest, parties = HERE): boolean =>
    failures.judge(broken, request, parties).retryable;
  expect(retryable(said("Go on"))).toBe(true);
  now = MINUTE - 1;
  expect(retryable(said("Go on"))).toBe(false);
  expect(retryable({ ...said("Go on"), stopSequences: ["x"], model: "other" })).toBe(false);
  expect(retryable(said("Something else"))).toBe(true);
  expect(retryable(said("Go on", "Go on"))).toBe(true);
  expect(retryable({ ...said("Go on"), conversation: "other" })).toBe(true);
  expect(retryable(said("Go on"), { ...HERE, host: "goose" })).toBe(true);
  expect(retryable(said("Go on"), { ...HERE, principal: { ...HERE.principal, key: "l" } })).toBe(true);
  now = MINUTE;
  expect(retryable(said("Go on"))).toBe(true);
});

test("what is told again is the same error, without the advice to ask again", () => {
  const failures = new Failures(() => 0);
  const first = failures.judge(broken, said("Go on"), HERE);
  const second = failures.judge(broken, said("Go on"), HERE);
  expect(first).toMatchObject({ code: "host_failed", retryable: true, retryAfter: 2 });
  expect(second).toMatchObject({ code: "host_failed", message: broken.message, retryable: false });
  expect(second.retryAfter).toBeUndefined();
});

test("errors that will not pass are told as they are", () => {
  const failures = new Failures(() => 0);
  for (const code of ["host_failed", "consent_denied", "host_rate_limited"] as const) {
    const error = new BridgeError(code, "No.");
    for (let time = 0; time < 2; time += 1) expect(failures.judge(error, said("Go"), HERE)).toBe(error);
  }
});
