import { expect, test } from "vitest";
import {
  decodeDelta,
  declaresStream,
  deltaParams,
  EXTENSION,
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
    expect(decodeDelta(progressParams("t", seq, delta))).toEqual({ delta, seq: undefined });
    expect(decodeDelta(deltaParams("t", seq, delta))).toEqual({ delta, seq });
  }
});

verifies("host.delta-forms", "plain progress with a message is text, anything unknown is nothing", () => {
  expect(decodeDelta({ progressToken: 1, progress: 1, message: "Hi" })?.delta).toEqual({
    type: "text",
    text: "Hi",
  });
  const meta = (value: unknown) => ({
    progressToken: 1,
    progress: 1,
    message: "for people",
    _meta: { [EXTENSION]: value },
  });
  expect(decodeDelta(meta({ type: "reasoning", text: "hm" }))?.delta).toEqual({
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
    expect(decodeDelta(params)).toBeUndefined();
  }
});

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
