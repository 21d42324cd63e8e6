import { expect, test } from "vitest";
import {
  HookRounds,
  type HookCall,
  type HookReply,
  type HookState,
} from "../../../../src/hosts/mcp/hook-rounds.ts";
import { deltaParams, EXTENSION } from "../../../../src/hosts/mcp/sampling-stream.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import { verifies } from "../../../support/verifies.ts";

function rounds(openWithinMs = 60_000) {
  const stopping = new AbortController();
  const hook = new HookRounds({
    codec: { mint: async (state) => JSON.stringify(state) },
    tools: { stopping: stopping.signal },
    timeoutMs: 60_000,
    openWithinMs,
    name: "modern-host",
  });
  return { hook, stop: () => stopping.abort() };
}

function call(parts: Partial<HookCall> = {}): HookCall {
  const { signal } = new AbortController();
  return { state: undefined, responses: {}, holdMs: 60_000, signal, ...parts };
}

function stateOf(reply: HookReply): HookState {
  if ("text" in reply) throw new Error(reply.text);
  return JSON.parse(reply.requestState) as HookState;
}

const send = (hook: HookRounds, text: string, signal = new AbortController().signal): Promise<unknown> =>
  hook.send({ text }, { signal });

test("a request goes to the call that waits longest, and the call brings its answer", async () => {
  const { hook } = rounds();
  const [first, second] = [hook.serve(call()), hook.serve(call())];
  const answer = send(hook, "one");
  const reply = await first;
  expect(reply).toMatchObject({ params: { text: "one" } });
  expect(hook.slots).toBe(2);
  const state = stateOf(reply);
  const again = hook.serve(call({ state, responses: { [state.key]: "the answer" } }));
  expect(await answer).toBe("the answer");
  const next = send(hook, "two");
  expect(await second).toMatchObject({ params: { text: "two" } });
  next.catch(() => undefined);
  hook.close(new BridgeError("host_gone", "Gone."));
  await again;
});

verifies(
  "modern.missing-answer",
  "a call without its answer is asked again while the turn lives",
  async () => {
    const { hook } = rounds();
    const leaving = new AbortController();
    const asked = hook.serve(call());
    const answer = send(hook, "one", leaving.signal);
    const once = stateOf(await asked);
    const again = await hook.serve(call({ state: once }));
    expect(again).toMatchObject({ params: { text: "one" } });
    const twice = stateOf(again);
    expect(twice.round).toBe(2);
    leaving.abort(new Error("left"));
    await expect(answer).rejects.toThrow("left");
    const third = hook.serve(call({ state: twice, holdMs: 1 }));
    expect(await third).toHaveProperty("text");
  },
);

verifies("modern.missing-answer", "a turn that is never answered fails at the last round", async () => {
  const { hook } = rounds();
  const answer = send(hook, "one");
  answer.catch(() => undefined);
  let reply = await hook.serve(call());
  for (let round = 1; round < 9; round += 1) reply = await hook.serve(call({ state: stateOf(reply) }));
  expect(await hook.serve(call({ state: stateOf(reply) }))).toHaveProperty("text");
  await expect(answer).rejects.toMatchObject({ code: "host_failed" });
});

verifies(
  "modern.dropped-call",
  "a call that is dropped while it is answered gives its turn to another",
  async () => {
    const { hook } = rounds();
    const dropped = new AbortController();
    const first = hook.serve(call({ signal: dropped.signal }));
    const answer = send(hook, "one");
    dropped.abort();
    expect(await first).toHaveProperty("text");
    const state = stateOf(await hook.serve(call()));
    void hook.serve(call({ state, responses: { [state.key]: "answered" }, holdMs: 1 }));
    expect(await answer).toBe("answered");
  },
);

verifies("modern.dropped-call", "a call that is dropped while it waits takes no turn", async () => {
  const { hook } = rounds();
  const dropped = new AbortController();
  const first = hook.serve(call({ signal: dropped.signal }));
  dropped.abort();
  expect(await first).toHaveProperty("text");
  expect(hook.slots).toBe(0);
});

verifies("modern.no-call", "without an open call a turn fails after a while", async () => {
  const { hook } = rounds(5);
  await expect(send(hook, "one")).rejects.toMatchObject({
    code: "no_host",
    message: expect.stringContaining("`hook`") as string,
  });
});

verifies("modern.no-call", "a turn waits on while a call is busy", async () => {
  const { hook } = rounds(5);
  const busy = hook.serve(call());
  const first = send(hook, "one");
  const state = stateOf(await busy);
  const second = send(hook, "two");
  await new Promise((resolve) => setTimeout(resolve, 30));
  const next = stateOf(await hook.serve(call({ state, responses: { [state.key]: 1 } })));
  expect(await first).toBe(1);
  void hook.serve(call({ state: next, responses: { [next.key]: 2 }, holdMs: 1 }));
  expect(await second).toBe(2);
});

test("a call that waited long enough ends with a word", async () => {
  const { hook } = rounds();
  expect(await hook.serve(call({ holdMs: 1 }))).toEqual({ text: expect.stringContaining("again") as string });
});

test("calls end when the bridge stops, and turns when the host goes", async () => {
  const { hook, stop } = rounds();
  const waiting = hook.serve(call());
  stop();
  expect(await waiting).toEqual({ text: "The bridge has stopped." });
  const turn = send(hook, "one");
  hook.close(new BridgeError("host_gone", "Gone."));
  await expect(turn).rejects.toMatchObject({ code: "host_gone" });
});

test("a conversation too large for a host's line is refused before it is sent", async () => {
  const { hook } = rounds();
  await expect(send(hook, "x".repeat(9 * 1_048_576))).rejects.toMatchObject({ code: "payload_too_large" });
});

test("an answer that nobody asked for, or that comes twice, is dropped", async () => {
  const { hook } = rounds();
  const asked = hook.serve(call());
  const answer = send(hook, "one");
  const state = stateOf(await asked);
  await hook.serve(call({ state, responses: { [state.key]: "first" }, holdMs: 1 }));
  await hook.serve(call({ state, responses: { [state.key]: "second" }, holdMs: 1 }));
  await hook.serve(call({ state: { round: 1, key: "unknown" }, responses: { unknown: 1 }, holdMs: 1 }));
  expect(await answer).toBe("first");
});

verifies(
  "modern.deltas",
  "deltas go to the turn of their token while it lives, and one of type error fails it at once",
  async () => {
    const { hook } = rounds();
    const heard: unknown[] = [];
    const { signal } = new AbortController();
    const asked = hook.serve(call());
    const answer = hook.send(
      { text: "one" },
      { signal, onProgress: (params) => heard.push(params["delta"]) },
    );
    const reply = await asked;
    const token = stateOf(reply).key;
    expect(reply).toMatchObject({ params: { text: "one", metadata: { [EXTENSION]: { token } } } });
    hook.delta(deltaParams("unknown", 1, [{ type: "text", text: "lost" }]));
    hook.delta(deltaParams(token, 1, [{ type: "text", text: "Hi" }]));
    hook.delta(deltaParams(token, 2, [{ type: "error", code: -1, message: "No." }]));
    await expect(answer).rejects.toMatchObject({ code: -1, message: "No." });
    hook.delta(deltaParams(token, 3, [{ type: "text", text: "late" }]));
    expect(heard).toEqual([{ type: "text", text: "Hi" }]);
    // The host has dropped the call.
    expect(hook.slots).toBe(0);
  },
);
