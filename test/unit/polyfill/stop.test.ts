import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stop } from "../../../src/polyfill/stop.ts";
import { grammar } from "../../../src/turn/grammar.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { TurnEvent } from "../../../src/turn/event.ts";
import { cutAt, turnEvents } from "../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../support/streams/events.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { verifies } from "../../support/verifies.ts";

const signal = new AbortController().signal;

async function stopped(events: TurnEvent[], ...stopSequences: string[]): Promise<TurnEvent[]> {
  const run = stop(() => eventsOf(events));
  return gather(grammar(run(turnRequest({ stopSequences }), signal)));
}

function textOf(events: readonly TurnEvent[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}

function sequenceOf(events: readonly TurnEvent[]): string | undefined {
  const last = events.at(-1);
  return last?.type === "turn-end" ? last.stopReason.sequence : undefined;
}

test.each<[string[], string[], string, string | undefined]>([
  [["one END two"], ["END"], "one ", "END"],
  [["one E", "N", "D two"], ["END"], "one ", "END"],
  [["one EN", "TER"], ["END"], "one ENTER", undefined],
  [["aa", "ab"], ["aab"], "a", "aab"],
  [["x\n", "\nHuman: y"], ["\n\nHuman:"], "x", "\n\nHuman:"],
  [["你好", "，世", "界。"], ["世界"], "你好，", "世界"],
  [["a👩", "‍👩b"], ["👩‍👩"], "a", "👩‍👩"],
  [["ab STOP cd END"], ["END", "STOP"], "ab ", "STOP"],
  [["abcde"], ["abcd", "bc"], "a", "bc"],
  [["abc"], ["bc", "abc"], "", "abc"],
  [["END"], ["END"], "", "END"],
  [["never", " again"], ["END"], "never again", undefined],
  [["ends with EN"], ["END"], "ends with EN", undefined],
  [["text"], ["", ""], "text", undefined],
])("%j with %j is %j", async (texts, sequences, expected, sequence) => {
  const events = await stopped(textTurn(...texts), ...sequences);
  expect(textOf(events)).toBe(expected);
  expect(sequenceOf(events)).toBe(sequence);
});

/** What a model that writes one character after the other would leave. */
function written(text: string, sequences: readonly string[]): string {
  for (let end = 1; end <= text.length; end += 1) {
    const found = sequences
      .filter((sequence) => text.slice(0, end).endsWith(sequence))
      .sort((one, other) => other.length - one.length)[0];
    if (found !== undefined) return text.slice(0, end - found.length);
  }
  return text;
}

verifies(
  "turn.stop-sequences",
  "however the answer comes in pieces, it stops where a model that writes would",
  async () => {
    const few = fc.string({ unit: fc.constantFrom("a", "b", "c", "é", "👍"), maxLength: 12 });
    const sequence = few.filter((text) => text !== "").map((text) => text.slice(0, 4));
    await fc.assert(
      fc.asyncProperty(
        few,
        fc.array(sequence, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (text, sequences, cuts) => {
          const events = await stopped(textTurn(...cutAt(text, cuts)), ...sequences);
          expect(textOf(events)).toBe(written(text, sequences));
          expect(events.at(-1)?.type).toBe("turn-end");
        },
      ),
      { numRuns: 2000 },
    );
  },
);

test("turns that hold no sequence keep every event but for how text is cut", async () => {
  await fc.assert(
    fc.asyncProperty(turnEvents(), async (events) => {
      const passed = await stopped(events, "\u0001never");
      const other = (event: TurnEvent): boolean => event.type !== "text-delta";
      expect(passed.filter(other)).toEqual(events.filter(other));
      expect(textOf(passed)).toBe(textOf(events));
    }),
  );
});

test("reasoning and tool calls are not searched", async () => {
  const events: TurnEvent[] = [
    { type: "turn-start", model: "m" },
    { type: "reasoning-start", id: "r" },
    { type: "reasoning-delta", id: "r", text: "END" },
    { type: "reasoning-end", id: "r" },
    { type: "tool-call-start", id: "c", callId: "c", name: "n" },
    { type: "tool-call-delta", id: "c", json: '{"a":"END"}' },
    { type: "tool-call-end", id: "c" },
    { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { estimated: false } },
  ];
  expect(await stopped(events, "END")).toEqual(events);
});

test("what is held back comes out before an error", async () => {
  const [start, open] = textTurn("a") as [TurnEvent, TurnEvent];
  const error: TurnEvent = { type: "turn-error", error: new BridgeError("host_gone", "Gone.") };
  const events = await stopped(
    [start, open, { type: "text-delta", id: "text", text: "so far E" }, error],
    "END",
  );
  expect(textOf(events)).toBe("so far E");
  expect(events.at(-1)).toEqual(error);
});

test("a host's own word for the sequence it stopped at is kept", async () => {
  const events = textTurn("answer");
  events[events.length - 1] = {
    type: "turn-end",
    stopReason: { unified: "stop-sequence", raw: "stopSequence", sequence: "END" },
    usage: { outputTokens: 3, estimated: false },
  };
  expect(await stopped(events, "END")).toEqual(events);
});

test("a host that stopped by itself stopped at the only sequence there was", async () => {
  const events = textTurn("answer");
  events[events.length - 1] = {
    type: "turn-end",
    stopReason: { unified: "stop-sequence", raw: "stopSequence" },
    usage: { estimated: false },
  };
  expect(sequenceOf(await stopped(events, "END"))).toBe("END");
  expect(sequenceOf(await stopped(events, "END", "STOP"))).toBeUndefined();
  expect(sequenceOf(await stopped(textTurn("answer"), "END"))).toBeUndefined();
});

test("the host is left as soon as the sequence is complete", async () => {
  let closed = 0;
  async function* source() {
    try {
      yield* eventsOf(textTurn("one END", " two", " three"));
    } finally {
      closed += 1;
    }
  }
  const run = stop(() => source());
  const events = await gather(run(turnRequest({ stopSequences: ["END"] }), signal));
  expect({ text: textOf(events), closed }).toEqual({ text: "one ", closed: 1 });
});
