/** What holds for every polyfill that asks the model once more: one table, so that they cannot diverge. */
import { describe, expect } from "vitest";
import { structured } from "../../../src/polyfill/json-schema.ts";
import type { Polyfill, Run } from "../../../src/polyfill/polyfill.ts";
import { nativeTools } from "../../../src/polyfill/tools/native.ts";
import { supplyTools } from "../../../src/polyfill/tools/supply.ts";
import type { TurnEvent, TurnEvents, Usage } from "../../../src/turn/event.ts";
import { grammar } from "../../../src/turn/grammar.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { verifies } from "../../support/verifies.ts";

const tool = { name: "weather", inputSchema: { type: "object", required: ["city"] } };
const fits = async (asked: readonly { readonly value: unknown }[]) =>
  asked.map(({ value }) => ({ value, unchecked: false }));

interface Case {
  readonly polyfill: Polyfill;
  readonly request: TurnRequest;
  readonly bad: readonly TurnEvent[];
  readonly good: readonly TurnEvent[];
}

const text = (words: string): TurnEvent[] => [
  { type: "text-start", id: "1" },
  { type: "text-delta", id: "1", text: words },
  { type: "text-end", id: "1" },
];
const call: TurnEvent[] = [
  { type: "tool-call-start", id: "2", callId: "c", name: "weather" },
  { type: "tool-call-delta", id: "2", json: '{"city":"Oslo"}' },
  { type: "tool-call-end", id: "2" },
];
const withTool = turnRequest({ tools: [tool], toolChoice: { type: "required" } });

const CASES: Readonly<Record<string, Case>> = {
  "JSON that does not fit": {
    polyfill: structured(fits),
    request: turnRequest({ responseFormat: { type: "json" } }),
    bad: text("I would rather not."),
    good: text('{"city":"Oslo"}'),
  },
  "a call that is not valid": {
    polyfill: supplyTools(fits),
    request: withTool,
    bad: text('<tool_call>{"name":"no_such_tool","arguments":{}}</tool_call>'),
    good: text('<tool_call>{"name":"weather","arguments":{"city":"Oslo"}}</tool_call>'),
  },
  "no call where one is required": {
    polyfill: nativeTools(fits, () => undefined),
    request: withTool,
    bad: text("It rains."),
    good: call,
  },
};

/** Answers badly first; both turns wait before they begin. */
function twice({ bad, good }: Pick<Case, "bad" | "good">, usages: readonly Usage[]) {
  const asked: TurnRequest[] = [];
  const run: Run = (request) => {
    asked.push(request);
    const first = asked.length === 1;
    return attempt(first ? bad : good, usages[first ? 0 : 1] ?? { estimated: false });
  };
  return { asked, run };
}

async function* attempt(blocks: readonly TurnEvent[], usage: Usage): TurnEvents {
  yield { type: "turn-wait", reason: "consent", elapsedMs: 1 };
  yield { type: "turn-start", model: "m" };
  yield* blocks;
  yield { type: "turn-end", stopReason: { unified: "end" }, usage };
}

async function eventsOf({ polyfill, request }: Case, run: Run): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  for await (const event of grammar(polyfill(run)(request, new AbortController().signal))) events.push(event);
  return events;
}

describe.each(Object.entries(CASES))("%s", (_, one) => {
  verifies("turn.one-correction", "the second answer counts, with the usage of both", async () => {
    const { asked, run } = twice(one, [
      { inputTokens: 10, outputTokens: 3, estimated: false },
      { inputTokens: 15, outputTokens: 4, estimated: true },
    ]);
    const events = await eventsOf(one, run);
    expect(asked).toHaveLength(2);
    expect(asked[1]?.messages).toHaveLength(one.request.messages.length + 2);
    expect(JSON.stringify(events)).toContain("Oslo");
    expect(events.at(-1)).toMatchObject({
      type: "turn-end",
      usage: { inputTokens: 25, outputTokens: 7, estimated: true },
    });
  });

  verifies("turn.one-correction", "what only one of them counts is not known", async () => {
    const { run } = twice(one, [{ estimated: false }, { inputTokens: 15, estimated: false }]);
    expect((await eventsOf(one, run)).at(-1)).toMatchObject({ usage: { estimated: false } });
    expect((await eventsOf(one, twice(one, [{ estimated: false }]).run)).at(-1)).not.toHaveProperty(
      "usage.inputTokens",
    );
  });

  verifies("turn.one-correction", "what the second turn waits for reaches the client", async () => {
    const events = await eventsOf(one, twice(one, []).run);
    expect(events.filter(({ type }) => type === "turn-wait")).toHaveLength(2);
    expect(events.filter(({ type }) => type === "turn-start")).toHaveLength(1);
  });

  verifies("turn.one-correction", "two bad answers are an error that says so", async () => {
    const { asked, run } = twice({ bad: one.bad, good: one.bad }, []);
    const [last] = (await eventsOf(one, run)).slice(-1);
    expect(asked).toHaveLength(2);
    expect(last).toMatchObject({ type: "turn-error", error: { code: "host_failed" } });
    if (last?.type === "turn-error")
      expect(last.error.message).toMatch(/even after (?:one correction|it was asked)/);
  });
});
