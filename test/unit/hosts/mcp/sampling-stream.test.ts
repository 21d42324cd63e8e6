import { expect, test } from "vitest";
import {
  decodeDeltas,
  declaresStream,
  deltaParams,
  EXTENSION,
  MOST_IN_BATCH,
  OFFER,
  progressParams,
  targetOf,
  type Delta,
} from "../../../../src/hosts/mcp/sampling-stream.ts";
import { verifies } from "../../../support/verifies.ts";

const DELTAS: readonly Delta[] = [
  { type: "start", model: "m" },
  { type: "text", text: "a\u{1F44B}" },
  { type: "reasoning", text: "hm" },
  { type: "tool-call-start", id: "c", name: "read" },
  { type: "tool-call-delta", id: "c", json: '{"' },
  { type: "tool-call-end", id: "c" },
];

verifies("host.delta-forms", "each delta survives both wires", () => {
  for (const [index, delta] of DELTAS.entries()) {
    const seq = index + 1;
    expect(decodeDeltas(progressParams("t", seq, [delta]))).toEqual([{ delta, seq: undefined }]);
    expect(decodeDeltas(deltaParams("t", seq, [delta]))).toEqual([{ delta, seq }]);
  }
});

verifies("host.delta-forms", "plain progress with a message is text, anything unknown is nothing", () => {
  expect(decodeDeltas({ progressToken: 1, progress: 1, message: "Hi" })[0]?.delta).toEqual({
    type: "text",
    text: "Hi",
  });
  const meta = (value: unknown) => ({
    progressToken: 1,
    progress: 1,
    message: "for people",
    _meta: { [EXTENSION]: value },
  });
  expect(decodeDeltas(meta({ type: "reasoning", text: "hm" }))[0]?.delta).toEqual({
    type: "reasoning",
    text: "hm",
  });
  for (const params of [
    {},
    { progressToken: 1, progress: 1 },
    { message: 7 },
    meta({ type: "later-kind", data: 1 }),
    meta({ type: "text" }),
    meta("text"),
    { token: "t", seq: 1, delta: { type: "tool-call-delta", id: 1, json: "" } },
    { token: "t", seq: 1, delta: null },
  ]) {
    expect(decodeDeltas(params)).toEqual([]);
  }
});

verifies(
  "host.delta-batches",
  "several deltas in one message count one by one, and one that is unknown leaves the others",
  () => {
    const batch: readonly [Delta, ...Delta[]] = [{ type: "text", text: "a" }, ...DELTAS];
    expect(decodeDeltas(progressParams("t", 4, batch))).toEqual(
      batch.map((delta) => ({ delta, seq: undefined })),
    );
    expect(decodeDeltas(deltaParams("t", 4, batch))).toEqual(
      batch.map((delta, at) => ({ delta, seq: 4 + at })),
    );
    const [first, second] = batch;
    expect(decodeDeltas({ token: "t", seq: 7, delta: [first, { type: "later-kind" }, 3, second] })).toEqual([
      { delta: first, seq: 7 },
      { delta: second, seq: 10 },
    ]);
    const endless = Array.from({ length: 100_000 }, () => first);
    expect(decodeDeltas({ token: "t", seq: 1, delta: endless }).length).toBe(MOST_IN_BATCH);
  },
);

verifies("host.delta-version", "only a host that declares this version streams", () => {
  expect(declaresStream({ experimental: { [EXTENSION]: OFFER } })).toBe(true);
  expect(declaresStream({ extensions: { [EXTENSION]: OFFER } })).toBe(true);
  expect(declaresStream({ experimental: { [EXTENSION]: {} } })).toBe(true);
  expect(declaresStream({ experimental: { [EXTENSION]: { version: 2, more: true } } })).toBe(true);
  for (const declared of [{ version: 0 }, { version: "1" }, null, true]) {
    expect(declaresStream({ experimental: { [EXTENSION]: declared } })).toBe(false);
  }
  expect(declaresStream({})).toBe(false);
});

test("a request says where its deltas go, in the way of its era", () => {
  expect(targetOf({ messages: [], _meta: { progressToken: 7 } })).toEqual({ era: "legacy", token: 7 });
  expect(targetOf({ metadata: { [EXTENSION]: { token: "t" } }, _meta: {} })).toEqual({
    era: "modern",
    token: "t",
  });
  expect(targetOf({ messages: [], metadata: { other: 1 } })).toBeUndefined();
  expect(targetOf({})).toBeUndefined();
});
