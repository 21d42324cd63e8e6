import { expect, test } from "vitest";
import { compose } from "../../../src/polyfill/polyfill.ts";
import { stop } from "../../../src/polyfill/stop.ts";
import { TokenEstimator } from "../../../src/polyfill/tokens.ts";
import { usage } from "../../../src/polyfill/usage.ts";
import type { TurnEvent, Usage } from "../../../src/turn/event.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { eventsOf, gather, textTurn } from "../../support/streams/events.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { verifies } from "../../support/verifies.ts";

const signal = new AbortController().signal;

function ending(events: readonly TurnEvent[], given: Usage): TurnEvent[] {
  return events.map((event) => (event.type === "turn-end" ? { ...event, usage: given } : event));
}

async function usageOf(
  events: TurnEvent[],
  request: TurnRequest,
  tokens = new TokenEstimator(),
): Promise<Usage | undefined> {
  const seen = await gather(usage(tokens)(() => eventsOf(events))(request, signal));
  const last = seen.at(-1);
  return last?.type === "turn-end" ? last.usage : undefined;
}

const request = turnRequest({
  messages: [{ role: "user", parts: [{ type: "text", text: "one two three" }] }],
});

verifies("turn.usage", "what the host does not count is counted, and marked as estimated", async () => {
  expect(await usageOf(textTurn("four ", "five"), request)).toEqual({
    inputTokens: 3 + 4,
    outputTokens: 2,
    estimated: true,
  });
});

test("the host's own figures stand", async () => {
  const given = { inputTokens: 100, outputTokens: 50, estimated: false };
  expect(await usageOf(ending(textTurn("four"), given), request)).toEqual(given);
});

test("where the host gives one figure, the other is supplied", async () => {
  const given = { inputTokens: 100, estimated: false };
  expect(await usageOf(ending(textTurn("four"), given), request)).toEqual({
    inputTokens: 100,
    outputTokens: 1,
    estimated: true,
  });
});

test("reasoning and tool calls count as written", async () => {
  const events: TurnEvent[] = [
    { type: "turn-start", model: "m" },
    { type: "reasoning-start", id: "r" },
    { type: "reasoning-delta", id: "r", text: "one two three" },
    { type: "reasoning-end", id: "r" },
    { type: "tool-call-start", id: "c", callId: "c", name: "n" },
    { type: "tool-call-delta", id: "c", json: " four five" },
    { type: "tool-call-end", id: "c" },
    { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { estimated: false } },
  ];
  expect(await usageOf(events, request)).toMatchObject({ outputTokens: 5 });
});

test("an answer that was cut at a stop sequence is counted as it was cut", async () => {
  const run = compose([usage(new TokenEstimator()), stop], () =>
    eventsOf(textTurn("one two END three four five")),
  );
  const events = await gather(run({ ...request, stopSequences: [" END"] }, signal));
  expect(events.at(-1)).toMatchObject({
    stopReason: { unified: "stop-sequence", sequence: " END" },
    usage: { inputTokens: 7, outputTokens: 2, estimated: true },
  });
});

verifies(
  "turn.count-bounded",
  "the request is on its way to the host before its tokens are counted",
  async () => {
    const order: string[] = [];
    class Watched extends TokenEstimator {
      override prompt(counted: TurnRequest): Promise<number> {
        order.push("count");
        return super.prompt(counted);
      }
    }
    async function* host() {
      order.push("host");
      yield* eventsOf(textTurn("answer"));
    }
    await gather(usage(new Watched())(() => host())(request, signal));
    expect(order).toEqual(["host", "count"]);
  },
);

test("an answer whose tokens cannot be counted is whole, its figures stay unknown", async () => {
  class Broken extends TokenEstimator {
    override prompt(): Promise<number> {
      return Promise.reject(new Error("no vocabulary"));
    }
    override text(): Promise<number> {
      return Promise.reject(new Error("no vocabulary"));
    }
  }
  expect(await usageOf(textTurn("four"), request, new Broken())).toEqual({ estimated: true });
});
