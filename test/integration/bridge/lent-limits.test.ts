/** A bridge that one attaches to may ask for as much as it wants: the limits of the host are kept where the host is. */
import { expect, onTestFinished } from "vitest";
import type { TurnEvents } from "../../../src/turn/event.ts";
import { ask, errorOf } from "../../support/bridge/ask.ts";
import { eventsOf, textTurn } from "../../support/streams/events.ts";
import { FakeHost } from "../../support/hosts/fake-host.ts";
import { Gate } from "../../support/streams/gate.ts";
import { lendTo } from "../../support/bridge/lending-bridge.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const HOST_KEY = "a-key-for-hosts";
const PATIENT = { timeout: 15_000 };

/** A host that counts how many turns it runs at once, and lets them end when the gate is open. */
class CountingHost extends FakeHost {
  readonly gate: Gate;
  most = 0;
  at = 0;
  cancelled = 0;

  constructor() {
    const gate = new Gate();
    super({ answer: (_request, signal) => this.#answer(signal) });
    this.gate = gate;
  }

  async *#answer(signal: AbortSignal): TurnEvents {
    this.at += 1;
    this.most = Math.max(this.most, this.at);
    try {
      await this.gate.pass(signal);
    } finally {
      this.at -= 1;
      if (signal.aborted) this.cancelled += 1;
    }
    yield* eventsOf(textTurn("answer"));
  }
}

async function lentWith(settings: Parameters<typeof lendTo>[3]) {
  const gateway = await startBridge({ hostKey: HOST_KEY, maxConcurrent: 1000, peekMs: 60_000 });
  onTestFinished(() => gateway.bridge.stop());
  const host = new CountingHost();
  await lendTo(gateway.url, { key: HOST_KEY }, [host], settings);
  for (;;) {
    const { hosts } = (await (await fetch(`${gateway.url}/ready`)).json()) as { hosts: unknown[] };
    if (hosts.length === 1) return { url: gateway.url, host };
  }
}

verifies("relay.limits", "a hundred turns asked for at once run two at a time", async () => {
  const { url, host } = await lentWith({ maxConcurrent: 2 });
  const asked = Array.from({ length: 100 }, () => ask(url, "openai-chat"));
  await expect.poll(() => host.at, PATIENT).toBe(2);
  host.gate.open();
  const answers = await Promise.all(asked);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  await Promise.all(answers.map((answer) => answer.text()));
  expect(host.most).toBe(2);
  expect(host.asked).toHaveLength(100);
});

verifies("relay.limits", "the queue is bounded; beyond it clients are told to come again", async () => {
  const { url, host } = await lentWith({ maxConcurrent: 1, maxQueued: 3 });
  let answered = 0;
  const asked = Array.from({ length: 10 }, () => ask(url, "openai-chat").finally(() => (answered += 1)));
  const first = await Promise.race(asked);
  expect(first.status).toBe(429);
  expect(first.headers.get("retry-after")).not.toBeNull();
  expect((await errorOf(first)).message).toContain("already waiting");
  await expect.poll(() => answered, PATIENT).toBe(6);
  host.gate.open();
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(4);
  expect(statuses.filter((status) => status === 429)).toHaveLength(6);
  expect(host.most).toBe(1);
});

verifies(
  "relay.limits",
  "a turn that waits there says so, and one that is cancelled frees its place",
  async () => {
    const { url, host } = await lentWith({ maxConcurrent: 1 });
    const leaving = new AbortController();
    const running = ask(url, "openai-chat", { signal: leaving.signal });
    await expect.poll(() => host.at, PATIENT).toBe(1);
    const waitingLeaves = new AbortController();
    const waiting = ask(url, "openai-chat", { signal: waitingLeaves.signal });
    const next = ask(url, "openai-chat");
    waitingLeaves.abort();
    await expect(waiting).rejects.toThrow("aborted");
    leaving.abort();
    await expect(running).rejects.toThrow("aborted");
    await expect.poll(() => host.cancelled, PATIENT).toBe(1);
    host.gate.open();
    expect((await next).status).toBe(200);
    expect(host.asked.length).toBeLessThanOrEqual(3);
    expect(host.most).toBe(1);
  },
);
