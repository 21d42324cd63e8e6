import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Deltas } from "../../../../src/hosts/mcp/deltas.ts";
import type { SamplingAnswer } from "../../../../src/hosts/mcp/sampling-result.ts";
import type { Delta } from "../../../../src/hosts/mcp/sampling-stream.ts";
import { answerEvents, Streamed } from "../../../../src/hosts/mcp/streamed.ts";
import { collect } from "../../../../src/turn/collect.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { grammar } from "../../../../src/turn/grammar.ts";
import { verifies } from "../../../support/verifies.ts";

const text = (value: string): Delta => ({ type: "text", text: value });
const start = (id: string, name = "read"): Delta => ({ type: "tool-call-start", id, name });
const json = (id: string, value: string): Delta => ({ type: "tool-call-delta", id, json: value });
const end = (id: string): Delta => ({ type: "tool-call-end", id });
const call = (id: string, input: string, name = "read") => ({ id, name, input });

function whole(parts: Partial<SamplingAnswer>): SamplingAnswer {
  return {
    model: "m",
    text: "",
    calls: [],
    signatures: [],
    stopReason: { unified: "end" },
    usage: { estimated: false },
    ...parts,
  };
}

function queueOf(pieces: readonly Delta[]): Deltas {
  const deltas = new Deltas();
  for (const delta of pieces) deltas.push({ delta, seq: undefined });
  deltas.end();
  return deltas;
}

async function run(
  pieces: readonly Delta[],
  answer: Partial<SamplingAnswer> | Error,
): Promise<{ events: TurnEvent[]; error: unknown }> {
  const events: TurnEvent[] = [];
  const settled = answer instanceof Error ? Promise.reject(answer) : Promise.resolve(whole(answer));
  try {
    for await (const event of answerEvents(settled, queueOf(pieces), "asked")) events.push(event);
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}

/** The finished turn; fails when the events have no legal order. */
async function fold(pieces: readonly Delta[], answer: Partial<SamplingAnswer>) {
  return collect(grammar(answerEvents(Promise.resolve(whole(answer)), queueOf(pieces), "asked")));
}

const textsOf = (events: readonly TurnEvent[]): string[] =>
  events.flatMap((event) => (event.type === "text-delta" ? [event.text] : []));
const typesOf = (events: readonly TurnEvent[]): string[] => events.map(({ type }) => type);

test("without pieces the answer is one block and names its model", async () => {
  const { events } = await run([], { text: "hello" });
  expect(typesOf(events)).toEqual(["turn-start", "text-start", "text-delta", "text-end", "turn-end"]);
  expect(events[0]).toEqual({ type: "turn-start", model: "m" });
});

test("an empty answer has no block", async () => {
  const { events } = await run([], { model: undefined });
  expect(typesOf(events)).toEqual(["turn-start", "turn-end"]);
  expect(events[0]).toEqual({ type: "turn-start", model: "asked" });
});

verifies("host.deltas", "pieces pass one by one and the answer adds what they lack", async () => {
  const { events, error } = await run([text("he"), text("l")], { text: "hello" });
  expect(textsOf(events)).toEqual(["he", "l", "lo"]);
  expect(typesOf(events)).toEqual([
    "turn-start",
    "text-start",
    "text-delta",
    "text-delta",
    "text-delta",
    "text-end",
    "turn-end",
  ]);
  expect(error).toBeUndefined();
  expect(textsOf((await run([text("hello")], { text: "hello" })).events)).toEqual(["hello"]);
});

test("the host may name its model before its first piece, and counts tokens itself", async () => {
  const usage = { inputTokens: 7, outputTokens: 3, estimated: false };
  const { events } = await run([{ type: "start", model: "real" }, text("hi")], { text: "hi", usage });
  expect(events[0]).toEqual({ type: "turn-start", model: "real" });
  expect(events.at(-1)).toMatchObject({ type: "turn-end", usage });
});

test("an answer that the host has trimmed is the answer it streamed", async () => {
  const { events, error } = await run([text(" hello\n")], { text: "hello" });
  expect(error).toBeUndefined();
  expect(textsOf(events)).toEqual([" hello\n"]);
});

describe("calls and reasoning", () => {
  verifies("host.call-deltas", "blocks of all kinds come in the order they were streamed", async () => {
    const pieces: Delta[] = [
      { type: "reasoning", text: "Let me " },
      { type: "reasoning", text: "look." },
      text("Looking."),
      start("a"),
      json("a", '{"path":'),
      json("a", ' "x"}'),
      end("a"),
      start("b", "list"),
      end("b"),
    ];
    const calls = [call("a", '{"path":"x"}'), call("b", "{}", "list")];
    const stopReason = { unified: "tool-calls", raw: "toolUse" } as const;
    expect(await fold(pieces, { text: "Looking.", calls, stopReason })).toMatchObject({
      parts: [
        { type: "reasoning", text: "Let me look." },
        { type: "text", text: "Looking." },
        { type: "tool-call", id: "a", name: "read", input: '{"path": "x"}' },
        { type: "tool-call", id: "b", name: "list", input: "{}" },
      ],
      stopReason,
    });
  });

  verifies("host.call-deltas", "the answer completes a call and brings those not streamed", async () => {
    const calls = [call("a", '{"path":"x"}'), call("b", '{"y":1}')];
    const expected = [
      { type: "text", text: "So:" },
      { type: "tool-call", id: "a", name: "read", input: '{"path":"x"}' },
      { type: "tool-call", id: "b", name: "read", input: '{"y":1}' },
    ];
    for (const pieces of [
      [text("So:"), start("a"), json("a", '{"pa')],
      [text("So:"), start("a")],
      [text("S")],
      [],
    ]) {
      expect((await fold(pieces, { text: "So:", calls })).parts).toEqual(expected);
    }
  });

  test("text after a call is a block of its own", async () => {
    const calls = [call("a", "{}")];
    const { parts } = await fold([text("x"), start("a"), end("a"), text("y")], { text: "xyz", calls });
    expect(parts).toEqual([
      { type: "text", text: "x" },
      { type: "tool-call", id: "a", name: "read", input: "{}" },
      { type: "text", text: "yz" },
    ]);
  });

  test("a call that the token limit cut ends as it is", async () => {
    const { parts, stopReason } = await fold([start("a"), json("a", '{"pa')], {
      stopReason: { unified: "max-tokens", raw: "maxTokens" },
    });
    expect(parts).toEqual([{ type: "tool-call", id: "a", name: "read", input: '{"pa' }]);
    expect(stopReason.unified).toBe("max-tokens");
  });
});

/** A model's answer as it is written: texts and calls, each in pieces. */
const written = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant("text" as const), pieces: fc.array(fc.string()) }),
    fc.record({ type: fc.constant("call" as const), input: fc.dictionary(fc.string(), fc.jsonValue()) }),
  ),
  { maxLength: 5 },
);

verifies(
  ["host.deltas", "host.call-deltas", "host.delta-mismatch"],
  "wherever the pieces stop, the client gets the whole answer, and another answer is an error or a legal end",
  async () => {
    await fc.assert(
      fc.asyncProperty(written, fc.nat(), fc.string({ minLength: 1 }), async (blocks, cut, other) => {
        const pieces = blocks.flatMap((block, index): Delta[] => {
          if (block.type === "text") return block.pieces.map(text);
          const whole = JSON.stringify(block.input);
          const id = `c${index}`;
          return [start(id), json(id, whole.slice(0, 3)), json(id, whole.slice(3)), end(id)];
        });
        const answer = {
          text: blocks.map((block) => (block.type === "text" ? block.pieces.join("") : "")).join(""),
          calls: blocks.flatMap((block, index) =>
            block.type === "call" ? [call(`c${index}`, JSON.stringify(block.input))] : [],
          ),
        };
        const seen = pieces.slice(0, cut % (pieces.length + 1));
        const { parts } = await fold(seen, answer);
        const texts = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
        expect(texts).toBe(answer.text);
        expect(parts.filter((part) => part.type === "tool-call")).toEqual(
          answer.calls.map((each) => ({ type: "tool-call", ...each })),
        );
        const wrong = grammar(
          answerEvents(Promise.resolve(whole({ ...answer, text: other })), queueOf(seen), "m"),
        );
        const types: string[] = [];
        for await (const { type } of wrong) types.push(type);
        expect(["turn-end", "turn-error"]).toContain(types.at(-1));
      }),
    );
  },
);

describe("an answer that contradicts its pieces is an error", () => {
  const input = '{"path":"x"}';
  const calls = [call("a", input)];
  const cases: readonly (readonly [string, readonly Delta[], Partial<SamplingAnswer>])[] = [
    ["another text", [text("hullo")], { text: "hello" }],
    ["less text", [text("hello there")], { text: "hello" }],
    ["no call", [start("a"), json("a", input), end("a")], {}],
    ["another id", [start("b"), json("b", input), end("b")], { calls }],
    ["another tool", [start("a", "write"), json("a", input), end("a")], { calls }],
    ["another input", [start("a"), json("a", '{"path":"y"}'), end("a")], { calls }],
    ["another beginning", [start("a"), json("a", '{"q')], { calls }],
    ["an input that is no JSON", [start("a"), json("a", "{path"), end("a")], { calls }],
    ["a piece of no call", [json("a", input)], { calls }],
    ["a piece of another call", [start("a"), json("b", input)], { calls }],
    ["an end of no call", [end("a")], { calls }],
  ];
  for (const [name, pieces, answer] of cases) {
    verifies("host.delta-mismatch", name, async () => {
      const { events, error } = await run(pieces, answer);
      expect(error).toMatchObject({ code: "host_failed" });
      expect((error as Error).message).toContain("differs from what it streamed");
      expect(typesOf(events)).not.toContain("turn-end");
    });
  }
});

test("a failure after pieces is thrown after them", async () => {
  const { events, error } = await run([text("he")], new Error("gone"));
  expect(textsOf(events)).toEqual(["he"]);
  expect(error).toMatchObject({ message: "gone" });
});

describe("the queue", () => {
  const read = async (deltas: Deltas): Promise<Delta[]> => {
    const seen: Delta[] = [];
    for await (const delta of deltas) seen.push(delta);
    return seen;
  };

  test("a reader that waits is woken by pieces and by the end", async () => {
    const deltas = new Deltas();
    const reading = read(deltas);
    await Promise.resolve();
    deltas.push({ delta: text("a"), seq: undefined });
    await deltas.ready();
    deltas.push({ delta: text("b"), seq: undefined });
    deltas.push({ delta: text(""), seq: undefined });
    deltas.end();
    deltas.push({ delta: text("c"), seq: undefined });
    expect(await reading).toEqual([text("a"), text("b")]);
  });

  verifies(
    "host.delta-order",
    "a number twice is ignored; after a missing one nothing is taken",
    async () => {
      const deltas = new Deltas();
      for (const [seq, value] of [
        [1, "a"],
        [2, "b"],
        [2, "b"],
        [1, "a"],
        [3, "c"],
        [5, "e"],
        [4, "d"],
        [6, "f"],
      ] as const)
        deltas.push({ delta: text(value), seq });
      deltas.end();
      expect(await read(deltas)).toEqual([text("a"), text("b"), text("c")]);
    },
  );

  verifies("host.delta-order", "many pieces that nobody reads are joined, and none is lost", async () => {
    const deltas = new Deltas();
    const pieces = Array.from({ length: 5000 }, (_, index) => `${index} `);
    for (const piece of pieces) deltas.push({ delta: text(piece), seq: undefined });
    deltas.push({ delta: start("a"), seq: undefined });
    for (const piece of pieces) deltas.push({ delta: json("a", piece), seq: undefined });
    deltas.end();
    const seen = await read(deltas);
    expect(seen.length).toBeLessThan(300);
    expect(seen.map((delta) => (delta.type === "text" ? delta.text : "")).join("")).toBe(pieces.join(""));
    expect(seen.at(-1)).toEqual(json("a", pieces.join("")));
  });

  test("an answer without end is not kept", async () => {
    const deltas = new Deltas();
    const mebibyte = "x".repeat(1_048_576);
    for (let index = 0; index < 70; index += 1) deltas.push({ delta: text(mebibyte), seq: undefined });
    deltas.end();
    const kept = (await read(deltas)).reduce(
      (sum, delta) => sum + ("text" in delta ? delta.text.length : 0),
      0,
    );
    expect(kept).toBe(64 * 1_048_576);
  });
});

test("a signature ends its reasoning, and no piece is joined to it from behind", async () => {
  const thought = (value: string, signature?: string): Delta => ({
    type: "reasoning",
    text: value,
    ...(signature !== undefined && { signature }),
  });
  const pieces = [thought("a"), thought("b", "s1"), thought("", "s2"), text("Hi")];
  const many = [...Array.from({ length: 300 }, () => thought("x")), ...pieces];
  for (const deltas of [pieces, many]) {
    const streamed = new Streamed();
    const events: TurnEvent[] = [];
    for await (const delta of queueOf(deltas)) events.push(...streamed.take(delta));
    const ends = events.filter(({ type }) => type === "reasoning-end");
    expect(ends).toMatchObject([{ signature: "s1" }, { signature: "s2" }]);
    expect(events.at(-1)).toMatchObject({ type: "text-delta", text: "Hi" });
  }
});

test("the reasoning of an answer without pieces comes before it", () => {
  const events = [...new Streamed().complete(whole({ text: "Hi", signatures: ["s1"] }))];
  expect(events.map(({ type }) => type)).toEqual([
    "reasoning-start",
    "reasoning-end",
    "text-start",
    "text-delta",
    "text-end",
  ]);
  expect(events[1]).toMatchObject({ signature: "s1" });
});
