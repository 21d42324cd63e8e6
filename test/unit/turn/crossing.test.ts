import * as fc from "fast-check";
import { expect } from "vitest";
import { encodeEvent, hostEvent } from "../../../src/turn/event.ts";
import { errorOf, failure, failureOf } from "../../../src/turn/failure.ts";
import { safeLine } from "../../../src/util/safe-line.ts";
import type { Part } from "../../../src/turn/message.ts";
import { turnRequest, type TurnRequest } from "../../../src/turn/request.ts";
import { anyText, bridgeError, failingTurnEvents, turnEvents } from "../../support/data/arbitraries.ts";
import { verifies } from "../../support/verifies.ts";

/** What the other side reads of a value. */
const across = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const schema = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,8}$/),
  fc.jsonValue({ maxDepth: 3 }).map((value) => across(value)),
);
const text = fc.record({ type: fc.constant("text" as const), text: anyText });
const media = fc.record({
  type: fc.constantFrom("image" as const, "audio" as const),
  mimeType: anyText,
  data: fc.base64String(),
});
const part: fc.Arbitrary<Part> = fc.oneof(
  text,
  media,
  fc.record(
    { type: fc.constant("reasoning" as const), text: anyText, signature: anyText },
    { requiredKeys: ["type", "text"] },
  ),
  fc.record({ type: fc.constant("tool-call" as const), id: anyText, name: anyText, input: anyText }),
  fc.record({
    type: fc.constant("tool-result" as const),
    callId: anyText,
    content: fc.array(fc.oneof(text, media), { maxLength: 3 }),
    isError: fc.boolean(),
  }),
);
const request: fc.Arbitrary<TurnRequest> = fc.record({
  model: anyText,
  hints: fc.array(anyText, { maxLength: 3 }),
  system: fc.array(text, { maxLength: 2 }),
  messages: fc.array(
    fc.record({
      role: fc.constantFrom("system" as const, "user" as const, "assistant" as const),
      parts: fc.array(part, { maxLength: 4 }),
    }),
    { maxLength: 4 },
  ),
  tools: fc.array(
    fc.record(
      { name: anyText, description: anyText, inputSchema: schema },
      { requiredKeys: ["name", "inputSchema"] },
    ),
    { maxLength: 2 },
  ),
  toolChoice: fc.oneof(
    fc.record({ type: fc.constantFrom("auto" as const, "none" as const, "required" as const) }),
    fc.record({ type: fc.constant("tool" as const), name: anyText }),
  ),
  parallelToolCalls: fc.boolean(),
  responseFormat: fc.oneof(
    fc.constant({ type: "text" as const }),
    fc.record({ type: fc.constant("json" as const), name: anyText, schema }, { requiredKeys: ["type"] }),
  ),
  maxTokens: fc.option(fc.nat(), { nil: undefined }),
  temperature: fc.option(
    fc.double({ min: 0, max: 2, noNaN: true }).map((value) => value + 0),
    { nil: undefined },
  ),
  stopSequences: fc.array(anyText, { maxLength: 3 }),
  conversation: fc.option(anyText, { nil: undefined }),
});

verifies("relay.same-answer", "every request is read as it was written", () => {
  fc.assert(
    fc.property(request, (asked) => {
      expect(turnRequest.parse(across(asked))).toEqual(asked);
    }),
  );
});

verifies("relay.same-answer", "every event is read as it was written", () => {
  fc.assert(
    fc.property(fc.oneof(turnEvents(), failingTurnEvents()), (events) => {
      for (const event of events) {
        const read = hostEvent.parse(across(encodeEvent(event)));
        if (event.type === "turn-wait")
          expect(read).toEqual({ ...event, message: event.message?.replace("\n", " ") });
        else if (event.type !== "turn-error") expect(read).toEqual(event);
        else expect(read).toMatchObject({ error: { message: safeLine(event.error.message, 1000) } });
      }
    }),
  );
});

verifies("relay.same-answer", "an error keeps what a client is told, and nothing else crosses", () => {
  fc.assert(
    fc.property(bridgeError, (error) => {
      const read = errorOf(failure.parse(across(failureOf(error))));
      expect([error.code, "host_failed"]).toContain(read.code);
      expect([read.message, read.param]).toEqual([safeLine(error.message, 1000), error.param]);
      expect(read.cause).toBeUndefined();
      expect(Object.keys(failureOf(error))).not.toContain("stack");
    }),
  );
});
