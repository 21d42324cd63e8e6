import { setMaxListeners } from "node:events";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Queue, type Leave, type Line } from "../../../src/routing/queue.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import { verifies } from "../../support/verifies.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;
setMaxListeners(0, never);

/** Lets promises go on as far as they can. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

function queueOf(concurrent: number, waiting = 100, timeoutMs = 1000): Queue {
  return new Queue({ concurrent, waiting, timeoutMs });
}

/** The only line of an owner. */
const of = (owner: string): Line => ({ owner, name: "only" });

/** Enters and notes it under a name. */
function line(queue: Queue, admitted: string[]) {
  return (client: string, name = client): Promise<Leave> => {
    const place = queue.enter(of(client), never);
    place.then(
      () => admitted.push(name),
      () => undefined,
    );
    return place;
  };
}

test("as many run as may, the others follow in order, one for each that leaves", async () => {
  const queue = queueOf(2);
  const admitted: string[] = [];
  const enter = line(queue, admitted);
  const first = await enter("a", "1");
  void enter("a", "2");
  void enter("a", "3");
  void enter("a", "4");
  await settle();
  expect({ admitted, running: queue.running, queued: queue.queued }).toEqual({
    admitted: ["1", "2"],
    running: 2,
    queued: 2,
  });
  first();
  await settle();
  expect(admitted).toEqual(["1", "2", "3"]);
  expect(queue.queued).toBe(1);
});

verifies("turn.queue-fair", "clients take turns, however many requests one of them has waiting", async () => {
  const queue = queueOf(1);
  const admitted: string[] = [];
  const enter = line(queue, admitted);
  let leave = await enter("running");
  const places = ["a1", "a2", "a3", "a4", "b1", "b2", "c1"].map((name) => enter(name.charAt(0), name));
  for (const _ of places) {
    leave();
    await settle();
    const last = admitted.at(-1);
    leave = await (places[["a1", "a2", "a3", "a4", "b1", "b2", "c1"].indexOf(last ?? "")] ??
      places[0] ??
      enter("x"));
  }
  expect(admitted).toEqual(["running", "a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
});

verifies(
  "turn.queue-bounded",
  "beyond the bound a request is told at once that the queue is full",
  async () => {
    const queue = queueOf(1, 2);
    await queue.enter(of("a"), never);
    void queue.enter(of("a"), never);
    void queue.enter(of("b"), never);
    for (const owner of ["a", "b", "c"])
      await expect(queue.enter(of(owner), never)).rejects.toMatchObject({ code: "queue_full" });
    expect(queue.queued).toBe(2);
  },
);

verifies("own.bounded", "who has filled the queue gives way to others, down to a fair share", async () => {
  const queue = queueOf(1, 4);
  await queue.enter(of("running"), never);
  const waiting = [1, 2, 3, 4].map((name) =>
    queue.enter({ owner: "greedy", name: String(name) }, never).catch((error: unknown) => error),
  );
  void queue.enter(of("modest"), never);
  expect(await waiting[3]).toMatchObject({ code: "queue_full" });
  void queue.enter(of("modest"), never);
  expect(await waiting[2]).toMatchObject({ code: "queue_full" });
  await expect(queue.enter(of("modest"), never)).rejects.toMatchObject({ code: "queue_full" });
  expect(queue.queued).toBe(4);
});

verifies("turn.queue-fair", "an owner with many conversations gets no more than one with one", async () => {
  const queue = queueOf(1);
  let leave = await queue.enter(of("running"), never);
  const admitted: string[] = [];
  const lines = [1, 2, 3].map((name) => ({ owner: "many", name: String(name) }));
  for (const line of [...lines, of("one"), of("one")])
    void queue.enter(line, never).then((next) => {
      admitted.push(line.owner);
      leave = next;
    });
  for (let turn = 0; turn < 5; turn += 1) {
    leave();
    await settle();
  }
  expect(admitted).toEqual(["many", "one", "many", "one", "many"]);
});

verifies(
  "turn.queue-bounded",
  "who waits too long is told so, and its place in the line is free",
  async () => {
    const queue = queueOf(1, 100, 1000);
    const leave = await queue.enter(of("a"), never);
    const late = expect(queue.enter(of("a"), never)).rejects.toMatchObject({ code: "queue_timeout" });
    await vi.advanceTimersByTimeAsync(1000);
    await late;
    expect(queue.queued).toBe(0);
    leave();
    expect(queue.running).toBe(0);
  },
);

verifies("turn.place-freed", "who leaves while waiting frees its place in the line at once", async () => {
  const queue = queueOf(1, 1);
  const leave = await queue.enter(of("a"), never);
  const abort = new AbortController();
  const reason = new Error("left");
  const gone = expect(queue.enter(of("b"), abort.signal)).rejects.toBe(reason);
  abort.abort(reason);
  expect(queue.queued).toBe(0);
  await gone;
  const next = queue.enter(of("c"), never);
  leave();
  await next;
  expect({ running: queue.running, queued: queue.queued, timers: vi.getTimerCount() }).toEqual({
    running: 1,
    queued: 0,
    timers: 0,
  });
});

test("who has left before does not enter", async () => {
  const queue = queueOf(1);
  await expect(queue.enter(of("a"), AbortSignal.abort(new Error("left")))).rejects.toThrow("left");
  expect(queue.running).toBe(0);
});

test("a place is freed once, however often it is left", async () => {
  const queue = queueOf(2);
  const leave = await queue.enter(of("a"), never);
  await queue.enter(of("a"), never);
  leave();
  leave();
  expect(queue.running).toBe(1);
});

verifies("turn.host-gone", "closing ends what waits and what comes, and leaves what runs", async () => {
  const queue = queueOf(1);
  const leave = await queue.enter(of("a"), never);
  const gone = new BridgeError("host_gone", "Gone.");
  const waiting = ["a", "b", "c"].map((client) => expect(queue.enter(of(client), never)).rejects.toBe(gone));
  queue.close(gone);
  await Promise.all(waiting);
  expect({ running: queue.running, queued: queue.queued }).toEqual({ running: 1, queued: 0 });
  leave();
  expect(queue.running).toBe(0);
  expect(queue.tryEnter()).toBeUndefined();
  await expect(queue.enter(of("a"), never)).rejects.toBe(gone);
});

test("refusing ends what waits, and nothing that comes later", async () => {
  const queue = queueOf(1);
  const leave = await queue.enter(of("a"), never);
  const denied = new BridgeError("consent_denied", "No.");
  const waiting = expect(queue.enter(of("a"), never)).rejects.toBe(denied);
  queue.refuse(denied);
  await waiting;
  const later = queue.enter(of("a"), never);
  leave();
  await later;
});

type Step =
  | { readonly do: "enter"; readonly client: string }
  | { readonly do: "leave" | "abort"; readonly which: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "refuse" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("enter" as const), client: fc.constantFrom("a", "b", "c") }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("leave" as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("abort" as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(700) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("refuse" as const) }) },
);

verifies("turn.place-freed", "whatever comes and goes, no place is lost, doubled or kept free", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 4 }),
      fc.array(step, { maxLength: 60 }),
      async (concurrent, waiting, steps) => {
        const queue = queueOf(concurrent, waiting);
        const places: { abort: AbortController; leave?: Leave; left: boolean }[] = [];
        const outcomes: Promise<unknown>[] = [];
        for (const action of steps) {
          if (action.do === "enter") {
            const place: (typeof places)[number] = { abort: new AbortController(), left: false };
            places.push(place);
            outcomes.push(
              queue.enter(of(action.client), place.abort.signal).then(
                (leave) => {
                  place.leave = leave;
                },
                () => {
                  place.left = true;
                },
              ),
            );
          } else if (action.do === "wait") await vi.advanceTimersByTimeAsync(action.ms);
          else if (action.do === "refuse") queue.refuse(new BridgeError("consent_denied", "No."));
          else {
            const place = places[action.which % Math.max(1, places.length)];
            if (action.do === "abort") place?.abort.abort(new Error("left"));
            else if (place?.leave !== undefined) {
              place.leave();
              place.left = true;
            }
          }
          await settle();
          const holding = places.filter(({ leave, left }) => leave !== undefined && !left).length;
          expect(queue.running).toBe(holding);
          expect(queue.running).toBeLessThanOrEqual(concurrent);
          expect(queue.queued).toBe(places.filter(({ leave, left }) => leave === undefined && !left).length);
          expect(queue.queued).toBeLessThanOrEqual(waiting);
          if (queue.queued > 0) expect(queue.running).toBe(concurrent);
        }
        for (let round = 0; round < places.length; round += 1) {
          for (const place of places) place.leave?.();
          await settle();
        }
        await Promise.all(outcomes);
        expect({ running: queue.running, queued: queue.queued, timers: vi.getTimerCount() }).toEqual({
          running: 0,
          queued: 0,
          timers: 0,
        });
      },
    ),
    { numRuns: 300 },
  );
});

test("turns of a paced host begin with the time between them, whoever comes", async () => {
  const queue = new Queue({ concurrent: 10, waiting: 100, timeoutMs: 100_000, spacingMs: 100 });
  const admitted: string[] = [];
  const enter = line(queue, admitted);
  for (const name of ["one", "two", "three"]) void enter(name);
  await settle();
  expect(admitted).toEqual(["one"]);
  expect(queue.tryEnter()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(99);
  expect(admitted).toEqual(["one"]);
  await vi.advanceTimersByTimeAsync(2);
  expect(admitted).toEqual(["one", "two"]);
  await vi.advanceTimersByTimeAsync(101);
  expect(admitted).toEqual(["one", "two", "three"]);
});
