import { afterEach, expect } from "vitest";
import { ask, DIALECTS, type DialectId } from "../../support/bridge/ask.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer, hang } from "../../support/hosts/scripts.ts";
import type { ScriptedHost } from "../../support/hosts/scripted-host.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge | undefined;
afterEach(async () => {
  await running?.bridge.stop();
  running = undefined;
});

interface Client {
  readonly abort: () => void;
  /** Settles when the request is over, in whatever way. */
  readonly over: Promise<unknown>;
  /** Settles when the first bytes of the body are here. */
  readonly reading: Promise<unknown>;
}

function start(url: string, dialect: DialectId, stream: boolean, text = "Hello?"): Client {
  const controller = new AbortController();
  const headers = { "x-mcp-stream-unit": "char" };
  const response = ask(url, dialect, { text, stream, headers, signal: controller.signal });
  const reader = response.then(({ body }) => body?.getReader());
  const reading = reader.then((body) => body?.read());
  const over = (async () => {
    try {
      await reading;
      await (
        await reader
      )?.closed;
    } catch {
      // An aborted request is over as well.
    }
  })();
  return { abort: () => controller.abort(), over, reading };
}

/** Milliseconds from `act` until `seen` settles. */
async function timed(act: () => void, seen: Promise<unknown>): Promise<number> {
  const began = performance.now();
  act();
  await seen;
  return performance.now() - began;
}

const SHAPES = DIALECTS.flatMap((dialect) => [true, false].map((stream) => ({ dialect, stream })));

async function open(tasks: boolean): Promise<{ url: string; host: ScriptedHost }> {
  running = await startBridge({ maxConcurrent: 1, peekMs: 0, logLevel: "error" });
  const { host } = await attachHost(running.bridge, { tasks, script: hang });
  return { url: running.url, host };
}

const shapeOf = (turn: number): (typeof SHAPES)[number] =>
  SHAPES[turn % SHAPES.length] ?? { dialect: "openai-chat", stream: true };

/** Clients that leave while the host thinks: until it is told, and until the next client has the slot. */
async function whileWaiting(
  tasks: boolean,
  turns: number,
): Promise<{ cancelled: number[]; released: number[] }> {
  const { url, host } = await open(tasks);
  const cancelled: number[] = [];
  const released: number[] = [];
  let client = start(url, "openai-chat", true);
  for (let turn = 0; turn < turns; turn += 1) {
    const call = await host.next();
    const { dialect, stream } = shapeOf(turn);
    // The next client waits in the queue; its call shows that the slot is free.
    const successor = start(url, dialect, stream);
    await queued(url, 1);
    const freed = timed(
      client.abort,
      host.until(() => host.calls.length === turn + 2),
    );
    cancelled.push(await timed(() => undefined, call.cancelled));
    released.push(await freed);
    client = successor;
  }
  client.abort();
  await host.until(() => host.calls.at(-1)?.isCancelled === true);
  expect(host.received.some(({ method }) => method === "notifications/cancelled")).toBe(!tasks);
  return { cancelled, released };
}

/** Clients that leave the queue: until their place there is free. */
async function whileQueued(turns: number): Promise<number[]> {
  const { url, host } = await open(true);
  const first = start(url, "openai-chat", true);
  await host.next();
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const { dialect, stream } = shapeOf(turn);
    const client = start(url, dialect, stream);
    await queued(url, 1);
    times.push(await timed(client.abort, queuedAfter(client, url)));
  }
  expect(host.calls).toHaveLength(1);
  first.abort();
  await host.until(() => host.calls[0]?.isCancelled === true);
  return times;
}

/** Clients that leave in the middle of an answer: until the bridge has let go of them. */
async function whileReplaying(turns: number): Promise<number[]> {
  const { url, host } = await open(true);
  // In units of a character this is some 20 MB of frames, far more than the sockets hold.
  host.script = answer("x".repeat(100_000));
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const client = start(url, DIALECTS[turn % 2] ?? "openai-chat", true);
    await client.reading;
    times.push(await timed(client.abort, metric(url, "mcptb_requests_in_flight", 0)));
  }
  return times;
}

verifies(
  "host.cancel-in-time",
  "clients that leave free their slot and are cancelled at the host in time, in every phase",
  async () => {
    const times: number[] = [];
    for (const tasks of [true, false]) {
      const { cancelled, released } = await whileWaiting(tasks, 60);
      times.push(...cancelled, ...released);
      await running?.bridge.stop();
    }
    times.push(...(await whileQueued(40)));
    await running?.bridge.stop();
    times.push(...(await whileReplaying(40)));
    expect(times).toHaveLength(320);
  },
);

verifies(
  "host.slot-until-answer",
  "a client that reads slowly does not keep others from the host",
  async () => {
    const { url, host } = await open(true);
    host.script = answer("x".repeat(100_000));
    const slow = start(url, "openai-chat", true);
    await slow.reading;
    host.script = answer("quick");
    expect(await (await ask(url, "anthropic-messages")).text()).toContain("quick");
    await metric(url, "mcptb_requests_in_flight", 1);
    slow.abort();
  },
);

/** Waits until a gauge of the bridge has a value. */
async function metric(url: string, name: string, value: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (text.includes(`\n${name} ${value}\n`)) return;
  }
}

async function queued(url: string, count: number): Promise<void> {
  await metric(url, "mcptb_requests_queued", count);
}

async function queuedAfter(client: Client, url: string): Promise<void> {
  await client.over;
  await queued(url, 0);
}
