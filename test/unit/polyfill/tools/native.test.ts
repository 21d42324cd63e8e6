import { expect, test } from "vitest";
import { nativeTools } from "../../../../src/polyfill/tools/native.ts";
import type { CheckValues } from "../../../../src/polyfill/schema-checker/checker.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import type { TurnRequest } from "../../../../src/turn/request.ts";
import { eventsOf, gather, textTurn } from "../../../support/streams/events.ts";
import { turnRequest } from "../../../support/data/turn-request.ts";

const never = new AbortController().signal;
const told: string[] = [];
const allFit: CheckValues = (asked) =>
  Promise.resolve(asked.map(({ value }) => ({ value, unchecked: false })));
const supply = nativeTools(allFit, ({ code }) => told.push(code));
const tools = ["a", "b"].map((name) => ({ name, inputSchema: { type: "object" } }));

const callOf = (id: string): TurnEvent[] => [
  { type: "tool-call-start", id, callId: id, name: "a" },
  { type: "tool-call-delta", id, json: "{}" },
  { type: "tool-call-end", id },
];

const twoCalls: TurnEvent[] = [
  { type: "turn-start", model: "m" },
  ...callOf("one"),
  ...callOf("two"),
  { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { estimated: false } },
];

test("a call of no tool, or without arguments that are an object, is told and passed on", async () => {
  for (const [name, json, expected] of [
    ["a", "{}", []],
    ["a", "", []],
    ["toString", "{}", ["unknown-tool-called"]],
    ["a", "[1]", ["arguments-unfit"]],
    ["a", '{"cut', ["arguments-unfit"]],
    ["a", `{"long":"${"x".repeat(300_000)}`, []],
  ] as const) {
    told.length = 0;
    const turn: TurnEvent[] = [
      { type: "turn-start", model: "m" },
      { type: "tool-call-start", id: "one", callId: "one", name },
      { type: "tool-call-delta", id: "one", json },
      { type: "tool-call-end", id: "one" },
      { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { estimated: false } },
    ];
    expect(await gather(supply(() => eventsOf(turn))(turnRequest({ tools }), never))).toEqual(turn);
    expect(told).toEqual(expected);
  }
});

test("an answer does not wait for a check that takes long", async () => {
  told.length = 0;
  let left: AbortSignal | undefined;
  const hanging = nativeTools(
    (_asked, signal) => {
      left = signal;
      return new Promise(() => undefined);
    },
    ({ code }) => told.push(code),
  );
  expect(await gather(hanging(() => eventsOf(twoCalls))(turnRequest({ tools }), never))).toEqual(twoCalls);
  expect(left?.aborted).toBe(true);
  expect(told).toEqual([]);
});

async function run(request: TurnRequest): Promise<{ sent: TurnRequest | undefined; events: TurnEvent[] }> {
  let sent: TurnRequest | undefined;
  const next = supply((prepared) => {
    sent = prepared;
    return eventsOf(twoCalls);
  });
  return { events: await gather(next(request, never)), sent };
}

test("a choice of one tool is that tool alone, required", async () => {
  const { sent } = await run(turnRequest({ tools, toolChoice: { type: "tool", name: "b" } }));
  expect(sent?.tools.map(({ name }) => name)).toEqual(["b"]);
  expect(sent?.toolChoice).toEqual({ type: "required" });
});

test("any other choice travels as it is, with all tools", async () => {
  for (const type of ["auto", "none", "required"] as const) {
    const { sent } = await run(turnRequest({ tools, toolChoice: { type } }));
    expect(sent?.tools).toEqual(tools);
    expect(sent?.toolChoice).toEqual({ type });
  }
});

test("without parallel calls only the first is handed on; with them all are", async () => {
  const one = await run(turnRequest({ tools, parallelToolCalls: false }));
  expect(one.events).toEqual(twoCalls.filter((event) => !("id" in event && event.id === "two")));
  const both = await run(turnRequest({ tools }));
  expect(both.events).toEqual(twoCalls);
});

test("a history that the protocol does not allow is mended on its way", async () => {
  const { sent } = await run(
    turnRequest({
      messages: [
        { role: "user", parts: [{ type: "text", text: "Go." }] },
        { role: "assistant", parts: [{ type: "tool-call", id: "x", name: "a", input: "{}" }] },
        { role: "user", parts: [{ type: "text", text: "Stop." }] },
      ],
    }),
  );
  const kinds = sent?.messages.flatMap(({ parts }) => parts).map(({ type }) => type);
  expect(kinds).not.toContain("tool-call");
});

const REQUIRED = turnRequest({ tools, toolChoice: { type: "required" } });

/** Runs a request whose answers come in turn, and tells what was asked. */
async function answers(request: TurnRequest, ...turns: TurnEvent[][]) {
  const asked: TurnRequest[] = [];
  const next = supply((prepared) => {
    asked.push(prepared);
    return eventsOf(turns[asked.length - 1] ?? []);
  });
  return { asked, events: await gather(next(request, never)) };
}

test("a model that makes no call where one is required is asked once more", async () => {
  const { asked, events } = await answers(REQUIRED, textTurn("I'd rather", " talk."), twoCalls);
  expect(events).toEqual(
    twoCalls.map((event) => (event.type === "turn-start" ? { ...event, model: "model" } : event)),
  );
  expect(asked).toHaveLength(2);
  expect(asked[1]?.messages.slice(-2)).toMatchObject([
    { role: "assistant", parts: [{ text: "I'd rather talk." }] },
    { role: "user", parts: [{ text: expect.stringContaining("a, b") as string }] },
  ]);
});

test("a model that makes none then either is an error", async () => {
  await expect(answers(REQUIRED, textTurn("No."), textTurn("Still no."))).rejects.toMatchObject({
    code: "host_failed",
  });
});

test("words before a required call, and an answer that was cut or refused, pass as they are", async () => {
  const spoken = [...textTurn("Look:").slice(0, -1), ...twoCalls.slice(1)];
  expect((await answers(REQUIRED, spoken)).events).toEqual(spoken);
  for (const unified of ["max-tokens", "refusal", "stop-sequence"] as const) {
    const cut: TurnEvent[] = [
      ...textTurn("Half").slice(0, -1),
      { type: "turn-end", stopReason: { unified }, usage: { estimated: false } },
    ];
    expect((await answers(REQUIRED, cut)).events).toEqual(cut);
  }
});

test("an answer without a call is one where none is required", async () => {
  const { asked, events } = await answers(turnRequest({ tools }), textTurn("Hello."));
  expect(asked).toHaveLength(1);
  expect(events).toEqual(textTurn("Hello."));
});
