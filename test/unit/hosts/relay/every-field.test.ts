/** A turn with everything that a turn can have. The types want each member that there is, so one that is added is tried here as well. */
import { expect } from "vitest";
import type { HostInfo } from "../../../../src/hosts/host.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import type { Part } from "../../../../src/turn/message.ts";
import type { ResponseFormat, ToolChoice, TurnRequest } from "../../../../src/turn/request.ts";
import { eventsOf } from "../../../support/streams/events.ts";
import { FakeHost } from "../../../support/hosts/fake-host.ts";
import { borrowerAt, lenderAt, socketPair } from "../../../support/bridge/relay-pair.ts";
import { verifies } from "../../../support/verifies.ts";

/** With every optional member there, at any depth. */
type Whole<Value> = Value extends readonly (infer Item)[]
  ? readonly Whole<Item>[]
  : Value extends BridgeError
    ? Value
    : Value extends object
      ? { readonly [Key in keyof Value]-?: Whole<Exclude<Value[Key], undefined>> }
      : Value;
/** One of each kind. */
type Each<Kinds extends { readonly type: string }> = {
  readonly [Type in Kinds["type"]]: Whole<
    Kinds extends { type: infer Types } ? Kinds & (Type extends Types ? { type: Type } : never) : never
  >;
};

const parts: Each<Part> = {
  text: { type: "text", text: "words" },
  image: { type: "image", mimeType: "image/png", data: "AAAA" },
  audio: { type: "audio", mimeType: "audio/wav", data: "BBBB" },
  reasoning: { type: "reasoning", text: "so", signature: "signed" },
  "tool-call": { type: "tool-call", id: "call", name: "tool", input: '{"a":1}' },
  "tool-result": {
    type: "tool-result",
    callId: "call",
    content: [{ type: "text", text: "result" }],
    isError: true,
  },
};
const formats: Each<ResponseFormat> = {
  text: { type: "text" },
  json: { type: "json", name: "form", schema: { type: "object" } },
};
const choices: Each<ToolChoice> = {
  auto: { type: "auto" },
  none: { type: "none" },
  required: { type: "required" },
  tool: { type: "tool", name: "tool" },
};
const requests: readonly Whole<TurnRequest>[] = Object.values(formats).flatMap((responseFormat) =>
  Object.values(choices).map((toolChoice) => ({
    model: "model",
    hints: ["hint"],
    system: [{ type: "text", text: "system" }],
    messages: [{ role: "user", parts: Object.values(parts) }],
    tools: [{ name: "tool", description: "does", inputSchema: { type: "object", properties: { a: {} } } }],
    toolChoice,
    parallelToolCalls: false,
    responseFormat,
    maxTokens: 7,
    temperature: 0.5,
    stopSequences: ["stop"],
    thinking: { enabled: true, effort: "high", budgetTokens: 100 },
    askedBy: { client: "client", key: "key" },
    trace: { traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`, tracestate: "a=b" },
    conversation: "conversation",
  })),
);

const info: Whole<HostInfo> = {
  id: "there",
  label: "window",
  name: "some host",
  version: "1.2.3",
  transport: "embedded",
  window: "window-1",
  revision: "2025-11-25",
  canSample: true,
  consent: "waiting",
  refusalEndsAll: true,
  keepsRefusals: true,
  abilities: {
    deltas: true,
    tools: true,
    images: "unknown",
    audio: "no",
    maxTokens: "yes",
    temperature: "unknown",
    stopSequences: "yes",
    reasoning: true,
    cancel: "no",
    errors: false,
  },
  models: ["model"],
  catalog: [
    {
      id: "vendor/model",
      name: "Model",
      family: "models",
      inputTokens: 1000,
      outputTokens: 100,
      images: "no",
      tools: false,
    },
  ],
  running: 3,
  slots: 4,
};

/** Which of several answers an event belongs to is for the side that asked to say. */
type HostEvent = TurnEvent extends infer Event
  ? Event extends TurnEvent
    ? Omit<Event, "choice">
    : never
  : never;
const events: Each<HostEvent & { readonly type: TurnEvent["type"] }> = {
  "turn-wait": { type: "turn-wait", reason: "slot", elapsedMs: 5, message: "waits" },
  "turn-start": { type: "turn-start", notices: [{ code: "left-out", message: "It was." }], model: "model" },
  "text-start": { type: "text-start", id: "1" },
  "text-delta": { type: "text-delta", id: "1", text: "words" },
  "text-end": { type: "text-end", id: "1" },
  "reasoning-start": { type: "reasoning-start", id: "2" },
  "reasoning-delta": { type: "reasoning-delta", id: "2", text: "so" },
  "reasoning-end": { type: "reasoning-end", id: "2", signature: "signed" },
  "tool-call-start": { type: "tool-call-start", id: "3", callId: "call", name: "tool" },
  "tool-call-delta": { type: "tool-call-delta", id: "3", json: "{}" },
  "tool-call-end": { type: "tool-call-end", id: "3" },
  "turn-end": {
    type: "turn-end",
    stopReason: { unified: "stop-sequence", raw: "stop", sequence: "END" },
    usage: { inputTokens: 3, cachedTokens: 1, outputTokens: 2, estimated: true },
  },
  "turn-error": {
    type: "turn-error",
    error: new BridgeError("host_rate_limited", "Later.", { param: "model", transient: true }),
  },
};

verifies(
  "relay.same-answer",
  "every member that a request and an event can have crosses a relay",
  async () => {
    const answer = Object.values(events) as TurnEvent[];
    const host = new FakeHost({ ...info, answer: () => eventsOf(answer) });
    const pair = await socketPair();
    const { first } = borrowerAt(pair);
    lenderAt(pair, [host]);
    const lent = await first;
    expect(lent.describe()).toEqual({ ...info, id: lent.id, transport: "relay" });
    for (const request of requests) {
      const heard: TurnEvent[] = [];
      for await (const event of lent.run(request, new AbortController().signal)) heard.push(event);
      expect(heard).toEqual(answer);
    }
    expect(host.asked).toEqual(requests);
    expect(host.asked).toHaveLength(8);
  },
);
