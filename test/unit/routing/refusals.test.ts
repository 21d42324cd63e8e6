import { beforeEach, expect, test } from "vitest";
import { Refusals, type Parties } from "../../../src/routing/refusals.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { Message } from "../../../src/turn/message.ts";
import type { Principal } from "../../../src/turn/principal.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { verifies } from "../../support/verifies.ts";

const MINUTE = 60_000;
const denied = new BridgeError("consent_denied", "The person said no.");

function said(text: string, conversation?: string): TurnRequest {
  return turnRequest({ messages: [{ role: "user", parts: [{ type: "text", text }] }], conversation });
}

/** The only clock there is. */
let now = 0;
beforeEach(() => {
  now = 0;
});

const by = (key: string | undefined, agent = "agent/1"): Principal => ({ key, agent, operator: false });
const HERE: Parties = { principal: by(undefined), host: "vscode" };

/** Whether a refusal stands in the way of a request at a time. */
function stands(refusals: Refusals, request: TurnRequest, at: number, parties = HERE): boolean {
  now = at;
  try {
    refusals.check(request, parties);
    return false;
  } catch {
    return true;
  }
}

verifies("turn.refusal-remembered", "a refusal stands for a minute, for the same words of the user", () => {
  const refusals = new Refusals(MINUTE, () => now);
  refusals.remember(said("Do it", "one"), HERE, denied, false);
  const cases = [
    [said("Do it", "one"), true],
    [said("Do it"), true],
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
    const refusals = new Refusals(MINUTE, () => now);
    refusals.remember(said("Do it", "one"), HERE, denied, true);
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
  const refusals = new Refusals(MINUTE, () => now);
  refusals.remember(reminded(reminder), HERE, denied, false);
  expect(stands(refusals, reminded(), 1)).toBe(true);
  expect(stands(refusals, said("Do it"), 1)).toBe(true);
  expect(stands(refusals, said("Do"), 1)).toBe(false);
});

verifies("turn.impossible-remembered", "what is too long stays so until it is shorter", () => {
  for (const code of ["context_too_long", "payload_too_large"] as const) {
    const refusals = new Refusals(MINUTE, () => now);
    const tooLong = new BridgeError(code, "prompt is too long: 3 > 2");
    const long = turnRequest({
      ...said("Do it", "one"),
      model: "m",
      system: [{ type: "text", text: "x".repeat(1000) }],
    });
    now = 0;
    refusals.remember(long, HERE, tooLong, true);
    expect(() => refusals.check(long, HERE)).toThrow(expect.objectContaining({ code }));
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
  const refusals = new Refusals(MINUTE, () => now);
  for (const code of ["host_failed", "host_rate_limited", "host_timeout", "queue_full"] as const) {
    refusals.remember(said("Do it"), HERE, new BridgeError(code, "No."), true);
  }
  expect(stands(refusals, said("Do it"), 1)).toBe(false);
});

test("the same question in another shape is the same", () => {
  const refusals = new Refusals(MINUTE, () => now);
  refusals.remember(said("Do it"), HERE, denied, false);
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
  const refusals = new Refusals(MINUTE, () => now);
  const [one, other] = [said("one"), said("other")];
  refusals.remember({ ...one, messages: [...one.messages, result] }, HERE, denied, false);
  expect(stands(refusals, one, 1)).toBe(true);
  expect(stands(refusals, { ...other, messages: [...other.messages, result] }, 1)).toBe(false);
  expect(stands(refusals, turnRequest({ messages: [result] }), 1)).toBe(false);
});

test("what is repeated says what was said, and when it will be asked again", () => {
  const refusals = new Refusals(MINUTE, () => now);
  refusals.remember(said("Do it"), HERE, denied, false);
  now = 20_500;
  expect(() => refusals.check(said("Do it"), HERE)).toThrow(
    expect.objectContaining({
      code: "consent_denied",
      message: "The person said no. The bridge will not ask again for 40 s.",
    }),
  );
});

test("asking again does not make it stand longer", () => {
  const refusals = new Refusals(MINUTE, () => now);
  refusals.remember(said("Do it"), HERE, denied, false);
  now = MINUTE - 1;
  refusals.remember(said("Do it"), HERE, denied, false);
  expect(stands(refusals, said("Do it"), MINUTE)).toBe(false);
});

verifies("own.refusals", "a refusal concerns the client and the host it was for, and nobody else", () => {
  const others: readonly (readonly [string, TurnRequest, Parties])[] = [
    ["another key", said("Do it", "one"), { ...HERE, principal: by("other") }],
    ["another program", said("Do it", "one"), { ...HERE, principal: by(undefined, "other/1") }],
    ["another session", said("Do it", "two"), HERE],
    ["another host", said("Do it", "one"), { ...HERE, host: "goose" }],
  ];
  for (const wholeConversation of [false, true]) {
    const refusals = new Refusals(MINUTE, () => now);
    refusals.remember(said("Do it", "one"), HERE, denied, wholeConversation);
    expect(stands(refusals, said("Do it", "one"), 1)).toBe(true);
    for (const [who, request, parties] of others)
      expect([who, stands(refusals, request, 1, parties)]).toEqual([who, false]);
  }
});

verifies("own.refusals", "a request that leaves its session out is the same client's", () => {
  for (const [first, second] of [
    [undefined, "one"],
    ["one", undefined],
    [undefined, undefined],
  ]) {
    const refusals = new Refusals(MINUTE, () => now);
    refusals.remember(said("Do it", first), HERE, denied);
    expect(stands(refusals, said("Do it", second), 1)).toBe(true);
  }
});

verifies("own.bounded", "who is refused much pushes out no refusal of another", () => {
  const refusals = new Refusals(MINUTE, () => now);
  const other = { ...HERE, principal: by("other") };
  refusals.remember(said("Do it"), other, denied);
  for (let index = 0; index < 2000; index += 1) refusals.remember(said(`Do ${index}`), HERE, denied);
  expect(stands(refusals, said("Do it"), 1, other)).toBe(true);
});

test("words behind many reminders, or in a very long message, are found", () => {
  const tag = "<system-reminder>x</system-reminder>";
  const refusals = new Refusals(MINUTE, () => now);
  refusals.remember(said(`${tag.repeat(20_000)}Do it`), HERE, denied);
  expect(stands(refusals, said(`Do it${tag}`), 1)).toBe(true);
  const unclosed = "<system-reminder>".repeat(20_000);
  refusals.remember(said(`${unclosed}Do that`), HERE, denied);
  expect(stands(refusals, said(`${unclosed}Do that`), 1)).toBe(true);
  expect(stands(refusals, said("Do that"), 1)).toBe(false);
  const long = "y".repeat(1_000_000);
  refusals.remember(said(`${long} first`), HERE, denied);
  expect(stands(refusals, said(`${long} first`), 1)).toBe(true);
  expect(stands(refusals, said(`${long} second`), 1)).toBe(false);
});

test("no more than a thousand are remembered, the latest", () => {
  const refusals = new Refusals(MINUTE, () => now);
  for (let index = 0; index < 1100; index += 1) refusals.remember(said(`Do ${index}`), HERE, denied, false);
  expect(stands(refusals, said("Do 0"), 1)).toBe(false);
  expect(stands(refusals, said("Do 99"), 1)).toBe(false);
  expect(stands(refusals, said("Do 100"), 1)).toBe(true);
  expect(stands(refusals, said("Do 1099"), 1)).toBe(true);
});
