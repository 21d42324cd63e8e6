import * as fc from "fast-check";
import { expect } from "vitest";
import { encode } from "../../../../src/dialects/openai-responses/encode.ts";
import { responsesRequest } from "../../../../src/dialects/openai-responses/schema.ts";
import { stream } from "../../../../src/dialects/openai-responses/stream.ts";
import { placed } from "../../../../src/dialects/any-tool.ts";
import { ToolNames } from "../../../../src/dialects/openai-responses/tools.ts";
import { collect } from "../../../../src/turn/collect.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { ErrorCode } from "../../../../src/turn/error-kinds.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { failingTurnEvents, turnEvents } from "../../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../../support/streams/events.ts";
import { comments, parseFrames } from "../../../support/streams/frames.ts";
import { verifies } from "../../../support/verifies.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };

const wire = responsesRequest.parse({
  model: "asked",
  input: "hi",
  tools: [
    { type: "namespace", name: "files", tools: [{ type: "function", name: "read" }] },
    { type: "custom", name: "patch" },
  ],
});

interface Event {
  readonly type: string;
  readonly sequence_number: number;
  readonly [member: string]: unknown;
}

async function textFor(events: readonly TurnEvent[]): Promise<string> {
  const names = new ToolNames(placed(wire.tools, "tools"), []);
  const frames = stream(eventsOf(events), context, {
    wire,
    names,
    compacting: false,
    onCompleted: () => undefined,
  });
  return (await gather(frames)).join("");
}

async function eventsFor(events: readonly TurnEvent[]): Promise<Event[]> {
  return parseFrames(await textFor(events)).map(({ event, data }) => {
    expect((data as Event).type).toBe(event);
    return data as Event;
  });
}

const calling = (name: string, ...json: string[]): TurnEvent[] => [
  { type: "turn-start", model: "model" },
  { type: "tool-call-start", id: "t", callId: "call_1", name },
  ...json.map((piece) => ({ type: "tool-call-delta" as const, id: "t", json: piece })),
  { type: "tool-call-end", id: "t" },
  { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { estimated: false } },
];

verifies(
  ["responses.created-first", "responses.items", "responses.completed"],
  "a text answer, event by event",
  async () => {
    const events = await eventsFor(textTurn("He", "llo"));
    const position = { item_id: "msg_abc0", output_index: 0, content_index: 0 };
    const part = (text: string) => ({ type: "output_text", text, annotations: [], logprobs: [] });
    const item = { id: "msg_abc0", type: "message", status: "completed", role: "assistant" };
    const response = { id: "resp_abc", object: "response", created_at: 1_700_000_000, model: "model" };
    expect(events).toMatchObject([
      { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
      { type: "response.in_progress", response: { ...response, status: "in_progress", output: [] } },
      {
        type: "response.output_item.added",
        output_index: 0,
        item: { ...item, status: "in_progress", content: [] },
      },
      { type: "response.content_part.added", ...position, part: part("") },
      { type: "response.output_text.delta", ...position, delta: "He", logprobs: [] },
      { type: "response.output_text.delta", ...position, delta: "llo", logprobs: [] },
      { type: "response.output_text.done", ...position, text: "Hello" },
      { type: "response.content_part.done", ...position, part: part("Hello") },
      { type: "response.output_item.done", output_index: 0, item: { ...item, content: [part("Hello")] } },
      {
        type: "response.completed",
        response: { ...response, status: "completed", output: [{ ...item, content: [part("Hello")] }] },
      },
    ]);
  },
);

verifies("responses.tool-kinds", "a call of a tool in a namespace, event by event", async () => {
  const events = await eventsFor(calling("files__read", '{"path":', '"a"}'));
  const item = { id: "fc_abc0", type: "function_call", call_id: "call_1", name: "read", namespace: "files" };
  const position = { item_id: "fc_abc0", output_index: 0 };
  const whole = { ...item, status: "completed", arguments: '{"path":"a"}' };
  expect(events.slice(2)).toMatchObject([
    {
      type: "response.output_item.added",
      output_index: 0,
      item: { ...item, status: "in_progress", arguments: "" },
    },
    { type: "response.function_call_arguments.delta", ...position, delta: '{"path":' },
    { type: "response.function_call_arguments.delta", ...position, delta: '"a"}' },
    { type: "response.function_call_arguments.done", ...position, name: "read", arguments: '{"path":"a"}' },
    { type: "response.output_item.done", output_index: 0, item: whole },
    { type: "response.completed", response: { output: [whole] } },
  ]);
});

verifies("responses.tool-kinds", "a call of a custom tool is plain text", async () => {
  const events = await eventsFor(calling("patch", '{"inp', 'ut":"+x\\n"}'));
  const item = { id: "ctc_abc0", type: "custom_tool_call", call_id: "call_1", name: "patch" };
  const position = { item_id: "ctc_abc0", output_index: 0 };
  const whole = { ...item, status: "completed", input: "+x\n" };
  expect(events.slice(2)).toMatchObject([
    { type: "response.output_item.added", item: { ...item, status: "in_progress", input: "" } },
    { type: "response.custom_tool_call_input.delta", ...position, delta: "+x\n" },
    { type: "response.custom_tool_call_input.done", ...position, input: "+x\n" },
    { type: "response.output_item.done", item: whole },
    { type: "response.completed", response: { output: [whole] } },
  ]);
});

verifies("responses.keep-alive", "waiting opens the stream and then adds keepalive events", async () => {
  const wait: TurnEvent = { type: "turn-wait", reason: "host", elapsedMs: 10_000 };
  const turn = [{ ...wait, message: "waiting\nfor you" }, wait, ...textTurn("hi")];
  expect((await eventsFor(turn)).map(({ type }) => type).slice(0, 4)).toEqual([
    "response.created",
    "response.in_progress",
    "keepalive",
    "response.output_item.added",
  ]);
  expect(comments(await textFor(turn))).toEqual([": waiting for you"]);
});

verifies(
  "responses.cut",
  "a text that was cut is incomplete, streamed and whole; one before a call is not",
  async () => {
    const cut = {
      type: "turn-end",
      stopReason: { unified: "max-tokens" },
      usage: { estimated: false },
    } as const;
    const text = [...textTurn("Hel").slice(0, -1), cut];
    const call = [
      ...textTurn("Hello").slice(0, -1),
      { type: "tool-call-start", id: "t", callId: "call_1", name: "read" },
      { type: "tool-call-delta", id: "t", json: "{}" },
      { type: "tool-call-end", id: "t" },
      cut,
    ] as const;
    for (const [events, statuses] of [
      [text, ["incomplete"]],
      [call, ["completed", "completed"]],
      [textTurn("Hello"), ["completed"]],
    ] as const) {
      const streamed = await eventsFor(events);
      const done = streamed.flatMap(({ type, item }) =>
        type === "response.output_item.done" ? [(item as { status: string }).status] : [],
      );
      expect(done).toEqual(statuses);
      const { response } = streamed.at(-1) as unknown as { response: object };
      const whole = encode(
        await collect(eventsOf(events)),
        { wire, names: new ToolNames(placed(wire.tools, "tools"), []), compacting: false },
        context,
      );
      expect(whole).toEqual(response);
      expect(whole["incomplete_details"]).toEqual(
        events === text || events === call ? { reason: "max_output_tokens" } : null,
      );
    }
  },
);

verifies(
  "responses.failed",
  "a text that had all its pieces is there when the turn fails, another is not",
  async () => {
    const error: TurnEvent = { type: "turn-error", error: new BridgeError("host_failed", "Broken.") };
    const outputOf = async (events: readonly TurnEvent[]): Promise<unknown> =>
      (await eventsFor([...events, error])).at(-1)?.["response"];
    expect(await outputOf(textTurn("Hello").slice(0, -1))).toMatchObject({
      status: "failed",
      output: [{ status: "completed" }],
    });
    expect(await outputOf(textTurn("Hello").slice(0, -2))).toMatchObject({ status: "failed", output: [] });
  },
);

verifies("responses.completed", "an answer that was cut off or withheld is incomplete", async () => {
  for (const [unified, reason] of [
    ["max-tokens", "max_output_tokens"],
    ["refusal", "content_filter"],
  ] as const) {
    const turn = textTurn("x").slice(0, -1);
    const end: TurnEvent = { type: "turn-end", stopReason: { unified }, usage: { estimated: false } };
    expect((await eventsFor([...turn, end])).at(-1)).toMatchObject({
      type: "response.incomplete",
      response: { status: "incomplete", incomplete_details: { reason } },
    });
  }
});

verifies("responses.failed", "a failure has a code that is final where asking again is wrong", async () => {
  const codes: [ErrorCode, string][] = [
    ["consent_denied", "invalid_prompt"],
    ["invalid_request", "invalid_prompt"],
    ["context_too_long", "context_length_exceeded"],
    ["host_quota_exhausted", "insufficient_quota"],
    ["queue_timeout", "server_error"],
  ];
  for (const [code, told] of codes) {
    const error = new BridgeError(code, "What went wrong.");
    const events = await eventsFor([{ type: "turn-error", error }]);
    expect(events.map(({ type }) => type)).toEqual([
      "response.created",
      "response.in_progress",
      "response.failed",
    ]);
    expect(events[2]).toMatchObject({
      response: { status: "failed", error: { code: told, message: "What went wrong." } },
    });
  }
});

verifies(
  ["responses.numbered", "responses.created-first", "responses.completed", "responses.keep-alive"],
  "the rules of the stream hold for every turn",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(turnEvents(), failingTurnEvents()), async (turn) => {
        const events = await eventsFor(turn);
        expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
        const types = events.map(({ type }) => type);
        expect(types.slice(0, 2)).toEqual(["response.created", "response.in_progress"]);
        expect(types.filter((type) => type === "response.created")).toHaveLength(1);
        const last = /^response\.(?:completed|incomplete|failed)$/;
        expect(types.filter((type) => last.test(type))).toEqual(types.slice(-1));
        const done = events.flatMap(({ type, item }) => (type === "response.output_item.done" ? [item] : []));
        expect(events.at(-1)).toMatchObject({ response: { output: done } });
      }),
      { numRuns: 100 },
    );
  },
);
