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

verifies("turn.refusal-remembered", "a refusal stands for a minute, for the same words of the user", () => {
  const refusals = new Refusals(MINUTE);
  refusals.remember(said("Do it", "one"), denied, false, 0);
  const cases = [
    [said("Do it", "one"), true],
    [said("Do it"), true],
    [said("Do it", "other"), true],
    [said("Something else", "one"), false],
    [said("Something else"), false],
  ] as const;
  for (const [request, expected] of cases) expect(stands(refusals, request, MINUTE - 1)).toBe(expected);
  for (const [request] of cases) expect(stands(refusals, request, MINUTE)).toBe(false);
});

verifies(
  "turn.refusal-remembered",
  "where a refusal is taken for a permission, it stands for the whole conversation",
  () => {
    const refusals = new Refusals(MINUTE);
    refusals.remember(said("Do it", "one"), denied, true, 0);
    expect(stands(refusals, said("Something else", "one"), MINUTE - 1)).toBe(true);
    expect(stands(refusals, said("Do it"), MINUTE - 1)).toBe(true);
    expect(stands(refusals, said("Something else", "other"), 1)).toBe(false);
    expect(stands(refusals, said("Something else", "one"), MINUTE)).toBe(false);
  },
);

test("what a client tells the model among the user's words is not the user's", () => {
  const reminded = (...reminders: string[]): TurnRequest =>
    turnRequest({
      messages: [
        {
          role: "user",
          parts: [...reminders, "Do  it\n"].map((text) => ({ type: "text" as const, text })),
        },
        ...reminders.map((text) => ({ role: "user" as const, parts: [{ type: "text" as const, text }] })),
      ],
    });
  const reminder = "<system-reminder>\nToday is Monday.\n</system-reminder>";
  const refusals = new Refusals(MINUTE);
  refusals.remember(reminded(reminder), denied, false, 0);
  expect(stands(refusals, reminded(), 1)).toBe(true);
  expect(stands(refusals, said("Do it"), 1)).toBe(true);
  expect(stands(refusals, said("Do"), 1)).toBe(false);
});

verifies("turn.impossible-remembered", "what is too long stays so until it is shorter", () => {
  for (const code of ["context_too_long", "payload_too_large"] as const) {
    const refusals = new Refusals(MINUTE);
    const tooLong = new BridgeError(code, "prompt is too long: 3 > 2");
    const long = turnRequest({
      ...said("Do it", "one"),
      model: "m",
      system: [{ type: "text", text: "x".repeat(1000) }],
    });
    refusals.remember(long, tooLong, true, 0);
    expect(() => refusals.check(long, 1)).toThrow(expect.objectContaining({ code }));
    const tools = [{ name: "t", inputSchema: {} }];
    const system = [{ type: "text" as const, text: "x".repeat(999) }];
    expect(stands(refusals, { ...long, tools, conversation: undefined }, 1)).toBe(true);
    expect(stands(refusals, { ...long, system, tools }, 1)).toBe(true);
    expect(stands(refusals, { ...long, system }, 1)).toBe(false);
    expect(stands(refusals, { ...long, model: "longer" }, 1)).toBe(false);
    expect(stands(refusals, { ...long, messages: said("Something else").messages }, 1)).toBe(false);
    expect(stands(refusals, long, MINUTE)).toBe(false);
  }
});

test("what may go well the next time is not remembered", () => {
  const refusals = new Refusals(MINUTE);
  for (const code of ["host_failed", "host_rate_limited", "host_timeout", "queue_full"] as const) {
    refusals.remember(said("Do it"), new BridgeError(code, "No."), true, 0);
  }
  expect(stands(refusals, said("Do it"), 1)).toBe(false);
});

test("the same question in another shape is the same", () => {
  const refusals = new Refusals(MINUTE);
  refusals.remember(said("Do it"), denied, false, 0);
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
  refusals.remember({ ...one, messages: [...one.messages, result] }, denied, false, 0);
  expect(stands(refusals, one, 1)).toBe(true);
  expect(stands(refusals, { ...other, messages: [...other.messages, result] }, 1)).toBe(false);
  expect(stands(refusals, turnRequest({ messages: [result] }), 1)).toBe(false);
});

test("what is repeated says what was said, and when it will be asked again", () => {
  const refusals = new Refusals(MINUTE);
  refusals.remember(said("Do it"), denied, false, 0);
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
  refusals.remember(said("Do it"), denied, false, 0);
  refusals.remember(said("Do it"), denied, false, MINUTE - 1);
  expect(stands(refusals, said("Do it"), MINUTE)).toBe(false);
});

test("no more than a thousand are remembered, the latest", () => {
  const refusals = new Refusals(MINUTE);
  for (let index = 0; index < 1100; index += 1) refusals.remember(said(`Do ${index}`), denied, false, 0);
  expect(stands(refusals, said("Do 0"), 1)).toBe(false);
  expect(stands(refusals, said("Do 99"), 1)).toBe(false);
  expect(stands(refusals, said("Do 100"), 1)).toBe(true);
  expect(stands(refusals, said("Do 1099"), 1)).toBe(true);
});
