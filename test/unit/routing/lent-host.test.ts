import { once } from "node:events";
import { expect } from "vitest";
import type { Host } from "../../../src/hosts/host.ts";
import { lentHost } from "../../../src/routing/lent-host.ts";
import { Queue } from "../../../src/routing/queue.ts";
import { Pool } from "../../../src/routing/pool.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import { eventsOf, gather, textTurn } from "../../support/streams/events.ts";
import { FakeHost } from "../../support/hosts/fake-host.ts";
import { Gate } from "../../support/streams/gate.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { verifies } from "../../support/verifies.ts";

function lent(host: FakeHost) {
  const pool = new Pool({ concurrent: 1, waiting: 1, timeoutMs: 60_000 });
  const detach = pool.attach(host);
  return { pool, detach, there: pool.lent(host) };
}

verifies(
  "relay.limits",
  "waiting is the first event; the place goes on when the turn ends in whatever way",
  async () => {
    const gate = new Gate();
    const host = new FakeHost({
      abilities: { deltas: true },
      answer: async function* (_request, signal) {
        await gate.pass(signal);
        yield* eventsOf(textTurn("answer"));
      },
    });
    const { there, pool, detach } = lent(host);
    const ending = new AbortController();
    const first = gather(there.run(turnRequest(), ending.signal));
    const second = there.run(turnRequest(), new AbortController().signal)[Symbol.asyncIterator]();
    expect((await second.next()).value).toMatchObject({ type: "turn-wait", reason: "slot" });
    await expect(gather(there.run(turnRequest(), ending.signal))).rejects.toMatchObject({
      code: "queue_full",
    });
    const reason = new BridgeError("client_left", "Left.");
    ending.abort(reason);
    await expect(first).rejects.toBe(reason);
    // The second one has the place now; its consumer leaves without taking it.
    await second.return?.();
    gate.open();
    expect(await gather(there.run(turnRequest(), new AbortController().signal))).toEqual(textTurn("answer"));
    expect(pool.queued).toBe(0);
    expect(pool.describe()[0]?.running).toBe(0);
    detach();
    await expect(gather(there.run(turnRequest(), new AbortController().signal))).rejects.toMatchObject({
      code: "host_gone",
    });
  },
);

verifies(
  "relay.limits",
  "a host that works on for a turn that was left keeps its place, also for one that had waited",
  async () => {
    const queue = new Queue({ concurrent: 1, waiting: 2, timeoutMs: 60_000 });
    const works = new Gate();
    const host: Host = {
      id: "working",
      describe: () => new FakeHost().describe(),
      // oxlint-disable-next-line require-yield -- It never answers.
      async *run(_request, signal, keepPlace) {
        keepPlace?.(works.pass());
        await once(signal, "abort");
        signal.throwIfAborted();
      },
    };
    const there = lentHost(host, { queue, label: "working" });
    const occupied = queue.tryEnter();
    const leaving = new AbortController();
    const turn = there.run(turnRequest(), leaving.signal)[Symbol.asyncIterator]();
    expect((await turn.next()).value).toMatchObject({ type: "turn-wait" });
    occupied?.();
    const ended = turn.next();
    await expect.poll(() => queue.running).toBe(1);
    leaving.abort(new BridgeError("client_left", "Left."));
    await expect(ended).rejects.toMatchObject({ code: "client_left" });
    expect(queue.running).toBe(1);
    works.open();
    await expect.poll(() => queue.running).toBe(0);
  },
);

verifies(
  "cluster.limits",
  "a lent host's queue is fair between the keys of all bridges that ask",
  async () => {
    const queue = new Queue({ concurrent: 1, waiting: 100, timeoutMs: 60_000 });
    const order: string[] = [];
    const asked = new FakeHost({
      async *answer({ askedBy }) {
        order.push(askedBy?.key ?? "");
        yield* eventsOf(textTurn("answer"));
      },
    });
    const there = lentHost(asked, { queue, label: "fair" });
    const occupied = queue.tryEnter();
    const turn = async (key: string): Promise<void> => {
      const request = turnRequest({ askedBy: { client: "", key } });
      for await (const event of there.run(request, new AbortController().signal)) expect(event).toBeDefined();
    };
    const turns = ["a", "a", "a", "a", "b"].map(turn);
    await expect.poll(() => queue.queued).toBe(5);
    occupied?.();
    await Promise.all(turns);
    expect(order).toEqual(["a", "b", "a", "a", "a"]);
  },
);
