import { expect, test } from "vitest";
import { Refusals } from "../../../src/routing/refusals.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { Message } from "../../../src/turn/message.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { turnRequest } from "../../support/turn-request.ts";
import { verifies } from "../../support/verifies.ts";

const MINUTE = 60_000;
const denied = new BridgeError("consent_denied", "The person said no.");

function said(text: string, conversation?: string): TurnRequest {
  return turnRequest({ messages: [{ role: "user", parts: [{ type: "text", text }] }], conversation });
}

function stands(refusals: Refusals, request: TurnRequest, now: number): boolean {
  try {
    refusals.check(request, now);
    return false;
  } catch {
    return true;
  }
}

verifies(
  "turn.refusal-remembered",
  "a refusal stands for a minute, for its message and its conversation",
  () => {
    const refusals = new Refusals(MINUTE);
    refusals.remember(said("Do it", "one"), denied, 0);
    const cases = [
      [said("Do it", "one"), true],
      [said("Do it"), true],
      [said("Something else", "one"), true],
      [said("Something else", "other"), false],
      [said("Something else"), false],
    ] as const;
    for (const [request, expected] of cases) expect(stands(refusals, request, MINUTE - 1)).toBe(expected);
    for (const [request] of cases) expect(stands(refusals, request, MINUTE)).toBe(false);
  },
);

test("the same question in another shape is the same", () => {
  const refusals = new Refusals(MINUTE);
  refusals.remember(said("Do it"), denied, 0);
  const reshaped = turnRequest({
    ...said("Do it"),
    model: "other",
    tools: [{ name: "t", inputSchema: {} }],
    maxTokens: 64_000,
    system: [{ type: "text", text: "more" }],
  });
  expect(stands(refusals, reshaped, 1)).toBe(true);
});

test("results of tools are not the person's words", () => {
  const result: Message = {
    role: "user",
    parts: [{ type: "tool-result", callId: "c", content: [{ type: "text", text: "r" }], isError: false }],
  };
  const refusals = new Refusals(MINUTE);
  const [one, other] = [said("one"), said("other")];
  refusals.remember({ ...one, messages: [...one.messages, result] }, denied, 0);
  expect(stands(refusals, one, 1)).toBe(true);
  expect(stands(refusals, { ...other, messages: [...other.messages, result] }, 1)).toBe(false);
  expect(stands(refusals, turnRequest({ messages: [result] }), 1)).toBe(false);
});

test("what is repeated says what was said, and when it will be asked again", () => {
  const refusals = new Refusals(MINUTE);
  refusals.remember(said("Do it"), denied, 0);
  expect(() => refusals.check(said("Do it"), 20_500)).toThrow(
    expect.objectContaining({
      code: "consent_denied",
      cause: denied,
      message: "The person said no. The bridge remembers this and does not ask again for 40 s.",
    }),
  );
});

test("asking again does not make it stand longer", () => {
  const refusals = new Refusals(MINUTE);
  refusals.remember(said("Do it"), denied, 0);
  refusals.remember(said("Do it"), denied, MINUTE - 1);
  expect(stands(refusals, said("Do it"), MINUTE)).toBe(false);
});

test("no more than a thousand are remembered, the latest", () => {
  const refusals = new Refusals(MINUTE);
  for (let index = 0; index < 1100; index += 1) refusals.remember(said(`Do ${index}`), denied, 0);
  expect(stands(refusals, said("Do 0"), 1)).toBe(false);
  expect(stands(refusals, said("Do 99"), 1)).toBe(false);
  expect(stands(refusals, said("Do 100"), 1)).toBe(true);
  expect(stands(refusals, said("Do 1099"), 1)).toBe(true);
});
