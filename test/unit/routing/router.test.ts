import { setMaxListeners } from "node:events";
import { expect, test } from "vitest";
import { TokenEstimator } from "../../../src/polyfill/tokens.ts";
import { SchemaChecker } from "../../../src/polyfill/schema-checker/checker.ts";
import { Router } from "../../../src/routing/router.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { TurnEvent, TurnEvents } from "../../../src/turn/event.ts";
import type { Principal } from "../../../src/turn/principal.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { eventsOf, gather, textTurn } from "../../support/streams/events.ts";
import { FakeHost, type FakeHostOptions } from "../../support/hosts/fake-host.ts";
import { Gate } from "../../support/streams/gate.ts";
import { MODEL_RULES } from "../../support/data/model-rules.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { verifies } from "../../support/verifies.ts";
import { eventually } from "../../support/streams/eventually.ts";

const tokens = new TokenEstimator();
const never = new AbortController().signal;
setMaxListeners(0, never);
const denied = new BridgeError("consent_denied", "No.");

function routerWith(options: FakeHostOptions = {}, concurrent = 1) {
  const router = new Router({
    queue: { concurrent, waiting: 100, timeoutMs: 60_000 },
    rememberRefusalMs: 60_000,
    models: MODEL_RULES,
    tokens,
    checker: new SchemaChecker(),
  });
  const host = new FakeHost(options);
  const detach = router.pool.attach(host);
  return { router, host, detach };
}

const by = (agent: string): Principal => ({ key: undefined, agent, operator: false });

function said(text: string, conversation?: string): TurnRequest {
  return turnRequest({ messages: [{ role: "user", parts: [{ type: "text", text }] }], conversation });
}

function errorOf(events: readonly TurnEvent[]): BridgeError | undefined {
  const last = events.at(-1);
  return last?.type === "turn-error" ? last.error : undefined;
}

/** An answer that waits for the gate, as long as nobody leaves. */
function gated(gate: Gate, then: () => TurnEvents = () => eventsOf(textTurn("answer"))) {
  return async function* answer(_: TurnRequest, signal: AbortSignal): TurnEvents {
    await gate.pass(signal);
    yield* then();
  };
}

async function* refusing(): TurnEvents {
  yield { type: "turn-wait", reason: "consent", elapsedMs: 0 };
  throw denied;
}

verifies("turn.sent-once", "a turn is asked of the host once, whether it answers or fails", async () => {
  for (const code of ["host_failed", "host_gone", "host_timeout", "host_rate_limited", "internal"] as const) {
    const { router, host } = routerWith({
      answer: async function* fail() {
        yield { type: "turn-start", model: "m" };
        throw new BridgeError(code, "Failed.");
      },
    });
    const events = await gather(router.route(said("Hello"), by("client")).run(never));
    expect(errorOf(events)).toMatchObject({ code });
    expect(host.asked).toHaveLength(1);
  }
});

test("what a host breaks comes out well-formed", async () => {
  const { router } = routerWith({ answer: () => eventsOf(textTurn("cut").slice(0, 3)) });
  const events = await gather(router.route(said("Hello"), by("client")).run(never));
  expect(errorOf(events)).toMatchObject({ code: "host_failed" });
});

test("what the host lacks is supplied: stop sequences, usage, tool histories", async () => {
  const { router, host } = routerWith({ answer: () => eventsOf(textTurn("one END two")) });
  const request = turnRequest({
    stopSequences: [" END"],
    messages: [
      { role: "user", parts: [{ type: "text", text: "Hello" }] },
      { role: "assistant", parts: [{ type: "tool-call", id: "c", name: "t", input: "{}" }] },
      { role: "user", parts: [{ type: "tool-result", callId: "c", content: [], isError: false }] },
    ],
  });
  const events = await gather(router.route(request, by("client")).run(never));
  expect(events.at(-1)).toMatchObject({
    stopReason: { unified: "stop-sequence", sequence: " END" },
    usage: { outputTokens: 1, estimated: true },
  });
  expect(host.asked[0]?.messages.flatMap(({ parts }) => parts).map(({ type }) => type)).toEqual([
    "text",
    "text",
    "text",
  ]);
});

test("who waits is told for what, first for a place", async () => {
  const gate = new Gate();
  const { router } = routerWith({ answer: gated(gate) });
  const running = gather(router.route(said("one"), by("a")).run(never));
  const waiting = router.route(said("two"), by("b")).run(never)[Symbol.asyncIterator]();
  expect((await waiting.next()).value).toMatchObject({ type: "turn-wait", reason: "slot" });
  expect(router.queued).toBe(1);
  gate.open();
  await running;
  expect((await waiting.next()).value).toMatchObject({ type: "turn-start" });
  await waiting.return?.();
});

test("who waits behind requests that wait for consent is told that", async () => {
  const gate = new Gate();
  const { router } = routerWith({ answer: gated(gate), consent: "waiting", name: "the editor" });
  const running = gather(router.route(said("one"), by("a")).run(never));
  const waiting = router.route(said("two"), by("b")).run(never)[Symbol.asyncIterator]();
  const first = (await waiting.next()).value as TurnEvent;
  expect(first).toMatchObject({ type: "turn-wait", reason: "consent" });
  expect("message" in first && first.message).toContain("the editor");
  gate.open();
  await running;
  await waiting.return?.();
});

verifies(
  "turn.place-freed",
  "who leaves while queued, with or without an abort, is out of the line",
  async () => {
    const gate = new Gate();
    const { router, host } = routerWith({ answer: gated(gate) });
    const running = gather(router.route(said("one"), by("a")).run(never));
    const abort = new AbortController();
    const aborted = router.route(said("two"), by("b")).run(abort.signal)[Symbol.asyncIterator]();
    await aborted.next();
    const left = router.route(said("three"), by("c")).run(never)[Symbol.asyncIterator]();
    await left.next();
    expect(router.queued).toBe(2);
    abort.abort();
    await left.return?.();
    expect(router.queued).toBe(0);
    expect((await aborted.next()).value).toMatchObject({
      type: "turn-error",
      error: { code: "client_left" },
    });
    gate.open();
    await running;
    expect(host.asked).toHaveLength(1);
    expect(errorOf(await gather(router.route(said("four"), by("d")).run(never)))).toBeUndefined();
  },
);

verifies(
  "turn.place-freed",
  "who leaves when the place has just been given leaves it to the next",
  async () => {
    const gate = new Gate();
    const { router } = routerWith({ answer: gated(gate) });
    const running = gather(router.route(said("one"), by("a")).run(never));
    const given = router.route(said("two"), by("b")).run(never)[Symbol.asyncIterator]();
    await given.next();
    gate.open();
    await running;
    // The place is given now, and its turn has not come back for it.
    await given.return?.();
    const events = await gather(router.route(said("three"), by("c")).run(never));
    expect(errorOf(events)).toBeUndefined();
  },
);

verifies(
  "turn.host-gone",
  "a host that goes ends at once what is queued for it, and the next serves",
  async () => {
    const gate = new Gate();
    const { router, detach } = routerWith({ answer: gated(gate) });
    const running = gather(router.route(said("one"), by("a")).run(never));
    const queued = [1, 2, 3].map((index) => gather(router.route(said(`${index}`), by("b")).run(never)));
    await new Promise(setImmediate);
    expect(router.queued).toBe(3);
    detach();
    for (const events of await Promise.all(queued))
      expect(errorOf(events)).toMatchObject({ code: "host_gone" });
    expect(() => router.route(said("two"), by("a"))).toThrow(expect.objectContaining({ code: "no_host" }));
    router.pool.attach(new FakeHost({ id: "next" }));
    expect(errorOf(await gather(router.route(said("three"), by("a")).run(never)))).toBeUndefined();
    gate.open();
    expect(errorOf(await running)).toBeUndefined();
  },
);

verifies("turn.refusal-remembered", "what was denied is not asked again", async () => {
  const { router, host } = routerWith({ answer: refusing });
  const request = { ...said("Do it"), stopSequences: ["END"] };
  expect(errorOf(await gather(router.route(request, by("client")).run(never)))).toBe(denied);
  expect(() => router.route(request, by("client"))).toThrow(
    expect.objectContaining({ code: "consent_denied" }),
  );
  expect(() => router.route({ ...request, model: "other" }, by("client"))).toThrow("No.");
  expect(host.asked).toHaveLength(1);
  await gather(router.route(said("Something else"), by("client")).run(never));
  expect(host.asked).toHaveLength(2);
});

verifies(
  "turn.refusal-remembered",
  "what is queued in the same conversation is denied with it, unasked",
  async () => {
    const gate = new Gate();
    const { router, host } = routerWith({ answer: gated(gate, refusing) });
    const turns = [said("one", "x"), said("two", "x"), said("three", "x"), said("four", "y")].map((request) =>
      gather(router.route(request, by(request.conversation ?? "")).run(never)),
    );
    await new Promise(setImmediate);
    gate.open();
    for (const events of await Promise.all(turns))
      expect(errorOf(events)).toMatchObject({ code: "consent_denied" });
    expect(host.asked.map(({ conversation }) => conversation)).toEqual(["x", "y"]);
  },
);

verifies(
  "turn.refusal-remembered",
  "where one question covers all, the refusal ends all that is queued",
  async () => {
    const gate = new Gate();
    const { router, host } = routerWith({ answer: gated(gate, refusing), refusalEndsAll: true });
    const turns = ["a", "b", "c"].map((name) => gather(router.route(said(name, name), by(name)).run(never)));
    await new Promise(setImmediate);
    gate.open();
    for (const events of await Promise.all(turns)) expect(errorOf(events)).toBe(denied);
    expect(host.asked).toHaveLength(1);
    expect(() => router.route(said("c", "c"), by("c"))).toThrow(
      expect.objectContaining({ code: "consent_denied" }),
    );
  },
);

verifies("turn.refusal-remembered", "a new message of the conversation asks again", async () => {
  const { router, host } = routerWith({ answer: refusing });
  await gather(router.route(said("one", "x"), by("x")).run(never));
  expect(errorOf(await gather(router.route(said("two", "x"), by("x")).run(never)))).toBe(denied);
  expect(host.asked).toHaveLength(2);
});

verifies(
  "turn.refusal-remembered",
  "where a refusal is taken for a permission, a new message of the conversation is not asked",
  async () => {
    const { router, host } = routerWith({ answer: refusing, refusalEndsAll: true });
    await gather(router.route(said("one", "x"), by("x")).run(never));
    expect(() => router.route(said("two", "x"), by("x"))).toThrow("No.");
    expect(host.asked).toHaveLength(1);
  },
);

verifies("turn.impossible-remembered", "what was too long is not asked again in another shape", async () => {
  const { router, host } = routerWith({
    answer: async function* tooLong() {
      yield { type: "turn-wait", reason: "host", elapsedMs: 0 };
      throw new BridgeError("context_too_long", "prompt is too long: 3 > 2");
    },
  });
  const request = said("one", "x");
  await gather(router.route(request, by("x")).run(never));
  const reshaped = { ...request, tools: [{ name: "t", inputSchema: {} }], conversation: undefined };
  expect(() => router.route(reshaped, by("x"))).toThrow(
    expect.objectContaining({ code: "context_too_long" }),
  );
  expect(host.asked).toHaveLength(1);
  await gather(router.route({ ...request, messages: said("on").messages }, by("x")).run(never));
  expect(host.asked).toHaveLength(2);
});

test("a prefilled answer is remembered by the person's words, not by ours", async () => {
  const { router } = routerWith({ answer: refusing });
  const begun = (text: string): TurnRequest => {
    const request = said(text);
    return {
      ...request,
      messages: [...request.messages, { role: "assistant", parts: [{ type: "text", text: "Sure" }] }],
    };
  };
  await gather(router.route(begun("one"), by("client")).run(never));
  expect(() => router.route(begun("other"), by("client"))).not.toThrow();
  expect(() => router.route(said("one"), by("client"))).toThrow("No.");
});

test("a turn that waits at a host that leaves goes to another one, and is sent once", async () => {
  const gate = new Gate();
  const { router, host, detach } = routerWith({ id: "first", label: "first", answer: gated(gate) });
  const running = gather(router.route(said("one"), by("a")).run(never));
  await eventually(() => expect(host.asked).toHaveLength(1));
  const waiting = router.route(said("two"), by("b")).run(never)[Symbol.asyncIterator]();
  expect((await waiting.next()).value).toMatchObject({ type: "turn-wait" });
  const second = new FakeHost({ id: "second", label: "second" });
  router.pool.attach(second);
  detach();
  expect((await waiting.next()).value).toMatchObject({ type: "turn-start" });
  await waiting.return?.();
  expect(second.asked).toHaveLength(1);
  expect(host.asked).toHaveLength(1);
  gate.open();
  await running;
});

test("a turn that named its host does not move to another", async () => {
  const gate = new Gate();
  const { router, detach } = routerWith({ id: "first", label: "first", answer: gated(gate) });
  const running = gather(router.route(said("one"), by("a")).run(never));
  const waiting = gather(router.route(said("two"), by("b"), "first").run(never));
  router.pool.attach(new FakeHost({ id: "second", label: "second" }));
  await eventually(() => expect(router.queued).toBe(1));
  detach();
  expect(errorOf(await waiting)).toMatchObject({ code: "host_gone" });
  gate.open();
  await running;
});
