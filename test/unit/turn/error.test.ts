import { expect, test } from "vitest";
import { BridgeError, toBridgeError } from "../../../src/turn/error.ts";
import { ERROR_KINDS, type ErrorKind } from "../../../src/turn/error-kinds.ts";

const kinds = Object.entries<ErrorKind>(ERROR_KINDS);

test.each(kinds)("%s says what happened and what to do", (_, kind) => {
  for (const text of [kind.meaning, kind.remedy]) expect(text).toMatch(/^[A-Z].*\.$/s);
  expect(kind.status).toBeGreaterThanOrEqual(400);
  expect(kind.status).toBeLessThan(600);
});

test.each(kinds)("%s asks for a retry only where one can help, and then says when", (_, kind) => {
  expect(kind.retryAfter !== undefined).toBe(kind.retryable);
  if (kind.retryable) expect([429, 503]).toContain(kind.status);
});

test("what was sent to a host is never worth a retry by itself", () => {
  for (const code of ["consent_denied", "host_failed", "host_gone", "host_timeout"] as const) {
    expect(ERROR_KINDS[code].retryable).toBe(false);
  }
});

test("a bridge error stays itself", () => {
  const error = new BridgeError("host_gone", "Gone.", { param: "p", details: { a: 1 }, cause: 1 });
  expect(toBridgeError(error)).toBe(error);
  expect(error).toMatchObject({
    code: "host_gone",
    param: "p",
    details: { a: 1 },
    cause: 1,
    kind: ERROR_KINDS.host_gone,
  });
});

test("the text of a foreign error stays inside", () => {
  const inside = new TypeError("secret at /home/someone/file.ts:3");
  const error = toBridgeError(inside);
  expect(error).toMatchObject({ code: "internal", cause: inside });
  expect(error.message).not.toContain("secret");
});

test.each([[undefined], [null], ["text"], [{ message: "secret" }]])(
  "whatever is thrown, %j, is an error",
  (thrown) => {
    expect(toBridgeError(thrown)).toMatchObject({ code: "internal" });
  },
);

test("an abort without a reason is a client that left", () => {
  const abort = new AbortController();
  abort.abort();
  expect(toBridgeError(abort.signal.reason)).toMatchObject({ code: "client_left" });
});
